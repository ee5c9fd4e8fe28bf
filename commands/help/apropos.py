"""`apropos`: what has a word in it, wherever help knows something: commands, words, pages, lessons."""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.arguments import Raw
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shipped import lessons
from kshell.text import COLUMNS, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    # What it is, how it is asked for, what it says in a line, and all that is searched.
    Entry = tuple[str, str, str, str]

# What is found, in this order, and the title before it.
KINDS = {
    "command": "commands (`help NAME`)",
    "kernel": "commands of the kernel's console (`help k NAME`)",
    "word": "words (`help WORD`)",
    "page": "pages (`help PAGE`)",
    "lesson": "lessons (`kshell learn NUMBER`, in the shell)",
}


def entries() -> Iterator[Entry]:
    """Everything that there is to be found."""
    from kshell.commands.help.help import PAGES
    from kshell.commands.help.kernel import KERNEL
    from kshell.commands.help.words import TABLES

    for found in sorted(registry.every(), key=lambda one: one.name):
        yield "command", found.name, found.summary, f"{found.summary} {found.details} {' '.join(found.gives)}"
    for name, (usage, about, _, _) in KERNEL.items():
        yield "kernel", name, about, usage
    for table, _ in TABLES:
        for names, text in table.items():
            yield "word", names.split(", ")[0], text, names
    for name, about in PAGES.items():
        yield "page", name, about, ""
    for lesson in lessons():
        yield "lesson", str(lesson.number), lesson.title, lesson.name


@command(
    "apropos",
    category="session",
    summary="commands, words, pages and lessons that have WORD in them",
    params=(Raw("WORD"), Raw("MORE", many=True)),
    examples=(
        ("apropos tea leaves", "lessons (`kshell learn NUMBER`, in the shell)\n  4  Reading the tea leaves of vmaps\n"),
        ("apropos clone", "commands (`help NAME`)\n...\nlessons (`kshell learn NUMBER`, in the shell)\n...\n"),
    ),
    details="Of several words all have to be there. Those that have it in their name come first. `help WORD` explains "
    "what is found.",
    gives=("word", "found"),
)
def apropos(state: State, first: str, more: list[str]) -> Result:
    words = [word.lower() for word in (first, *more)]
    if not all(word.strip() for word in words):
        raise UsageError("give a word to look for, as in `apropos clone`")
    found = [entry for entry in entries() if all(word in " ".join(entry[1:]).lower() for word in words)]
    said = " ".join((first, *more))
    if not found:
        raise ShellError(f"nothing here has '{printable(said[:40])}' in it; `help` lists the commands")
    found.sort(key=lambda entry: not all(word in entry[1].lower() for word in words))
    rows = [{"kind": kind, "name": name, "about": about} for kind, name, about, _ in found]
    return Result(len(rows), {"word": said, "found": rows}, lambda: _text(found))


def _text(found: list[Entry]) -> str:
    lines: list[str] = []
    for kind, title in KINDS.items():
        rows = [entry for entry in found if entry[0] == kind]
        if rows:
            width = min(20, max(len(name) for _, name, _, _ in rows))
            lines += [title, *(_row(name, about, width) for _, name, about, _ in rows)]
    return "".join(f"{line}\n" for line in lines)


def _row(name: str, about: str, width: int) -> str:
    """A name and the beginning of what is said of it."""
    row = f"  {name:<{width}}  {about}"
    return row if len(row) <= COLUMNS else row[: COLUMNS - 3].rstrip() + "..."
