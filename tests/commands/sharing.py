"""A machine with memory that is shared in known ways, for the tools that tell who shares what with whom."""

from tests.commands.support import fresh, run

# Two processes beside the console's shell, which is 2988. VMO 3191 has 10 pages and is mapped twice by `one`, once by
# `two` and once by the shell: 4 mappings in 3 address spaces. VMO 3192 has 5 pages and is mapped by `one` alone. VMO
# 3193 is a clone of it with 2 pages of its own, and is mapped nowhere.
LINES = (
    "p = process_create $job one",
    "t = thread_create $p main",
    "e = event_create",
    "process_start $p $t 0 0 $e 0",
    "q = process_create $job two",
    "t = thread_create $q main",
    "e = event_create",
    "process_start $q $t 0 0 $e 0",
    "v = vmo_create 64k",
    "vmo_op_range $v commit 0 40k",
    "w = vmo_create 64k",
    "vmo_op_range $w commit 0 20k",
    "vmar_map $p.vmar 0 $v 0 64k rw",
    "vmar_map $p.vmar 0 $v 0 64k r",
    "vmar_map $q.vmar 0 $v 0 64k rw",
    "vmar_map $p.vmar 0 $w 0 64k rw",
    "c = vmo_clone $w cow 0 64k",
    "vmo_op_range $c commit 0 8k",
    "vmar_map $vmar 0 $v 0 64k r",
)
ONE, TWO, SHELL = 3183, 3187, 2988
SHARED, LONE, CLONE = 3191, 3192, 3193
# What `one` answers for: 20k of its own, and a third of 40k for each of its two mappings of the shared VMO.
ONE_PRIVATE, ONE_SHARED, ONE_PSS = 20480, 2 * 40960, 20480 + 2 * (40960 // 3)
TWO_SHARED, TWO_PSS = 40960, 40960 // 3


def shared():
    """A session on that machine."""
    session = fresh()
    assert all(outcome.ok for line in LINES for outcome in [run(session, line)])
    return session
