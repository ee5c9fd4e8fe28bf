"""A session: lines that run one after the other, and can be taken back.

    line -> clauses -> command -> Result -> Outcome       run, noted in the timeline and the journal, answered

Whoever calls `run` decides what becomes of text and errors. Nothing here reads or writes a terminal.
"""

from __future__ import annotations

from time import perf_counter

from kshell.kernel.machine import Machine
from kshell.shell import registry
from kshell.shell.context import shell_process
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, ShellError, UsageError
from kshell.shell.execution import SHELL_PATH, Executor
from kshell.shell.grammar import Clause, parse
from kshell.shell.interrupts import Interrupts
from kshell.shell.registry import Command
from kshell.shell.results import Outcome
from kshell.shell.text import shown
from kshell.shell.timeline import State, Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kshell.shell.journal import Journal

# Longer lines are refused before anything is made of them.
MAX_LINE = 1 << 20
# Scripts that load scripts.
MAX_DEPTH = 16


class Session(Executor):
    """The lines of one person or script on one machine.

    Invariant: between lines, the state is that of the timeline's lines run on a fresh machine.
    """

    def __init__(self, machine: Machine, origin: Callable[[], Machine] | None = None) -> None:
        """A session on `machine`, in the context of its console's shell.

        `origin` makes another machine like it: a session that goes back in time begins there. Without one a copy
        is kept.
        """
        super().__init__(machine)
        self.timeline = Timeline()
        self.journal: Journal | None = None
        # The options of the command line that make this machine, for `save` and the journal.
        self.options: list[str] = []
        # Every line is answered at once, so it has to be durable at once.
        self.answering = False
        # A command that fails ends its line, also before a `;`.
        self.stop_on_failure = False
        self.interrupts = Interrupts()
        # How deep scripts load scripts.
        self.depth = 0
        # Where the line that runs ended early, or None.
        self._ran: int | None = None
        self._origin = origin
        if origin is None:
            self.timeline.checkpoints.append((0, self.state.copy()))

    def run(self, line: str) -> Iterator[Outcome]:
        """Runs a line; yields the outcome of each of its commands.

        A line is atomic: it runs as a whole, is noted in the timeline and the journal, and only then answered. An
        interrupt, or a bug in a command, leaves the machine as it was before the line. A command that fails ends
        the line unless `||` or `;` follows, as in a shell. `undo`, `load` and their like are no part of the
        session: they move in it.
        """
        if len(line) > MAX_LINE or "\n" in line:
            yield self._refused(line)
            return
        clauses, mover = self._parse(line)
        if mover is not None:
            yield from self._move(mover, clauses[0], line)
            return
        begin = perf_counter()
        interrupts = self.interrupts
        try:
            try:
                interrupts.arm()
                outcomes = self._execute(line, clauses)
            finally:
                interrupts.armed = False
        except (KeyboardInterrupt, Exception) as failure:
            yield self._roll_back(line, failure)
            return
        timeline = self.timeline
        ran = line if self._ran is None else line[: self._ran]
        timeline.add(ran, tuple(self._effects))
        if self.journal is not None:
            failure_ = self._keep(ran, outcomes)
            if failure_ is not None:
                yield failure_
                return
        timeline.spent(perf_counter() - begin, self.state)
        for outcome in outcomes:
            yield _for_people(outcome)

    def _execute(self, line: str, clauses: list[Clause]) -> list[Outcome]:
        """Runs what was parsed of a line; notes where it ended if it ended early."""
        self._effects = []
        self._ran = None
        state = self.state
        state.line_number += 1
        outcomes: list[Outcome] = []
        ok = True
        last = len(clauses) - 1
        for index, clause in enumerate(clauses):
            if clause.error is not None:
                outcome = Outcome(line, None)
                message, state.last_exit = clause.error.message, clause.error.exit
                self._fail(outcome, clause.error.exit, f"{SHELL_PATH}: {state.line_number}: {message}", message)
                return [outcome]
            if (clause.connector == "&&" and not ok) or (clause.connector == "||" and ok):
                continue
            outcome = self.run_clause(clause, line)
            outcomes.append(outcome)
            if index < last:
                ok = outcome.ok
                outcome.forgiven = not ok and clauses[index + 1].connector == "||"
                if self.finished or (self.stop_on_failure and not ok and not outcome.forgiven):
                    self._ran = clause.end
                    break
        return outcomes

    def _refused(self, line: str) -> Outcome:
        """The answer to what is no line at all; it leaves no trace in the session."""
        shown = line[:60] + "..."
        if "\n" in line:
            reason = "a line has no newline in it: give one line at a time"
        else:
            reason = f"the line has {len(line)} characters; a line has at most {MAX_LINE}"
        outcome = Outcome(shown, None)
        outcome.ok, outcome.exit, outcome.reason, outcome.error = False, EXIT_USAGE, reason, f"{reason}\n"
        return outcome

    def _keep(self, line: str, outcomes: list[Outcome]) -> Outcome | None:
        """Puts the line into the journal, durable if anybody is to be answered; the outcome of a failure to."""
        journal = self.journal
        assert journal is not None
        try:
            journal.append(line, self._effects, len(self.timeline.lines))
            if self.answering or _tells(outcomes):
                journal.sync()
        except OSError as error:
            lost = len(self.timeline.lines) - journal.durable
            self.timeline.drop_after(journal.durable)
            self._rewind()
            which = "the line was" if lost == 1 else f"the last {lost} lines were"
            reason = f"{which} taken back: the journal {journal.path} cannot be written: {error.strerror}"
            outcome = Outcome(line, None)
            self._fail(outcome, EXIT_FAILED, f"kshell: {reason}", reason)
            return outcome
        return None

    def _roll_back(self, line: str, failure: BaseException) -> Outcome:
        """Takes back whatever the line that failed so has done; the outcome that says it."""
        self._rewind()
        outcome = Outcome(line, None)
        if isinstance(failure, KeyboardInterrupt):
            outcome.ok, outcome.exit, outcome.reason = False, EXIT_INTERRUPTED, "interrupted"
            outcome.error = "interrupted: the machine is as it was before the line\n"
            return outcome
        from kshell.shell.report import report

        outcome.ok, outcome.exit = False, EXIT_FAILED
        outcome.error = report(self, line, failure)
        outcome.reason = outcome.error.split("\n", 1)[0]
        return outcome

    # Moving in time

    def _parse(self, line: str) -> tuple[list[Clause], Command | None]:
        """The clauses of a line with aliases put in, and its command if that is one that moves in the session.

        A line that is wrong has one clause that says why. A command that moves stands on a line of its own.
        """
        try:
            clauses = parse(line)
            aliases = self.state.aliases
            for clause in clauses:
                words = clause.words
                if aliases and words[0] in aliases:
                    words[:1] = aliases[words[0]]
                command = registry.find(words[0])
                if command is not None and command.moves:
                    if len(clauses) > 1 or clause.name or any(prefix != ("!",) for prefix in clause.prefixes):
                        raise UsageError(f"{command.name} stands on a line of its own: it is no part of the session")
                    return clauses, command
        except UsageError as error:
            return [Clause.wrong(error)], None
        return clauses, None

    def _move(self, command: Command, clause: Clause, line: str) -> Iterator[Outcome]:
        """Runs a command that is no part of the session, and so leaves `$?` and `$_` alone."""
        outcome = Outcome(line, command.name)
        try:
            self._run_words(clause.words, outcome)
            result = outcome.result
            if result is not None:
                if result.script is not None:
                    yield from self._load(*result.script, outcome)
                if result.watch is not None:
                    yield from self._watch(*result.watch, outcome)
                outcome.output = result.output()
            for prefix in reversed(clause.prefixes):
                self._judge(prefix, outcome)
            if clause.redirect is not None:
                self._redirect(clause.redirect, outcome)
        except (KeyboardInterrupt, Exception) as failure:
            outcome = self._roll_back(line, failure)
        yield _for_people(outcome)

    def _load(self, name: str, lines: list[str], outcome: Outcome) -> Iterator[Outcome]:
        """Runs the lines of a script as lines of this session, up to the first that fails."""
        if self.depth >= MAX_DEPTH:
            reason = f"{name} is loaded {MAX_DEPTH} scripts deep: does a script load itself?"
            self._fail(outcome, EXIT_FAILED, f"load: {reason}", reason)
            return
        self.depth += 1
        stopping, self.stop_on_failure = self.stop_on_failure, True
        try:
            for number, text in enumerate(lines, 1):
                if number == 1 and text.startswith("#!"):
                    continue
                for inner in self.run(text.rstrip("\r")):
                    inner.place = inner.place or f"{name}:{number}"
                    yield inner
                    if not inner.ok and not inner.forgiven:
                        reason = f"{name} stopped in line {number}; the lines before it were run"
                        self._fail(outcome, inner.exit, f"load: {reason}", reason)
                        return
                if self.finished:
                    return
        finally:
            self.stop_on_failure = stopping
            self.depth -= 1

    def _watch(self, seconds: float, times: int, line: str, outcome: Outcome) -> Iterator[Outcome]:
        """Runs a line of this session again and again, until it fails, so many times, or until Ctrl-C."""
        tick = 0
        while not times or tick < times:
            tick += 1
            for inner in self.run(line):
                inner.tick = tick
                yield inner
                if not inner.ok and not inner.forgiven:
                    self._fail(outcome, inner.exit, "", inner.reason or "")
                    outcome.error = ""
                    return
            if tick == times or self.interrupts.sleep(seconds):
                return

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
        from shlex import join

        head = f"#! kshell {join(self.options)}".rstrip()
        return "".join(f"{line}\n" for line in [head, *self.timeline.lines])

    def require_machine(self, name: str, first: str) -> None:
        """Raises ShellError when the first line of the script `name` asks for another machine than this one."""
        from shlex import split

        if not first.startswith("#! kshell"):
            return
        try:
            options = split(first[len("#! kshell") :])
        except ValueError:
            options = [first]
        if options and options != self.options:
            raise ShellError(
                f"{name} wants another machine: start `kshell {first[len('#! kshell') :].strip()}` and load it there"
            )

    def take_up(self, timeline: Timeline) -> None:
        """Makes `timeline`, as a journal tells it, the session's own, and its state the session's state."""
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
            index, machine = 0, self._origin()
            state = State(machine, shell_process(machine))
        self._adopt(state)
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
            self.finished = False

    def _run_again(self, line: str, answers: Sequence[str]) -> None:
        """Runs a line of the timeline for what it does to the state."""
        self._answers = iter(answers)
        try:
            self._execute(line, self._parse(line)[0])
        finally:
            self._answers = None
            if self.tracer is not None:
                # What was seen when the line first ran is not told again.
                self.tracer.told()


def _tells(outcomes: list[Outcome]) -> bool:
    """Whether anybody is going to see anything of these."""
    for outcome in outcomes:  # noqa: SIM110  (a generator costs 0.4 us, on every line of a script)
        if outcome.output or outcome.error:
            return True
    return False


def _for_people(outcome: Outcome) -> Outcome:
    """The outcome with texts that a terminal shows as they are: names, data and lines may hold anything."""
    if outcome.output:
        outcome.output = shown(outcome.output)
    if outcome.error:
        outcome.error = shown(outcome.error)
    return outcome
