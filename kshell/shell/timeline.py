"""A session's lines in time: what was run, what was taken back, and how to get back to an earlier line.

    lines     a = vmo_create 4k | ps | touch $m | ...        the session: running them on a fresh machine gives it
    undone                                     ... <- redo   what `undo` took back, the latest last
    checkpoints    ^               ^   ^   ^       ^         states on the way, so that little has to be run again

The machine is deterministic, so the state after n lines is the nearest checkpoint before n with the lines from there
run again. Lines and undone ones are one tape, and what is known of it holds until another line is run in the middle.

A checkpoint is a copy, and due when the lines since the last one have taken so long that running them again would be
felt, and longer than copies may cost. It is taken before the next line that may change something, not after the last:
the line at the end of a script needs none. Lines that are run again leave checkpoints where half of them is left, and
a quarter, and so on, so that going back another step does not begin anew.

Nobody copies a state only to leave the other: where a session goes to a checkpoint, its state is `lent` until a line
changes it; where it goes away from a state, that becomes a checkpoint. A state that was made to be looked at moves on
to where somebody looks next. A line that only looked counts as nothing, however long it took: it is not run again,
unless somebody asks for its result.

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

# Seconds of running after which a checkpoint is worth its copy, and how much longer than the copy it has to be: where
# somebody waits for each line, and elsewhere, as in a script, which hardly ever goes back.
CHECKPOINT_AFTER = 0.06
ANSWERED_SHARE = 1
CHECKPOINT_SHARE = 4
# How much longer than the copy the rest of the lines has to take where they are run again.
HALVING_SHARE = 4
# Seconds to copy one kernel object, until a copy of so many has been measured to be faster.
COPY_SECONDS = 4e-6
MEASURED = 10_000
# How many checkpoints are kept: near the session's place, and others further and further apart; how many of states that
# were taken back; and how many objects they may have together: so many, and a multiple of the largest.
KEPT = 8
AHEAD = 3
MANY_OBJECTS = 100_000
OBJECTS_SHARE = 2


class Checkpoint:
    """The state after the first `count` lines, which were running for `clock` seconds; it has about so many `objects`.

    Nobody changes `state` while this is one of a timeline's checkpoints. One that is `shared` with another timeline, or
    has to stay, is never lent. One that `moves` was made to be looked at.
    """

    __slots__ = ("count", "clock", "state", "objects", "shared", "moves")

    def __init__(self, count: int, clock: float, state: State, shared: bool = False, moves: bool = False) -> None:
        self.count = count
        self.clock = clock
        self.state = state
        self.objects = _objects(state.machine)
        self.shared = shared
        self.moves = moves


class Timeline:
    """The lines of a session.

    Invariants: the session's state is that after `lines` on a fresh machine; `effects[i]` are the answers of the
    host to line i, in their order ("" for done, otherwise why not); checkpoints ascend; what is known of places beyond
    the end is about the undone lines.
    """

    __slots__ = (
        "lines", "effects", "undone", "checkpoints", "lent", "changes", "sights", "looks", "clock", "due_at",
        "_passing", "_dropped", "_copy_seconds",
    )  # fmt: skip

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.effects: dict[int, Sequence[str]] = {}
        self.undone: list[tuple[str, Sequence[str]]] = []
        self.checkpoints: list[Checkpoint] = []
        # The checkpoint whose state is the session's own, as long as no line has changed it.
        self.lent: Checkpoint | None = None
        # What is known of the lines so far: whether the one at a place changed anything, and what somebody saw in the
        # machine as it was after so many.
        self.changes: dict[int, bool] = {}
        self.sights: dict[int, Any] = {}
        # Lines that took their time and only looked: the program that each ran, "" for none.
        self.looks: dict[int, str] = {}
        # What could be brought back before a new line came, and how many lines there were then.
        self._dropped: tuple[int, list[tuple[str, Sequence[str]]]] = (0, [])
        # For how many seconds the lines were running, and from when on a checkpoint may be due.
        self.clock = 0.0
        self.due_at = 0.0
        # It is looked at and forgotten, and takes no checkpoints for lines to come.
        self._passing = False
        # What a copy took for each object.
        self._copy_seconds = COPY_SECONDS

    def add(self, line: str, effects: Sequence[str] = ()) -> None:
        """Notes a line that was run."""
        if effects:
            self.effects[len(self.lines)] = effects
        if self.undone:
            self._dropped = len(self.lines), self.undone
            self.undone = []
            self._unlearn(len(self.lines))
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

    def _unlearn(self, end: int) -> None:
        """Forgets what was known of lines from `end` on: others will come there."""
        if self.changes:
            self.changes = {at: changed for at, changed in self.changes.items() if at < end}
        if self.looks:
            self.looks = {at: program for at, program in self.looks.items() if at < end}
        if self.sights:
            self.sights = {count: seen for count, seen in self.sights.items() if count <= end}
        while self.checkpoints and self.checkpoints[-1].count > end:
            self._drop(len(self.checkpoints) - 1)

    def branch(self, count: int, lasting: bool = False) -> Timeline:
        """A timeline of the first `count` lines, which goes on for itself. One that is `lasting` may do so while lines
        are run here; any other is looked at and forgotten before."""
        made = Timeline()
        if not lasting:
            made._passing = True
            made.due_at = float("inf")
        made.clock = self.clock
        made._copy_seconds = self._copy_seconds
        made.lines = self.lines[:count]
        made.effects = self.effects.copy()
        # A line here would change what is lent.
        made.checkpoints = [point for point in self.checkpoints if point.count <= count and point is not self.lent]
        made.changes = {at: changed for at, changed in self.changes.items() if at < count}
        made.looks = {at: program for at, program in self.looks.items() if at < count}
        made.sights = {at: seen for at, seen in self.sights.items() if at <= count}
        if lasting:
            for point in made.checkpoints:
                point.shared = True
        return made

    def whole(self) -> Timeline:
        """A branch of all lines, those that were taken back included."""
        made = self.branch(len(self.lines) + len(self.undone))
        for line, effects in reversed(self.undone):
            if effects:
                made.effects[len(made.lines)] = effects
            made.lines.append(line)
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

    def begin(self, state: State) -> None:
        """`state` is that before the first line, and nobody can make another."""
        self.checkpoints.append(Checkpoint(0, 0.0, state, shared=True))

    def spent(self, seconds: float) -> None:
        """The last of `lines` took so long."""
        self.clock += seconds

    def settle(self, state: State, answered: bool) -> None:
        """Takes a checkpoint of `state`, which comes after `lines`, when one is due. `answered`: somebody waits for
        each line."""
        if self.clock > self.due_at and self.lent is None and not self._passing:
            before = self.before(len(self.lines))
            share = ANSWERED_SHARE if answered else CHECKPOINT_SHARE
            last = 0.0 if before is None else before.clock
            self.due_at = last + max(CHECKPOINT_AFTER, share * self._copying(state))
            if self.clock > self.due_at:
                self.take(state)

    def take(self, state: State) -> None:
        """Takes a checkpoint of `state`, which comes after `lines`."""
        begin = perf_counter()
        try:
            point = Checkpoint(len(self.lines), self.clock, state.copy())
        except MemoryError:
            # Without it going back only takes longer.
            self.due_at = 2 * self.clock
            return
        if point.objects >= MEASURED:
            # One that took longer than another had to wait for other programs.
            self._copy_seconds = min(self._copy_seconds, (perf_counter() - begin) / point.objects)
        self._place(point)

    def _copying(self, state: State) -> float:
        """How many seconds a copy of `state` may take."""
        return _objects(state.machine) * self._copy_seconds

    def halfway(self, state: State, begin: int, spent: float, count: int) -> int:
        """Takes a checkpoint, if it is worth it, while lines up to `count` are run again: those from `begin` on took
        `spent` seconds up to here, where `state` is. Returns after how many lines to ask again, 0 for never."""
        here = len(self.lines)
        if here > begin:
            if spent * (count - here) <= HALVING_SHARE * self._copying(state) * (here - begin):
                return 0
            self.take(state)
        return 0 if count - here < 2 else here + (count - here) // 2

    def before(self, count: int) -> Checkpoint | None:
        """The last checkpoint that is not after the first `count` lines."""
        for point in reversed(self.checkpoints):
            if point.count <= count:
                return point
        return None

    def keep(self, count: int, clock: float, state: State, moves: bool = False) -> None:
        """Makes the state after the first `count` lines a checkpoint, where there is none. Nobody may change it."""
        self._place(Checkpoint(count, clock, state, moves=moves))

    def move_on(self, count: int) -> Checkpoint | None:
        """Takes out the last checkpoint before the first `count` lines, if it was only made to be looked at: the caller
        may run lines on its state. Going back further is the others' business."""
        point = self.before(count)
        if point is None or not point.moves or point.shared or point is self.lent:
            return None
        self.checkpoints.remove(point)
        self._ask_again()
        return point

    def adopt(self, other: Timeline) -> None:
        """Takes over the checkpoints of `other`, which has the same lines."""
        for point in other.checkpoints:
            self._place(point)

    def stay(self, state: State) -> None:
        """The session goes away from `state`, which comes after `lines` and which nobody changes any more."""
        state.machine.observer = None
        if self.lent is None:
            self.keep(len(self.lines), self.clock, state)
        self.lent = None

    def leave(self) -> None:
        """The session's state is going to change: what is lent is no checkpoint any more."""
        if self.lent is not None:
            self._drop(self.checkpoints.index(self.lent))
            self._ask_again()

    def nearest(self, count: int) -> tuple[int, State] | None:
        """(after how many lines, a state) on the way to the first `count` lines. The caller may change it: it is a copy
        unless it comes after all of them, and then it is lent."""
        self.lent = None
        self._ask_again()
        point = self.before(count)
        if point is None:
            self.clock = 0.0
            return None
        self.clock = point.clock
        if point.count == count and not point.shared and not self._passing:
            self.lent = point
            return count, point.state
        return point.count, point.state.copy()

    def _ask_again(self) -> None:
        """Another checkpoint is the last one: when the next is due has to be found out anew."""
        if not self._passing:
            self.due_at = 0.0

    def _place(self, point: Checkpoint) -> None:
        """Puts a checkpoint among the others, unless there is one after so many lines."""
        points = self.checkpoints
        at = len(points)
        while at and points[at - 1].count > point.count:
            at -= 1
        if at and points[at - 1].count == point.count:
            return
        points.insert(at, point)
        self._ask_again()
        self._thin_out()

    def _drop(self, at: int) -> None:
        """Takes a checkpoint out."""
        if self.checkpoints[at] is self.lent:
            self.lent = None
        del self.checkpoints[at]

    def _thin_out(self) -> None:
        """Drops checkpoints while there are too many, or have too many objects: the furthest of those ahead, and of the
        others those whose neighbours are nearest, seen from the session's place.

        What is lent is not counted, and no neighbour: like those ahead it goes with the next line.
        """
        points, here = self.checkpoints, len(self.lines)
        while True:
            held = [point for point in points if point is not self.lent]
            behind = [point for point in held if point.count <= here]
            ahead = len(held) - len(behind)
            objects = [point.objects for point in held]
            fits = sum(objects) <= MANY_OBJECTS + OBJECTS_SHARE * max(objects, default=0)
            if ahead <= AHEAD and len(behind) <= KEPT and fits:
                return
            if ahead > AHEAD or len(behind) < 3:
                self._drop(len(points) - 1)
                continue
            # A state far back is rarely needed, so it may be far from the next one.
            crowded = [
                (behind[at + 1].clock - behind[at - 1].clock) / max(self.clock - behind[at].clock, 1e-9)
                for at in range(1, len(behind) - 1)
            ]
            self._drop(points.index(behind[1 + crowded.index(min(crowded))]))


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


def fold(records: list[tuple[str, Sequence[str]]]) -> Timeline:
    """The timeline that a journal's records make: `undo N`, `redo N` and `reset` move in it, all else adds to it."""
    timeline = Timeline()
    for line, effects in records:
        word = line[:5]
        commands = decimal(line[5:]) if word in ("undo ", "redo ") else None
        if commands is not None and word == "undo ":
            timeline.take_back(commands)
        elif commands is not None:
            timeline.bring_back(commands)
        elif line == "reset":
            timeline.take_all()
        else:
            timeline.add(line, effects)
    return timeline
