"""`kill` and `killall`. Rules: docs/kernel-rules.md 6.4; `system/uapp/psutils/kill.c`, `killall.c`."""

from __future__ import annotations

from kshell.commands.tools.arguments import atoll
from kshell.commands.tools.running import running
from kshell.commands.tools.task_tree import by_name, find, walk
from kshell.kernel.tasks import Process
from kshell.shell.arguments import TaskWord, Word
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.text import printable
from kshell.shell.values import COUNT


@command(
    "kill",
    category="tasks",
    summary="kills a process, or a job with all below it, by koid",
    params=(TaskWord("TASK", many=True),),
    examples=(("spawn demo", "process 3183 demo\n"), ("kill demo", ""), ("kill demo", "no task found\n")),
)
def kill(state: State, words: list[str]) -> Result:
    with running(state, "kill"):
        if len(words) != 1:
            return Result(err="usage: kill <task id>\n", exit_=-1)
        task = find(state.machine, atoll(by_name(state, words[0])))
        if task is None:
            return Result(err="no task found\n", exit_=-1)
        task.kill()
    return Result()


@command(
    "killall",
    category="tasks",
    summary="kills every process with that name, or with it as the last part of a path",
    params=(Word("NAME", many=True),),
    examples=(("killall crashlogger", "Killed 1083 crashlogger\n"), ("killall crashlogger", "no tasks found\n")),
)
def killall(state: State, words: list[str]) -> Result:
    with running(state, "killall"):
        if len(words) != 1:
            return Result(err="usage: killall <process>\n", exit_=-1)
        wanted = words[0]
        lines: list[str] = []
        for _, task in list(walk(state.machine)):
            name = printable(task.name)
            if isinstance(task, Process) and wanted in (name, name.rsplit("/", 1)[-1]):
                lines.append(f"Killed {task.koid} {name}\n")
                task.kill()
        if not lines:
            return Result(err="no tasks found\n", exit_=-1)
    return Result(len(lines), {"killed": len(lines)}, "".join(lines), kind=COUNT)
