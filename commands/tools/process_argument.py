"""The one argument of `vmaps` and `vmos`: a process's koid, or help; and what the tools say about any other.

Rules: docs/kernel-rules.md 6.3; `system/uapp/psutils/vmaps.c`.
"""

from __future__ import annotations

from kshell.commands.tools.arguments import c_number
from kshell.commands.tools.task_tree import TaskWord, by_name, find
from kshell.kernel.abi import ERR_ACCESS_DENIED, ERR_BAD_STATE, ERR_NOT_FOUND, ERR_WRONG_TYPE, status_name
from kshell.kernel.tasks import RUNNING, Job, Process
from kshell.shell.arguments import ProcessTask
from kshell.shell.errors import ShellError
from kshell.shell.results import Result
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class ProcessWord(TaskWord):
    """The word of `vmaps` and `vmos`: a running process, or help."""

    __slots__ = ()

    explain = ProcessTask.explain

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        word = self.parse(state, words[at])
        # A further word is one too many, whatever it says.
        found = process_argument(state, [words[0], word] if at else [word], None, "vmaps", "maps", "")
        if isinstance(found, Result) and found.exit:
            raise ShellError(found.err.split("\n", 1)[0])

    def tasks(self, state: State) -> list[Process | Job]:
        """Processes that run: the tools report nothing of others."""
        return [task for task in super().tasks(state) if isinstance(task, Process) and task.state == RUNNING]


def process_argument(
    state: State, words: list[str], itself: Process | None, tool: str, what: str, help_text: str
) -> Process | Result:
    """The running process that `words` name, or what `tool` answers instead.

    `itself` is the process that runs the tool, which may not look at itself; `what` is what it would get ("maps").
    """
    usage = f"Usage: {tool} <process-koid>|help\n"
    if len(words) != 1:
        return Result(err=usage, exit_=1)
    if words[0].lstrip("-") == "help":
        return Result(text=help_text)
    word = by_name(state, words[0])
    koid = c_number(word)
    if koid is None:
        return Result(err=f'ERROR: "{word}" is not a number\n{usage}', exit_=1)
    task = find(state.machine, koid)
    if task is None:
        return Result(err=_failed("find process", koid, ERR_NOT_FOUND) + usage, exit_=1)
    if not isinstance(task, Process):
        # The line before the error went away with the commit that added `vmos`.
        first = f"ERROR: koid {koid} is a job, not a process\n" if tool == "vmaps" else ""
        return Result(err=first + _failed("find process", koid, ERR_WRONG_TYPE) + usage, exit_=1)
    status = ERR_ACCESS_DENIED if task is itself else ERR_BAD_STATE if task.state != RUNNING else 0
    if status:
        return Result(err=_failed(f"get {what} for process", koid, status), exit_=1)
    return task


def _failed(what: str, koid: int, status: int) -> str:
    return f"ERROR: couldn't {what} with koid {koid}: {status_name(status)} ({status})\n"
