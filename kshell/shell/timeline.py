"""A session's lines in time: what was run, what was taken back, and how to get back to an earlier line.

    lines     a = vmo_create 4k | ps | touch $m | ...        the session: running them on a fresh machine gives it
    undone                                     ... <- redo   what `undo` took back, the latest last
    checkpoints    ^ (copy)               ^ (copy)           states on the way, so that little has to be run again

The machine is deterministic, so the state after n lines is the nearest checkpoint before n with the lines from
there run again. A checkpoint is taken when the lines since the last one have taken so long that running them again
would be felt, and never so often that copying costs more than a quarter of the running. A line that only looked counts
as nothing, however long it took: it is not run again, unless somebody asks for its result.

A line's dealings with the host (a redirection, a pipe) are noted with it and played back, never done twice.
"""

from __future__ import annotations

from time import perf_counter

from kshell.kernel.machine import Machine
from kshell.kernel.numbers import decimal
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# Seconds of running after which a checkpoint is worth its copy, and how much longer than the copy it has to be.
CHECKPOINT_AFTER = 0.06
CHECKPOINT_SHARE = 4
# Seconds to copy one kernel object, until a copy has been measured.
COPY_SECONDS = 2e-6
# How many checkpoints are kept: the latest, and older ones further and further apart.
KEPT = 8


class Timeline:
    """The lines of a session.

    Invariants: the session's state is that after `lines` on a fresh machine; `effects[i]` are the answers of the
    host to line i, in their order ("" for done, otherwise why not); checkpoints ascend, and none is beyond the end.
    """

    __slots__ = (
        "lines", "effects", "undone", "checkpoints", "changes", "sights", "looks", "_dropped", "_spent",
        "_copy_seconds", "_kept",
    )  # fmt: skip

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.effects: dict[int, Sequence[str]] = {}
        self.undone: list[tuple[str, Sequence[str]]] = []
        self.checkpoints: list[tuple[int, State]] = []
        # What is known of the lines so far: whether the one at a place changed anything, and what somebody saw in the
        # machine as it was after so many.
        self.changes: dict[int, bool] = {}
        self.sights: dict[int, Any] = {}
        # Lines that took their time and only looked: the program that each ran, "" for none.
        self.looks: dict[int, str] = {}
        # What could be brought back before a new line came, and how many lines there were then.
        self._dropped: tuple[int, list[tuple[str, Sequence[str]]]] = (0, [])
        # The state that was kept last, if it has not been used.
        self._kept: State | None = None
        # Seconds the lines since the last checkpoint took; what the last copy took for each object.
        self._spent = 0.0
        self._copy_seconds = COPY_SECONDS

    def add(self, line: str, effects: Sequence[str] = ()) -> None:
        """Notes a line that was run."""
        if effects:
            self.effects[len(self.lines)] = effects
        if self.undone:
            self._dropped = len(self.lines), self.undone
            self.undone = []
        self.lines.append(line)

    def forget(self, count: int) -> None:
        """The last `count` lines were not noted: it is as if they had never been run."""
        end = len(self.lines) - count
        for index in range(end, len(self.lines)):
            self.effects.pop(index, None)
        del self.lines[end:]
        self._unlearn(end)
        length, undone = self._dropped
        if undone and end <= length:
            self.undone = undone
            self._dropped = 0, []

    def take_back(self, commands: int) -> list[str]:
        """Moves the last lines to the undone ones: so many that hold a command, and the empty ones after each.

        Returns those with commands, the latest first; fewer when there are no more.
        """
        taken: list[str] = []
        end = len(self.lines)
        for at in range(len(self.lines) - 1, -1, -1):
            if len(taken) == commands:
                break
            if holds_command(self.lines[at]):
                taken.append(self.lines[at])
                end = at
        self._cut(end)
        return taken

    def take_all(self) -> None:
        """Moves all lines to the undone ones."""
        self._cut(0)

    def _cut(self, end: int) -> None:
        """Moves the lines from `end` on to the undone ones, the latest first."""
        for at in range(len(self.lines) - 1, end - 1, -1):
            self.undone.append((self.lines[at], self.effects.pop(at, ())))
        if end < len(self.lines):
            self._dropped = 0, []
        del self.lines[end:]
        self._unlearn(end)

    def _unlearn(self, end: int) -> None:
        """Forgets what was known of lines from `end` on: others will come there."""
        if self.changes:
            self.changes = {at: changed for at, changed in self.changes.items() if at < end}
        if self.looks:
            self.looks = {at: program for at, program in self.looks.items() if at < end}
        if self.sights:
            self.sights = {count: seen for count, seen in self.sights.items() if count <= end}

    def branch(self, count: int) -> Timeline:
        """A timeline of the first `count` lines, which goes on for itself."""
        made = Timeline()
        # It is looked at and forgotten, and so would be checkpoints that cost a copy.
        made._copy_seconds = float("inf")
        made.lines = self.lines[:count]
        made.effects = self.effects.copy()
        made.checkpoints = [point for point in self.checkpoints if point[0] <= count]
        made.changes = {at: changed for at, changed in self.changes.items() if at < count}
        made.looks = {at: program for at, program in self.looks.items() if at < count}
        made.sights = {at: seen for at, seen in self.sights.items() if at <= count}
        return made

    def bring_back(self, commands: int) -> list[str]:
        """Moves so many undone lines back; returns those with commands, in the order in which they are to be run."""
        brought: list[str] = []
        while self.undone and (len(brought) < commands or not holds_command(self.undone[-1][0])):
            line, effects = self.undone.pop()
            if effects:
                self.effects[len(self.lines)] = effects
            self.lines.append(line)
            if holds_command(line):
                brought.append(line)
        return brought

    def passable(self, begin: int, end: int) -> set[int]:
        """Which looks among the lines from `begin` to `end` need not be run again to get the state after these: another
        result has taken the place of theirs before anybody could ask for it as `$_`."""
        found: set[int] = set()
        if not any(begin <= at < end for at in self.looks):
            return found
        asked = True
        for at in range(end - 1, begin - 1, -1):
            line = self.lines[at]
            if "alias" in line:
                # What the words of a line are cannot be seen in the line.
                return set()
            if at in self.looks:
                if not asked:
                    found.add(at)
                asked = False
            asked = asked or _names_last(line)
        return found

    # Checkpoints

    def spent(self, seconds: float, state: State) -> None:
        """The last of `lines` took so long; takes a checkpoint of `state`, which comes after it, when it is time."""
        self._spent += seconds
        if self._spent <= CHECKPOINT_AFTER:
            return
        objects = _objects(state.machine)
        if self._spent > CHECKPOINT_SHARE * objects * self._copy_seconds:
            begin = perf_counter()
            try:
                self.checkpoints.append((len(self.lines), state.copy()))
            except MemoryError:
                # Without it going back only takes longer.
                return
            self._copy_seconds = (perf_counter() - begin) / objects
            self._spent = 0.0
            self._thin_out()

    def before(self, count: int) -> tuple[int, State] | None:
        """The last checkpoint that is not after the first `count` lines."""
        return next((point for point in reversed(self.checkpoints) if point[0] <= count), None)

    def keep(self, count: int, state: State) -> None:
        """Keeps the state after the first `count` lines, where there is no checkpoint, as one. Nobody may change it."""
        self.checkpoints.append((count, state))
        self.checkpoints.sort(key=lambda point: point[0])
        self._kept = state
        self._thin_out()

    def _thin_out(self) -> None:
        """Drops the checkpoint whose neighbours are nearest, seen from the end, when there are too many."""
        points = self.checkpoints
        if len(points) <= KEPT:
            return
        end = points[-1][0]
        # A state far back is rarely needed, so it may be far from the next one.
        index = min(
            range(1, len(points) - 1), key=lambda at: (points[at + 1][0] - points[at - 1][0]) / (end - points[at][0])
        )
        del points[index]

    def nearest(self, count: int) -> tuple[int, State] | None:
        """The last checkpoint that is not after the first `count` lines, with a state that the caller may change; later
        ones are dropped."""
        points = self.checkpoints
        while points and points[-1][0] > count:
            points.pop()
        self._spent = 0.0
        if not points:
            return None
        index, state = points[-1]
        if state is self._kept:
            # It is there because somebody looked at it, as `undo` does before it goes there: it need not be copied.
            points.pop()
        else:
            state = state.copy()
        self._kept = None
        return index, state


def _objects(machine: Machine) -> int:
    """Roughly how many objects a copy of the machine makes."""
    mappings = sum(process.aspace.mapping_count for process in machine.processes.values())
    return mappings + 2 * len(machine.vmos) + machine.handles.live + 8 * len(machine.processes)


def _names_last(line: str) -> bool:
    """Whether a line may ask for the last result: a name in it begins with `_`."""
    return any(not before[-1:].isalnum() for before in line.split("_")[:-1])


def holds_command(line: str) -> bool:
    """Whether a line is more than blanks and a comment."""
    text = line.lstrip()
    return bool(text) and text[0] != "#"


def fold(records: list[tuple[str, list[str]]]) -> Timeline:
    """The timeline that a journal's records make: `undo N`, `redo N` and `reset` move in it, all else adds to it."""
    timeline = Timeline()
    for line, effects in records:
        word, _, count = line.partition(" ")
        commands = decimal(count)
        if word == "undo" and commands is not None:
            timeline.take_back(commands)
        elif word == "redo" and commands is not None:
            timeline.bring_back(commands)
        elif line == "reset":
            timeline.take_all()
        else:
            timeline.add(line, effects)
    return timeline
