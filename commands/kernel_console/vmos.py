"""`k mx vmos`: VMOs as the kernel lists them. Commit 802520106 (2017-05-26); rules: docs/kernel-rules.md 6.6."""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel
from kshell.commands.tools.vmos import figures
from kshell.kernel.abi import PAGE_SHIFT, rights_letters
from kshell.kernel.info import vmos_of
from kshell.kernel.tasks import Process
from kshell.kernel.vmo import Vmo
from kshell.sizes import format_size_fixed

KERNEL_COLUMNS = "koid parent #chld #map #shr    size   alloc name"


def kernel_vmos(kernel: Kernel, process: Process, unit: str) -> None:
    """`k mx vmos PID`: handles, their total, then mappings."""
    uses = vmos_of(process)
    held = [use for use in uses if use.handle is not None]
    kernel.say(f"process [{process.koid}]:", "Handles to VMOs:", f"      handle rights  {KERNEL_COLUMNS}")
    for use in held:
        kernel.say(f"  {use.handle:10} {rights_letters(use.rights):>6} {figures(use.vmo, unit)}")
    size = format_size_fixed(sum(use.vmo.size for use in held), unit)
    alloc = format_size_fixed(sum(len(use.vmo.pages) for use in held) << PAGE_SHIFT, unit)
    kernel.say(f"  total: {len(held)} VMOs, size {size}, alloc {alloc}", "Mapped VMOs:")
    _kernel_table(kernel, [use.vmo for use in uses if use.handle is None], unit)


def kernel_all_vmos(kernel: Kernel, hidden: bool, unit: str) -> None:
    """`k mx vmos all` and `hidden`: every VMO, or those no process maps, oldest first."""
    kernel.say('"Hidden" VMOs, oldest to newest:' if hidden else "All VMOs, oldest to newest:")
    _kernel_table(kernel, [vmo for vmo in kernel.machine.vmos if not (hidden and vmo.mappings)], unit)


def _kernel_table(kernel: Kernel, found: list[Vmo], unit: str) -> None:
    header = f"           -      -  {KERNEL_COLUMNS}"
    kernel.say(header, *(f"  {'-':>10} {'-':>6} {figures(vmo, unit)}" for vmo in found), header)
