"""The console's tools, run on a driver's machine: what `run PROGRAM` and `k LINE` of a scenario print."""

from __future__ import annotations

import kshell.commands  # noqa: F401  (hands its loader to the registry)
from kshell.kernel.abi import OBJ_TYPE_PROCESS
from kshell.kernel.machine import Machine
from kshell.kernel.specs import HandleSpec, Program, ThreadSpec
from kshell.kernel.tasks import Process
from kshell.shell import registry
from kshell.shell.session import Session


def run_tool(machine: Machine, driver: Process, line: str) -> list[str]:
    """The lines that a console tool prints, and `exited N` for a program, as the oracle writes them."""
    registry.load()
    # The captured tools ran as processes of their own; the driver started them under their bare names.
    machine.programs = {"tool": _program()}
    session = Session(machine, _not_again)
    session.state.shell = driver
    session.state.attach(driver)
    outcomes = list(session.run(line))
    text = "".join(outcome.output + outcome.error for outcome in outcomes)
    lines = text.removesuffix("\n").split("\n") if text else []
    return lines if line.startswith("k ") else [*lines, f"exited {outcomes[-1].exit}"]


def _not_again() -> Machine:
    """What a session begins with anew when it goes back in time; without it the whole machine would be copied."""
    raise AssertionError("a tool does not go back")


def _program() -> Program:
    program = Program()
    program.threads.append(ThreadSpec(0, b"main"))
    program.handles.append(HandleSpec(OBJ_TYPE_PROCESS, "self"))
    return program
