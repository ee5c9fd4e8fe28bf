"""Which line of an answer last moved what a goal looks at: the answer is run once more, and looked at after each line.

p = map 64k        $d.res is 1108k, as before
touch $p 16k       1124k               moved it
ps                 only looks: nobody has to look again
touch $p 32k       1140k               moved it last
"""

from __future__ import annotations

from kshell.documents.grading import Mark, look
from kshell.shell.looks import only_looks
from kshell.shell.session import Session
from kshell.shell.timeline import holds_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def find_moves(
    marks: Sequence[Mark], begin: Session, lines: Sequence[tuple[int, str]], in_time: Callable[[], bool]
) -> None:
    """Enters into the marks of goals that are not met which line last moved what was found.

    `begin` is a session before the answer, `lines` are those of the answer that have run, with their numbers. Nothing
    is entered once `in_time` says no: a line that nobody has looked at may have moved it, too. Raises
    KeyboardInterrupt.
    """
    failed = [mark for mark in marks if mark.passed is False]
    if not failed:
        return
    session = begin.apart()
    seen = [look(mark.goal.steps, begin, session).value for mark in failed]
    moved = [0] * len(failed)
    for number, line in lines:
        for _ in session.run(line):
            pass
        if not in_time():
            return
        if not holds_command(line) or only_looks(line):
            continue
        for at, mark in enumerate(failed):
            value = look(mark.goal.steps, begin, session).value
            if value != seen[at]:
                seen[at], moved[at] = value, number
    for mark, number in zip(failed, moved, strict=True):
        mark.moved = number
