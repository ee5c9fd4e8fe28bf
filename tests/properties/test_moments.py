"""Moments and what-if: random lines on random machines, against a naive comparison and against what really happens."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kshell.accounting.moments import KINDS, Difference, Moment
from kshell.kernel.boot import boot
from kshell.kernel.tasks import Job
from kshell.shell.host import Host
from kshell.shell.session import Session
from tests.commands.support import run
from tests.dump import difference, dump
from tests.lines import random_line
from tests.sessions import TINY

EXAMPLES = int(os.environ.get("KSHELL_SESSIONS", "20"))
SETTINGS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def random_session(random, length=12):
    """A session on a small machine in which something has happened."""
    session = Session(boot(TINY), host=Host())
    for _ in range(random.randrange(length)):
        list(session.run(random_line(random)))
    return session


def naive(machine):
    """What there is of each kind, found another way: {kind: {key: figures}}."""
    tasks, mappings, handles = {}, {}, {}
    for task in [job for _, job in machine.walk_jobs()] + list(machine.processes.values()):
        tasks[task.koid] = (task.state, task.name)
        if isinstance(task, Job):
            continue
        regions = [region for region in task.root_vmar.walk() if hasattr(region[1], "vmo")]
        assert len(regions) == task.aspace.mapping_count
        tasks[task.koid] += (len(task.threads), len(task.handles), sum(region.size for _, region in regions))
        for _, region in regions:
            mappings[region.address] = (region.base, region.size, region.perms, region.vmo_offset, region.vmo.koid)
        for value, handle in task.handles:
            handles[task.koid, value] = (handle.rights, handle.object.koid, handle.object.type)
    vmos = {vmo.address: (vmo.size, sum(end - start for start, end in vmo.pages.runs())) for vmo in machine.vmos}
    return {"tasks": tasks, "vmos": vmos, "mappings": mappings, "handles": handles}


def counted(before, after):
    """(created, gone, changed, unchanged) of two of these."""
    both = before.keys() & after.keys()
    changed = sum(before[key] != after[key] for key in both)
    return len(after.keys() - both), len(before.keys() - both), changed, len(both) - changed


@SETTINGS
@given(st.randoms(use_true_random=False))
def test_a_copy_is_no_difference(random):
    session = random_session(random)
    found = Difference(Moment(session.state.machine), Moment(session.state.copy().machine))
    assert not found and not found.pages and not any(found.kinds)


@SETTINGS
@given(st.randoms(use_true_random=False))
def test_a_difference_is_what_a_naive_comparison_finds(random):
    session = random_session(random)
    list(session.run("snap a"))
    before = naive(session.state.machine)
    free = session.state.machine.physmem.free
    for _ in range(random.randrange(8)):
        list(session.run(random_line(random)))
    if "a" not in session.state.snaps:
        return
    list(session.run("snap b"))
    after = naive(session.state.machine)
    there = run(session, "diff a b").result.fields
    back = run(session, "diff b a").result.fields
    assert there["pages"] == -back["pages"] == free - session.state.machine.physmem.free
    travelling = len(session.state.machine.handles.travelling) + len(session.state.machine.kernel_handles)
    for kind in KINDS:
        one, other = there[kind.name], back[kind.name]
        made, gone, changed, unchanged = counted(before[kind.name], after[kind.name])
        if kind.name == "handles":
            unchanged += travelling
        assert (one["created"], one["gone"], one["changed"], one["unchanged"]) == (made, gone, changed, unchanged)
        assert (other["created"], other["gone"], other["changed"], other["unchanged"]) == (
            *(one["gone"], one["created"], one["changed"], one["unchanged"]),
        )
        entries = sorted(_entry(entry, "before", "after") for entry in one["list"])
        assert entries == sorted(_entry(entry, "after", "before") for entry in other["list"])


def _entry(entry, first, second):
    return str((entry["koid"], entry["field"], entry[first], entry[second]))


@SETTINGS
@given(st.randoms(use_true_random=False))
def test_what_if_foretells(random):
    """What a line would end with, print and change is what it does; and trying it has done nothing."""
    session = random_session(random)
    session.stop_on_failure = False
    line = random_line(random)
    if random.random() < 0.3:
        line = f"{line} {random.choice((';', '&&', '||'))} {random_line(random)}"
    before = dump(session)[1]
    (tried,) = session.run("what-if " + "'" + line.replace("'", "'\\''") + "'")
    if tried.exit == 2:
        assert not line.strip()
        return
    assert tried.ok, tried.error
    assert not difference((0, before), (0, dump(session)[1]))
    # What the line says of `$?` and `$_` is what it would have said without the what-if.
    told = tried.result.fields
    if "$_" in line or "$?" in line:
        return
    first = Moment(session.state.machine)
    outcomes = list(session.run(line))
    assert "".join(outcome.output + outcome.error for outcome in outcomes) == told["output"], line
    assert all(outcome.ok or outcome.forgiven for outcome in outcomes) == told["ok"]
    found = Difference(first, Moment(session.state.machine))
    assert found.pages == told["diff"]["pages"]
    for kind in found.kinds:
        foretold = told["diff"][kind.kind.name]
        made = len(kind.new), len(kind.gone), len(kind.changed), kind.unchanged
        assert made == tuple(foretold[word] for word in ("created", "gone", "changed", "unchanged"))
