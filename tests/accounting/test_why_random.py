"""Whatever state random calls bring about: what `why` says an access does is what it does, each set of steps frees the
object and the bytes it says, done on a copy, and none of its parts does."""

from contextlib import suppress
from itertools import combinations

import pytest

from kshell.accounting.endings import KILL, Ending, Step, on_a_copy
from kshell.accounting.freeing import freeing_sets
from kshell.accounting.holders import Holders
from kshell.accounting.reasons import Reasons
from kshell.accounting.sight import Page, next_access, seen_page
from kshell.commands.views.why_text import block_text
from kshell.kernel.abi import NO_ERROR, VM_READ, VM_WRITE, KernelError
from kshell.kernel.census import Census
from kshell.kernel.copy import copy_machine
from kshell.kernel.faults import touch
from kshell.kernel.info import committed_pages
from kshell.kernel.io_mapping import IoMapping
from kshell.kernel.tasks import DEAD, Job, Process, Thread
from kshell.kernel.vmar import Vmar
from kshell.kernel.vmo import Vmo
from tests.dump import _graph as dump
from tests.kernel.player import Player

MEMORY = [(3 << 20, 262144), (64 << 20, 60), (8 << 20, 300)]


def played(seed, calls=250):
    """The machine after random calls, with other processes that share some of its objects."""
    player = Player(seed, *MEMORY[seed % 3])
    small, pick = player.small, player.choose
    others = []
    for at in range(calls):
        if at in (60, 120):
            with suppress(KernelError):
                _, handle, vmar = small.running(f"other {at}")
                others.append((small.process.handles.get(handle).object, vmar))
        if others and at % 7 == 0:
            share(small, pick, *pick.choice(others))
        with suppress(KernelError):
            player.touch() if pick.random() < 0.15 else player.call()
        if small.process.state == DEAD:
            break
    return player


def share(small, pick, process, vmar):
    """Gives another process a handle to something, or maps a VMO there."""
    table = [(value, handle) for value, handle in small.process.handles]
    if not table or process.state == DEAD:
        return
    value, handle = pick.choice(table)
    if pick.random() < 0.5:
        if small.machine.handles.live < small.machine.handles.slots:
            process.handles.new(handle.object, handle.rights)
        return
    with suppress(KernelError):
        small.calls.vmar_map(vmar, 0, value, 0, 3 * 4096, 3)


def gone(twin, was):
    """Whether the twin of `was`, an object that lived, has ended."""
    if isinstance(twin, Process) and was.state != DEAD:
        return twin.state == DEAD
    if isinstance(twin, Vmo | Process | Thread):
        return not twin.exists
    if isinstance(twin, IoMapping):
        return twin.mapping is None
    return not twin.handle_count


def objects(machine):
    """What a question can be about."""
    found = [*Census(machine, machine.root_job).objects]
    return [one for one in found if not isinstance(one, Vmar) and one is not machine.root_job]


@pytest.mark.parametrize("seed", range(24))
def test_a_set_frees_what_it_says_and_no_part_of_it_does(seed):
    player = played(seed)
    machine = player.small.machine
    chosen = objects(machine)
    player.choose.shuffle(chosen)
    for object_ in chosen[:25]:
        for one in freeing_sets(Holders(machine), object_):
            twin, pages, (target,) = on_a_copy(machine, one.steps, object_)
            twin.check()
            lines = [step.line(None) for step in one.steps]
            assert pages << 12 == one.bytes, (object_, lines)
            if isinstance(object_, Job):
                continue
            assert gone(target, object_), (object_, lines)
            for part in combinations(one.steps, len(one.steps) - 1) if len(one.steps) <= 6 else ():
                _, _, (target,) = on_a_copy(machine, list(part), object_)
                assert not gone(target, object_), (object_, lines)


@pytest.mark.parametrize("seed", range(24))
def test_what_would_end_with_a_task_is_what_ends(seed):
    machine = played(seed).small.machine
    for process in list(machine.processes.values()):
        steps = [Step(KILL, process)]
        ending = Ending().do(steps)
        twin, pages, _ = on_a_copy(machine, steps)
        twin.check()
        assert not ending.sure or pages == ending.pages
        if ending.sure:
            ended = sum(isinstance(one, Vmo) for one in ending.ended)
            assert len(machine.vmos) - len(twin.vmos) == ended


@pytest.mark.parametrize("seed", range(24))
def test_an_access_does_what_is_said_of_it(seed):
    player = played(seed)
    process = player.small.process
    for _ in range(15):
        address = player.address()
        for kind, word in ((VM_READ, "r"), (VM_WRITE, "w")):
            said = next_access(process, address, kind)
            twin, same = copy_machine(player.small.machine, process)
            before = twin.physmem.object
            try:
                done = touch(same, address, 1, word)
            except KernelError as error:
                assert said.status == error.status
            else:
                assert said.status == NO_ERROR
                assert (int(said.faults), said.commits) == (done.faults, twin.physmem.object - before)


@pytest.mark.parametrize("seed", range(8))
def test_every_reference_is_found_and_nothing_is_changed(seed):
    machine = played(seed).small.machine
    holders = Holders(machine)
    for object_ in Census(machine, machine.root_job).objects:
        found = holders.of(object_)
        handles = [one for one in found if one.by in ("handle", "message") or (one.by == "kernel" and one.handle)]
        assert len(handles) == object_.handle_count
        if isinstance(object_, Vmo):
            assert len(found) == object_.handle_count + len(object_.mappings) + len(object_.children) + object_.kept


@pytest.mark.parametrize("seed", range(12))
def test_all_that_can_be_asked_has_a_short_block_and_nothing_is_changed(seed):
    machine = played(seed).small.machine
    before = dump(machine)
    process = next(iter(machine.processes.values()))
    addresses = [mapping.base for mapping in process.root_vmar.mappings()][:20]
    subjects = [(one, 0) for one in Census(machine, machine.root_job).objects] + [(None, base) for base in addresses]
    for object_, address in subjects:
        lines = block_text(machine, process, Reasons(machine, process, object_, address)).splitlines()
        assert len(lines) <= 26 and max(map(len, lines)) <= 80, lines
    assert dump(machine) == before
    machine.check()


def views(machine):
    """Every mapping of the machine."""
    return [mapping for process in machine.processes.values() for mapping in process.root_vmar.mappings()]


def pages_of(player, machine):
    """Some pages of VMOs that are mapped, each with its mapping."""
    for mapping in views(machine):
        first = mapping.vmo_offset >> 12
        count = min(mapping.size >> 12, 1 << 20)
        for index in {first, first + 1, first + player.choose.randrange(count)}:
            if index < first + count:
                yield mapping, Page(mapping.vmo, index, mapping)


@pytest.mark.parametrize("seed", range(24))
def test_a_page_is_seen_where_it_is_what_shows(seed):
    player = played(seed)
    machine = player.small.machine
    for _, page in pages_of(player, machine):
        if page.owner is None:
            continue
        seen = {(id(sight.mapping), sight.address, sight.how) for sight in seen_page(page)}
        wanted = set()
        for other in views(machine):
            first = other.vmo_offset >> 12
            for low, high, owner, at, depth in other.vmo.stretches(first, first + (other.size >> 12)):
                if owner is page.owner and at <= page.at < at + high - low:
                    address = other.base + (low - first + page.at - at << 12)
                    wanted.add((id(other), address, "parent" if depth else "own"))
        assert seen == wanted


@pytest.mark.parametrize("seed", range(24))
def test_a_page_shows_in_the_tools_whose_figures_it_is_part_of(seed):
    player = played(seed)
    machine = player.small.machine
    process = player.small.process
    for mapping, page in pages_of(player, machine):
        if mapping.aspace is not process.aspace:
            continue
        found = Reasons(machine, process, None, mapping.base + (page.index << 12) - mapping.vmo_offset)
        assert (found.page.state, found.page.owner) == (page.state, page.owner)
        if page.owner is None:
            assert not {"ps", "k mx ps", "memory"} & set(found.shows_in)
            continue
        twin, owner = copy_machine(machine, page.owner)
        before = [committed_pages(one) for one in twin.processes.values()]
        owner._drop_pages(page.at, page.at + 1)
        after = [committed_pages(one) for one in twin.processes.values()]
        assert ("k mx ps" in found.shows_in) == (before != after)
        assert "memory" in found.shows_in and twin.physmem.object == machine.physmem.object - 1
