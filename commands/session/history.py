"""The session's lines: history, undo, redo, reset, save, load. None of them is a line of the session itself."""

from __future__ import annotations

from kshell.shell.arguments import Count, File, Word
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, ShellError, UsageError
from kshell.shell.header import read_header
from kshell.shell.registry import command
from kshell.shell.results import Outcome, Result
from kshell.shell.script_lines import script_lines
from kshell.shell.session import Session
from kshell.shell.transcript import transcript
from kshell.text import plural, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

# How many lines an undo or redo shows one by one.
SHOWN = 10
# How much of a line a sentence has room for.
MOST_CHARACTERS = 40
# How deep scripts may load scripts.
MAX_DEPTH = 16


@command(
    "history",
    category="session",
    summary="the session's lines, or the last N",
    params=(Count("N", None),),
    examples=(
        ("a = vmo_create 4k", ""),
        ("history", "    1  a = vmo_create 4k\n"),
        ("history 1", "    1  a = vmo_create 4k\n"),
    ),
    details="Lines that `undo` took back are not among them.",
    unrecorded=True,
)
def history(session: Session, count: int | None) -> Result:
    lines = session.timeline.lines
    first = 0 if count is None else max(0, len(lines) - count)
    numbered = list(enumerate(lines[first:], first + 1))

    def fields() -> dict[str, object]:
        return {"lines": [{"number": number, "line": line} for number, line in numbered]}

    return Result(
        len(lines),
        fields,
        lambda: "".join([f"{number:>5}  {printable(line)}\n" for number, line in numbered]),
    )


@command(
    "undo",
    category="session",
    summary="takes back the last line that changed something, or the last N",
    params=(Count("N", 1),),
    examples=(
        ("a = vmo_create 4k", ""),
        ("undo", "undone: a = vmo_create 4k\n"),
        ("redo", "done again: a = vmo_create 4k\n"),
    ),
    details="The machine is then as if they had never run. Lines after them that changed nothing, such as `ps`, go\n"
    "too, and are not counted. Files that lines wrote stay; `redo` brings lines back.",
    unrecorded=True,
)
def undo(session: Session, count: int) -> Result:
    changed, idle = session.undo(_steps(count))
    none = "no line has changed anything" if session.timeline.lines else "there is no line to take back"
    return _moved("undone", changed, idle, none)


@command(
    "redo",
    category="session",
    summary="brings back the last line that `undo` took, or the last N",
    params=(Count("N", 1),),
    examples=(
        ("a = vmo_create 4k", ""),
        ("m = map 4k", ""),
        ("undo 2", "undone: m = map 4k\nundone: a = vmo_create 4k\n"),
        ("redo 2", "done again: a = vmo_create 4k\ndone again: m = map 4k\n"),
    ),
    details="With it those after it that change nothing. Any new line drops what could be brought back.",
    unrecorded=True,
)
def redo(session: Session, count: int) -> Result:
    return _moved("done again", *session.redo(_steps(count)), "nothing was taken back that could be brought back")


def _steps(count: int) -> int:
    if not count:
        raise UsageError("0 is not a number of lines: give 1 or more")
    return count


def _moved(word: str, lines: list[str], idle: list[str], none: str) -> Result:
    if not lines and not idle:
        raise ShellError(none)
    text = "".join(f"{word}: {printable(line)}\n" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        text += f"... and {plural(len(lines) - SHOWN, 'more line')}\n"
    if idle:
        what = shortened(printable(idle[0])) if len(idle) == 1 else plural(len(idle), "line")
        text += f"{'with it' if len(lines) == 1 else 'also'}: {what}, which changed nothing\n"
    return Result(len(lines), {"lines": list(lines)}, text)


def shortened(line: str) -> str:
    """A line for the middle of a sentence."""
    return f"`{line}`" if len(line) <= MOST_CHARACTERS else f"`{line[: MOST_CHARACTERS - 3]}...`"


@command(
    "reset",
    category="session",
    summary="a fresh machine and an empty session",
    examples=(("a = vmo_create 4k", ""), ("reset", "a fresh machine; `redo` brings lines back\n"), ("vars", "")),
    unrecorded=True,
)
def reset(session: Session) -> Result:
    session.reset()
    return Result(text="a fresh machine; `redo` brings lines back\n")


@command(
    "save",
    category="session",
    summary="writes the session's lines to FILE, as a script that runs anywhere",
    params=(File(),),
    examples=(("a = vmo_create 4k", ""), ("save /dev/null/x", "save: cannot save '/dev/null/x': Not a directory\n")),
    details="Its first line names the boot image and the options of this machine. A FILE\n"
    "that is not a saved session is not replaced. A FILE.md gets a document: each\n"
    "line with what it prints, which `kshell --check FILE.md` can check.",
    unrecorded=True,
)
def save(session: Session, path: str) -> Result:
    text = transcript(session) if path.endswith(".md") else session.script()
    session.host.save_script(path, text)
    count = len(session.timeline.lines)
    return Result(count, {"file": path, "lines": count}, f"{plural(count, 'line')} in {printable(path)}\n")


@command(
    "load",
    category="session",
    summary="runs the lines of the script FILE in this session, up to the first that fails",
    params=(File(exists=True), Word("ARG", many=True)),
    examples=(
        ("load /no/such/file", "load: cannot read '/no/such/file': No such file or directory\n"),
        ("history", ""),
    ),
    details="The ARGs are $1, $2 ... in it, and $# is their number. A script whose first\n"
    "line asks for another machine (`#! kshell --memory 4G`) is refused: start that\n"
    "one. One that begins with `#! kshell -k`, as `save` writes it for a session with\n"
    "failures, goes on after them.",
    unrecorded=True,
)
def load(session: Session, path: str, arguments: list[str]) -> Generator[Outcome, None, Result]:
    lines = session.host.read_script(path)
    header = read_header(lines[0])
    session.require_machine(path, header)
    fields: dict[str, object] = {"file": path, "lines": len(lines)}
    if session.depth >= MAX_DEPTH:
        reason = f"{path} is loaded {MAX_DEPTH} scripts deep: does a script load itself?"
        return Result(None, fields, err=f"load: {reason}\n", exit_=EXIT_FAILED, reason=reason)
    session.depth += 1
    stopping, session.stop_on_failure = session.stop_on_failure, not header.keep_going
    try:
        for number, line in script_lines(lines, arguments or None):
            for inner in session.run(line):
                inner.place = inner.place or f"{path}:{number}"
                inner.last = False
                inner.forgiven = inner.forgiven or (header.keep_going and inner.exit != EXIT_INTERRUPTED)
                yield inner
                if not inner.ok and not inner.forgiven:
                    reason = f"{path} stopped in line {number}; the lines before it were run"
                    return Result(None, fields, err=f"load: {reason}\n", exit_=inner.exit, reason=reason)
            if session.state.finished:
                break
    finally:
        session.stop_on_failure = stopping
        session.depth -= 1
    return Result(None, fields)
