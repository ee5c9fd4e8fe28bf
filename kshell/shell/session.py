"""A session: lines that run one after the other, and can be taken back.

    line -> clauses -> execute -> Outcome       run, noted in the timeline and the journal, answered

It has a State, a Timeline of lines, perhaps a Journal, and a Host. Whoever calls `run` decides what becomes of text and
errors. Nothing here reads or writes a terminal.
"""

from __future__ import annotations

from time import perf_counter

from kshell.kernel.machine import Machine
from kshell.shell import registry
from kshell.shell.command import Command
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, ShellError, UsageError
from kshell.shell.execution import SHELL_PATH, call, execute, judge, redirect
from kshell.shell.grammar import Clause, parse
from kshell.shell.header import MARK, header, machine_options
from kshell.shell.host import Host, Playback, Recorder
from kshell.shell.interrupts import Interrupts
from kshell.shell.results import Outcome, Result
from kshell.shell.state import State
from kshell.shell.text import printable, shown
from kshell.shell.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kshell.shell.journal import Journal
    from kshell.shell.settings import Settings
    from kshell.shell.tracing import Tracer

# Longer lines are refused before anything is made of them.
MAX_LINE = 1 << 20


class Session:
    """The lines of one person or script on one machine.

    Invariant: between lines, the state is that of the timeline's lines run on a fresh machine.
    """

    def __init__(self, machine: Machine, origin: Callable[[], Machine] | None = None) -> None:
        """A session on `machine`, in the context of its console's shell.

        `origin` makes another machine like it: a session that goes back in time begins there. Without it a copy
        is kept.
        """
        self.state = State(machine)
        self.timeline = Timeline()
        self.journal: Journal | None = None
        self.tracer: Tracer | None = None
        self.interrupts = Interrupts()
        # The options of the command line that make this machine, for `save` and the journal.
        self.options: list[str] = []
        # The machine's laws are checked after every command.
        self.paranoid = False
        # Every line is answered at once, so it has to be durable at once.
        self.answering = False
        # A command that fails ends its line, also before a `;`.
        self.stop_on_failure = False
        # How deep in scripts that load scripts the session is.
        self.depth = 0
        # What the person at the console has set; None where there is no console.
        self.settings: Settings | None = None
        self._host = Recorder(Host())
        # Where the line that is running ended early, or None.
        self._ran: int | None = None
        self._origin = origin
        if origin is None:
            self.timeline.checkpoints.append((0, self.state.copy()))

    @property
    def host(self) -> Host:
        """The files and programs that lines can reach."""
        return self._host.host

    @host.setter
    def host(self, host: Host) -> None:
        self._host = Recorder(host)

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
        clauses, wrong, mover = self._read(line)
        if mover is not None:
            yield from self._move(mover, clauses[0], line)
            return
        begin = perf_counter()
        interrupts = self.interrupts
        try:
            try:
                interrupts.arm()
                outcomes = self._execute(line, clauses, wrong, self._host)
            finally:
                interrupts.armed = False
        except (KeyboardInterrupt, Exception) as failure:
            yield self._roll_back(line, failure)
            return
        timeline = self.timeline
        ran = line if self._ran is None else line[: self._ran]
        answers = self._host.answers
        timeline.add(ran, tuple(answers))
        if self.journal is not None:
            failure_ = self._keep(ran, answers, outcomes)
            if failure_ is not None:
                yield failure_
                return
        timeline.spent(perf_counter() - begin, self.state)
        for outcome in outcomes:
            yield _for_people(outcome)

    def _read(self, line: str) -> tuple[list[Clause], UsageError | None, Command | None]:
        """The clauses of a line, aliases replaced, what is wrong with it, and its command if it is a session command.

        A session command has a line of its own.
        """
        try:
            clauses = parse(line)
            aliases = self.state.aliases
            for clause in clauses:
                words = clause.words
                if aliases and words[0] in aliases:
                    words[:1] = aliases[words[0]]
                command = registry.find(words[0])
                if command is not None and command.unrecorded:
                    misplaced = command.misplaced(clauses)
                    if misplaced:
                        raise UsageError(misplaced)
                    return clauses, None, command
        except UsageError as error:
            return [], error, None
        return clauses, None, None

    def _execute(self, line: str, clauses: list[Clause], wrong: UsageError | None, host: Host) -> list[Outcome]:
        """Runs the clauses of a line; notes where it ended, if it ended early."""
        self._host.answers = []
        self._ran = None
        state = self.state
        state.line_number += 1
        if wrong is not None:
            state.last_exit = wrong.exit
            text = f"{SHELL_PATH}: {state.line_number}: {wrong.message}"
            return [Outcome.failed(line, None, wrong.exit, text, wrong.message)]
        outcomes: list[Outcome] = []
        ok = True
        last = len(clauses) - 1
        for index, clause in enumerate(clauses):
            if (clause.connector == "&&" and not ok) or (clause.connector == "||" and ok):
                continue
            outcome = execute(state, clause, line, host)
            outcomes.append(outcome)
            self._finish(outcome)
            if index < last:
                ok = outcome.ok
                outcome.forgiven = not ok and clauses[index + 1].connector == "||"
                if state.finished or (self.stop_on_failure and not ok and not outcome.forgiven):
                    self._ran = clause.end
                    break
        return outcomes

    def _finish(self, outcome: Outcome) -> None:
        """Adds to an outcome what the session knows: events, and what was reported while plugins were loaded."""
        if self.paranoid:
            self.state.machine.check()
        if self.tracer is not None:
            outcome.notes += self.tracer.told()
        if outcome.notes:
            outcome.output = outcome.notes + outcome.output
        if registry.WARNINGS:
            outcome.error = "".join(f"{printable(warning)}\n" for warning in registry.WARNINGS) + outcome.error
            registry.WARNINGS.clear()

    def _keep(self, line: str, answers: list[str], outcomes: list[Outcome]) -> Outcome | None:
        """Puts the line into the journal, durably if somebody is answered; gives the outcome of a failure, or None."""
        journal = self.journal
        assert journal is not None
        try:
            journal.append(line, answers, len(self.timeline.lines))
            if self.answering or _tells(outcomes):
                journal.sync()
        except OSError as error:
            lost = len(self.timeline.lines) - journal.durable
            self.timeline.drop_after(journal.durable)
            self._rewind()
            which = "the line was" if lost == 1 else f"the last {lost} lines were"
            reason = f"{which} taken back: the journal {journal.path} cannot be written: {error.strerror}"
            return Outcome.failed(line, None, EXIT_FAILED, f"kshell: {reason}", reason)
        return None

    def _roll_back(self, line: str, failure: BaseException) -> Outcome:
        """Takes back whatever the failed line has done; returns the outcome that says so."""
        self._rewind()
        if isinstance(failure, KeyboardInterrupt):
            text = "interrupted: the machine is as it was before the line"
            return Outcome.failed(line, None, EXIT_INTERRUPTED, text, "interrupted")
        from kshell.shell.report import report

        text = report(self.host, self.script(), line, failure).rstrip("\n")
        return Outcome.failed(line, None, EXIT_FAILED, text, text.split("\n", 1)[0])

    # Moving in time

    def _move(self, command: Command, clause: Clause, line: str) -> Iterator[Outcome]:
        """Runs a session command, which leaves `$?` and `$_` alone. Lines that it runs are answered before it is."""
        notes: list[str] = []
        words = clause.words[1:]
        if clause.redirect is not None and command.rest is not None and command.rest.verbatim:
            # A redirection is that of the line which the command runs.
            words += clause.redirect
            clause.redirect = None
        try:
            try:
                made = call(self.state, command, self, words, notes)
                result = made if isinstance(made, Result) else (yield from made)
                outcome = Outcome.ran(line, command.name, result)
                outcome.output = result.output()
                outcome.error = result.err
            except ShellError as error:
                text = f"{clause.words[0]}: {error.message}"
                outcome = Outcome.failed(line, command.name, error.exit, text, error.message)
            for prefix in reversed(clause.prefixes):
                judge(prefix, outcome)
            if clause.redirect is not None:
                redirect(self.state, clause.redirect, outcome, self.host)
        except (KeyboardInterrupt, Exception) as failure:
            outcome = self._roll_back(line, failure)
        yield _for_people(outcome)

    def undo(self, commands: int) -> list[str]:
        """Takes back the last `commands` lines with a command; returns them, the latest first."""
        return self._travel("undo", commands, self.timeline.take_back)

    def redo(self, commands: int) -> list[str]:
        """Runs lines that were taken back again; returns them."""
        return self._travel("redo", commands, self.timeline.bring_back)

    def reset(self) -> None:
        """Takes back everything: a fresh machine."""
        self._note_move("reset")
        self.timeline.take_back(len(self.timeline.lines))
        self._rewind()

    def _travel(self, word: str, commands: int, move: Callable[[int], list[str]]) -> list[str]:
        self._note_move(f"{word} {commands}")
        moved = move(commands)
        if moved:
            self._rewind()
        return moved

    def _note_move(self, record: str) -> None:
        if self.journal is None:
            return
        try:
            self.journal.append(record, (), len(self.timeline.lines))
            self.journal.sync()
        except OSError as error:
            raise ShellError(f"the journal {self.journal.path} cannot be written: {error.strerror}") from None

    def script(self) -> str:
        """The session as a script: its options in the first line, then its lines."""
        return "".join(f"{line}\n" for line in [header(self.options), *self.timeline.lines])

    def require_machine(self, name: str, first: str) -> None:
        """Raises ShellError when the first line of the script `name` asks for a machine other than this one."""
        if not first.startswith(MARK):
            return
        options = machine_options(first)
        if options and options != self.options:
            asked = first[len(MARK) :].strip()
            raise ShellError(f"{name} needs another machine: start `kshell {asked}` and load it there")

    def trace(self, tracer: Tracer | None) -> None:
        """Makes `tracer` hear what happens in the machine; None ends that."""
        self.tracer = self.state.machine.observer = tracer

    def take_up(self, timeline: Timeline) -> None:
        """Makes `timeline`, as a journal gives it, the session's own, and its state the session's state."""
        timeline.checkpoints = self.timeline.checkpoints
        self.timeline = timeline
        self._rewind()

    def _rewind(self) -> None:
        """Makes the state that of the timeline's lines: from the nearest checkpoint, or from the start."""
        timeline = self.timeline
        count = len(timeline.lines)
        nearest = timeline.nearest(count)
        if nearest is not None:
            index, state = nearest[0], nearest[1].copy()
        else:
            assert self._origin is not None
            index, state = 0, State(self._origin())
        # Who watches the machine goes on watching.
        state.machine.observer = self.tracer
        self.state = state
        paranoid, self.paranoid = self.paranoid, False
        lines = timeline.lines
        timeline.lines = lines[:index]
        try:
            for at in range(index, count):
                begin = perf_counter()
                self._run_again(lines[at], timeline.effects.get(at, ()))
                timeline.lines.append(lines[at])
                timeline.spent(perf_counter() - begin, self.state)
        finally:
            timeline.lines = lines
            self.paranoid = paranoid

    def _run_again(self, line: str, answers: Sequence[str]) -> None:
        """Runs a line of the timeline for what it does to the state."""
        try:
            clauses, wrong, mover = self._read(line)
            if mover is not None:
                # Only a journal that somebody has edited holds one: it moves nothing when lines are run again.
                wrong = UsageError(f"{mover.name} is not a line of a session")
            self._execute(line, clauses, wrong, Playback(answers))
        finally:
            # A line that left the console did so once.
            self.state.finished = False
            if self.tracer is not None:
                # What was shown when the line first ran is not shown again.
                self.tracer.told()


def _no_line(line: str) -> Outcome:
    """The answer to what is not a line at all; it leaves no trace in the session."""
    if "\n" in line:
        reason = "a line cannot have a newline in it: give one line at a time"
    else:
        reason = f"the line has {len(line)} characters; a line has at most {MAX_LINE}"
    return Outcome.failed(f"{line[:60]}...", None, EXIT_USAGE, reason, reason)


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
