"""`kmem`: the kernel's own memory."""

from __future__ import annotations

from kshell.accounting.overhead import Overhead, of_machine, of_task, total_bytes
from kshell.commands.tools.filters import Column, sort_rows
from kshell.kernel.abi import KERNEL_STACK_PAGES, PAGE_SHIFT
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Job, Process
from kshell.shell.arguments import Task
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import SIZE
from kshell.sizes import format_size
from kshell.text import plural, printable, wrap

# The order of the rows: tasks and their memory first, then messages and the like by name, then what is nobody's.
FIRST = (
    *("job", "process", "thread", "kernel stack", "address space", "VMAR", "VMAR dispatcher", "mapping"),
    *("VMO", "VMO dispatcher", "page list node"),
)
LAST = ("leaked", "boot's own")


@command(
    "kmem",
    category="whose",
    summary="the kernel's own memory: its heap by kind of object, page tables, stacks",
    params=(Task("TASK", None), Column("count", "bytes")),
    details=(
        "Without TASK of the whole machine: the blocks are all that lives in the kernel's heap,\n"
        "and the total is what `k pmm arenas` calls heap and mmu, and the stacks of it.\n"
        "With TASK of one process, or of a job and all below it: what nobody else holds.\n"
        "Exact: blocks and bytes, page tables, stacks. An estimate: the pages of the heap,\n"
        "as the model does not know where in the heap a block lies (`help quirks`)."
    ),
    examples=(
        ("kmem 3020", "KIND                  COUNT        BYTES\n...\n"),
        ("k = kmem", ""),
        ("assert $k.live == 873360", ""),
    ),
)
def kmem(state: State, task: Process | Job | None, sort: str | None) -> Result:
    machine = state.machine
    found = of_machine(machine) if task is None else of_task(machine, task)
    heap_pages = machine.physmem.heap if task is None else None
    rows: list[dict[str, object]] = [
        {"kind": kind, "count": count, "bytes": size} for kind, (count, size) in _ordered(found, sort)
    ]
    total = total_bytes(found, heap_pages)
    fields: dict[str, object] = {
        "rows": rows,
        "page_tables": found.page_tables,
        "live": found.live,
        "heap_pages": heap_pages,
        "stacks": found.stacks,
        "handles": found.handles,
        "total": total,
    }
    return Result(total, fields, lambda: _text(machine, task, found, rows, total), kind=SIZE)


def _ordered(found: Overhead, sort: str | None) -> list[tuple[str, list[int]]]:
    rows = sorted(found.kinds.items(), key=lambda row: _place(row[0]))
    return sort_rows(rows, sort, {"count": lambda row: row[1][0], "bytes": lambda row: row[1][1]})


def _place(kind: str) -> tuple[int, int, str]:
    if kind in FIRST:
        return 0, FIRST.index(kind), ""
    if kind in LAST:
        return 2, LAST.index(kind), ""
    return 1, 0, kind


def _text(
    machine: Machine, task: Process | Job | None, found: Overhead, rows: list[dict[str, object]], total: int
) -> str:
    lines = [f"{'KIND':<18} {'COUNT':>8} {'BYTES':>12}"]
    lines.extend(f"{row['kind']:<18} {row['count']:>8} {row['bytes']:>12}" for row in rows)
    lines.append(f"{'blocks in all':<18} {sum(count for count, _ in found.kinds.values()):>8} {found.live:>12}")
    heap = machine.heap
    if task is None:
        lines.append(_pages("heap", machine.physmem.heap, f"{heap.remaining} bytes of it in no block"))
    elif found.shared:
        lines.append(f"{'held with others':<18} {'':>8} {found.shared:>12}  not counted here")
    lines.append(_pages("page tables", found.page_tables, _tables(machine) if task is None else ""))
    lines.append(_pages("kernel stacks", found.stacks, plural(found.stacks // KERNEL_STACK_PAGES, "thread")))
    if task is None:
        lines.append(f"{'handles':<18} {found.handles:>8} of {machine.handles.slots}")
    else:
        lines.append(f"{'handles':<18} {found.handles:>8}")
    whose = "" if task is None else f" for {printable(task.name) or 'the job'} ({task.koid})"
    lines.append(f"{'total':<18} {'':>8} {total:>12}  {format_size(total)}{whose}")
    if task is None:
        lines.extend(_pages(name, pages, "object, from boot") for name, pages in machine.kernel_pages.items())
        lines.append(_pages("wired", machine.physmem.wired, "the kernel's image, page records, vDSO, ramdisk"))
    return "".join(line.rstrip() + "\n" for line in lines)


def _pages(name: str, pages: int, remark: str) -> str:
    remark = f"; {remark}" if remark else ""
    row = f"{name:<18} {pages:>8} {pages << PAGE_SHIFT:>12}  "
    return wrap(f"{'pages' if pages != 1 else 'page'}{remark}", row)[:-1]


def _tables(machine: Machine) -> str:
    users = sum(1 + len(process.aspace.tables) for process in machine.processes.values())
    return f"{users} of live processes, {machine.physmem.mmu - users} others"
