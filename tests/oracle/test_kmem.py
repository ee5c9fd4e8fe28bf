"""The kernel's memory after each call is the real kernel's, and the replay would notice if it were not."""

from __future__ import annotations

from pathlib import Path

import pytest

from .kmem import DATA, KmemCall, Program, data_files, numbers, replay
from .scenario import FormError

FILES = data_files()
# A program, and the line from which on the model differs on purpose: there the real kernel's vmar_protect makes a page
# writable that is only lent, and a store changes it for everybody. The model makes a page of the program's own.
DEFECT = {"039-protect-shared-page": 26}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_model_counts_as_the_kernel(path: Path) -> None:
    differences = list(replay(Program(path)))
    known = DEFECT.get(path.stem)
    wrong = [f"{found.counter}: {found}" for found in differences if known is None or found.line < known]
    assert not wrong, "\n".join(wrong)
    assert (known is not None) == bool(differences)


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
