"""`draw`: what a command shows, as a file."""

from __future__ import annotations

from kshell.pictures.scene import Scene
from kshell.shell.arguments import CommandLine, File
from kshell.shell.errors import UsageError
from kshell.shell.execution import run_words
from kshell.shell.inner import inner_command, nested
from kshell.shell.registry import command
from kshell.shell.results import Outcome, Result
from kshell.shell.state import State
from kshell.text import plural, printable

ENDINGS = (".svg", ".html", ".txt")


@command(
    "draw",
    category="session",
    summary="writes what COMMAND shows to FILE: .svg and .html are pictures, .txt is text",
    params=(File("FILE", endings=ENDINGS), CommandLine(done="drawn")),
    examples=(
        ("draw memory.svg ps", "draw: only pages, space, clones, treemap and links have pictures, not ps\n"),
        ("draw memory.png ps", "draw: 'memory.png' should end in .svg, .html or .txt\n"),
    ),
    details="pages, space, clones, treemap and links have pictures; a .txt takes what any\n"
    "command prints. A FILE that is there is replaced as a whole. When COMMAND fails\n"
    "nothing is written.",
    gives=("file", "bytes"),
)
def draw(state: State, path: str, words: list[str]) -> Result:
    found = inner_command(words[0], "drawn")
    if not path.lower().endswith(".txt"):
        _require_picture(found.name)
    with nested(state):
        outcome = run_words(state, found, words, " ".join(words))
    result = outcome.result
    if result is None or not outcome.ok:
        reason = outcome.reason or ""
        error = outcome.error if result is None else result.err
        return Result(None, text=outcome.notes, err=error, exit_=outcome.exit, reason=reason)
    made: list[str] = []

    def drawn() -> str:
        if not made:
            made.append(_drawn(path, outcome, result))
        return made[0]

    def size() -> int:
        return len(drawn().encode("utf-8", "surrogateescape"))

    if result.scene is None:
        # A text is of the machine as it is now; a scene can take what it needs, and be drawn later.
        drawn()
    answer = Result(
        path, lambda: {"file": path, "bytes": size()}, lambda: f"{plural(size(), 'byte')} in {printable(path)}\n"
    )
    answer.file = (path, drawn)
    answer.settle = result.settle
    return answer


def _require_picture(name: str) -> None:
    """Raises UsageError for a command that has no picture, before it does anything."""
    from kshell.pictures.vector.layout import KINDS

    if name not in KINDS:
        some = list(KINDS)
        raise UsageError(f"only {', '.join(some[:-1])} and {some[-1]} have pictures, not {name}")


def _drawn(path: str, outcome: Outcome, result: Result) -> str:
    """What goes into the file."""
    ending = path.lower()
    if ending.endswith(".txt"):
        return outcome.notes + result.output()
    assert result.scene is not None
    scene = result.scene()
    assert isinstance(scene, Scene)
    if ending.endswith(".html"):
        from kshell.pictures.vector.html import html

        return html(scene)
    from kshell.pictures.vector.svg import svg

    return svg(scene)
