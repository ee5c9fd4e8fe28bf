"""`k pmm`, `k vm_object` and their like: physical memory, and VMOs by the address of their kernel object."""

import re

from tests.commands.support import fresh, output, run


def test_pmm_alloc_takes_pages_until_they_are_freed():
    session = fresh()
    before = run(session, "k pmm arenas").result.value
    lines = output(session, "k pmm alloc 3").splitlines()
    assert lines[0] == "alloc returns 3" and len(lines) == 4
    for line in lines[1:]:
        record, address = re.fullmatch(r"\tpage 0x([0-9a-f]+), address 0x([0-9a-f]+)", line).groups()
        # The record's place in the page array tells the page's address.
        assert int(record, 16) == 0xFFFFFFFF80545038 + (int(address, 16) - 0x100000 >> 12) * 0x20
    assert len(output(session, "k pmm dump_alloced").splitlines()) == 3
    assert run(session, "k pmm arenas").result.value == before - 3 * 4096
    session.machine.check()
    assert output(session, "k pmm free_alloced") == "pmm_free returns 3\n"
    assert run(session, "k pmm arenas").result.value == before
    session.machine.check()
