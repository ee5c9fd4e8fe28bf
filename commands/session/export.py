"""`export`: the session as a page, one file with its lines and pictures of the memory after each."""

from __future__ import annotations

from kshell.shell.arguments import File
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.timeline import holds_command
from kshell.text import plural, printable

ENDING = ".html"


@command(
    "export",
    category="session",
    summary="writes the session as a page: its lines, and pictures of the memory after each",
    params=(File("FILE.html", endings=(ENDING,)),),
    examples=(
        ("m = map 64k", ""),
        ("t = touch $m 16k", ""),
        ("export page.txt", "export: 'page.txt' should end in .html\n"),
        ("export /dev/null/x.html", "export: cannot save '/dev/null/x.html': Not a directory\n"),
    ),
    details=(
        "One file that needs nothing else, no network either: any browser shows it. Arrow keys and\n"
        "the slider move through the lines; whoever points at a thing is told what it is, and a\n"
        "click answers as `why` did then. A FILE.html that is not a page of kshell stays as it is.\n"
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
