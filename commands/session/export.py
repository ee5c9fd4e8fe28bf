"""`export`: the session as a page, one file with its lines and pictures of the memory after each."""

from __future__ import annotations

from kshell.shell.arguments import File
from kshell.shell.errors import UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.state import State
from kshell.shell.timeline import holds_command
from kshell.text import plural, printable

ENDING = ".html"


def require_html(path: str) -> None:
    """Raises UsageError for a file that does not say that it is a page."""
    if not path.lower().endswith(ENDING):
        raise UsageError(f"{printable(path)[:60]}: a page is a FILE{ENDING}")


class Page(File):
    """A file that is going to be a page."""

    __slots__ = ()

    explain = "a file whose name ends in .html"

    def parse(self, state: State, word: str) -> str:
        path = super().parse(state, word)
        require_html(path)
        return path


@command(
    "export",
    category="session",
    summary="writes the session as a page: its lines, and pictures of the memory after each",
    params=(Page("FILE.html"),),
    examples=(
        ("m = map 64k", ""),
        ("t = touch $m 16k", ""),
        ("export page.txt", "export: page.txt: a page is a FILE.html\n"),
        ("export /dev/null/x.html", "export: cannot save '/dev/null/x.html': Not a directory\n"),
    ),
    details=(
        "One file that needs nothing else, no network either: any browser shows it. Arrow keys and\n"
        "the slider move through the lines; whoever points at a thing is told what it is, and a\n"
        "click answers as `why` did then. A FILE.html that is no page of kshell is not replaced.\n"
        "`kshell --export FILE.html SCRIPT` makes the page of a script, document or journal."
    ),
    gives=("file", "lines"),
    unrecorded=True,
)
def export(session: Session, path: str) -> Result:
    from kshell.commands.session.page_maker import page_of

    text = page_of(session, "A session of kshell")
    session.host.save_script(path, text)
    count = sum(map(holds_command, session.timeline.lines))
    return Result(count, {"file": path, "lines": count}, f"{plural(count, 'line')} in {printable(path)}\n")
