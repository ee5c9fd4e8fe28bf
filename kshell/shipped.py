"""What ships with kshell beside its code: scripts, and the lessons in the order of a course.

scripts/demos/adds-up.kshell              adds-up
scripts/lessons/02-demand-paging.md       02-demand-paging, number 2, "Demand paging"
"""

from __future__ import annotations

import os

import kshell.scripts
from kshell import shipped_text
from kshell.shell.errors import UsageError
from kshell.text import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    Found = TypeVar("Found")

# What a shipped script or document may end in; its bare name does without.
ENDINGS = (".kshell", ".md")
LESSONS = "lessons"
# So many lessons are named where none was meant.
MOST_NAMED = 6


class Lesson:
    """A lesson that ships: its number in the course, its name, which is that of its file, and its title."""

    __slots__ = ("number", "name", "title")

    def __init__(self, number: int, name: str, title: str) -> None:
        self.number = number
        self.name = name
        self.title = title

    def fits(self, word: str) -> bool:
        """Whether it has `word`, in lower case, in its name or title."""
        return word in self.name.lower() or word in self.title.lower()


_known: list[Lesson] = []
_demos: list[tuple[str, str]] = []


def shipped_files(rooms: Iterable[str] = kshell.scripts.SHIPPED) -> dict[str, str]:
    """The file names of the scripts and documents that kshell ships, with the folder that each is in."""
    folders: dict[str, str] = {}
    for room in rooms:
        folder = os.path.join(kshell.scripts.__path__[0], room)
        try:
            names = os.listdir(folder)
        except OSError:
            # Inside a zip archive there are no folders to be listed.
            from importlib.resources import files

            names = [entry.name for entry in files(kshell.scripts).joinpath(room).iterdir()]
        folders.update((name, folder) for name in names if name.endswith(ENDINGS))
    return folders


def lessons() -> list[Lesson]:
    """The lessons that ship, in their order. They are read once: a sandbox reads no files later on."""
    if not _known:
        for file, folder in sorted(shipped_files((LESSONS,)).items()):
            name = file.removesuffix(".md")
            number = int("".join(char for char in name.partition("-")[0] if char in "0123456789") or "0")
            title = shipped_text(folder, file).partition("\n")[0].lstrip("# ").strip()
            _known.append(Lesson(number, name, title))
    return _known


def demos() -> list[tuple[str, str]]:
    """(name, what it shows) of the scripts that ship, as the comment at their beginning has it; read once, too."""
    if not _demos:
        for file, folder in sorted(shipped_files(("demos",)).items()):
            about: list[str] = []
            for line in shipped_text(folder, file).split("\n")[1:]:
                if line[:1] != "#" or not line.strip("# "):
                    break
                about.append(line.strip("# "))
            _demos.append((file.rpartition(".")[0], " ".join(about)))
    return _demos


def lessons_named(word: str) -> list[Lesson]:
    """The lessons that `word` can mean: the one of that number or name, or all that have it in name or title."""
    wanted = " ".join(word.lower().split())
    for lesson in lessons():
        if wanted in (str(lesson.number), f"{lesson.number:02}", lesson.name.lower(), lesson.title.lower()):
            return [lesson]
    return [lesson for lesson in lessons() if lesson.fits(wanted)]


def find_lesson(word: str) -> Lesson | None:
    """The lesson that `word` means by its number, its name, its title or a part of them; None if it is in none. Raises
    UsageError if it is in several."""
    found = lessons_named(word)
    if len(found) > 1:
        raise UsageError(f"{len(found)} lessons have {word!r} in them: {told(found)}")
    return found[0] if found else None


def told(some: list[Lesson]) -> str:
    """Lessons by number and title, the first few of them."""
    named = [f"{lesson.number} {lesson.title}" for lesson in some]
    more = f" and {plural(len(named) - MOST_NAMED, 'other')}" if len(named) > MOST_NAMED else ""
    return f"{', '.join(named[:MOST_NAMED])}{more}"


def lesson_text(lesson: Lesson) -> str:
    """The document of a lesson."""
    folder = os.path.join(kshell.scripts.__path__[0], LESSONS)
    return shipped_text(folder, f"{lesson.name}.md")


def script_names() -> list[str]:
    """The names of the scripts and documents that kshell ships."""
    return sorted(name.rsplit(".", 1)[0] for name in shipped_files())


def find_script(name: str) -> tuple[str, str] | None:
    """The file name and the text of a script or document: a file, or the bare name of one that kshell ships; None when
    there is none. Raises UsageError if it cannot be read."""
    return read_file(name, _script)


def _script(name: str) -> tuple[str, str] | None:
    if os.path.exists(name):
        from kshell.shell.files import read_text

        return name, read_text(name)
    folders = shipped_files()
    for file_name in (name, *(name + ending for ending in ENDINGS)):
        if file_name in folders:
            return file_name, shipped_text(folders[file_name], file_name)
    return None


def find_document(name: str) -> tuple[str, str] | None:
    """The same of a document, which may also be a lesson by its number or a part of its title. Raises UsageError if it
    cannot be read, or several lessons are meant."""
    found = find_script(name)
    if found is None:
        lesson = find_lesson(name)
        found = None if lesson is None else (f"{lesson.name}.md", lesson_text(lesson))
    return found


def read_file(name: str, read: Callable[[str], Found]) -> Found:
    """What `read` makes of a name of the command line. Raises UsageError if it cannot be read."""
    try:
        return read(name)
    except (OSError, ValueError) as error:
        from kshell.shell.files import reason

        raise UsageError(f"cannot read {name}: {reason(error)}") from None
