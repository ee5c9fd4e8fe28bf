"""Which pager is used, and what becomes of the text."""

import pytest

from kshell.console.pager import page, pager_command


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Makes programs that are the only ones there are."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PAGER", raising=False)

    def make(*names):
        for name in names:
            (tmp_path / name).write_text("#!/bin/sh\n")
            (tmp_path / name).chmod(0o755)

    return make


def test_off_is_none(programs):
    programs("less")
    assert pager_command("off") == []


def test_the_first_that_is_there(programs, monkeypatch):
    assert pager_command("auto") == []
    programs("more")
    assert pager_command("auto") == ["more"]
    programs("less")
    assert pager_command("auto") == ["less", "-RFX"]
    monkeypatch.setenv("PAGER", "mine --x 'a b'")
    assert pager_command("auto") == ["less", "-RFX"]
    programs("mine")
    assert pager_command("auto") == ["mine", "--x", "a b"]


def test_less_alone_is_told_to_keep_colours(programs, tmp_path):
    programs("less", "more")
    assert pager_command("less") == ["less", "-R"]
    assert pager_command(f"{tmp_path}/less") == [f"{tmp_path}/less", "-R"]
    assert pager_command("less -S") == ["less", "-S"] and pager_command("more") == ["more"]


def test_what_is_set_wins_and_has_no_stand_in(programs, monkeypatch):
    programs("less")
    monkeypatch.setenv("PAGER", "less")
    assert pager_command("nosuch") == [] and pager_command("less 'open") == [] and pager_command(" ") == []
    monkeypatch.setenv("PAGER", "less 'open")
    assert pager_command("auto") == ["less", "-RFX"]


def test_the_text_goes_through_the_program(tmp_path):
    path = tmp_path / "out"
    assert page(["sh", "-c", f"cat > {path}"], "ü\n\udcff\n")
    assert path.read_text() == "ü\n\\udcff\n"
    assert not page(["sh", "-c", "exit 1"], "x")
    assert not page([f"{tmp_path}/nosuch"], "x") and not page(["a\0b"], "x")
