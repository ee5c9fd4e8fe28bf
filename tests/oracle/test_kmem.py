"""The kernel's memory after each call is the real kernel's, and the replay would notice if it were not."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from kshell.kernel import heap

from .kmem import DATA, KmemCall, Program, data_files, numbers, replay
from .scenario import FormError

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
def test_the_model_counts_as_the_kernel(path: Path) -> None:
    found = list(replay(Program(path)))
    if path.stem == LENT:
        assert {(difference.counter, difference.line) for difference in found} == MENDED
    else:
        assert not found, "\n".join(map(str, found[:10]))


def test_all_the_data_is_there() -> None:
    assert len(FILES) == 155 and sum(len(Program(path).calls) for path in FILES) == 8153


def test_a_wrong_counter_is_noticed(tmp_path: Path) -> None:
    text = (DATA / "027-wait-sets.out").read_text(encoding="utf-8")
    for counter, wrong in (("live=+336", "live=+337"), ("mmu=+0", "mmu=+1"), ("object=+0", "object=-1")):
        path = tmp_path / "wrong.out"
        path.write_text(text.replace(counter, wrong, 1), encoding="utf-8")
        first = next(replay(Program(path)))
        assert first.counter == counter.partition("=")[0]
    path.write_text(text.replace("  ERR_ALREADY_EXISTS", "  NO_ERROR", 1), encoding="utf-8")
    assert [found.counter for found in replay(Program(path))] == ["answer"]


def test_a_line_of_no_known_form_is_refused(tmp_path: Path) -> None:
    for text in ("event_creat -> e\n  NO_ERROR\n", "event_create -> e\n  NO_ERROR\n", "event_create\n  NO_ERROR\n"):
        path = tmp_path / "wrong.out"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(FormError):
            Program(path)


def test_a_repeat_is_its_turns() -> None:
    call = KmemCall(1, "repeat 3 self_map m @p 1p R|W base+@G -> a_@")
    assert [turn.text for turn in call.turns()][2] == "self_map m 2p 1p R|W base+2G -> a_2"
    assert numbers("  kmem mmu=+1 heap=-257 used=+0") == {"mmu": 1, "heap": -257, "used": 0}


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("CHANNEL_END", "021-channel-close"),
        ("MAPPING", "017-mapping-splits"),
        ("PAGE_LIST_NODE", "005-commit-unmaps"),
        ("PORT_OBSERVER", "047-port-v2-observers"),
        ("EXCEPTION_PORT", "029-exceptions"),
    ],
)
def test_a_size_that_is_wrong_is_found(name: str, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay would notice: each size is looked up where it is used."""
    value = getattr(heap, name)
    for module in ("channels", "vmar", "vmo", "ports", "ports_v2", "census", "heap"):
        found = importlib.import_module(f"kshell.kernel.{module}")
        if hasattr(found, name):
            monkeypatch.setattr(found, name, value + 8)
    assert list(replay(Program(DATA / f"{program}.out")))
