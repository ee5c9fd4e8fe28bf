"""Writes into a document what the machine prints, and leaves all else as it is, byte for byte.

magenta$ vmaps 3020          as it says: not touched
...
magenta$ vmo_get_size $v     not as it says: its lines are written anew,
# in bytes                   with the remarks
size 4096                    and each `...` where they were
"""

from __future__ import annotations

import re

from kshell.documents.checking import MOST_COMPARED, Report, matches, name_unrun, output_of, says, shortened
from kshell.documents.reading import SessionCode, Step, read
from kshell.shell.session import Session
from kshell.shell.session_lines import ANY, REMARK, fence_around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A line with its end.
WHOLE_LINE = re.compile("[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
BOM = "\ufeff"


def update(name: str, text: str, start: Callable[[], Session]) -> tuple[str, Report]:
    """The text of a document, called `name` in messages, as it should be; and what became of the commands.

    `text` is all of the file, with its mark of UTF-8 and its ends of lines. Raises KeyboardInterrupt.
    """
    mark = BOM if text.startswith(BOM) else ""
    lines = WHOLE_LINE.findall(text.removeprefix(BOM))
    document = read(text)
    report = Report(name)
    running = start()
    # From the last to the first, so that the numbers of lines before stay what they are.
    edits: list[tuple[SessionCode, list[tuple[Step, str, list[str]]]]] = []
    for block in document.sessions:
        edits.append((block, []))
        for step in block.steps:
            report.commands += 1
            prompt = running.state.prompt
            printed = output_of(running, step.text)
            good = says(step, printed)
            if not good or step.prompt != prompt:
                report.differ += 1
                rows = [row for _, row in step.rows] if good else _rows(step, printed)
                edits[-1][1].append((step, prompt, rows))
    for block, steps in reversed(edits):
        if steps:
            _write(lines, block, steps)
    name_unrun(report, document)
    return mark + "".join(lines), report


def changes(name: str, old: str, new: str) -> list[str]:
    """The changes of a text, as `diff -u` shows them."""
    from difflib import unified_diff

    before, after = (WHOLE_LINE.findall(text) for text in (old, new))
    return [row.rstrip("\r\n") for row in unified_diff(before, after, name, name, "", "", 3)] if old != new else []


def _write(lines: list[str], block: SessionCode, steps: list[tuple[Step, str, list[str]]]) -> None:
    """Writes the steps of a block that are not as it says: (step, its prompt, the rows after it)."""
    rows = [row for _, _, found in steps for row in found]
    lead, fence, _ = lines[block.line - 1].partition(block.fence)
    longer = fence_around(rows, fence[0], len(fence))
    if longer != fence:
        # A row would end the block.
        closed = block.end >= block.first + len(block.lines)
        for at in (block.line, block.end) if closed else (block.line,):
            lines[at - 1] = lines[at - 1].replace(fence, longer, 1)
    end = _end(lines[0]) or "\n"
    for step, prompt, found in reversed(steps):
        at = step.line - 1
        raw = block.lines[step.line - block.first]
        line = lines[at].rstrip("\r\n")
        before = line[: len(line) - len(raw)]
        if prompt != step.prompt:
            lines[at] = f"{before}{prompt}{step.text}" + _end(lines[at])
        if not lead.strip() and len(before) < len(lead):
            # Blanks that the fence has before it are no part of a row.
            before = lead
        # What is written as it was keeps the very characters before it.
        old = {row: lines[number - 1] for number, row in step.rows}
        new = [old.get(row, f"{before if row else before.rstrip()}{row}{end}") for row in found]
        lines[at : at + 1 + len(step.rows)] = [
            *(whole if _end(whole) else whole + end for whole in (lines[at], *new)[: len(new)]),
            *(lines[at], *new)[len(new) :],
        ]


def _end(line: str) -> str:
    """What ends a line."""
    return line[len(line.rstrip("\r\n")) :]


def _rows(step: Step, printed: list[str]) -> list[str]:
    """The rows of a step as they should be: what is printed, with the remarks and every `...` that it has room for."""
    expected = shortened(step, printed)
    wanted = [row for _, row in expected]
    # The remarks that stand before each expected row, and those after the last with the blank lines of the layout.
    remarks: list[list[str]] = [[] for _ in range(len(wanted) + 1)]
    layout: list[str] = []
    at = 0
    for _, row in step.rows:
        if row.startswith(REMARK):
            remarks[at].append(row)
        elif at < len(wanted):
            at += 1
        else:
            layout.append(row)
    rows: list[str] = []
    for low, high, first, last in _changes(wanted, printed):
        if wanted[low:high] == printed[first:last]:
            new = wanted[low:high]
        else:
            new = _replaced(wanted[low:high], printed[first:last])
        for index in range(max(high - low, len(new))):
            if index < high - low:
                rows += remarks[low + index]
            rows += new[index : index + 1]
    # Two `...` that nothing stands between any more are one.
    rows = [row for index, row in enumerate(rows) if row != ANY or not index or rows[index - 1] != ANY]
    assert matches([row for row in rows if not row.startswith(REMARK)], printed)
    return rows + remarks[-1] + layout


def _changes(wanted: list[str], printed: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """(low, high, first, last): wanted[low:high] stands for printed[first:last]; all of both, in order."""
    if len(wanted) * len(printed) > MOST_COMPARED:
        yield 0, len(wanted), 0, len(printed)
        return
    from difflib import SequenceMatcher

    for _, low, high, first, last in SequenceMatcher(None, wanted, printed, autojunk=False).get_opcodes():
        yield low, high, first, last


def _replaced(wanted: list[str], printed: list[str]) -> list[str]:
    """What should stand where `wanted` does, for `printed`; each `...` of it stays between its neighbours."""
    if ANY not in wanted:
        return printed
    parts: list[list[str]] = [[]]
    for row in wanted:
        if row == ANY:
            parts.append([])
        else:
            parts[-1].append(row)
    # The rows before the first `...` are the first ones printed, those after the last are the last ones.
    head = min(len(parts[0]), len(printed))
    tail = min(len(parts[-1]), len(printed) - head)
    between = printed[head : len(printed) - tail]
    rows = [*printed[:head], ANY]
    for part in parts[1:-1]:
        kept, between = _likest(part, between)
        rows += [*kept, ANY]
    return [*rows, *printed[len(printed) - tail :]]


def _likest(part: list[str], printed: list[str]) -> tuple[list[str], list[str]]:
    """Of `printed`, the rows that are most like those of `part`, one after the other; and all that comes after them."""
    from difflib import get_close_matches

    if not part or len(part) * len(printed) > MOST_COMPARED // 100:
        return [], printed
    near = get_close_matches(part[0], printed, n=1, cutoff=0.5)
    if not near:
        return [], printed
    at = printed.index(near[0])
    return printed[at : at + len(part)], printed[at + len(part) :]
