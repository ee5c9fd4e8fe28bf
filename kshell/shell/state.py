"""All that the lines of a session can change: the machine, whose syscalls its calls are, variables, aliases, snaps.

What `$names`, numbers and tasks mean in a line is asked here. A `State` can be copied, and then shares nothing with its
copy that a line could change; that is what checkpoints are.
"""

from __future__ import annotations

from kshell.kernel.machine import Machine
from kshell.kernel.numbers import decimal, numeral
from kshell.kernel.tasks import DEAD, Job, Process
from kshell.kernel.vmar import Vmar
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.expressions import evaluate
from kshell.shell.grammar import NAME_CHARS
from kshell.shell.past import Past
from kshell.shell.quoting import Literal
from kshell.shell.results import Result, listed
from kshell.shell.values import ADDRESS, HANDLE, KOID, TASK, Misfit, Value, text_of
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kshell.kernel.syscalls import Syscalls
    from kshell.shell.likely import Likely

# So many koids of tasks that share a name are told.
MOST_KOIDS = 20
# The process in whose name the console speaks, if the image has one of that name.
SHELL_NAME = b"sh:console"
# The names of a process's own handles.
OWN = ("self", "vmar", "job")
# How many characters the `$names` in the words of one command may stand for.
MAX_EXPANDED = 1 << 24


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
        "snaps",
        "past",
        "last_exit",
        "last_result",
        "line_number",
        "failures",
        "finished",
        "expanded",
        "nested",
        "picks",
        "_calls",
        "_likely",
        "_shown",
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
        # What `snap` remembers of the machine, by name. A snap is never changed.
        self.snaps: dict[str, Any] = {}
        # The lines before; a session puts itself here.
        self.past = Past()
        self.last_exit = 0
        self.last_result = Result()
        # How many lines have been read, empty ones included: the real shell gives the number in its messages.
        self.line_number = 0
        # How many commands have failed that would have stopped a script.
        self.failures = 0
        # The line that ran last has left the console.
        self.finished = False
        # How many characters the `$names` of the command that is being read stand for so far.
        self.expanded = 0
        # How many commands are running each other.
        self.nested = 0
        # How many numbers have been drawn.
        self.picks = 0
        self._calls: Syscalls | None = None
        self._likely: Likely | None = None
        # The names that were last asked for, as they are shown.
        self._shown: dict[bytes, str] = {}

    def copy(self) -> State:
        """A state that shares nothing with this one that a line can change. Results are never changed."""
        from kshell.kernel.copy import copy_machine

        return self._twin(*copy_machine(self.machine, self.shell, self.shell_job, self.process))

    def beside(self) -> State:
        """A state of the same machine, for a line that changes nothing in it: what every line leaves behind is its
        own."""
        return self._twin(self.machine, self.shell, self.shell_job, self.process)

    def _twin(self, machine: Machine, shell: Process, shell_job: Job | None, process: Process) -> State:
        """A state on `machine` with the names of this one."""
        twin = State(machine, shell)
        twin.shell_job = shell_job
        twin.process = process
        twin.variables = self.variables.copy()
        twin.aliases = self.aliases.copy()
        twin.snaps = self.snaps.copy()
        twin.past = self.past
        twin.last_exit = self.last_exit
        twin.last_result = self.last_result
        twin.line_number = self.line_number
        twin.failures = self.failures
        twin.picks = self.picks
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

    @property
    def names(self) -> list[str]:
        """All that can stand after a `$`: variables, the process's own handles, the last result and its exit value."""
        return [*self.variables, *OWN, "_", "?"]

    @property
    def likely(self) -> Likely:
        """Which of them can be meant while one is typed."""
        if self._likely is None or self._likely.variables is not self.variables:
            from kshell.shell.likely import Likely

            self._likely = Likely(self.variables, (*OWN, "_", "?"))
        return self._likely

    def value(self, name: str) -> Value:
        """What `$name` or `$name.field` stands for, as a number with its kind. Raises UsageError."""
        result = self.variables.get(name)
        # Most names are those of a result with a number.
        if result is not None and type(result.value) is int:
            kind = result.kind
            return Value(result.value, kind, result.space if kind == ADDRESS else result.owner)
        found, kind, owner = self._find(name)
        if isinstance(found, int) and not isinstance(found, bool):
            return Value(found, kind, owner)
        result = None if "." in name else self._result(name)
        if result is None:
            raise UsageError(f"${name} is not a number")
        fields = listed(result.names(), f"${name}.")
        raise UsageError(f"${name} does not stand for a number" + (f"; its fields are {fields}" if fields else ""))

    def number(self, name: str) -> int:
        """The value of `$name` or `$name.field` as a number, of whatever kind. Raises UsageError."""
        return self.value(name).number

    def look_up(self, name: str) -> object:
        """What `$name` or `$name.field` stands for. Raises UsageError for an unknown name."""
        return self._find(name)[0]

    def _find(self, name: str) -> tuple[object, str, int]:
        """(what a name stands for, its kind, the koid of the process that it belongs to or 0). Raises UsageError."""
        if name == "?":
            return self.last_exit, "", 0
        head, _, path = name.partition(".")
        result = self._result(head)
        if result is None:
            raise UsageError(self._unknown(head))
        if not path:
            return result.value, result.kind, result.space if result.kind == ADDRESS else result.owner
        try:
            found, kind = result.field_and_kind(path)
        except KeyError as step:
            field, before, instead = step.args
            raise UsageError(f"${head}{before} has no field {field!r}; {instead}") from None
        return found, kind, result.space if kind == ADDRESS else result.owner

    def _result(self, name: str) -> Result | None:
        """The result that `$name` is, or None."""
        return self.last_result if name == "_" else self.variables.get(name) or self._own_handle(name)

    def _unknown(self, name: str) -> str:
        if name in OWN:
            return f"${name} is not set: the process holds no handle to its own {name}"
        if decimal(name) is not None:
            return f"${name} is not set: `--args WORD...` and `load FILE WORD...` set it"
        return f"${name} is not set: `{name or 'NAME'} = COMMAND` sets it; see `vars`"

    def _own_handle(self, name: str) -> Result | None:
        """The current process's handle to itself, its root VMAR or its job, as the result of a call that made it."""
        if name not in OWN:
            return None
        process = self.process
        object_ = process if name == "self" else process.root_vmar if name == "vmar" else process.job
        handle = None if object_ is None else process.handles.value_for(object_)
        if object_ is None or handle is None:
            return None
        return Result(handle, {"handle": handle, "koid": object_.koid}, kind=HANDLE, owner=process.koid)

    def handle_value(self, name: str) -> int | None:
        """The number that a variable stands for, or None."""
        result = self.variables.get(name) or self._own_handle(name)
        return result.value if result is not None and isinstance(result.value, int) else None

    def expand(self, word: str) -> str:
        """A word with each `$name` replaced by its value, as for all words that are text.

        Raises UsageError for an unknown name, and when the names of one command stand for more than MAX_EXPANDED
        characters.
        """
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
                found, kind, _ = self._find(name)
                text = text_of(found, kind)
                self.expanded += len(text)
                if self.expanded > MAX_EXPANDED:
                    raise UsageError(f"the names of one command stand for more than {MAX_EXPANDED} characters")
                out.append(text)
            at = end
        return "".join(out)

    # Whose a value is

    def space_of(self, handle: int) -> int:
        """The koid of the process whose addresses the VMAR or process of `handle` is about, or 0."""
        found = self.process.handles.get(handle)
        object_ = None if found is None else found.object
        if isinstance(object_, Process):
            return object_.koid
        if not isinstance(object_, Vmar) or not object_.alive:
            return 0
        while object_.parent is not None:
            object_ = object_.parent
        # A process and its root VMAR take two koids that follow each other.
        return object_.koid - 1

    def another(self, owner: int, koid: int) -> str:
        """That something is of process `owner` and not of process `koid`, in words. Either may be gone."""
        processes = self.machine.processes
        if owner not in processes:
            return f"of process {owner}, which is gone"
        its, ours = (
            f"{printable(processes[task].name)} ({task})" if task in processes else f"process {task}"
            for task in (owner, koid)
        )
        return f"of {its}, not of {ours}"

    # Tasks

    def tasks(self) -> list[Process | Job]:
        """All tasks below the kernel's root job."""
        found: list[Process | Job] = []
        for _, job in self.machine.walk_jobs():
            found.append(job)
            found.extend(job.processes.values())
        return found

    def shown_names(self, names: Iterable[bytes]) -> dict[bytes, str]:
        """Each of these names, of tasks, once and with the form it has for people."""
        # Many processes share a name, and making one printable is most of the work of a keystroke among very many.
        once = dict.fromkeys(names)
        if not once.keys() <= self._shown.keys():
            self._shown = {name: printable(name) for name in once}
        return {name: self._shown[name] for name in once}

    def task(self, word: str) -> Process | Job:
        """The task that `word` names. Raises ShellError when there is none, or several."""
        text = self.task_text(word)
        kind, _, rest = text.partition(":")
        koid = decimal(rest) if kind in ("p", "j") else None
        if koid is None and decimal(text[:1]) is not None:
            octal = numeral(text[1:], 8) if text[0] == "0" else None
            koid = evaluate(text, self.number) if octal is None else octal
        if koid is not None:
            task = self.machine.processes.get(koid) or self.machine.find_job(koid)
            if task is None or (kind == "p" and isinstance(task, Job)) or (kind == "j" and isinstance(task, Process)):
                raise ShellError(f"there is no task {text[:40]}; `ps` lists them")
            return task
        named = self.named_task(text)
        if named is None:
            raise ShellError(f"there is no task {text!r}; `ps` lists them")
        return named

    def task_text(self, word: str) -> str:
        """A word for a task with its `$names` replaced. Raises UsageError where one is no task: a handle, a size."""
        if word[:1] == "$" and not isinstance(word, Literal) and _name_end(word, 1) == len(word) > 1:
            found, kind, owner = self._find(word[1:])
            if kind not in ("", KOID) and isinstance(found, int):
                raise Misfit(word, Value(found, kind, owner), TASK)
        return self.expand(word)

    def named_task(self, name: str) -> Process | Job | None:
        """The only task of that name, or None. Raises ShellError when there are several."""
        tasks = self.tasks()
        # Looking at each of very many tasks is dear, and is done once.
        names = [task.name for task in tasks]
        meant = {raw for raw, shown in self.shown_names(names).items() if shown == name}
        places = [place for place, raw in enumerate(names) if raw in meant] if meant else []
        if len(places) > 1:
            koids = ", ".join(str(tasks[place].koid) for place in places[:MOST_KOIDS])
            more = ", ..." if len(places) > MOST_KOIDS else ""
            raise ShellError(f"{len(places)} tasks are named {name!r}: {koids}{more}; give a koid")
        return tasks[places[0]] if places else None


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
