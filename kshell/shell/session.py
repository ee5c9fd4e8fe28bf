"""A session: lines that run one after the other, and can be taken back.

    line -> clauses -> execute -> Outcome       run, noted in the timeline and the journal, answered

It has a State, a Timeline of lines, perhaps a Journal, and a Host. Whoever calls `run` decides what becomes of text and
errors. Nothing here reads or writes a terminal.
"""

from __future__ import annotations

from time import perf_counter

from kshell.kernel.compiling import poll
from kshell.kernel.machine import Machine
from kshell.shell import registry
from kshell.shell.command import Command
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, JournalError, ShellError, UsageError
from kshell.shell.execution import SHELL_PATH, call, execute, judge, redirect
from kshell.shell.expressions import evaluate, no_variables
from kshell.shell.grammar import Clause
from kshell.shell.header import MARK, Header
from kshell.shell.host import Host, Playback, Recorder, Sandbox
from kshell.shell.interrupts import Interrupts
from kshell.shell.known_lines import KnownLines, Meaning
from kshell.shell.past import DEFAULT_SEED, Past
from kshell.shell.results import Outcome, Result
from kshell.shell.state import State
from kshell.shell.timeline import Timeline, holds_command
from kshell.text import printable, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from kshell.shell.hindsight import Hindsight
    from kshell.shell.journal import Journal
    from kshell.shell.pins import Pin, Pins
    from kshell.shell.settings import Settings
    from kshell.shell.tracing import Tracer

    Seen = TypeVar("Seen")

# Longer lines are refused before anything is made of them.
MAX_LINE = 1 << 20
# Why a line has failed that this computer was too small for.
NO_MEMORY = "this computer has not enough memory for that"
# A line that takes more seconds is looked at closely: whether it only looks.
LONG_LOOK = 0.01
# Of so many earlier moments it is remembered what was seen in them.
MOST_SIGHTS = 32


class Moment:
    """Where a session was: its lines, who watched the machine, and what was pinned."""

    __slots__ = ("timeline", "tracer", "pinned")

    def __init__(self, timeline: Timeline, tracer: Tracer | None, pinned: list[Pin]) -> None:
        self.timeline = timeline
        self.tracer = tracer
        self.pinned = pinned


class Session(Past):
    """The lines of one person or script on one machine.

    Invariant: between lines, the state is that of the timeline's lines run on a fresh machine.
    """

    def __init__(
        self,
        start: Machine | State,
        origin: Callable[[], Machine] | None = None,
        host: Host | None = None,
        header: Header | None = None,
        timeline: Timeline | None = None,
    ) -> None:
        """A session that begins with `start`: a machine, in the context of its console's shell, or a state.

        `origin` makes another machine like it: a session that goes back in time begins there. Without it a copy
        is kept. `host` is what its lines reach of the world outside, nothing without it; `header` are the options of
        the command line that make this machine, for `save` and the journal. `timeline` has the lines before, if
        there were any.
        """
        self.state = start if isinstance(start, State) else State(start)
        self.state.past = self
        self.timeline = Timeline() if timeline is None else timeline
        self.journal: Journal | None = None
        self.tracer: Tracer | None = None
        self.interrupts = Interrupts()
        self.header = Header() if header is None else header
        # The machine's laws are checked after every command.
        self.paranoid = False
        # Every line is answered at once, so it has to be durable at once.
        self.answering = False
        # A command that fails ends its line, also before a `;`.
        self.stop_on_failure = False
        # How many lines its journal has brought back.
        self.brought_back = 0
        # How deep in scripts that load scripts the session is.
        self.depth = 0
        # What the person at the console has set; None where there is no console.
        self.settings: Settings | None = None
        self._pins: Pins | None = None
        self._recorder = Recorder(Sandbox() if host is None else host, self._intend)
        self._known = KnownLines()
        # The line that is running, and its clause; where it ended early, or None.
        self._line = ""
        self._clauses: list[Clause] = []
        self._clause: Clause | None = None
        # A line is tried in the middle of another: its state is not that after any number of lines.
        self._midway = False
        self._ran: int | None = None
        # The line has noted an intent, so its record must follow.
        self._intended = False
        self._origin = origin
        if origin is None and timeline is None:
            self.timeline.begin(self.state.copy())

    @property
    def host(self) -> Host:
        """The files and programs that lines can reach; it is given when the session is made, and stays."""
        return self._recorder.host

    @property
    def seed(self) -> int:
        word = self.header.machine.get("--seed")
        return DEFAULT_SEED if word is None else evaluate(word, no_variables)

    @property
    def pins(self) -> Pins:
        """What stays on the screen. It is no part of the lines, as settings are none."""
        if self._pins is None:
            from kshell.shell.pins import Pins

            self._pins = Pins()
        return self._pins

    def keep(self, journal: Journal) -> None:
        """Keeps every further line in `journal`, which has all those before."""
        self.journal = journal
        self.host.kept = journal.identity

    def run(self, line: str) -> Iterator[Outcome]:
        """Runs a line; yields the outcome of each of its commands.

        A line is atomic: it runs as a whole, is noted in the timeline and the journal, and only then answered. An
        interrupt, or a bug in a command, leaves the machine as it was before the line. A command that fails ends
        the line unless `||` or `;` follows, as in a shell. Session commands (`undo`, `load` and the like) are not
        lines of the session: they move in it.
        """
        if len(line) > MAX_LINE or "\n" in line:
            yield _no_line(line)
            return
        meaning = self._known.meaning(line, self.state.aliases)
        if meaning.mover is not None:
            yield from self._move(meaning.mover, meaning.clauses[0], line)
            return
        timeline = self.timeline
        if timeline.clock > timeline.due_at or timeline.lent is not None:
            self._settle(meaning.clauses)
        begin = perf_counter()
        interrupts, state = self.interrupts, self.state
        koid = state.machine.next_koid
        try:
            try:
                interrupts.arm()
                outcomes = self._execute(line, meaning, self._recorder)
                # Ctrl-C that came while it ran stops it, and not the next one.
                poll()
            finally:
                interrupts.armed = False
        except JournalError as lost:
            yield self._lose(line, lost)
            return
        except BaseException as failure:
            yield self._roll_back(line, failure)
            return
        if self._ran == 0:
            # Nothing but leaving has happened: `undo` finds the line before it.
            state.line_number -= 1
        else:
            ran = line if self._ran is None else line[: self._ran]
            answers = self._recorder.answers
            timeline.add(ran, tuple(answers))
            if self.journal is not None:
                try:
                    self.journal.line(ran, answers)
                    if self.answering or self._intended or _tells(outcomes):
                        self.journal.sync()
                except JournalError as lost:
                    yield self._lose(line, lost)
                    return
            seconds = perf_counter() - begin
            if seconds <= LONG_LOOK or not self._only_looked(koid, meaning.clauses, outcomes):
                timeline.spent(seconds)
        if outcomes:
            outcomes[-1].last = True
        for outcome in outcomes:
            yield _for_people(outcome) if outcome.output or outcome.error else outcome

    def _only_looked(self, koid: int, clauses: list[Clause], outcomes: list[Outcome]) -> bool:
        """Whether the last line, which took its time, only looked: then it is noted as such. `koid` was the next one
        before it."""
        from kshell.shell.looks import only_looked

        if not only_looked(clauses, outcomes):
            return False
        name, timeline = outcomes[0].command, self.timeline
        timeline.looks[len(timeline.lines) - 1] = name if name and koid != self.state.machine.next_koid else ""
        return True

    def settle(self) -> None:
        """Takes the checkpoint that is due. Whoever waits for a person calls it, so that no line has to wait."""
        self.timeline.settle(self.state, self.answering)

    def _settle(self, clauses: list[Clause]) -> None:
        """These clauses are going to run: takes the checkpoint that is due. What only looks is worth none."""
        from kshell.shell.looks import all_look

        self.timeline.leave()
        if not all_look(clauses):
            self.timeline.settle(self.state, self.answering)

    def _execute(self, line: str, meaning: Meaning, host: Host) -> list[Outcome]:
        """Runs the clauses of a line; notes where it ended, if it ended early. With a host that only plays back what
        was noted all of them run: what did not was not noted."""
        self._recorder.answers = []
        self._ran = None
        self._intended = False
        self._line = line
        self._clauses = clauses = meaning.clauses
        state = self.state
        state.line_number += 1
        wrong = meaning.wrong
        if wrong is not None:
            state.last_exit = wrong.exit
            state.failures += 1
            text = f"{SHELL_PATH}: {state.line_number}: {wrong.message}"
            return [Outcome.failed(line, None, wrong.exit, text, wrong.message)]
        outcomes: list[Outcome] = []
        ok = True
        last = len(clauses) - 1
        for index, clause in enumerate(clauses):
            if index and clause.connector == ("||" if ok else "&&"):
                continue
            self._clause = clause
            outcome = execute(state, clause, meaning.commands[index], line, host)
            outcomes.append(outcome)
            if outcome.output or outcome.notes or self.tracer is not None or self.paranoid or registry.WARNINGS:
                self._finish(outcome)
            ok = outcome.ok
            if state.finished and host.listens and clause.redirect is None:
                # Leaving is not a step of the session: a script of its lines must not leave in their middle.
                self._ran = clauses[index - 1].end if index else 0
                break
            if not ok:
                outcome.forgiven = index < last and clauses[index + 1].connector == "||"
                state.failures += not outcome.forgiven
            if index < last and host.listens:
                failed = not ok and not outcome.forgiven
                if state.finished or (failed and self.stop_on_failure):
                    self._ran = clause.end
                    break
        return outcomes

    def _intend(self) -> None:
        """The clause that is running is going to deal with the host: notes it. Raises JournalError."""
        if self.journal is not None:
            self._intended = True
            assert self._clause is not None
            end = self._clause.end
            self.journal.intend(self._line[:end] if end else self._line, self._recorder.answers)

    def _finish(self, outcome: Outcome) -> None:
        """Adds to an outcome what the session knows: events, and what was reported while plugins were loaded."""
        if self.paranoid:
            self.state.machine.check()
        if self.tracer is not None:
            outcome.notes += self.tracer.told()
        if outcome.notes:
            outcome.output = outcome.notes + outcome.output
        if outcome.output and len(outcome.output) > self.host.max_output:
            cut = f"its output has {len(outcome.output)} characters and is cut; --max-output N allows more"
            outcome.output = outcome.output[: self.host.max_output] + "\n"
            outcome.error += f"kshell: {cut}\n"
            outcome.reason = outcome.reason or cut
        if registry.WARNINGS:
            outcome.error = "".join(f"{printable(warning)}\n" for warning in registry.WARNINGS) + outcome.error
            registry.WARNINGS.clear()

    def _lose(self, line: str, failure: JournalError) -> Outcome:
        """Takes back what the journal does not have, and what `line` has done; returns the outcome that says so."""
        assert self.journal is not None
        self.timeline.forget(failure.lost)
        self._rewind()
        which = f"the last {failure.lost} lines were" if failure.lost > 1 else "the line was"
        reason = f"{which} taken back: the journal {self.journal.path} cannot be written: {failure.reason}"
        return _last(Outcome.failed(line, None, EXIT_FAILED, f"kshell: {reason}", reason))

    def _roll_back(self, line: str, failure: BaseException) -> Outcome:
        """Takes back whatever the failed line has done; returns the outcome that says so."""
        # Going back runs other lines.
        name = self._clause.words[0] if self._clause is not None else ""
        if self.journal is not None:
            self.journal.withdraw()
        self._rewind()
        if isinstance(failure, KeyboardInterrupt):
            text = "interrupted: the machine is as it was before the line"
            return _last(Outcome.failed(line, None, EXIT_INTERRUPTED, text, "interrupted"))
        if isinstance(failure, MemoryError):
            text = f"kshell: {NO_MEMORY}; the machine is as it was before the line"
            return _last(Outcome.failed(line, None, EXIT_FAILED, text, NO_MEMORY))
        from kshell.shell.report import report

        plugin = registry.PLUGINS.get(registry.ALIASES.get(name, name), "")
        text = report(self.host, self.script(), line, failure, plugin).rstrip("\n")
        return _last(Outcome.failed(line, None, EXIT_FAILED, text, text.split("\n", 1)[0]))

    # Moving in time

    def _move(self, command: Command, clause: Clause, line: str) -> Iterator[Outcome]:
        """Runs a session command, which leaves `$?` and `$_` alone. Lines that it runs are answered before it is."""
        notes: list[str] = []
        self._clauses = [clause]
        self._clause = clause
        self._intended = False
        words, target = clause.words[1:], clause.redirect
        if target is not None and command.takes_line:
            # A redirection is that of the line which the command runs.
            words += target
            target = None
        try:
            # Whoever hears of the session's lines, or finds them in a file, must not lose them.
            if self.journal is not None:
                self.journal.sync()
            try:
                made = call(self.state, command, self, words, notes)
                result = made if isinstance(made, Result) else (yield from made)
                outcome = Outcome(line, command.name, result)
                outcome.output = result.output()
                outcome.error = result.err
            except ShellError as error:
                text = f"{clause.words[0]}: {error.message}"
                outcome = Outcome.failed(line, command.name, error.exit, text, error.message)
            for prefix in reversed(clause.prefixes):
                judge(prefix, outcome)
            if target is not None:
                redirect(self.state, target, outcome, self.host)
        except JournalError as lost:
            outcome = self._lose(line, lost)
        except GeneratorExit:
            # Nobody wants to hear more.
            raise
        except BaseException as failure:
            outcome = self._roll_back(line, failure)
        yield _for_people(_last(outcome))

    def undo(self, changes: int) -> tuple[list[str], list[str]]:
        """Takes back the last `changes` lines that changed something, and those after them that changed nothing.

        Returns both, the latest first; fewer when there are no more.
        """
        lines = self.timeline.lines
        changed, idle, end = self._hindsight(self.timeline).last_changes(changes)
        if changed:
            self._travel("undo", sum(map(holds_command, lines[end:])), self.timeline.take_back)
        return changed, idle

    def redo(self, changes: int) -> tuple[list[str], list[str]]:
        """Runs lines that were taken back again: so many that change something, and those after them that do not.

        Returns both, in their order.
        """
        timeline = self.timeline.whole()
        changed, idle = self._hindsight(timeline).next_changes(len(self.timeline.lines), changes)
        # What was found out about lines that come back is true of them.
        self.timeline.changes = timeline.changes
        self.timeline.adopt(timeline)
        if self.timeline.undone:
            self._travel("redo", len(changed) + len(idle), self.timeline.bring_back)
        return changed, idle

    def reset(self) -> None:
        """Takes back everything: a fresh machine."""
        self._note_move("reset")
        self.timeline.stay(self.state)
        self.timeline.take_all()
        self._rewind()

    def _travel(self, word: str, commands: int, move: Callable[[int], list[str]]) -> list[str]:
        self._note_move(f"{word} {commands}")
        self.timeline.stay(self.state)
        moved = move(commands)
        self._rewind()
        return moved

    def _note_move(self, record: str) -> None:
        """Notes a move before it is made. Raises JournalError; then it must not be made."""
        if self.journal is not None:
            self.journal.move(record)

    def script(self) -> str:
        """The session as a script: its options in the first line, then its lines. A script stops at a line that fails,
        which this session did not if it has one."""
        first = Header(self.header.machine, keep_going=self.state.failures > 0).line()
        return "".join(f"{line}\n" for line in [first, *self.timeline.lines])

    def require_machine(self, name: str, header: Header) -> None:
        """Raises ShellError when the script `name`, whose first line is `header`, asks for a machine other than this
        one."""
        if header.machine and not header.same_machine(self.header):
            asked = header.line()[len(MARK) :].strip()
            raise ShellError(f"{name} needs another machine: start `kshell {asked}` and load it there")

    def trace(self, tracer: Tracer | None) -> None:
        """Makes `tracer` hear what happens in the machine; None ends that."""
        self.tracer = self.state.machine.observer = tracer

    def take_up(self, timeline: Timeline) -> list[tuple[str, str]]:
        """Makes `timeline`, as a journal gives it, the session's own, and its state the session's state.

        Returns the lines that the language does not allow, each with the reason.
        """
        self.brought_back = len(timeline.lines)
        timeline.checkpoints = self.timeline.checkpoints
        self.timeline = timeline
        return self._rewind()

    def _rewind(self) -> list[tuple[str, str]]:
        """Makes the state that of the timeline's lines: from the nearest checkpoint, or from the start.

        Returns those of the lines run again that are wrong in themselves, each with the reason.
        """
        index, self.state = self._nearest(self.timeline)
        self.state.past = self
        return self._run_from(index)

    def _nearest(self, timeline: Timeline) -> tuple[int, State]:
        """A state on the way to the end of `timeline`, and after how many lines it comes."""
        nearest = timeline.nearest(len(timeline.lines))
        if nearest is not None:
            return nearest
        assert self._origin is not None
        return 0, State(self._origin())

    def _run_from(self, index: int) -> list[tuple[str, str]]:
        """Runs the timeline's lines from `index` on again, which is where the state is; returns what `_rewind` does."""
        wrong: list[tuple[str, str]] = []
        timeline = self.timeline
        # Who watches the machine goes on watching.
        self.state.machine.observer = self.tracer
        paranoid, self.paranoid = self.paranoid, False
        lines = timeline.lines
        count = len(lines)
        passable = timeline.passable(index, count) if not self.state.aliases else ()
        timeline.lines = lines[:index]
        start, last = timeline.clock, index
        half = timeline.halfway(self.state, index, 0.0, count)
        # Most lines have asked nothing.
        effects, alone = timeline.effects, Playback(())
        try:
            for at in range(index, count):
                if at == half:
                    half = timeline.halfway(self.state, last, timeline.clock - start, count)
                    start, last = timeline.clock, at
                if at in passable:
                    self._pass_by(timeline.looks[at])
                    timeline.lines.append(lines[at])
                    continue
                begin = perf_counter()
                koid = self.state.machine.next_koid
                host = Playback(effects[at]) if at in effects else alone
                outcomes = self.run_again(lines[at], host)
                for outcome in outcomes:
                    if outcome.exit == EXIT_USAGE:
                        wrong.append((lines[at], outcome.reason or ""))
                timeline.lines.append(lines[at])
                seconds = perf_counter() - begin
                if seconds <= LONG_LOOK or not self._only_looked(koid, self._clauses, outcomes):
                    timeline.spent(seconds)
        finally:
            timeline.lines = lines
            self.paranoid = paranoid
        return wrong

    def _pass_by(self, name: str) -> None:
        """Does to the state what a line did that only looked, but for its result; `name` is the program that it ran."""
        state = self.state
        state.line_number += 1
        state.last_exit = 0
        if name:
            from kshell.shell.running import running

            with running(state, name):
                pass
            if self.tracer is not None:
                self.tracer.told()

    def run_again(self, line: str, host: Host) -> list[Outcome]:
        """Runs a line of the timeline once more: all of it, whatever fails. `host` plays back what was answered."""
        try:
            meaning = self._known.meaning(line, self.state.aliases)
            if meaning.mover is not None:
                # Only a journal that somebody has edited holds one: it moves nothing when lines are run again.
                meaning = Meaning([], UsageError(f"{meaning.mover.name} is not a line of a session"))
            return self._execute(line, meaning, host)
        finally:
            # A line that left the console did so once.
            self.state.finished = False
            if self.tracer is not None:
                # What was shown when the line first ran is not shown again.
                self.tracer.told()

    def moment(self) -> Moment:
        """Where the session is, for `return_to`."""
        timeline = self.timeline.branch(len(self.timeline.lines), lasting=True)
        timeline.undone = self.timeline.undone.copy()
        return Moment(timeline, self.tracer, self._pins.pins.copy() if self._pins is not None else [])

    def return_to(self, moment: Moment) -> None:
        """Makes the session what it was at a moment of its own: its lines, those that can be brought back, its state.

        Files stay as lines have left them. No journal may be kept: it would know nothing of this.
        """
        assert self.journal is None
        self.timeline = moment.timeline.branch(len(moment.timeline.lines), lasting=True)
        self.timeline.undone = moment.timeline.undone.copy()
        self.trace(moment.tracer)
        if self._pins is not None:
            self._pins.pins = moment.pinned.copy()
            self._pins.version += 1
        self._rewind()

    def another(self) -> Session:
        """A session at the start of this one, on a machine of its own; its lines reach no files and programs."""
        origin = self._origin
        machine = self.timeline.checkpoints[0].state.copy().machine if origin is None else origin()
        return Session(machine, origin, header=self.header)

    def apart(self) -> Session:
        """A session of its own that begins where this one is, on a copy of its machine.

        Its lines reach no files and programs, and nothing takes back what was before the first of them.
        """
        twin = Session(self.state.copy(), None, self._closed(), self.header)
        twin.interrupts = self.interrupts
        return twin

    # Looking back, and trying what could be done

    def line_begins(self) -> int | None:
        begins = not self._midway and (not self._clauses or self._clause is self._clauses[0])
        return len(self.timeline.lines) if begins else None

    def line(self, index: int) -> str:
        return self.timeline.lines[index]

    def seen(self, count: int, look: Callable[[Machine], Seen]) -> Seen:
        sights = self.timeline.sights
        if count not in sights:
            if len(sights) == MOST_SIGHTS:
                del sights[next(iter(sights))]
            sights[count] = look(self._state_after(self.timeline, count).machine)
        seen: Seen = sights[count]
        return seen

    def glimpse(self, count: int, look: Callable[[Machine], Seen]) -> Seen:
        return look(self._state_after(self.timeline, count).machine)

    def lines_before(self) -> int:
        return len(self.timeline.lines)

    def last_change(self, lines: int | None = None) -> int | None:
        all_lines = len(self.timeline.lines)
        last = all_lines if lines is None else min(lines, all_lines)
        return self._hindsight(self.timeline).last_change(last)

    def rehearse(self, line: str, look: Callable[[Machine], Seen]) -> tuple[list[Outcome], Seen, list[str]]:
        from kshell.shell.rehearsal import Rehearsal

        host = self._closed() if isinstance(self.host, Sandbox) else Rehearsal()
        host.max_output = self.host.max_output
        twin = self._twin(self.state.copy(), self.timeline.branch(len(self.timeline.lines)), host)
        twin._midway = self.line_begins() is None
        twin.state.nested = self.state.nested
        outcomes = list(twin.run(line))
        if any(outcome.exit == EXIT_INTERRUPTED for outcome in outcomes):
            raise KeyboardInterrupt
        return outcomes, look(twin.state.machine), host.spared if isinstance(host, Rehearsal) else []

    def on_copy(self, host: Host | None = None) -> Session:
        """A session that goes on from here on a copy of the machine: nothing of what it does remains. Its lines reach
        what `host` is, no files and programs without it."""
        host = self._closed() if host is None else host
        host.max_output = self.host.max_output
        return self._twin(self.state.copy(), self.timeline.branch(len(self.timeline.lines), lasting=True), host)

    def aside(self, line: str, on_copy: bool) -> list[Outcome]:
        # Of the lines before it only what was found out about them is new.
        twin = self._twin(self.state.copy() if on_copy else self.state.beside(), self.timeline, self._closed())
        twin.compares = False
        meaning = self._known.meaning(line, twin.state.aliases)
        return self.interrupts.wait(lambda: twin._execute(line, meaning, twin._recorder))

    def _twin(self, state: State, timeline: Timeline, host: Host) -> Session:
        """A session after the lines of `timeline`, in the state after them; nobody watches it or hears of its lines.

        It begins with the same machine as this one. They have in common what is pinned, how deep in scripts they are,
        whether pictures compare, and what lines are known to mean; all else is the twin's own.
        """
        twin = Session(state, self._origin, host, self.header, timeline)
        twin._known = self._known
        twin._pins = self._pins
        twin.depth = self.depth
        twin.compares = self.compares
        return twin

    def _twin_after(self, timeline: Timeline) -> Session:
        """A twin for which the lines of `timeline`, a branch, are run again, from the nearest state on the way."""
        index, state = self._nearest(timeline)
        return self._twin_from(timeline, index, state)

    def _twin_from(self, timeline: Timeline, index: int, state: State) -> Session:
        """The same from `state`, which comes after `index` lines."""
        twin = self._twin(state, timeline, Sandbox())
        twin._run_from(index)
        return twin

    def _closed(self) -> Sandbox:
        """No files and no programs; commands may print as much as elsewhere."""
        closed = Sandbox()
        closed.max_output = self.host.max_output
        return closed

    def _state_after(self, timeline: Timeline, count: int) -> State:
        """The state after the first `count` lines of `timeline`, for looking only, until a later one is asked for."""
        if timeline is self.timeline and count == self.line_begins():
            return self.state
        nearest = timeline.before(count)
        if nearest is not None and nearest.count == count:
            return nearest.state
        branch = timeline.branch(count)
        moving = timeline.move_on(count)
        if moving is None:
            twin = self._twin_after(branch)
        else:
            branch.clock = moving.clock
            twin = self._twin_from(branch, moving.count, moving.state)
            branch.checkpoints.remove(moving)
        timeline.adopt(branch)
        timeline.keep(count, branch.clock, twin.state, moves=True)
        return twin.state

    def _walk(self, timeline: Timeline, begin: int, end: int) -> Iterator[State]:
        """Runs the lines of `timeline` from `begin` to `end` once; gives the state before them and after each, for
        looking until the next is asked for."""
        twin = self._twin_after(timeline.branch(begin))
        timeline.adopt(twin.timeline)
        yield twin.state
        passable = timeline.passable(begin, end) if not twin.state.aliases else ()
        for at in range(begin, end):
            if at in passable:
                twin._pass_by(timeline.looks[at])
            else:
                twin.run_again(timeline.lines[at], Playback(timeline.effects.get(at, ())))
            twin.timeline.lines.append(timeline.lines[at])
            yield twin.state

    def _hindsight(self, timeline: Timeline) -> Hindsight:
        """What can be found out about the lines of `timeline`, which begin as this session did."""
        from kshell.shell.hindsight import Hindsight

        return Hindsight(
            timeline,
            lambda count: self._state_after(timeline, count),
            lambda begin, end: self._walk(timeline, begin, end),
        )


def _no_line(line: str) -> Outcome:
    """The answer to what is not a line at all; it leaves no trace in the session."""
    if "\n" in line:
        reason = "a line cannot have a newline in it: give one line at a time"
    else:
        reason = f"the line has {len(line)} characters; a line has at most {MAX_LINE}"
    return _last(Outcome.failed(f"{line[:60]}...", None, EXIT_USAGE, reason, reason))


def _last(outcome: Outcome) -> Outcome:
    """The outcome, marked as its line's last one."""
    outcome.last = True
    return outcome


def _tells(outcomes: list[Outcome]) -> bool:
    """Whether anybody is going to see any of these."""
    for outcome in outcomes:  # noqa: SIM110  (a generator costs more, on every line of a script)
        if outcome.output or outcome.error:
            return True
    return False


def _for_people(outcome: Outcome) -> Outcome:
    """The outcome, with texts that a terminal shows as they are: names, data and lines may hold anything."""
    if outcome.output:
        outcome.output = shown(outcome.output)
    if outcome.error:
        outcome.error = shown(outcome.error)
    return outcome
