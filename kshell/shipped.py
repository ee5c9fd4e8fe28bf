"""What ships with kshell beside its code: scripts, and the lessons in the order of a course.

scripts/demos/adds-up.kshell              adds-up
scripts/lessons/02-demand-paging.md       02-demand-paging, number 2, "Demand paging"
"""

from __future__ import annotations

import os

import kshell.scripts
from kshell import shipped_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# What a shipped script or document may end in; its bare name does without.
ENDINGS = (".kshell", ".md")
LESSONS = "lessons"


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


def lesson_text(lesson: Lesson) -> str:
    """The document of a lesson."""
    folder = os.path.join(kshell.scripts.__path__[0], LESSONS)
    return shipped_text(folder, f"{lesson.name}.md")
