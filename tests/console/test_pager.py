"""Which pager is used, what it is told, and what becomes of the text."""

import pytest

from kshell.console.pager import Pager


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Makes programs that are the only ones there are."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PAGER", raising=False)
    monkeypatch.delenv("LESS", raising=False)

    def make(*names, text="#!/bin/sh\n"):
        for name in names:
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o755)

    return make


def test_off_is_none(programs):
    programs("less")
    assert Pager().command("off") == []


def test_the_first_that_is_there(programs, monkeypatch):
    pager = Pager()
    assert pager.command("auto") == []
    programs("more")
    assert pager.command("auto") == ["more"]
    programs("less")
    assert pager.command("auto") == ["less", "-X"]
    monkeypatch.setenv("PAGER", "mine --x 'a b'")
    assert pager.command("auto") == ["less", "-X"]
    programs("mine")
    assert pager.command("auto") == ["mine", "--x", "a b"]


@pytest.mark.parametrize(
    ("less", "told"), [(None, "-R"), ("", "-R"), ("-S", "-R -S"), ("FX", "-R FX"), ("-r", "-R -r"), ("-PA", "-R -PA")]
)
@pytest.mark.parametrize("line", ["less", "less -S", "'{folder}/less' -S", "LESSX=1 less | /bin/cat"])
def test_any_less_is_told_to_show_colours_and_then_what_its_user_says(
    programs, monkeypatch, tmp_path, line, less, told
):
    """T5: `PAGER='less -S'` showed codes for colours, since only a bare `less` was told."""
    programs("less", text='#!/bin/sh\necho "$LESS" > "${0%/*}/told"\n')
    if less is not None:
        monkeypatch.setenv("LESS", less)
    assert Pager().show(line.format(folder=tmp_path), "text\n")
    assert (tmp_path / "told").read_text() == f"{told}\n"


def test_what_is_set_wins_and_has_no_stand_in(programs, monkeypatch):
    programs("less")
    monkeypatch.setenv("PAGER", "less")
    assert Pager().command("nosuch") == [] and Pager().command("less 'open") == []
    monkeypatch.setenv("PAGER", "less 'open")
    assert Pager().command("auto") == ["less", "-X"]


def test_a_pager_that_was_asked_for_and_is_not_there_is_told_once(programs, monkeypatch, capsys):
    """T5: a missing pager was silent."""
    programs("less")
    monkeypatch.setenv("PAGER", "nosuch -x")
    pager = Pager()
    for _ in range(3):
        assert pager.command("auto") == ["less", "-X"]
    assert capsys.readouterr().err == "kshell: no pager 'nosuch -x': there is no such program\n"
    assert not pager.show("less 'open", "text\n") and not pager.show("less 'open", "text\n")
    assert capsys.readouterr().err == 'kshell: no pager "less \'open": a quote in it is not closed\n'
    monkeypatch.setenv("PAGER", " ")
    assert pager.command("auto") == ["less", "-X"] and capsys.readouterr().err == ""


def test_the_text_goes_through_the_program_and_through_a_shell_where_it_needs_one(tmp_path):
    """T5: `PAGER='less -R | cat'` was not run by a shell."""
    pager = Pager()
    for at, line in enumerate(("tee {}", "cat > {}", "X=1 tee {}", "cat | cat > {}", "tee {} >/dev/null; true")):
        path = tmp_path / str(at)
        assert pager.show(line.format(path), "ü\n\udcff\n")
        assert path.read_text() == "ü\n\\udcff\n"


def test_only_a_text_that_no_pager_has_shown_is_shown_again(tmp_path, capfd):
    """T5: a pager that fails made the text print again."""
    pager = Pager()
    assert pager.show("sh -c 'exit 1'", "x") and pager.show("false", "x") and pager.show("head -1; exit 3", "x\n")
    assert capfd.readouterr().err == ""
    unusable = tmp_path / "unusable"
    unusable.write_bytes(b"\x7fELF not at all")
    unusable.chmod(0o755)
    for line in (str(tmp_path / "nosuch"), str(unusable), "nosuch-at-all | cat; exit 127", "a\0b"):
        assert not pager.show(line, "x") and not pager.show(line, "x")
        assert sum(told.startswith("kshell: no pager ") for told in capfd.readouterr().err.splitlines()) == 1
