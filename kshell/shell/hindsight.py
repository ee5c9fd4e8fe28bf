"""Which lines changed anything, found out when somebody asks: no line pays for it when it runs.

    a = vmo_create 4k    ps    touch $m    # a note    vars
    changed               |    changed        |         |
                                  ^ undo takes back this one, and what stands after it

What a command is by its name tells most of it; a line of which that tells nothing is judged by the states before and
after it. What was found out stays in the timeline.
"""

from __future__ import annotations

from kshell.shell.changes import same, stamp
from kshell.shell.looks import only_looks
from kshell.shell.state import State
from kshell.shell.timeline import Timeline, holds_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# How many lines are run once to find so many changes among them, for each change.
SURVEYED = 4


class Hindsight:
    """What can be found out about the lines of a timeline.

    `after(count)` gives the state after so many of them; `walk(begin, end)` runs those from `begin` to `end` again and
    gives the state before them and after each. They are for looking only, those of `walk` until the next comes.
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
        for at in range(count - 1, -1, -1):
            if self._changes(at):
                return at
        return None

    def last_changes(self, count: int) -> tuple[list[str], list[str], int]:
        """The last `count` lines that changed something, and those after them that did not, the latest first; and the
        place of the first of them."""
        lines = self._timeline.lines
        if count > 1:
            self._survey(max(0, len(lines) - SURVEYED * count), len(lines))
        changed: list[str] = []
        idle: list[str] = []
        passed: list[str] = []
        end = len(lines)
        for at in range(len(lines) - 1, -1, -1):
            if len(changed) == count:
                break
            if self._changes(at):
                changed.append(lines[at])
                idle += passed
                passed = []
                end = at
            elif holds_command(lines[at]):
                passed.append(lines[at])
        return changed, idle, end

    def next_changes(self, first: int, count: int) -> tuple[list[str], list[str]]:
        """The next `count` lines from the place `first` on that change something, and those before the next that do
        not."""
        lines = self._timeline.lines
        if count > 1:
            self._survey(first, min(first + SURVEYED * count, len(lines)))
        changed: list[str] = []
        idle: list[str] = []
        for at in range(first, len(lines)):
            if self._changes(at):
                if len(changed) == count:
                    break
                changed.append(lines[at])
            elif holds_command(lines[at]):
                idle.append(lines[at])
        return changed, idle

    def _changes(self, at: int) -> bool:
        """Whether the line at this place changed anything."""
        known = self._timeline.changes
        if at not in known:
            line = self._timeline.lines[at]
            known[at] = holds_command(line) and not only_looks(line) and self._differs(at)
        return known[at]

    def _differs(self, at: int) -> bool:
        before, after = self._after(at), self._after(at + 1)
        return stamp(before) != stamp(after) or not same(before, after)

    def _survey(self, begin: int, end: int) -> None:
        """Finds out which of the lines from `begin` to `end` have changed numbers of the state, by running them once:
        what is left to `_changes` is the others."""
        states = self._walk(begin, end)
        last = stamp(next(states))
        for at, state in enumerate(states, begin):
            now = stamp(state)
            if now != last and not only_looks(self._timeline.lines[at]):
                self._timeline.changes[at] = True
            last = now
