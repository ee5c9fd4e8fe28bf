"""`--name`, `--min`, `--sort` and their like of ps, vmaps and vmos."""

from tests.commands.support import fresh, output, run


def test_filters_of_vmaps():
    session = fresh()
    free = output(session, "vmaps 3020 --gaps --name free").splitlines()
    assert len(free) > 5 and all(line.lstrip().startswith("-") and line.endswith("free") for line in free)
    whole = output(session, "vmaps 3020").splitlines()
    assert [line for line in output(session, "vmaps 3020 --gaps").splitlines() if "free" not in line] == whole
    executable = output(session, "vmaps 3020 --perms x").splitlines()
    assert executable == [line for line in whole if " r-x " in line]
    at = output(session, "vmaps 3020 --at 0x1021004").splitlines()
    assert [line.split()[0] for line in at] == ["/A", "/R", "R", "M"]
    sizes = run(session, "vmaps 3020 --sort size").result.fields["maps"]
    assert [row["size"] for row in sizes] == sorted((row["size"] for row in sizes), reverse=True)


def test_filters_of_ps_and_vmos():
    session = fresh()
    assert [row["name"] for row in run(session, "ps --name sh:").result.fields["tasks"]] == ["sh:console", "sh:vc"]
    names = [row["res"] for row in run(session, "ps --sort res --min 1k").result.fields["tasks"]]
    assert names == sorted(names, reverse=True)
    assert all(row["size"] >= 1 << 20 for row in run(session, "vmos 3020 --min 1M").result.fields["vmos"])
