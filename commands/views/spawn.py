"""`spawn`: a process as the system's launcher makes one."""

from __future__ import annotations

from kshell.commands.tools.running import FOLDER, program
from kshell.kernel.abi import cut_name
from kshell.kernel.launch import launch
from kshell.kernel.tasks import Job
from kshell.shell.arguments import Switch, Task, Word
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.text import printable


@command(
    "spawn",
    "tasks",
    "a process NAME as the system's launcher makes one: image, libraries, stack, handles",
    params=(
        Word("NAME"),
        Task("JOB", None, option="--job"),
        Switch("--exit", "it exits at once, return code 0"),
    ),
    examples=(("spawn demo", "process 3183 demo\n"), ("attach demo", ""), ("m = map 1M", "")),
    details="The current process gets no handle to it: `object_get_child 0 KOID same` gives one.",
    statuses="ERR_BAD_STATE ERR_NO_MEMORY",
)
def spawn(session: Session, name: str, job: object, exits: bool) -> Result:
    where = session.program_job if job is None else job
    if not isinstance(where, Job):
        raise ShellError("--job wants a job, not a process")
    parts = program(session.machine, FOLDER + name)
    if parts is None:
        raise ShellError("this boot image describes no program, so none can be started")
    process = launch(session.machine, parts, where, cut_name(name))
    if exits:
        process.kill(0)
    shown = printable(process.name)
    return Result(process.koid, {"koid": process.koid, "name": shown}, f"process {process.koid} {shown}\n")
