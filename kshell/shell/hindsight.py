"""Which lines changed anything, found out when somebody asks: no line pays for it when it runs.

    a = vmo_create 4k    ps    touch $m    # a note    vars    handle_close 0
    changed               |    changed        |         |      |
                                  ^ undo takes back this one, and what stands after it

What a command is by its name tells much of it. The other lines are run once more, all on one machine: where numbers of
the state, or of what a line points at, differ before and after it, it has changed something. For those that show
nothing two machines are run, one a line behind the other, and compared as a whole before and after each of them. What
was found out stays in the timeline.
"""

from __future__ import annotations

from kshell.shell.changes import same, stamp
from kshell.shell.errors import UsageError
from kshell.shell.grammar import Clause, parse
from kshell.shell.looks import all_look
from kshell.shell.nearby import Pointed, near
from kshell.shell.state import State
from kshell.shell.timeline import Timeline, holds_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# How many lines are run once to find so many changes among them, for each change; and how many times as many next, as
# long as there are too few.
SURVEYED = 2
FURTHER = 4


class Hindsight:
    """What can be found out about the lines of a timeline.

    `after(count)` gives the state after so many of them, until a later one is asked for; `walk(begin, end)` runs those
    from `begin` to `end` again and gives the state before them and after each, until the next comes. Both are for
    looking only.
    """

    __slots__ = ("_timeline", "_after", "_walk")

    def __init__(
        self, timeline: Timeline, after: Callable[[int], State], walk: Callable[[int, int], Iterator[State]]
    ) -> None:
        self._timeline = timeline
        self._after = after
        self._walk = walk

    def last_change(self, count: int) -> int | None:
        """The place of the last of the first `count` lines that changed anything, or None."""
        end, step = count, 1
        while end:
            begin = max(0, end - step)
            self._judge(begin, end)
            for at in range(end - 1, begin - 1, -1):
                if self._timeline.changes[at]:
                    return at
            end, step = begin, FURTHER * step
        return None

    def last_changes(self, count: int) -> tuple[list[str], list[str], int]:
        """The last `count` lines that changed something, and those after them that did not, the latest first; and the
        place of the first of them."""
        lines = self._timeline.lines
        changed: list[str] = []
        idle: list[str] = []
        passed: list[str] = []
        first = len(lines)
        end, step = first, 1 if count == 1 else SURVEYED * count
        while end and len(changed) < count:
            begin = max(0, end - step)
            self._judge(begin, end)
            for at in range(end - 1, begin - 1, -1):
                if len(changed) == count:
                    break
                if self._timeline.changes[at]:
                    changed.append(lines[at])
                    idle += passed
                    passed = []
                    first = at
                elif holds_command(lines[at]):
                    passed.append(lines[at])
            end, step = begin, FURTHER * step
        return changed, idle, first

    def next_changes(self, first: int, count: int) -> tuple[list[str], list[str]]:
        """The next `count` lines from the place `first` on that change something, and those before the next that do
        not."""
        lines = self._timeline.lines
        changed: list[str] = []
        idle: list[str] = []
        step = 1 if count == 1 else SURVEYED * count
        while first < len(lines):
            end = min(first + step, len(lines))
            self._judge(first, end)
            for at in range(first, end):
                if self._timeline.changes[at]:
                    if len(changed) == count:
                        return changed, idle
                    changed.append(lines[at])
                elif holds_command(lines[at]):
                    idle.append(lines[at])
            first, step = end, FURTHER * step
        return changed, idle

    def _judge(self, begin: int, end: int) -> None:
        """Finds out which of the lines from `begin` to `end` changed anything."""
        known = self._timeline.changes
        asked: dict[int, list[Clause]] = {}
        for at in range(begin, end):
            if at not in known:
                clauses = _doing(self._timeline.lines[at])
                if clauses:
                    asked[at] = clauses
                else:
                    known[at] = False
        if len(asked) == 1:
            # The states around a line that stands alone are those that a step goes to.
            ((at, clauses),) = asked.items()
            after = self._after(at + 1)
            before = self._after(at)
            pointed = Pointed(before, clauses)
            known[at] = (
                stamp(before) != stamp(after)
                or near(before, pointed) != near(after, pointed)
                or not same(before, after)
            )
        elif asked:
            self._judge_several(asked)

    def _judge_several(self, asked: dict[int, list[Clause]]) -> None:
        """Finds out which of these lines, by their places, changed anything."""
        known = self._timeline.changes
        states = self._walk(min(asked), max(asked) + 1)
        state = next(states)
        silent: list[int] = []
        for at in range(min(asked), max(asked) + 1):
            if at not in asked:
                state = next(states)
                continue
            pointed = Pointed(state, asked[at])
            before, there = stamp(state), near(state, pointed)
            state = next(states)
            if stamp(state) != before or near(state, pointed) != there:
                known[at] = True
            else:
                silent.append(at)
        if silent:
            first, last = silent[0], silent[-1]
            # The second is a line ahead of the first.
            pairs = zip(self._walk(first, last), self._walk(first + 1, last + 1), strict=True)
            for at, (one, other) in enumerate(pairs, first):
                if at not in known:
                    known[at] = not same(one, other)


def _doing(line: str) -> list[Clause]:
    """The clauses of a line that may have changed something, by what its commands are; none if it cannot have."""
    try:
        clauses = parse(line) if holds_command(line) else []
    except UsageError:
        # It is wrong in itself: no command of it has run.
        return []
    return [] if all_look(clauses) else clauses
