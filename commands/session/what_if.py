"""`what-if`: what a line would do, and nothing done."""

from __future__ import annotations

from kshell.accounting.moments import Difference, Moment
from kshell.commands.session.differences import fields_of, text_of
from kshell.kernel.abi import status_name
from kshell.shell import registry
from kshell.shell.arguments import CommandLine
from kshell.shell.errors import UsageError
from kshell.shell.inner import line_of, nested
from kshell.shell.registry import command
from kshell.shell.results import Outcome, Result
from kshell.shell.state import State
from kshell.text import COLUMNS, fold, plural, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# So many lines of what would be printed are shown.
SHOWN = 5


@command(
    "what-if",
    category="look",
    summary="tries LINE on a copy: what it would print, change and end with; nothing is done",
    params=(CommandLine("LINE", lines=True),),
    examples=(
        ("m = map 64k", ""),
        ("what-if touch $m 64k", "would succeed, and print\n  16 faults, 16 pages committed\nwould change\n...\n"),
        ("w = what-if touch $m 64k", ""),
        ("assert $w.diff.pages == 16", ""),
        ("what-if touch 0", "would fail with ERR_NOT_FOUND, exit 1, and print\n...\n"),
    ),
    details="A line of several commands is quoted as a whole: what-if 'a = map 64k; touch $a'. Names that it sets are "
    "not set afterwards. Files are not written and programs of this computer not run, whatever the line says.",
)
def what_if(state: State, words: list[str]) -> Result:
    line = line_of(words)
    _require_end(state, line)
    before = Moment(state.machine)
    with nested(state):
        outcomes, after, spared = state.past.rehearse(line, Moment)
    found = Difference(before, after)
    end = _end(outcomes)
    output = "".join(outcome.output + outcome.error for outcome in outcomes)
    fields: dict[str, object] = {
        "line": line,
        "ok": end.ok,
        "exit": end.exit,
        "status": None if end.status is None else status_name(end.status),
        "output": output,
        "diff": fields_of(found, "now", f"after {line}"),
    }
    return Result(end.exit, fields, lambda: "".join(_text(end, output, spared, found)))


def _require_end(state: State, line: str) -> None:
    """Raises UsageError for a line that nobody can try to its end."""
    if not line.strip():
        raise UsageError("there is no line to be tried")
    word = line.split()[0]
    word = state.aliases.get(word, [word])[0]
    found = registry.find(word)
    if found is not None and found.name == "watch":
        raise UsageError("watch goes on until Ctrl-C: try the command that it runs")


def _end(outcomes: list[Outcome]) -> Outcome:
    """The outcome that says how the line ends: the first failure that nothing takes over, or the last."""
    if not outcomes:
        return Outcome("", None)
    return next((outcome for outcome in outcomes if not outcome.ok and not outcome.forgiven), outcomes[-1])


def _text(end: Outcome, output: str, spared: list[str], found: Difference) -> Iterator[str]:
    if end.ok:
        verdict = "would succeed"
    else:
        why = f" with {status_name(end.status)}" if end.status else ""
        verdict = f"would fail{why}, exit {end.exit}"
    yield f"{verdict}{', and print' if output else ', and print nothing'}\n"
    lines = shown(output).splitlines()
    for line in fold("\n".join(lines[:SHOWN]), COLUMNS - 2).splitlines():
        yield f"  {line}\n"
    if len(lines) > SHOWN:
        yield f"  ... and {plural(len(lines) - SHOWN, 'more line')}\n"
    for what in spared:
        yield f"not done, as this is only tried: {what}\n"
    if found:
        yield "would change\n"
        yield text_of(found)
    else:
        yield "would change nothing that is counted\n"
