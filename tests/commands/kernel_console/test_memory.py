"""`k pmm`, `k vm_object` and their like: physical memory, and VMOs by the address of their kernel object."""

import re

import pytest

from tests.commands.support import fresh, output, run


def test_pmm_alloc_takes_pages_until_they_are_freed():
    session = fresh()
    before = run(session, "k pmm arenas").result.value
    lines = output(session, "k pmm alloc 3").splitlines()
    assert lines[0] == "alloc returns 3" and len(lines) == 4
    for line in lines[1:]:
        record, address = re.fullmatch(r"\tpage 0x([0-9a-f]+), address 0x([0-9a-f]+)", line).groups()
        # The record's place in the page array gives the page's address.
        assert int(record, 16) == 0xFFFFFFFF80545038 + (int(address, 16) - 0x100000 >> 12) * 0x20
    assert len(output(session, "k pmm dump_alloced").splitlines()) == 3
    assert run(session, "k pmm arenas").result.value == before - 3 * 4096
    session.state.machine.check()
    assert output(session, "k pmm free_alloced") == "pmm_free returns 3\n"
    assert run(session, "k pmm arenas").result.value == before
    session.state.machine.check()


def vmo_address(session):
    """The kernel address of the VMO that the shell maps at `$m`, as `k mx asd` prints it."""
    address = session.state.variables["m"].value
    lines = output(session, "k mx asd 2988")
    return re.search(rf"\[{address:#x} 0x[0-9a-f]+\] .* vmo (0x[0-9a-f]+) ", lines)[1]


def test_dump_pages_gives_each_page_its_offset_record_and_frame():
    session = fresh()
    run(session, "v = vmo_create 5G", "vmo_write $v 12k abc", "vmo_write $v 0 abc", "vmo_write $v 4G abc")
    run(session, "vmo_write $v 16k abc", "m = vmar_map $vmar 0 $v 0 64k rw")
    address = vmo_address(session)
    object_line, *lines = output(session, f"k vm_object dump_pages {address}").splitlines()
    assert object_line == f"object {address} size 0x140000000 pages 4 ref 2"
    parts = [re.fullmatch(r"  offset (\S+) page 0x([0-9a-f]+) paddr 0x([0-9a-f]+)", line).groups() for line in lines]
    assert [offset for offset, _, _ in parts] == ["0", "0x3000", "0x4000", "0x100000000"]
    frames = [int(frame, 16) for _, _, frame in parts]
    # A frame gets its address when it is first asked for, in the order of the list.
    assert frames == [frames[0] + 4096 * number for number in range(4)] and frames[0] % 4096 == 0
    # A page's record is where its frame is in the page array.
    assert [int(record, 16) for _, record, _ in parts] == [
        0xFFFFFFFF80545038 + (frame - 0x100000 >> 12) * 0x20 for frame in frames
    ]
    assert output(session, f"k vm_object dump {address}") == object_line + "\n"


def test_dump_pages_and_lookup_agree_also_after_pages_went():
    session = fresh()
    run(session, "v = vmo_create 64k", "vmo_op_range $v commit 0 20k", "m = vmar_map $vmar 0 $v 0 64k rw")
    address = vmo_address(session)

    def dumped():
        found = re.findall(r"  offset (\S+) .* paddr (\S+)", output(session, f"k vm_object dump_pages {address}"))
        return {int(offset, 16): int(frame, 16) for offset, frame in found}

    before = dumped()
    assert list(before) == [0, 4096, 8192, 12288, 16384]
    assert run(session, "vmo_op_range $v lookup 0 20k").result.fields["pages"] == list(before.values())
    run(session, "vmo_op_range $v decommit 4k 8k")
    assert dumped() == {at: frame for at, frame in before.items() if at not in (4096, 8192)}
    run(session, "vmo_write $v 8k x")
    # The frame that was freed last is the next to be taken.
    assert dumped()[8192] == before[8192]


def test_a_clone_lists_its_own_pages_only():
    session = fresh()
    run(session, "v = vmo_create 64k", "vmo_op_range $v commit 0 20k", "c = vmo_clone $v cow 8k 32k")
    run(session, "vmo_write $c 4k x", "m = vmar_map $vmar 0 $c 0 32k rw")
    lines = output(session, f"k vm_object dump_pages {vmo_address(session)}").splitlines()
    assert len(lines) == 2 and lines[1].startswith("  offset 0x1000 page ")


def test_device_memory_has_a_base_and_no_pages():
    session = fresh()
    address = re.search(r"\[0x12fa000 0x22f9fff\] .* vmo (0x[0-9a-f]+) ", output(session, "k mx asd 1756"))[1]
    line = f"object {address} base 0x10eb00000 size 0x1000000 ref 1\n"
    assert output(session, f"k vm_object dump_pages {address}") == line


NO_VMO = "kshell: no VMO is at 0x10 (the real kernel panics); see `k mx asd`"


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("k vm_object", "not enough arguments"),
        ("k vm_object frob 1", "unknown command"),
        (
            "k vm_object dump 0x10",
            "kshell: no VMO is at 0x10 (the real kernel panics); see `k mx asd`",
        ),
        ("k pmm", "not enough arguments"),
        ("k pmm alloc", "not enough arguments"),
        ("k pmm frob", "unknown command"),
        ("k vmm", "not enough arguments"),
        ("k vmm frob", "unknown command"),
        ("k vm", "not enough arguments"),
        ("k vm phys2virt", "not enough arguments"),
        ("k vm frob", "unknown command"),
        ("k vm_page", "not enough arguments"),
        ("k vm_page frob", "unknown command"),
        ("k heap", "not enough arguments"),
    ],
)
def test_wrong_words_fail(line, first):
    session = fresh()
    printed = output(session, line).splitlines()
    assert printed[0] == first and printed[-1] == "error: cannot write dmctl: -1"
    assert session.state.last_exit == -1


def test_the_physical_map_is_of_64_gib():
    session = fresh()
    for address, seen in ((0, 0xFFFFFF8000000000), ((64 << 30) - 1, 0xFFFFFF8FFFFFFFFF)):
        assert output(session, f"k vm phys2virt {address:#x}") == f"paddr_to_kvaddr returns {seen:#x}\n"
        query = f"arch_mmu_query returns 0\n\tpa {address or 0:#x}, flags 0x18\n".replace("pa 0x0,", "pa 0,")
        assert output(session, f"k vm virt2phys {seen:#x}") == query
    assert output(session, f"k vm phys2virt {64 << 30}") == "paddr_to_kvaddr returns 0\n"


OUTSIDE = "ERROR: outside of any address space\nerror: cannot write dmctl: -1\n"
NOTHING = "arch_mmu_query returns -25\n"


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("0", OUTSIDE),
        ("0xffffff", OUTSIDE),
        ("0x7fffffffefff", NOTHING),
        ("0x7ffffffff000", OUTSIDE),
        ("0xffffff7fffffffff", OUTSIDE),
        ("0xffffffff80000000", NOTHING),
        ("0xffffffff80100000", "arch_mmu_query returns 0\n\tpa 0x100000, flags 0x28\n"),
        ("0xffffffffffffffff", NOTHING),
        # Without a sign `-1` is 0.
        ("-1", OUTSIDE),
    ],
)
def test_what_an_address_translates_to(address, printed):
    assert output(fresh(), f"k vm virt2phys {address}") == printed


def test_an_address_of_user_space_is_one_of_devhost_root():
    session = fresh()
    first, line = output(session, "k vm virt2phys 0x1000000").splitlines()
    assert first == "arch_mmu_query returns 0" and line.endswith(", flags 0x2c")
    assert output(session, "k vm virt2phys 0x1000abc") == f"{first}\n{line.replace('000, ', 'abc, ')}\n"
    # Device memory is mapped from the beginning.
    assert output(session, "k vm virt2phys 0x1571008") == f"{first}\n\tpa 0xfed40008, flags 0x1d\n"
    run(session, "killall devhost:root")
    assert output(session, "k vm virt2phys 0x1000000") == NOTHING


def test_what_is_in_the_kernels_own_space_and_page_tables_is_not_modelled():
    session = fresh()
    for line in ("virt2phys 0xffffff9013e69000", "virt2phys 0xffffffff80300000", "map 0x1000000 0 1 0"):
        assert output(session, f"k vm {line}").startswith("kshell: "), line
    assert output(session, "k vm map 0x1000 0xffffff8000000000 1 0") == OUTSIDE
    assert output(session, "k vm unmap 0x800000000000 1 2 3") == OUTSIDE


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("alloc 0", "vmm_alloc returns -10, ptr 0x99"),
        ("alloc 0xfffffffffffff001", "vmm_alloc returns -10, ptr 0x99"),
        ("alloc 0x8000000001", "vmm_alloc returns -10, ptr 0x99"),
        ("alloc_physical 0 0", "vmm_alloc_physical returns 0, ptr 0x99"),
        ("alloc_physical 0 0xffffffffffffffff", "vmm_alloc_physical returns -4, ptr 0x99"),
        ("alloc_physical 0xfffffffffffff000 0x1001", "vmm_alloc_physical returns -4, ptr 0x99"),
        ("alloc_physical 0 0x8000001000", "vmm_alloc_physical returns -10, ptr 0x99"),
        ("alloc_contig 4096", "vmm_alloc_contig returns -10, ptr 0x99"),
        ("free_region 0x99", "vmm_free_region returns -25"),
        ("free_region", "vmm_free_region returns -25"),
    ],
)
def test_calls_of_the_kernels_space_that_do_nothing(line, printed):
    assert output(fresh(), f"k vmm {line}") == printed + "\n"


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("alloc 0", "memalign returns 0"),
        ("alloc 0xffffffff", "memalign returns 0"),
        ("realloc 0 0", "realloc returns 0"),
        ("free 0", ""),
    ],
)
def test_calls_of_the_heap_that_do_nothing(line, printed):
    assert output(fresh(), f"k heap {line}") == (printed and printed + "\n")


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("alloc -1", "alloc returns 0"),
        ("alloc_range 0x70000000 0", "alloc returns 0"),
        ("alloc_range 0x100000 1", "alloc returns 0"),
        ("alloc_range 0x200000000 1", "alloc returns 0"),
        ("alloc_contig 0 12", "pmm_alloc_contiguous returns 0, address 0x82\naddress % align = 0xa"),
        ("alloc_contig 1000000 13", "pmm_alloc_contiguous returns 0, address 0x82\naddress % align = 0"),
        ("alloc_contig 1 31", "pmm_alloc_contiguous returns 0, address 0x82\naddress % align = 0x6"),
    ],
)
def test_calls_of_physical_memory_that_take_nothing(line, printed):
    assert output(fresh(), f"k pmm {line}") == printed + "\n"


def test_counts_of_pages_are_cut_to_32_bits_and_a_kernel_page_is_lost():
    session = fresh()
    assert output(session, "k pmm alloc 4294967297").startswith("alloc returns 1\n")
    seen, address = re.fullmatch(
        r"pmm_alloc_kpages returns (\S+) pa (\S+)\n", output(session, "k pmm alloc_kpages 1")
    ).groups()
    assert int(seen, 16) == 0xFFFFFF8000000000 + int(address, 16)
    assert output(session, "k pmm free_alloced") == "pmm_free returns 1\n"
    session.state.machine.check()


def test_the_heap_and_its_trace():
    session = fresh()
    assert output(session, "k heap info") == (
        "Heap dump (using cmpctmalloc):\n\tsize 1048576, remaining 0\n\tfree list:\n\tdelayed free list:\n"
    )
    dump, _, _ = output(session, "k heap info").rpartition("\tdelayed")
    assert output(session, "k heap test") == dump * 3 + "pass 0\npass 16384\n" + dump
    told = [output(session, "k heap trace") for _ in range(3)]
    assert told == [f"heap trace is now {state}\n" for state in ("on", "off", "on")]
    assert output(session, "k heap trim") == ""


def test_address_spaces_of_the_kernel_and_of_every_process():
    lines = output(fresh(), "k vmm aspaces").splitlines()
    spaces = [line for line in lines if line.startswith("as ")]
    assert spaces[0] == (
        "as 0xffffffff80544000 [0xffffff8000000000 0xffffffffffffffff] sz 0x8000000000 fl 0x1 ref 1 'kernel'"
    )
    assert len(spaces) == 14 and all(line.endswith(" 'unnamed'") for line in spaces[1:])
    # Whoever asks for one process's space holds a reference to it.
    alone = output(fresh(), "k mx asd 3020").replace(" fl 0 ref 41 ", " fl 0 ref 40 ")
    assert "\n".join(lines).count(alone.rstrip()) == 1


def test_pmm_free_says_how_to_stop_it_every_other_time():
    session = fresh()
    told = [output(session, "k pmm free") for _ in range(3)]
    assert told == ["pmm free: issue the same command to stop.\n", "", told[0]]
