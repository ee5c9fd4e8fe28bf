"""A session: a machine, whose syscalls its lines are, variables, and the last exit value.

    line -> clauses -> command -> Result -> Outcome

`run` yields an Outcome for each command of a line as soon as it has run; whoever called decides what becomes of
text and errors. Nothing here reads or writes a terminal.
"""

from __future__ import annotations

from kshell.kernel.abi import NO_ERROR, STATUS_CODES, KernelError, status_name
from kshell.kernel.machine import Machine
from kshell.kernel.syscalls import Syscalls
from kshell.kernel.tasks import DEAD, Job, Process
from kshell.shell import registry
from kshell.shell.errors import EXIT_FAILED, EXIT_NOT_FOUND, EXIT_USAGE, ShellError, UsageError
from kshell.shell.expressions import evaluate
from kshell.shell.grammar import NAME_CHARS, Clause, Literal, parse
from kshell.shell.results import Outcome, Result
from kshell.shell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SHELL_PATH = "/boot/bin/sh"
# The process in whose name the console speaks, if the image has one of that name.
SHELL_NAME = b"sh:console"


class Session:
    """A machine and a person's (or a script's) hold on it."""

    def __init__(self, machine: Machine) -> None:
        """A session on `machine`, in the context of its console's shell."""
        self.machine = machine
        # The shell that runs programs; `process` is whose syscalls the lines are.
        self.shell = _shell_process(machine)
        self.shell_job = self.shell.job
        self.process = self.shell
        self._calls = Syscalls(machine, self.process)
        self.variables: dict[str, Result] = {}
        self.last_exit = 0
        self.last_result = Result()
        # How many lines were read, empty ones too: the real shell counts them in its messages.
        self.line_number = 0
        self.paranoid = False
        self.finished = False
        # How deep scripts call scripts.
        self.depth = 0

    # Whose syscalls

    def attach(self, process: Process) -> None:
        """Makes the syscalls of the next lines those of `process`."""
        self.process = process
        self._calls = Syscalls(self.machine, process)

    @property
    def calls(self) -> Syscalls:
        """The syscalls of the current process. Raises ShellError when it is dead: it makes none any more."""
        if self.process.state == DEAD:
            raise ShellError(
                f"process {printable(self.process.name)} ({self.process.koid}) is dead and makes no syscalls; "
                "`attach TASK` takes another"
            )
        return self._calls

    @property
    def program_job(self) -> Job:
        """The job in which the shell runs programs; the system's own once that is gone, as another shell would."""
        job = self.shell_job
        above = job
        while above is not None and above.parent is not None and above.koid in above.parent.jobs:
            above = above.parent
        if job is not None and above is self.machine.root_job:
            return job
        return next(iter(self.machine.root_job.jobs.values()), self.machine.root_job)

    @property
    def prompt(self) -> str:
        """`magenta$ `, with the process's name when another than the shell is attached."""
        if self.process is self.shell:
            return "magenta$ "
        return f"magenta[{printable(self.process.name)}]$ "

    # Variables

    def value_of(self, result: Result, name: str) -> int:
        """The number that a variable stands for. Raises UsageError when it stands for none."""
        if isinstance(result.value, int):
            return result.value
        fields = ", ".join(f"${name}.{field}" for field in result.names())
        raise UsageError(f"${name} has no number to stand for" + (f"; there are {fields}" if fields else ""))

    def number(self, name: str) -> int:
        """The value of `$name` or `$name.field` as a number. Raises UsageError."""
        found = self.look_up(name)
        if isinstance(found, Result):
            return self.value_of(found, name)
        if isinstance(found, bool) or not isinstance(found, int):
            raise UsageError(f"${name} is no number")
        return found

    def look_up(self, name: str) -> object:
        """What `$name` means: a Result, or a field's value. Raises UsageError for an unknown name."""
        if name == "?":
            return self.last_exit
        head, _, path = name.partition(".")
        result = self.last_result if head == "_" else self.variables.get(head)
        if result is None:
            handle = self._own_handle(head) if not path else None
            if handle is None:
                raise UsageError(self._unknown(head))
            return handle
        if not path:
            return result
        try:
            return result.field(path)
        except KeyError as step:
            fields = ", ".join(result.names()) or "none"
            raise UsageError(f"${head} has no field {step.args[0]!r}; it has {fields}") from None

    def _unknown(self, name: str) -> str:
        if name in ("self", "vmar", "job"):
            return f"${name} is not set: the process holds no handle to its own {name}"
        return f"${name} is not set: `{name or 'NAME'} = COMMAND` would set it, `vars` lists what is"

    def _own_handle(self, name: str) -> int | None:
        process = self.process
        if name == "self":
            return process.handles.value_for(process)
        if name == "vmar":
            return process.handles.value_for(process.aspace.root)
        if name == "job" and process.job is not None:
            return process.handles.value_for(process.job)
        return None

    def handle_value(self, name: str) -> int | None:
        """The number a variable stands for, or None."""
        result = self.variables.get(name)
        if result is not None:
            return result.value if isinstance(result.value, int) else None
        return self._own_handle(name)

    def expand(self, word: str) -> str:
        """A word with each `$name` replaced by its value, as the shell does for words that are text."""
        if "$" not in word or isinstance(word, Literal):
            return str(word)
        out: list[str] = []
        at = 0
        while at < len(word):
            if word[at] != "$":
                out.append(word[at])
                at += 1
                continue
            end = _name_end(word, at + 1)
            name = word[at + 1 : end]
            if not name:
                out.append("$")
            else:
                found = self.look_up(name)
                value = found.value if isinstance(found, Result) else found
                out.append("" if value is None else str(value))
            at = end
        return "".join(out)

    # Tasks

    def tasks(self) -> list[Process | Job]:
        """All tasks below the kernel's root job."""
        found: list[Process | Job] = []
        for _, job in self.machine.walk_jobs():
            found.append(job)
            found.extend(job.processes.values())
        return found

    def task_name(self, task: Process | Job) -> str:
        """A task's name for people."""
        return printable(task.name)

    def task(self, word: str) -> Process | Job:
        """The task that `word` names. Raises ShellError when there is none, or several."""
        text = self.expand(word)
        kind, _, rest = text.partition(":")
        koid = None
        if kind in ("p", "j") and rest.isdigit():
            koid = int(rest) if len(rest) < 20 else 0
        elif text[:1].isdigit():
            koid = evaluate(text if text == "0" or text[:1] != "0" or text[1:2] in "xX" else _octal(text), self.number)
        if koid is not None:
            task = self.machine.processes.get(koid) or self.machine.find_job(koid)
            if task is None or (kind == "p" and isinstance(task, Job)) or (kind == "j" and isinstance(task, Process)):
                raise ShellError(f"there is no task {text}; `ps` lists them")
            return task
        named = self.named_tasks(text)
        if len(named) == 1:
            return named[0]
        if named:
            koids = ", ".join(str(task.koid) for task in named)
            raise ShellError(f"{len(named)} tasks are named {text!r}: {koids}; give a koid")
        raise ShellError(f"there is no task {text!r}; `ps` lists them")

    def named_tasks(self, name: str) -> list[Process | Job]:
        """The tasks of that name."""
        return [task for task in self.tasks() if self.task_name(task) == name]

    # Running

    def run(self, line: str) -> Iterator[Outcome]:
        """Runs a line; yields the outcome of each command as soon as it has run.

        A command that fails ends the line unless `||` or `;` follows, as in a shell.
        """
        self.line_number += 1
        try:
            clauses = parse(line)
        except UsageError as error:
            outcome = Outcome(line, None)
            self._fail(outcome, error.exit, f"{SHELL_PATH}: {self.line_number}: {error.message}", error.message)
            yield outcome
            return
        ok = True
        for index, clause in enumerate(clauses):
            if (clause.connector == "&&" and not ok) or (clause.connector == "||" and ok):
                continue
            outcome = self.run_clause(clause, line)
            ok = outcome.ok
            outcome.forgiven = not ok and index + 1 < len(clauses) and clauses[index + 1].connector == "||"
            yield outcome
            if self.finished:
                return

    def run_clause(self, clause: Clause, line: str) -> Outcome:
        """Runs one command with its prefixes, assignment and redirection."""
        words = clause.words
        outcome = Outcome(line, words[0])
        if clause.prefixes:
            self._run_prefixed(clause, outcome)
        else:
            self._run_words(words, outcome)
        result = outcome.result
        if outcome.ok and result is not None:
            if clause.name:
                self.variables[clause.name] = result
            self.last_result = result
        if result is not None:
            # A result that was given a name is not printed; what the real tools print goes to its name too.
            if not clause.name:
                outcome.output = result.output()
            outcome.error = result.err or outcome.error
        if clause.redirect is not None and outcome.exit != EXIT_NOT_FOUND:
            self._redirect(clause.redirect, outcome)
        self.last_exit = outcome.exit
        if self.process.state == DEAD and self.process is not self.shell:
            name = printable(self.process.name)
            outcome.error += f"kshell: process {name} ({self.process.koid}) is dead; back to the shell\n"
            self.attach(self.shell)
        return outcome

    def _run_words(self, words: list[str], outcome: Outcome) -> None:
        command = registry.COMMANDS.get(words[0]) or registry.find(words[0])
        if command is None:
            self._not_found(words[0], outcome)
            return
        outcome.command = command.name
        try:
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
        except ShellError as error:
            self._fail(outcome, error.exit, f"{words[0]}: {error.message}", error.message)
        if self.paranoid:
            self.machine.check()

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
        self.last_exit = exit_

    def _not_found(self, word: str, outcome: Outcome) -> None:
        shown = printable(word)
        if "/" in word:
            text = f"{SHELL_PATH}: {self.line_number}: Cannot create child process"
            self._fail(outcome, EXIT_USAGE, text, f"{shown} is no program of this machine")
            return
        from kshell.shell.suggest import suggestion

        hint = suggestion(word)
        text = f"{SHELL_PATH}: {self.line_number}: {shown}: not found"
        self._fail(outcome, EXIT_NOT_FOUND, text + (f"\n{hint}" if hint else ""), "no such command")

    def _redirect(self, redirect: tuple[str, str], outcome: Outcome) -> None:
        from kshell.shell.redirect import redirect as send

        kind, target = redirect
        text = outcome.result.output() if outcome.result is not None else ""
        outcome.output = ""
        try:
            printed = send(kind, self.expand(target) if kind != "|" else target, text)
        except ShellError as error:
            self._fail(outcome, error.exit, error.message, error.message)
        else:
            outcome.output = printed


def _shell_process(machine: Machine) -> Process:
    processes = list(machine.walk_processes())
    for process in processes:
        if process.name == SHELL_NAME:
            return process
    if processes:
        return processes[-1]
    raise ShellError("this machine has no process whose console this could be; give another boot image")


def _name_end(word: str, at: int) -> int:
    if word[at : at + 1] == "?":
        return at + 1
    end = at
    while end < len(word):
        follows = word[end + 1 : end + 2]
        # A dot belongs to the name only with a field behind it.
        if word[end] not in NAME_CHARS and not (word[end] == "." and end > at and follows and follows in NAME_CHARS):
            break
        end += 1
    return end


def _octal(text: str) -> str:
    digits = text[1:]
    if digits and all(digit in "01234567" for digit in digits) and len(digits) < 24:
        return str(int(digits, 8))
    return text
