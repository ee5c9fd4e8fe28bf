"""What `ps` and `vmaps` do not account for, and what does: `help limitations`.

Rules: the chapter "Limitations" of Magenta's document on memory usage, `docs/memory.md`.
"""

from __future__ import annotations

# (what they do not show, what shows it, the script that proves it)
LIMITATIONS = (
    (
        "Memory of VMOs that are not mapped: it is in no RES.",
        "audit, k mx vmos hidden, memory, why VMO",
        "unmapped-vmo, adds-up",
    ),
    (
        "Pages that are mapped several times count as often, in one process or in several.",
        "audit --by process, vmaps --vmo, why ADDRESS",
        "counted-twice, counted-once",
    ),
    (
        "What a clone shows of its parent counts for nobody who sees it.",
        "clones VMO, audit --rule viewers",
        "shared-by-clones",
    ),
    (
        "What the kernel keeps for a process: its objects, page tables, stacks, handles.",
        "kmem TASK, k mx ps, audit",
        "million-handles, full-handle-table",
    ),
    (
        "Why a page is there, and what would give it back.",
        "why WHAT, what-if LINE, snap and diff",
        "why-is-this-here, what-would-it-cost, memory-budget",
    ),
)
INTRODUCTION = (
    "What `ps` and `vmaps` do not account for, what shows it, and scripts that prove it: `kshell unmapped-vmo` runs "
    "one."
)
