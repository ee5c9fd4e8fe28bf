"""Documents that run: a Markdown file is a lesson, a demo and a test at once.

    ```
    magenta$ vmaps help          a line with the prompt is a command
    Usage: vmaps <process-koid>  the lines up to the next prompt are what it prints
    ...                          any number of lines
    # a remark                   commentary, no output
    ```

`check` runs a document on a fresh machine and shows every difference; `play` shows it to a class.
"""

from __future__ import annotations

import os
import sys

from kshell.output import complain, say
from kshell.shell.session import Session
from kshell.shell.transcript import ANY, FENCES
from kshell.text import wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What a presenter is told first, and how the line that Enter has ended is written again: one row up, emptied.
KEYS = "kshell: Enter shows the next command, Ctrl-C ends\n"
AGAIN = "\x1b[A\r\x1b[K"
# Terminals that know no such movements, as prompt_toolkit has it.
DUMB = ("dumb", "unknown")
# Up to so many pairs of lines, expected and printed, are compared to show a difference.
MOST_COMPARED = 4_000_000


class Step:
    """A command of a document: its line number, prompt, text, and the lines it should print with theirs."""

    __slots__ = ("line", "prompt", "text", "expected")

    def __init__(self, line: int, prompt: str, text: str) -> None:
        self.line = line
        self.prompt = prompt
        self.text = text
        self.expected: list[tuple[int, str]] = []


def split_prompt(line: str) -> tuple[str, str] | None:
    """(prompt, command) of a line that begins with `magenta$ ` or `magenta[NAME]$ `, or None."""
    if line.startswith("magenta$"):
        end = len("magenta$")
    elif line.startswith("magenta[") and "]$" in line:
        end = line.index("]$") + 2
    else:
        return None
    if line[end : end + 1] not in (" ", ""):
        return None
    return line[:end] + " ", line[end + 1 :]


def steps(text: str) -> Iterator[Step | tuple[int, str]]:
    """The document in order: its steps, and (line number, text) of every line of prose."""
    fence = ""
    step: Step | None = None
    for number, line in enumerate(text.split("\n"), 1):
        mark = line.strip()[:3]
        if not fence:
            if mark in FENCES:
                fence = mark
            yield number, line
            continue
        if mark == fence and line.strip() == fence:
            if step is not None:
                yield step
            step, fence = None, ""
            yield number, line
            continue
        parts = split_prompt(line)
        if parts is not None:
            if step is not None:
                yield step
            step = Step(number, *parts)
        elif step is None:
            yield number, line
        elif not line.startswith("# "):
            step.expected.append((number, line))
    if step is not None:
        yield step


def commands(text: str) -> list[str]:
    """The commands of a document, each at its own line number."""
    lines = [""] * (text.count("\n") + 1)
    for step in steps(text):
        if isinstance(step, Step):
            lines[step.line - 1] = step.text
    return lines


def output_of(session: Session, line: str) -> list[str]:
    """All that a line prints, errors included, as lines."""
    text = "".join(outcome.output + outcome.error for outcome in session.run(line))
    return text.removesuffix("\n").split("\n") if text else []


def matches(expected: list[str], printed: list[str]) -> bool:
    """Whether `printed` is what `expected` describes; `...` stands for any number of lines."""
    parts: list[list[str]] = [[]]
    for line in expected:
        if line == ANY:
            parts.append([])
        else:
            parts[-1].append(line)
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return printed == first
    end = len(printed) - len(last)
    if printed[: len(first)] != first or end < len(first) or printed[end:] != last:
        return False
    at = len(first)
    # What stands between two `...` may be anywhere; the earliest place leaves most room for the rest.
    for part in parts[1:-1]:
        if not part:
            continue
        places = (place for place in range(at, end - len(part) + 1) if printed[place] == part[0])
        found = next((place for place in places if printed[place : place + len(part)] == part), None)
        if found is None:
            return False
        at = found + len(part)
    return True


def check(name: str, text: str, start: Callable[[], Session]) -> list[str]:
    """Runs the document on a fresh machine; returns the differences as lines, none if everything is as it says."""
    session = start()
    report: list[str] = []
    count = 0
    for step in steps(text):
        if not isinstance(step, Step):
            continue
        count += 1
        if step.prompt != session.state.prompt:
            report.append(f"{name}:{step.line}: the prompt is {session.state.prompt!r} here, not {step.prompt!r}")
        printed = output_of(session, step.text)
        expected = list(step.expected)
        # Blank lines before the end of the fence are only layout.
        while expected and not expected[-1][1].strip() and not (printed and not printed[-1].strip()):
            expected.pop()
        if not matches([line for _, line in expected], printed):
            report.extend(_difference(name, step, expected, printed))
    if not count:
        report.append(f"{name}:1: the document has no commands: lines in a fenced block that begin with `magenta$ `")
    return report


def _difference(name: str, step: Step, expected: list[tuple[int, str]], printed: list[str]) -> list[str]:
    """A diff of one step; a `...` takes the lines that nothing else matches."""
    from difflib import SequenceMatcher

    lines = [f"{name}:{step.line}: {step.prompt}{step.text}"]
    wanted = [line for _, line in expected]
    if len(wanted) * len(printed) > MOST_COMPARED:
        # A comparison takes as long as both are long, and nobody reads one of so many lines.
        return [*lines, _first_difference(name, step, expected, printed)]
    for tag, low, high, first, last in SequenceMatcher(None, wanted, printed, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        missing = [(number, line) for number, line in expected[low:high] if line != ANY]
        lines.extend(f"{name}:{number}: - {line}" for number, line in missing)
        if len(missing) == high - low:
            where = expected[min(low, len(expected) - 1)][0] if expected else step.line
            lines.extend(f"{name}:{where}: + {line}" for line in printed[first:last])
        elif missing:
            # Next to a `...` only the printed line that is most like each missing one helps.
            from difflib import get_close_matches

            for number, line in missing:
                near = get_close_matches(line, printed[first:last], n=1, cutoff=0.5)
                lines.extend(f"{name}:{number}: + {other}" for other in near)
    if len(lines) == 1:
        lines.append(f"{name}:{step.line}: all of these lines are printed, but in another order or number")
    return lines


def _first_difference(name: str, step: Step, expected: list[tuple[int, str]], printed: list[str]) -> str:
    """The first line that is not printed as it is written, for a step of very many lines."""
    there = set(printed)
    for number, line in expected:
        if line != ANY and line not in there:
            return f"{name}:{number}: - {line}"
    count = f"{len(expected)} lines are expected and {len(printed)} printed"
    return f"{name}:{step.line}: {count}, in another order or number"


def _folded(line: str) -> str:
    """A line of prose as a terminal shows it best: it ends between words, and a list's item stays apart."""
    columns = os.get_terminal_size(1).columns
    if len(line) <= columns or not columns or line.lstrip()[:1] == "|":
        return f"{line}\n"
    margin = line[: len(line) - len(line.lstrip())]
    return wrap(line.strip(), margin, margin + ("  " if line.strip()[:2] in ("- ", "* ") else ""), columns)


def play(text: str, start: Callable[[], Session]) -> None:
    """Shows a document to a class: prose first, then each command, run when the presenter presses Enter.

    Without a terminal it plays through.
    """
    session = start()
    live = sys.stdin.isatty() and sys.stdout.isatty()
    if live:
        complain(KEYS)
    fenced = False
    for step in steps(text):
        if not isinstance(step, Step):
            if step[1].strip()[:3] in FENCES:
                fenced = not fenced
            else:
                say(_folded(step[1]) if live and not fenced else f"{step[1]}\n")
            continue
        say(session.state.prompt, flush=True)
        if live:
            if not session.interrupts.wait(sys.stdin.readline):
                return
            # The presenter's Enter has ended the line; the command is typed on the one above.
            if os.environ.get("TERM", "").lower() not in DUMB:
                sys.stdout.write(AGAIN)
            say(session.state.prompt)
        say(f"{step.text}\n")
        say("".join(f"{line}\n" for line in output_of(session, step.text)), flush=True)
