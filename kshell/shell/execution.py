"""Running a command: a clause with its prefixes, its assignment and its redirection becomes an Outcome.

    execute(state, clause, command, line, host) -> Outcome

Nothing here knows of earlier and later lines, of journals or of terminals.
"""

from __future__ import annotations

from kshell.kernel.abi import ERR_BAD_HANDLE, STATUS_CODES, KernelError, status_name
from kshell.kernel.tasks import DEAD, Job
from kshell.shell.arguments import FORMAT
from kshell.shell.command import Assignment, Command
from kshell.shell.errors import EXIT_FAILED, EXIT_NOT_FOUND, EXIT_USAGE, ShellError, UsageError
from kshell.shell.grammar import Clause
from kshell.shell.host import Host, home_path
from kshell.shell.results import Outcome, Result
from kshell.shell.state import State
from kshell.shell.values import Misfit
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHELL_PATH = "/boot/bin/sh"


def execute(state: State, clause: Clause, command: Command | None, line: str, host: Host) -> Outcome:
    """Runs a clause of `line` on `state`; files and programs of its redirection are `host`'s.

    `command` is the one that the clause's first word names, None where there is none. Whatever goes wrong is in the
    outcome. What is neither an error in the line nor the kernel's is raised: it is a bug.
    """
    words = clause.words
    target = clause.redirect
    if target is not None and command is not None and command.takes_line:
        # A redirection is that of the line which the command tries.
        words, target = [*words, *target], None
    if clause.prefixes:
        outcome = _with_prefixes(state, clause, command, words, line)
    else:
        outcome = run_words(state, command, words, line)
    result = outcome.result
    if result is not None:
        if result.file is not None:
            _write(result, outcome, host)
        # What leaves the console leaves nothing else.
        if outcome.ok and not state.finished:
            if clause.name:
                state.variables[clause.name] = result
                result.marks = []
                if result.settle is not None:
                    result.settle()
            state.last_result = result
        # A result that is given a name is not printed; what the real tools print goes to the name too.
        if not clause.name and host.listens:
            outcome.output = result.output()
        outcome.error = result.err or outcome.error
    if target is not None and outcome.exit != EXIT_NOT_FOUND:
        redirect(state, target, outcome, host)
    if result is not None:
        # The outcome has the text; of a result only what `$name` can ask for is kept.
        result.text = ""
    if not state.finished:
        state.last_exit = outcome.exit
    if state.process.state == DEAD and state.process is not state.shell:
        name = printable(state.process.name)
        outcome.error += f"kshell: process {name} ({state.process.koid}) is dead; back to the shell\n"
        state.attach(state.shell)
    return outcome


def call(state: State, command: Command, subject: Any, words: list[str], notes: list[str]) -> Any:
    """Calls a command with its words and returns what its function returns: a Result, or a session command's steps.

    `subject` is what the function gets first: the state, or the session for a session command. `notes` gets the lines
    that are shown before the output. Raises UsageError for wrong words, and what the command raises.
    """
    try:
        arguments, shown = command.bind(state, words)
    except Misfit as misfit:
        raise _explained(state, command, words, misfit) from None
    if shown is None:
        return command.function(subject, *arguments)
    return _shown(state, command, subject, arguments, shown, notes)


def bound(state: State, command: Command, words: list[str]) -> tuple[list[Any], Assignment | None]:
    """The arguments of a command, as `Command.bind` gives them. Raises UsageError, with what may have been meant."""
    try:
        return command.bind(state, words)
    except Misfit as misfit:
        raise _explained(state, command, words, misfit) from None


def _explained(state: State, command: Command, words: list[str], misfit: Misfit) -> Misfit:
    """The misfit, with what may have been meant."""
    if not misfit.hint:
        from kshell.shell.suggest import meant

        misfit.hint = meant(state, command, words, misfit)
    return misfit


def _shown(
    state: State, command: Command, subject: Any, arguments: list[Any], shown: Assignment, notes: list[str]
) -> Any:
    """Calls a command with the options of every command: `--calls`, `--format FORM`."""
    kind = shown.options.get("--format")
    if kind is not None:
        kind = FORMAT.parse(state, kind)
    if "--calls" in shown.options:
        from kshell.shell.call_recorder import recorded

        with recorded(state, notes):
            result = command.function(subject, *arguments)
    else:
        result = command.function(subject, *arguments)
    if kind is not None and isinstance(result, Result) and not result.exit:
        from kshell.shell.formats import view

        result.text = view(result, kind)
    return result


def run_words(state: State, command: Command | None, words: list[str], line: str) -> Outcome:
    """Runs a command without prefixes, which the first of its words names; nothing that it prints is made yet, and no
    file of the host written."""
    word = words[0]
    if command is None:
        return _not_found(state, words, line)
    notes: list[str] = []
    try:
        result = call(state, command, state, words[1:], notes)
        outcome = Outcome(line, command.name, result)
    except KernelError as refusal:
        text = f"{word}: {refusal}"
        if refusal.status == ERR_BAD_HANDLE:
            from kshell.shell.suggest import bad_handle

            text += bad_handle(state, command, words[1:])
        outcome = Outcome.refused(line, command.name, text, refusal)
    except ShellError as error:
        text = f"{word}: {error.message}" + (f"\n{error.hint}" if error.hint else "")
        outcome = Outcome.failed(line, command.name, error.exit, text, error.message)
    if notes:
        outcome.notes = "".join(notes)
    return outcome


def _with_prefixes(state: State, clause: Clause, command: Command | None, words: list[str], line: str) -> Outcome:
    """Runs a command as another process, and judges the outcome by `!` and `expect`."""
    attached = state.process
    wants: list[tuple[str, ...]] = []
    try:
        for prefix in clause.prefixes:
            if prefix[0] == "as":
                task = state.task(prefix[1])
                if isinstance(task, Job):
                    raise ShellError(f"{prefix[1]} is a job: only a process makes syscalls")
                state.attach(task)
            else:
                if prefix[0] == "expect" and prefix[1] not in STATUS_CODES:
                    raise UsageError(f"{str(prefix[1])!r} is not a status such as NO_ERROR or ERR_ACCESS_DENIED")
                wants.append(prefix)
    except ShellError as error:
        state.attach(attached)
        return Outcome.failed(line, clause.words[0], error.exit, error.message, error.message)
    switched = state.process
    outcome = run_words(state, command, words, line)
    if state.process is switched:
        state.attach(attached)
    for prefix in reversed(wants):
        judge(prefix, outcome)
    return outcome


def judge(prefix: tuple[str, ...], outcome: Outcome) -> None:
    """Applies `!` or `expect STATUS` to the outcome. A line that is wrong stays wrong."""
    if outcome.exit in (EXIT_USAGE, EXIT_NOT_FOUND) and outcome.result is None:
        return
    if prefix[0] == "!":
        ok = not outcome.ok
        text = f"!: {outcome.command} succeeded, and should have failed"
    else:
        ok = outcome.status == STATUS_CODES[prefix[1]]
        got = "no status from the kernel" if outcome.status is None else status_name(outcome.status)
        text = f"expect: {outcome.command} ended with {got}, not with {prefix[1]}"
    outcome.ok = ok
    outcome.exit = 0 if ok else EXIT_FAILED
    if ok:
        outcome.error = ""
    else:
        outcome.error += f"{text}\n"
        outcome.reason = text


def _not_found(state: State, words: list[str], line: str) -> Outcome:
    word = words[0]
    shown = printable(word)
    where = f"{SHELL_PATH}: {state.line_number}"
    if "/" in word:
        from kshell.shell.suggest import path_suggestion

        text = f"{where}: Cannot create child process\n{path_suggestion(word)}"
        return Outcome.failed(line, word, EXIT_USAGE, text, f"{shown} is not a program of this machine")
    from kshell.shell.suggest import unknown

    hint = unknown(words)
    text = f"{where}: {shown}: not found" + (f"\n{hint}" if hint else "")
    return Outcome.failed(line, word, EXIT_NOT_FOUND, text, "no such command")


def _write(result: Result, outcome: Outcome, host: Host) -> None:
    """Writes the file that a result asks for. One that cannot be written makes the command fail."""
    assert result.file is not None
    path, made = result.file
    result.file = None
    try:
        host.replace(path, made() if host.listens else "")
    except ShellError as error:
        outcome.fail(error.exit, f"{outcome.command}: {error.message}", error.message)
        outcome.status = None
        result.text = ""


def redirect(state: State, target: tuple[str, str], outcome: Outcome, host: Host) -> None:
    """Sends what a command printed to a file or through a program of the host."""
    kind, where = target
    try:
        if kind != "|":
            where = home_path(where, state.expand(where))
        text = outcome.result.output() if outcome.result is not None and host.listens else ""
        outcome.output = ""
        if kind == "|":
            outcome.output = host.pipe(where, text)
        else:
            host.write(where, text, append=kind == ">>")
    except ShellError as error:
        outcome.fail(error.exit, error.message, error.message)
