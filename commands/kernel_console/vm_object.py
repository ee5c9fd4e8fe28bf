"""`k vm_object` and `k vm_page`: VMOs and pages by the addresses of their kernel objects.

Addresses of kernel objects are invented and stable. Rules: docs/kernel-rules.md 6.6; `kernel/kernel/vm/vm_object.cpp`,
`page.cpp`.
"""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel, hexadecimal, kernel_command, number, refuse
from kshell.commands.kernel_console.mx import vmo_line
from kshell.commands.kernel_console.segments import page_record
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.vmo import Vmo

VM_OBJECT_USAGE = ("usage:", "vm_object dump <address>", "vm_object dump_pages <address>")
VM_PAGE_USAGE = ("usage:", "vm_page dump <address>", "vm_page hexdump <address>")


@kernel_command("vm_object")
def vm_object(kernel: Kernel, words: list[str]) -> int:
    """A VMO by the address of its kernel object, as `k mx asd` prints it."""
    if not words:
        return kernel.usage("not enough arguments", *VM_OBJECT_USAGE)
    if words[0] not in ("dump", "dump_pages"):
        return kernel.usage("unknown command", *VM_OBJECT_USAGE)
    if len(words) < 2:
        return refuse(kernel, f"{words[0]} without an address panics the real kernel; see `k mx asd`")
    address = number(words[1])
    vmo = next((vmo for vmo in kernel.machine.vmos if vmo.address == address), None)
    if vmo is None:
        return refuse(kernel, f"no VMO is at {address:#x} (the real kernel panics); see `k mx asd`")
    kernel.say(vmo_line(vmo))
    if words[0] == "dump_pages":
        kernel.say(*_page_lines(vmo))
    return 0


def _page_lines(vmo: Vmo) -> list[str]:
    lines: list[str] = []
    for start, end in list(vmo.pages.runs()):
        for page in range(start, end):
            frame = vmo.frame(page)
            assert frame is not None
            lines.append(f"  offset {hexadecimal(page << PAGE_SHIFT)} page {page_record(frame):#x} paddr {frame:#x}")
    return lines


@kernel_command("vm_page")
def vm_page(kernel: Kernel, words: list[str]) -> int:
    """A page record by its address."""
    if not words:
        return kernel.usage("not enough arguments", *VM_PAGE_USAGE)
    if words[0] not in ("dump", "hexdump"):
        return kernel.usage("unknown command", *VM_PAGE_USAGE)
    kernel.say("kshell: page records are not modelled; see `k vm_object dump_pages`")
    return -1
