"""What ships beside the code, found by the names that people type."""

import pytest

from kshell.shell.errors import UsageError
from kshell.shipped import find_document, find_script, script_names
from tests.program import ROOT


def test_a_script_is_a_file_or_the_name_of_one_that_ships(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name, text = find_script("counted-twice")
    assert name == "counted-twice.kshell" and text == (ROOT / "scripts/demos/counted-twice.kshell").read_text()
    assert find_script("counted-twice.kshell") == (name, text)
    (tmp_path / "counted-twice").write_text("mine")
    assert find_script("counted-twice") == ("counted-twice", "mine")
    assert find_script("nosuch") is None
    assert find_script("demos/counted-twice") is None and find_script("./million-handles") is None
    with pytest.raises(UsageError) as failure:
        find_script(str(tmp_path))
    assert failure.value.message == f"cannot read {tmp_path}: Is a directory"


def test_what_ships_has_names_without_endings():
    names = script_names()
    assert {"counted-twice", "million-handles", "full-handle-table", "unmapped-vmo"} <= set(names)
    assert names == sorted(names) and all(find_script(name) for name in names)
    assert not any("." in name for name in names)


def test_a_document_is_a_script_a_lesson_or_one_of_several(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_document("counted-twice") == find_script("counted-twice")
    name, text = find_document("demand")
    assert name == "02-demand-paging.md" and text == (ROOT / "scripts/lessons" / name).read_text()
    assert find_document("2") == (name, text) and find_document("nosuch") is None
    (tmp_path / "2").write_text("mine")
    assert find_document("2") == ("2", "mine")
    with pytest.raises(UsageError) as failure:
        find_document("and")
    assert "lessons have 'and' in them: 1 Address spaces" in failure.value.message
