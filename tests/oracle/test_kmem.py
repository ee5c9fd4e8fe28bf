"""The kernel's memory after every call of the captured programs: to the page and to the byte."""

import pytest

from kshell.kernel import heap
from tests.oracle.kmem import Program, data_files, replay

FILES = data_files()
# A defect of the real kernel that the model mends (README): after vmar_protect the processor can write a page that is
# only lent. The model makes a page of its own where the real one wrote the parent's page (line 26) or the zero page
# (line 35), with the node that the real one made for the next page (line 32), and both lent pages are what they were
# for everybody else (lines 29 and 44).
LENT = "039-protect-shared-page"
MENDED = {
    ("object", 26), ("live", 26), ("free", 26), ("answer", 29), ("live", 32), ("object", 35), ("free", 35),
    ("answer", 44), ("object", 53), ("free", 53),
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_call_changes_what_it_changed_on_the_real_kernel(path):
    found = list(replay(Program(path)))
    if path.stem == LENT:
        assert {(difference.counter, difference.line) for difference in found} == MENDED
    else:
        assert not found, "\n".join(map(str, found[:10]))


def test_all_captured_programs_are_here():
    assert len(FILES) == 155


@pytest.mark.parametrize("name", ["CHANNEL_END", "MAPPING", "PAGE_LIST_NODE", "PORT_OBSERVER", "EXCEPTION_PORT"])
def test_a_size_that_is_wrong_is_found(name, monkeypatch):
    """The replay would notice: each size is looked up where it is used."""
    import importlib

    value = getattr(heap, name)
    for module in ("channels", "vmar", "vmo", "ports", "ports_v2", "census", "heap"):
        found = importlib.import_module(f"kshell.kernel.{module}")
        if hasattr(found, name):
            monkeypatch.setattr(found, name, value + 8)
    assert any(list(replay(Program(path))) for path in FILES[:30])
