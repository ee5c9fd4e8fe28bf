"""All that the lines of a session can change: the machine, whose syscalls its calls are, variables, aliases.

What `$names`, numbers and tasks mean in a line is asked here. A `State` can be copied, and then shares nothing with its
copy that a line could change; that is what checkpoints are.
"""

from __future__ import annotations

from kshell.kernel.machine import Machine
from kshell.kernel.tasks import DEAD, Job, Process
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.expressions import evaluate
from kshell.shell.grammar import NAME_CHARS, Literal
from kshell.shell.results import Result
from kshell.shell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kshell.kernel.syscalls import Syscalls

# The process in whose name the console speaks, if the image has one of that name.
SHELL_NAME = b"sh:console"


class State:
    """The state between two lines.

    Invariant: `process` is alive or is the shell itself.
    """

    __slots__ = (
        "machine",
        "shell",
        "shell_job",
        "process",
        "variables",
        "aliases",
        "last_exit",
        "last_result",
        "line_number",
        "finished",
        "_calls",
    )

    def __init__(self, machine: Machine, shell: Process | None = None) -> None:
        """The state before the first line; `shell` is the console's process, found by its name if None.

        Raises ShellError for a machine without any process.
        """
        self.machine = machine
        # The shell that runs programs; `process` is whose syscalls the lines are.
        self.shell = shell if shell is not None else shell_process(machine)
        self.shell_job: Job | None = self.shell.job
        self.process = self.shell
        self.variables: dict[str, Result] = {}
        # Words that stand for the first word of a command.
        self.aliases: dict[str, list[str]] = {}
        self.last_exit = 0
        self.last_result = Result()
        # How many lines have been read, empty ones included: the real shell gives the number in its messages.
        self.line_number = 0
        # The line that ran last has left the console.
        self.finished = False
        self._calls: Syscalls | None = None

    def copy(self) -> State:
        """A state that shares nothing with this one that a line can change. Results are never changed."""
        from kshell.kernel.copy import copy_machine

        machine, shell, shell_job, process = copy_machine(self.machine, self.shell, self.shell_job, self.process)
        twin = State(machine, shell)
        twin.shell_job = shell_job
        twin.process = process
        twin.variables = self.variables.copy()
        twin.aliases = self.aliases.copy()
        twin.last_exit = self.last_exit
        twin.last_result = self.last_result
        twin.line_number = self.line_number
        return twin

    # Whose syscalls

    def attach(self, process: Process) -> None:
        """Makes the syscalls of the next lines those of `process`."""
        self.process = process
        self._calls = None

    @property
    def calls(self) -> Syscalls:
        """The syscalls of the current process. Raises ShellError when it is dead: it makes no more of them."""
        if self.process.state == DEAD:
            raise ShellError(
                f"process {printable(self.process.name)} ({self.process.koid}) is dead and makes no syscalls; "
                "`attach TASK` switches to another"
            )
        if self._calls is None:
            # The syscalls are many modules, and `ps` makes no call of its own.
            from kshell.kernel.syscalls import Syscalls

            self._calls = Syscalls(self.machine, self.process)
        return self._calls

    def use_calls(self, calls: Syscalls | None) -> None:
        """Makes `calls` stand in for the current process's own syscalls; None gives those back."""
        self._calls = calls

    @property
    def program_job(self) -> Job:
        """The job in which the shell runs programs; once it is gone, the system's own, as another shell would use."""
        job = self.shell_job
        above = job
        while above is not None and above.parent is not None and above.koid in above.parent.jobs:
            above = above.parent
        if job is not None and above is self.machine.root_job:
            return job
        return next(iter(self.machine.root_job.jobs.values()), self.machine.root_job)

    @property
    def prompt(self) -> str:
        """`magenta$ `, with the process's name when another process than the shell is attached."""
        if self.process is self.shell:
            return "magenta$ "
        return f"magenta[{printable(self.process.name)}]$ "

    # Variables

    def value_of(self, result: Result, name: str) -> int:
        """The number that a variable stands for. Raises UsageError if it does not stand for one."""
        if isinstance(result.value, int):
            return result.value
        fields = ", ".join(f"${name}.{field}" for field in result.names())
        raise UsageError(f"${name} does not stand for a number" + (f"; its fields are {fields}" if fields else ""))

    def number(self, name: str) -> int:
        """The value of `$name` or `$name.field` as a number. Raises UsageError."""
        found = self.look_up(name)
        if isinstance(found, Result):
            return self.value_of(found, name)
        if isinstance(found, bool) or not isinstance(found, int):
            raise UsageError(f"${name} is not a number")
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
            raise UsageError(f"${head} has no field {step.args[0]!r}; its fields are {fields}") from None

    def _unknown(self, name: str) -> str:
        if name in ("self", "vmar", "job"):
            return f"${name} is not set: the process holds no handle to its own {name}"
        return f"${name} is not set: `{name or 'NAME'} = COMMAND` sets it; see `vars`"

    def _own_handle(self, name: str) -> int | None:
        process = self.process
        if name == "self":
            return process.handles.value_for(process)
        if name == "vmar":
            return process.handles.value_for(process.root_vmar)
        if name == "job" and process.job is not None:
            return process.handles.value_for(process.job)
        return None

    def handle_value(self, name: str) -> int | None:
        """The number that a variable stands for, or None."""
        result = self.variables.get(name)
        if result is not None:
            return result.value if isinstance(result.value, int) else None
        return self._own_handle(name)

    def expand(self, word: str) -> str:
        """A word with each `$name` replaced by its value, as for all words that are text."""
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

    def task_names(self) -> Iterator[tuple[Process | Job, str]]:
        """All tasks, each with its name for people."""
        # Many processes share a name, and making one printable is most of the work of a keystroke among very many.
        names: dict[bytes, str] = {}
        for task in self.tasks():
            name = names.get(task.name)
            if name is None:
                name = names[task.name] = printable(task.name)
            yield task, name

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
        return [task for task, shown in self.task_names() if shown == name]


def shell_process(machine: Machine) -> Process:
    """The process in whose name the console speaks: the one of that name, otherwise the youngest. Raises ShellError."""
    processes = list(machine.walk_processes())
    for process in processes:
        if process.name == SHELL_NAME:
            return process
    if processes:
        return processes[-1]
    raise ShellError("this machine has no process whose console this could be; boot another image")


def _name_end(word: str, at: int) -> int:
    if word[at : at + 1] == "?":
        return at + 1
    end = at
    while end < len(word):
        follows = word[end + 1 : end + 2]
        # A dot belongs to the name only if a field follows it.
        if word[end] not in NAME_CHARS and not (word[end] == "." and end > at and follows and follows in NAME_CHARS):
            break
        end += 1
    return end


def _octal(text: str) -> str:
    digits = text[1:]
    if digits and all(digit in "01234567" for digit in digits) and len(digits) < 24:
        return str(int(digits, 8))
    return text
