"""`ps`, `ps -T` and `ps --units`: the figures of tasks, exact."""

import pytest

from tests.commands.sharing import shared
from tests.commands.support import fresh, output, run


def row(text, name):
    """The words of the table's line that ends with this name."""
    (line,) = [line for line in text.splitlines() if line.split()[-1] == name]
    return line.split()


@pytest.mark.parametrize(
    ("unit", "one", "two"),
    [
        ("k", ["46.7k", "20k", "80k"], ["13.3k", "0k", "40k"]),
        ("B", ["47786B", "20480B", "81920B"], ["13653B", "0B", "40960B"]),
        ("", ["46.7k", "20k", "80k"], ["13.3k", "0B", "40k"]),
        ("M", ["0.0M", "0.0M", "0.1M"], ["0.0M", "0M", "0.0M"]),
    ],
)
def test_pss_private_and_shared(unit, one, two):
    text = output(shared(), f"ps --units={unit}")
    assert row(text, "one") == ["p:3183", *one, "one"]
    assert row(text, "two") == ["p:3187", *two, "two"]


def test_a_job_has_the_sums_of_all_below_it_and_no_shared():
    def sums(session):
        text = output(session, "ps --units=B")
        return {name: [int(size[:-1]) for size in row(text, name)[1:3]] for name in ("magenta-services", "root")}

    before, after = sums(fresh()), sums(shared())
    # The shell's share of the VMO, then what the two new processes answer for.
    more = [40960 // 3 + 47786 + 13653, 20480]
    for job in before:
        assert [new - old for new, old in zip(after[job], before[job], strict=True)] == more
    assert row(output(fresh(), "ps --units=B"), "magenta-drivers")[0] == "j:1068"


def test_the_whole_table_of_units():
    lines = output(shared(), "ps --units=k").splitlines()
    assert lines[0] == lines[-1] == "TASK           PSS PRIVATE  SHARED NAME"
    assert lines[1] == "j:1028     22385.3k  22304k         root"
    assert lines[2] == "  p:1041   1690.0k   1688k     28k bin/devmgr"
    assert lines[-6:] == [
        "    p:2988 1311.3k   1296k     68k sh:console",
        "    p:3020 1270.0k   1268k     28k sh:vc",
        "    p:3183   46.7k     20k     80k one",
        "    p:3187   13.3k      0k     40k two",
        "    p:3194 1082.0k   1080k     28k /boot/bin/ps",
        lines[0],
    ]


def test_threads_stand_below_their_process():
    lines = output(shared(), "ps -T").splitlines()
    assert lines[0] == lines[-1] == "TASK          VIRT     RES   STATE NAME"
    assert lines[1:3] == [
        "p:1041       16.2M   1716k         bin/devmgr",
        "  t:1044                   blocked bin/devmgr",
    ]
    assert lines[-7:-1] == [
        "  p:3183      192k    100k         one",
        "    t:3185                 blocked main",
        "  p:3187       64k     40k         two",
        "    t:3189                 blocked main",
        "  p:3194     4044k   1108k         /boot/bin/ps",
        "    t:3196                 running main",
    ]
    assert "j:1068                             magenta-drivers" in lines


def test_threads_with_units():
    lines = output(shared(), "ps -T --units=k").splitlines()
    assert lines[0] == "TASK             PSS PRIVATE  SHARED   STATE NAME"
    at = lines.index("    p:3183     46.7k     20k     80k         one")
    assert lines[at + 1] == "      t:3185                         blocked main"


def test_other_words_change_nothing():
    assert output(fresh(), "ps -x --frob nonsense") == output(fresh(), "ps")


def test_the_sums_of_all_tasks():
    found = run(shared(), "ps").result
    tasks = found.fields["tasks"]
    assert (found.value, found.extra["count"]) == (len(tasks), len(tasks))
    for figure in ("virt", "res"):
        assert found.extra[figure] == sum(task[figure] for task in tasks if task["type"] == "p")
    assert (found.field("3183.virt"), found.field("3183.res")) == (192 << 10, 100 << 10)


def test_a_process_that_was_never_started_has_no_figures_in_any_table():
    """Its mappings count nowhere: the kernel answers BAD_STATE for it (docs/kernel-rules.md 8 no. 43)."""
    session = fresh()
    run(session, "p = process_create $job bare", "v = vmo_create 64k", "vmo_op_range $v commit 0 64k")
    assert run(session, "vmar_map $p.vmar 0 $v 0 64k rw").ok
    for words, sizes in (("-T", ["0B", "0B"]), ("--units=k", ["0k", "0k", "0k"]), ("--units=k -T", ["0k", "0k", "0k"])):
        (row,) = [line for line in output(session, f"ps {words}").splitlines() if line.endswith(" bare")]
        assert row.split()[1:-1] == sizes
