"""Running a program from the shell: a process that lives while the command runs.

The real shell starts `/boot/bin/ps` as a process, which lists itself, last in the shell's job, and is gone when
the table is on the screen. Its koids stay spent.
"""

from __future__ import annotations

from kshell.kernel.abi import KernelError
from kshell.kernel.launch import launch
from kshell.kernel.machine import Machine
from kshell.kernel.specs import Program
from kshell.kernel.tasks import Process
from kshell.shell.errors import ShellError
from kshell.shell.state import State

FOLDER = "/boot/bin/"


def program(machine: Machine, path: str) -> Program | None:
    """The program of that path; any other of the image if it has none of that name."""
    return machine.programs.get(path) or next(iter(machine.programs.values()), None)


class running:
    """Runs the program `/boot/bin/NAME` for as long as the block lasts; None on an image without programs.

    Raises ShellError when the shell cannot start it, for lack of memory or because its job is being killed.
    """

    __slots__ = ("state", "path", "process")

    def __init__(self, state: State, name: str) -> None:
        self.state = state
        self.path = FOLDER + name
        self.process: Process | None = None

    def __enter__(self) -> Process | None:
        machine = self.state.machine
        found = program(machine, self.path)
        if found is None:
            return None
        try:
            self.process = launch(machine, found, self.state.program_job, self.path.encode())
        except KernelError as error:
            raise ShellError(f"Cannot create child process: {error.reason}") from None
        return self.process

    def __exit__(self, *failure: object) -> None:
        if self.process is not None:
            self.process.kill(0)
