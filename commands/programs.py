"""Running a program from the shell: a process that lives while the command runs.

The real shell starts `/boot/bin/ps` as a process, which lists itself, last in the shell's job, and is gone when
the table is on the screen. Its koids stay spent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kshell.kernel.abi import KernelError
from kshell.kernel.launch import Program, launch
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process
from kshell.shell.errors import ShellError
from kshell.shell.session import Session

FOLDER = "/boot/bin/"


def program(machine: Machine, path: str) -> Program | None:
    """The program of that path; any other of the image if it has none of that name."""
    return machine.programs.get(path) or next(iter(machine.programs.values()), None)


@contextmanager
def running(session: Session, name: str) -> Iterator[Process | None]:
    """Runs the program `/boot/bin/NAME` for as long as the block lasts; None on an image without programs.

    Raises ShellError when the shell cannot start it, for lack of memory or because its job is being killed.
    """
    path = FOLDER + name
    found = program(session.machine, path)
    job = session.shell.job
    if found is None:
        yield None
        return
    if job is None:
        raise ShellError(f"cannot run {path}: the shell's own process is dead; `reset` starts over")
    try:
        process = launch(session.machine, found, job, path.encode())
    except KernelError as error:
        raise ShellError(f"Cannot create child process: {error.reason}") from None
    try:
        yield process
    finally:
        process.kill(0)
