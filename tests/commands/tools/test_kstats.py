"""`kstats`: one round of a machine whose clock stands still."""

import pytest

from kshell.commands.tools.kstats import KSTATS_HELP
from tests.commands.support import fresh, output, run

STAMP = "\n--- 2017-04-14T07:22:57.000Z ---\n"
CPU = (
    STAMP
    + "cpu    load sched (cs ylds pmpts irq_pmpts) excep pagef  sysc ints (hw  tmr tmr_cb) ipi (rs  gen)\n"
    + "  0   0.00%         0    0     0         0      0     0     0        0    0      0        0    0\n"
)


def test_cpu_statistics():
    session = fresh()
    assert output(session, "kstats") == output(session, "kstats -c") == output(session, "kstats -m -d 2 -c") == CPU


def test_memory_follows_the_machine():
    session = fresh()
    header = "    total      free      VMOs     kheap     kfree     wired       mmu     other\n"
    # The values stand in the tool's own wrong order: total, free, wired, heap, heap free, VMOs, mmu, other.
    assert output(session, "kstats -m") == (
        STAMP + header + "  2046.9M   1949.7M     20.3M        1M      0.2M     74.4M      1.6M      0.0M \n"
    )
    run(session, "v = vmo_create 100M", "vmo_op_range $v commit 0 100M")
    # The page-list nodes of 100 MiB are 300 KiB: the heap has taken another 257 pages.
    assert output(session, "kstats -c -m").splitlines()[-1].split() == (
        ["2046.9M", "1848.7M", "20.3M", "2.0M", "0.9M", "174.4M", "1.6M", "0.0M"]
    )


def test_mended_puts_each_value_under_its_header():
    session = fresh()
    header, values = output(session, "kstats -m --mended").splitlines()[2:]
    assert dict(zip(header.split(), values.split(), strict=True)) == {
        "total": "2046.9M",
        "free": "1949.7M",
        "VMOs": "74.4M",
        "kheap": "1M",
        "kfree": "0.2M",
        "wired": "20.3M",
        "mmu": "1.6M",
        "other": "0.0M",
    }
    assert output(session, "kstats --mended") == CPU


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("kstats -d", "Bad delay"), ("kstats -d 0", "Bad delay"), ("kstats -x", "Unknown option: -x")],
)
def test_wrong_words(line, complaint):
    outcome = run(fresh(), line)
    assert (outcome.error, outcome.exit) == (f"{complaint}\n{KSTATS_HELP}", 1)


def test_its_help():
    assert output(fresh(), "kstats --help") == output(fresh(), "kstats -m -h") == KSTATS_HELP
