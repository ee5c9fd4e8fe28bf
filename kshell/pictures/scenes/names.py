"""What things are called in pictures: the key by which a box is found again, and a name that a person knows."""

from __future__ import annotations

from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Job, Process
from kshell.kernel.vmo import Vmo


def vmo_key(vmo: Vmo) -> str:
    """The key of a VMO's box: its koid, or for one that has none the kernel's address of it."""
    return f"vmo:{vmo.koid}" if vmo.koid else f"vmo@{vmo.address:#x}"


def mapping_key(koid: int, base: int) -> str:
    """The key of the box of what a process (its koid) has mapped at an address; of its VMARs too."""
    return f"mapping:{koid}:{base:#x}"


def vmo_name(machine: Machine, vmo: Vmo) -> str:
    """`VMO 3190`, or what else is known of it. Raw: a name may hold anything."""
    known = next((name for name, shared in machine.shared.items() if shared is vmo), "")
    koid = f"VMO {vmo.koid}" if vmo.koid else "a VMO without a koid"
    return f"{koid}, {known}" if known else koid


def task_name(task: Process | Job | None) -> str:
    """`sh:vc (3020)`; None stands for the kernel. Raw."""
    return "the kernel" if task is None else f"{_text(task.name) or 'nameless'} ({task.koid})"


def _text(name: bytes | str) -> str:
    return name.split(b"\0", 1)[0].decode("utf-8", "backslashreplace") if isinstance(name, bytes) else name
