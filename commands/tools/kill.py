"""`kill` and `killall`. Rules: docs/kernel-rules.md 6.4; `system/uapp/psutils/kill.c`, `killall.c`."""

from __future__ import annotations

from kshell.commands.tools.arguments import atoll
from kshell.commands.tools.task_tree import TaskWord, by_name, everybody, find
from kshell.kernel.tasks import Job, Process
from kshell.shell.arguments import Choice, Word
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.running import running
from kshell.shell.state import State
from kshell.shell.values import COUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class KillWord(TaskWord):
    """The word of `kill`."""

    __slots__ = ()

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        if at:
            raise ShellError("kill takes one task")
        if _task(state, self.parse(state, words[at])) is None:
            raise ShellError("no task found")


class ProcessName(Word):
    """The word of `killall`."""

    __slots__ = ()

    explain = "a process's name, or its last part after a /"
    single = True
    closed = True

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        if at:
            raise ShellError("killall takes one name")
        if not _named(state, self.parse(state, words[at])):
            raise ShellError("no tasks found")

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """Tasks come and go with every command."""

    def completions(self, state: State, words: Sequence[str], at: int) -> Sequence[Choice]:
        """Names in full, then last parts; once each."""
        names = [] if at else list(state.shown_names([task.name for task in _processes(state)]).values())
        # What has no slash is its own last part.
        last = [basename(name)[0] for name in names if "/" in name or not name]
        return [(name, "") for name in dict.fromkeys([*names, *last])]


def _task(state: State, word: str) -> Job | Process | None:
    """The task that the word of `kill` names."""
    return find(state.machine, atoll(by_name(state, word)))


def _named(state: State, wanted: str) -> list[tuple[Process, str]]:
    """The processes with that name, or with it as its last part, each with the name that the tool prints of it."""
    processes = _processes(state)
    named: dict[bytes, str] = {}
    for raw, name in state.shown_names([task.name for task in processes]).items():
        if name and wanted not in name:
            continue
        last, left = basename(name)
        if wanted in (name, last):
            # A name that is compared with its last part has lost the slashes at its end.
            named[raw] = name if wanted == name else left
    return [(task, named[task.name]) for task in processes if task.name in named]


def basename(name: str) -> tuple[str, str]:
    """The last part of a path, and the path as the C library's `basename` leaves it: without slashes at its end.

    The last part of nothing is `.`, that of slashes alone is `/` (`third_party/ulib/musl/src/misc/basename.c`).
    """
    if not name:
        return ".", name
    left = name[0] + name[1:].rstrip("/")
    return left.rsplit("/", 1)[-1] or "/", left


def _processes(state: State) -> list[Process]:
    """The processes that the tools find."""
    return [task for task in everybody(state.machine) if isinstance(task, Process)]


@command(
    "kill",
    category="tasks",
    summary="kills a process, or a job with all below it, by koid",
    params=(KillWord("TASK", many=True),),
    examples=(("spawn demo", "process 3183 demo\n"), ("kill demo", ""), ("kill demo", "no task found\n")),
)
def kill(state: State, words: list[str]) -> Result:
    with running(state, "kill"):
        if len(words) != 1:
            return Result(err="usage: kill <task id>\n", exit_=-1)
        task = _task(state, words[0])
        if task is None:
            return Result(err="no task found\n", exit_=-1)
        task.kill()
    return Result()


@command(
    "killall",
    category="tasks",
    summary="kills every process with that name, or with it as the last part of a path",
    params=(ProcessName("NAME", many=True),),
    examples=(("killall crashlogger", "Killed 1083 crashlogger\n"), ("killall crashlogger", "no tasks found\n")),
)
def killall(state: State, words: list[str]) -> Result:
    with running(state, "killall"):
        if len(words) != 1:
            return Result(err="usage: killall <process>\n", exit_=-1)
        lines: list[str] = []
        for task, name in _named(state, words[0]):
            lines.append(f"Killed {task.koid} {name}\n")
            task.kill()
        if not lines:
            return Result(err="no tasks found\n", exit_=-1)
    return Result(len(lines), {"killed": len(lines)}, "".join(lines), kind=COUNT)
