"""Running commands: a clause with its prefixes, its assignment and its redirection becomes an Outcome."""

from __future__ import annotations

from kshell.kernel.abi import ERR_BAD_HANDLE, NO_ERROR, STATUS_CODES, KernelError, status_name
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import DEAD, Job
from kshell.shell import registry
from kshell.shell.context import Context
from kshell.shell.errors import EXIT_FAILED, EXIT_NOT_FOUND, EXIT_USAGE, ShellError, UsageError
from kshell.shell.grammar import Clause
from kshell.shell.registry import Command
from kshell.shell.results import Outcome, Result
from kshell.shell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kshell.shell.tracing import Tracer

# Words that any command takes: how its result is shown.
_VIEW_WORDS = frozenset(("--calls", "--format"))
SHELL_PATH = "/boot/bin/sh"


class Executor(Context):
    """Runs clauses in a context. Nothing here knows of earlier and later lines."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.paranoid = False
        # What the host answered to the line that runs; when a line is run again, the answers it got then.
        self._effects: list[str] = []
        self._answers: Iterator[str] | None = None
        self.tracer: Tracer | None = None

    def run_clause(self, clause: Clause, line: str) -> Outcome:
        """Runs one command with its prefixes, assignment and redirection."""
        words = clause.words
        outcome = Outcome(line, words[0])
        if clause.prefixes:
            self._run_prefixed(clause, outcome)
        else:
            self._run_words(words, outcome)
        state = self.state
        result = outcome.result
        if result is not None:
            if outcome.ok:
                if clause.name:
                    state.variables[clause.name] = result
                    result.marks = []
                state.last_result = result
            # A result that was given a name is not printed; what the real tools print goes to its name too.
            if not clause.name and self._answers is None:
                outcome.output = result.output()
            outcome.error = result.err or outcome.error
        if clause.redirect is not None and outcome.exit != EXIT_NOT_FOUND:
            self._redirect(clause.redirect, outcome)
        if result is not None:
            # The outcome has the text; what is kept of a result is what `$name` can ask for.
            result.text = ""
        state.last_exit = outcome.exit
        if self.tracer is not None:
            outcome.notes += self.tracer.told()
        if registry.WARNINGS:
            outcome.error = "".join(f"{printable(warning)}\n" for warning in registry.WARNINGS) + outcome.error
            registry.WARNINGS.clear()
        if outcome.notes:
            outcome.output = outcome.notes + outcome.output
        if self.process.state == DEAD and self.process is not self.shell:
            name = printable(self.process.name)
            outcome.error += f"kshell: process {name} ({self.process.koid}) is dead; back to the shell\n"
            self.attach(self.shell)
        return outcome

    def _run_words(self, words: list[str], outcome: Outcome) -> None:
        command = registry.find(words[0])
        if command is None:
            self._not_found(words[0], outcome)
            return
        outcome.command = command.name
        try:
            if len(words) > 1 and not _VIEW_WORDS.isdisjoint(words):
                result = self._run_viewed(command, words[1:], outcome)
            else:
                result = command.function(self, *command.bind(self, words[1:]))
            outcome.result = result
            outcome.exit = result.exit
            outcome.ok = not result.exit
            if outcome.ok:
                outcome.status = NO_ERROR
            else:
                outcome.reason = (result.err or result.output()).strip() or None
        except KernelError as error:
            outcome.status = error.status
            self._fail(outcome, EXIT_FAILED, f"{words[0]}: {error}", error.reason)
            if error.status == ERR_BAD_HANDLE:
                from kshell.shell.suggest import swapped

                outcome.error += swapped(self, command, words[1:])
        except ShellError as error:
            self._fail(outcome, error.exit, f"{words[0]}: {error.message}", error.message)
        if self.paranoid:
            self.machine.check()

    def _run_viewed(self, command: Command, words: list[str], outcome: Outcome) -> Result:
        """Runs a command with `--calls` or `--format FORM` among its words, which any command takes."""
        from kshell.shell.call_recorder import RecordingCalls
        from kshell.shell.formats import take_format, view

        kind = take_format(words)
        recorder: RecordingCalls | None = None
        process = self.process
        if "--calls" in words:
            words.remove("--calls")
            recorder = RecordingCalls(self.calls)
            self._calls = recorder  # type: ignore[assignment]
        try:
            result = command.function(self, *command.bind(self, words))
        finally:
            # A command that attached another process has other calls already.
            if recorder is not None:
                outcome.notes = "".join(recorder.lines)
                if self.process is process:
                    self._calls = None
        if kind and not result.exit:
            result.text = view(result, kind)
        return result

    def _run_prefixed(self, clause: Clause, outcome: Outcome) -> None:
        attached = self.process
        wants: list[tuple[str, ...]] = []
        try:
            for prefix in clause.prefixes:
                if prefix[0] == "as":
                    task = self.task(prefix[1])
                    if isinstance(task, Job):
                        raise ShellError(f"{prefix[1]} is a job: only a process makes syscalls")
                    self.attach(task)
                else:
                    if prefix[0] == "expect" and prefix[1] not in STATUS_CODES:
                        raise UsageError(f"{prefix[1]!r} is no status, such as NO_ERROR or ERR_ACCESS_DENIED")
                    wants.append(prefix)
        except ShellError as error:
            self.attach(attached)
            self._fail(outcome, error.exit, error.message, error.message)
            return
        switched = self.process
        self._run_words(clause.words, outcome)
        if self.process is switched:
            self.attach(attached)
        for prefix in reversed(wants):
            self._judge(prefix, outcome)

    def _judge(self, prefix: tuple[str, ...], outcome: Outcome) -> None:
        """Applies `!` or `expect STATUS` to what came out. Wrong lines stay wrong."""
        if outcome.exit in (EXIT_USAGE, EXIT_NOT_FOUND) and outcome.result is None:
            return
        if prefix[0] == "!":
            outcome.ok = not outcome.ok
            outcome.exit = 0 if outcome.ok else EXIT_FAILED
            text = "" if outcome.ok else f"!: {outcome.command} succeeded and was to fail\n"
        else:
            wanted = STATUS_CODES[prefix[1]]
            outcome.ok = outcome.status == wanted
            outcome.exit = 0 if outcome.ok else EXIT_FAILED
            got = "no status of the kernel" if outcome.status is None else status_name(outcome.status)
            text = "" if outcome.ok else f"expect: {outcome.command} ended with {got}, not with {prefix[1]}\n"
        if outcome.ok:
            outcome.error = ""
        else:
            outcome.error += text
            outcome.reason = text.strip()

    def _fail(self, outcome: Outcome, exit_: int, text: str, reason: str) -> None:
        outcome.ok = False
        outcome.exit = exit_
        outcome.error = text + "\n"
        outcome.reason = reason

    def _not_found(self, word: str, outcome: Outcome) -> None:
        shown = printable(word)
        if "/" in word:
            text = f"{SHELL_PATH}: {self.state.line_number}: Cannot create child process"
            self._fail(outcome, EXIT_USAGE, text, f"{shown} is no program of this machine")
            return
        from kshell.shell.suggest import suggestion

        hint = suggestion(word)
        text = f"{SHELL_PATH}: {self.state.line_number}: {shown}: not found"
        self._fail(outcome, EXIT_NOT_FOUND, text + (f"\n{hint}" if hint else ""), "no such command")

    def _redirect(self, redirect: tuple[str, str], outcome: Outcome) -> None:
        kind, target = redirect
        try:
            if kind != "|":
                target = self.expand(target)
            # When a line is run again, the host has answered long ago.
            if self._answers is not None:
                answer = next(self._answers, "")
                if answer:
                    raise ShellError(answer)
                return
            text = outcome.result.output() if outcome.result is not None else ""
            outcome.output = ""
            if kind == "|":
                outcome.output = self.host.pipe(target, text)
            else:
                self.host.write(target, text, append=kind == ">>")
            self._effects.append("")
        except UsageError as error:
            self._fail(outcome, error.exit, error.message, error.message)
        except ShellError as error:
            self._effects.append(error.message)
            self._fail(outcome, error.exit, error.message, error.message)
