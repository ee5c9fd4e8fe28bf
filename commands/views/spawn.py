"""`spawn`: a process as the system's launcher makes one."""

from __future__ import annotations

from kshell.kernel.abi import cut_name
from kshell.kernel.launch import launch
from kshell.kernel.tasks import Job
from kshell.shell.arguments import JobTask, Switch, Word
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.running import FOLDER, program
from kshell.shell.state import State
from kshell.shell.values import KOID
from kshell.text import printable


@command(
    "spawn",
    category="tasks",
    summary="a process NAME as the system's launcher makes one: image, libraries, stack, handles",
    params=(
        Word("NAME"),
        JobTask("JOB", None, option="--job"),
        Switch("--exit", "it exits at once, with return code 0"),
    ),
    examples=(("spawn demo", "process 3183 demo\n"), ("attach demo", ""), ("m = map 1M", "")),
    details="The current process gets no handle to it; `object_get_child 0 KOID same` gives one.",
    gives=("koid", "name"),
    failures={
        "ERR_BAD_STATE": "the job is being killed and still has children",
        "ERR_NO_MEMORY": "too few pages are free for the program, or the handle table is full",
    },
)
def spawn(state: State, name: str, job: Job | None, exits: bool) -> Result:
    where = state.program_job if job is None else job
    parts = program(state.machine, FOLDER + name)
    if parts is None:
        raise ShellError("this boot image describes no program, so none can be started")
    process = launch(state.machine, parts, where, cut_name(name))
    if exits:
        process.kill(0)
    shown = printable(process.name)
    text = f"process {process.koid} {shown}\n"
    return Result(process.koid, {"koid": process.koid, "name": shown}, text, kind=KOID)
