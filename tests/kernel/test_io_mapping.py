"""Io-maps: what they hold goes with their last handle, whatever became of it before."""

import pytest

from kshell.kernel.abi import DEFAULT_RIGHTS, OBJ_TYPE_IOMAP
from kshell.kernel.boot import boot
from kshell.kernel.copy import copy_machine
from kshell.kernel.image import ImageError
from kshell.kernel.io_mapping import IoMapping, mapping_references
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.syscalls import Syscalls
from kshell.kernel.vmar import Mapping
from kshell.start import read_image

P = 4096
BASE = 0x1000000


@pytest.fixture
def mapping(small):
    vmo = PhysicalVmo(small.machine, 0, 4 * P, 0xFEBC0000)
    return Mapping(small.process.root_vmar, BASE, 4 * P, vmo, 0, 3, 3, "registers")


@pytest.fixture
def io_map(small, mapping):
    """A handle to an io-map of four pages."""
    return small.process.handles.new(IoMapping(small.machine.new_koid(), mapping), DEFAULT_RIGHTS[OBJ_TYPE_IOMAP])


def test_deviation_5_its_last_handle_unmaps(small, mapping, io_map):
    second = small.process.handles.new(small.process.handles.get(io_map).object, 0)
    assert mapping_references(mapping) == 2
    small.calls.handle_close(io_map)
    assert small.process.aspace.mapped_bytes == 4 * P
    small.calls.handle_close(second)
    assert small.process.aspace.mapped_bytes == 0 and not small.machine.vmos
    small.machine.check()


@pytest.mark.parametrize(
    ("start", "size", "left"),
    [(0, 4, []), (0, 1, []), (3, 1, []), (1, 1, [(2 * P, 2 * P)])],
    ids=["all", "the beginning", "the end", "the middle"],
)
def test_deviation_5_of_what_was_cut_the_left_piece_goes(small, mapping, io_map, start, size, left):
    small.calls.vmar_unmap(small.vmar, BASE + start * P, size * P)
    assert [mapping_references(piece) for piece in small.process.root_vmar.mappings()] in ([], [2], [2, 1])
    small.calls.handle_close(io_map)
    pieces = [(piece.base - BASE, piece.size) for piece in small.process.root_vmar.mappings()]
    assert pieces == left
    small.machine.check()


def test_deviation_5_it_ends_with_its_process(small):
    other, process, _ = small.running()
    vmo = PhysicalVmo(small.machine, 0, P, 0xFEBC0000)
    mapping = Mapping(other.root_vmar, BASE, P, vmo, 0, 3, 3, "registers")
    small.machine.kernel_handles.new(IoMapping(small.machine.new_koid(), mapping), 0)
    small.calls.task_kill(process)
    assert not vmo.exists
    small.machine.check()
    small.machine.kernel_handles.close_all()
    small.machine.check()


def test_deviation_5_on_the_shipped_machine():
    machine = boot(read_image(None))
    process = machine.processes[1756]
    calls = Syscalls(machine, process)
    small_bar, large_bar = (value for value, handle in process.handles if handle.object.type == OBJ_TYPE_IOMAP)
    mapped, count = process.aspace.mapped_bytes, process.aspace.mapping_count
    calls.handle_close(small_bar)
    assert (mapped - process.aspace.mapped_bytes, count - process.aspace.mapping_count) == (P, 1)
    calls.handle_close(large_bar)
    assert (mapped - process.aspace.mapped_bytes, count - process.aspace.mapping_count) == (P + (16 << 20), 2)
    machine.check()


def test_a_copy_has_its_own(small, mapping, io_map):
    twin, process = copy_machine(small.machine, small.process)
    Syscalls(twin, process).handle_close(io_map)
    twin.check()
    small.machine.check()
    assert not list(process.root_vmar.mappings()) and list(small.process.root_vmar.mappings()) == [mapping]


IMAGE = """kshell-image 1
memory 64M
process 1050 1024 driver
 {}
 thread 1070 main
"""


def test_an_image_says_how_device_memory_is_cached_and_what_holds_it():
    machine = boot(IMAGE.format("P 0x3000000 8k rw- 0xfebc0000 registers write-combining io-map 1060"))
    (mapping,) = machine.processes[1050].root_vmar.mappings()
    assert mapping.vmo.cache_policy == 3 and mapping.vmo.io_map.koid == 1060
    # No process has a handle to it, so the system does.
    (handle,) = (handle for _, handle in machine.kernel_handles)
    assert handle.object is mapping.vmo.io_map
    machine.check()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("P 0x3000000 8k rw- 0xfebc0000 registers warm", "is not a cache policy: those are cached, uncached"),
        ("P 0x3000000 8k rw- 0xfebc0000 registers cached io-map", "such a line is `P BASE SIZE"),
        ("P 0x3000000 8k rw- 0xfebc0000 registers cached map 1060", "such a line is `P BASE SIZE"),
        ("P 0x3000000 8k rw- 0xfebc0000 registers cached io-map 0", "'0' is not a koid"),
        ("P 0x3000000 8k rw- 0xfebc0000 registers cached io-map 1050", "koid 1050 is given twice"),
    ],
)
def test_an_image_that_says_it_wrongly(line, why):
    with pytest.raises(ImageError) as caught:
        boot(IMAGE.format(line))
    assert "line 4" in str(caught.value) and why in str(caught.value)


def test_a_program_has_no_io_map():
    device = "P 0x3000000 8k rw- 0xf0000000 r cached io-map 1060"
    text = f"kshell-image 1\nmemory 64M\nprogram /boot/bin/x\n {device}\n thread - x\n"
    with pytest.raises(ImageError) as caught:
        boot(text)
    assert "line 4" in str(caught.value) and "has no io-map" in str(caught.value)
