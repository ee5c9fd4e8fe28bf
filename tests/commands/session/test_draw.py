"""`draw`: pictures and texts as files of the host, written as a whole, once, and only when all went well."""

import os

import pytest

from kshell.options import read_arguments
from kshell.shell.errors import EXIT_FAILED, EXIT_USAGE
from kshell.shell.host import Host, Sandbox
from kshell.start import open_session
from tests.commands.support import fresh, output, run
from tests.pictures.drawn import SVG, parsed, titles

SETUP = ("a = vmo_create 64k", "m = vmar_map $vmar 0 $a 0 64k rw", "touch $m 12k")
COMMANDS = ("pages $a", "space", "clones $a", "treemap", "links sh:console")


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = fresh()
    for line in SETUP:
        assert run(session, line).ok
    return session


@pytest.mark.parametrize("line", COMMANDS)
def test_every_picture_is_drawn_in_every_way(session, tmp_path, line):
    for ending in ("svg", "HTML", "txt"):
        outcome = run(session, f"draw x.{ending} {line}")
        size = (tmp_path / f"x.{ending}").stat().st_size
        assert outcome.ok and outcome.output == f"{size} bytes in x.{ending}\n"
        assert outcome.result.fields == {"file": f"x.{ending}", "bytes": size}
    parsed((tmp_path / "x.svg").read_text())
    assert (tmp_path / "x.HTML").read_text().startswith("<!DOCTYPE html>")
    assert (tmp_path / "x.txt").read_text() == output(session, line)


def test_the_picture_is_of_the_machine_as_it_is(session, tmp_path):
    """What was just touched is there, three pages wide, and marked as changed by that line."""
    run(session, "draw x.svg pages $a")
    own = next(rect for title, (rect, *_) in titles(parsed((tmp_path / "x.svg").read_text())).items() if "own" in title)
    assert float(own.get("width")) == 3 * 22 and own.find(f"{SVG}title").text.endswith("3 pages: own; changed")


@pytest.mark.parametrize(
    ("line", "exit_", "said"),
    [
        ("draw x.png ps", EXIT_USAGE, "draw: 'x.png' should end in .svg, .html or .txt"),
        ("draw svg ps", EXIT_USAGE, "draw: 'svg' should end in .svg, .html or .txt"),
        ("draw x.svg ps", EXIT_USAGE, "draw: only pages, space, clones, treemap and links have pictures, not ps"),
        ("draw x.html vmo_create 4k", EXIT_USAGE, "have pictures, not vmo_create"),
        ("draw x.txt undo", EXIT_USAGE, "draw: undo cannot be drawn"),
        ("draw x.txt draw y.txt ps", EXIT_USAGE, "draw: draw cannot be drawn: it writes one file, once"),
        ("repeat 2 draw y.txt ps", EXIT_USAGE, "repeat: draw cannot be repeated: it writes one file, once"),
        ("draw x.txt nope", EXIT_USAGE, "draw: there is no command 'nope'"),
        ("draw x.txt", EXIT_USAGE, "COMMAND"),
        ("draw x.txt vmo_read 5 0 8", EXIT_FAILED, "vmo_read: ERR_BAD_HANDLE (-11): 5 is not a handle"),
        ("draw x.svg pages nothing", EXIT_USAGE, "pages: "),
        ("draw x.txt vmaps 99999", EXIT_FAILED, "99999"),
        ("draw no/x.txt ps", EXIT_FAILED, "draw: cannot write 'no/x.txt': No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_nothing_written(session, tmp_path, line, exit_, said):
    before = len(session.state.machine.vmos)
    outcome = run(session, line)
    assert not outcome.ok and outcome.exit == exit_
    assert said in outcome.error and outcome.output == ""
    assert os.listdir(tmp_path) == [] and len(session.state.machine.vmos) == before


def test_a_command_that_fails_says_so_as_it_does_alone(session):
    for line in ("vmo_read 5 0 8", "vmaps 99999", "touch 0"):
        assert output(session, f"draw x.txt {line}").split("\n")[0] == output(session, line).split("\n")[0]


def test_a_file_is_replaced_as_a_whole_with_its_mode(session, tmp_path):
    (tmp_path / "real.txt").write_text("x" * 100_000)
    (tmp_path / "real.txt").chmod(0o640)
    (tmp_path / "x.txt").symlink_to("real.txt")
    assert run(session, "draw x.txt echo hello").ok
    assert (tmp_path / "real.txt").read_text() == "hello\n" and (tmp_path / "x.txt").is_symlink()
    assert (tmp_path / "real.txt").stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["real.txt", "x.txt"]


def test_what_is_not_a_file_or_may_not_be_written_stays(session, tmp_path):
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "fixed.txt").write_text("mine")
    (tmp_path / "fixed.txt").chmod(0o444)
    assert "it is a folder, not a file" in run(session, "draw folder.txt ps").error
    assert "it is a pipe, not a file" in run(session, "draw pipe.txt ps").error
    assert "is read-only" in run(session, "draw fixed.txt ps").error
    assert (tmp_path / "fixed.txt").read_text() == "mine" and len(os.listdir(tmp_path)) == 3


def test_it_is_a_line_that_is_run_again_without_its_file(session, tmp_path):
    """T1: undo and redo change the machine alone; what a line wrote stays as it is, or stays away."""
    assert run(session, "f = draw x.txt vmo_create 4k").ok
    made = len(session.state.machine.vmos)
    (tmp_path / "x.txt").unlink()
    assert run(session, "undo").output == "undone: f = draw x.txt vmo_create 4k\n"
    assert len(session.state.machine.vmos) == made - 1
    run(session, "redo")
    assert len(session.state.machine.vmos) == made and not (tmp_path / "x.txt").exists()
    assert session.state.variables["f"].value == "x.txt"


def test_a_failure_is_the_same_when_the_line_is_run_again(session, tmp_path):
    run(session, "draw no/x.txt vmo_create 4k")
    (tmp_path / "no").mkdir()
    exit_ = session.state.last_exit
    run(session, "b = vmo_create 4k")
    run(session, "undo")
    assert session.state.last_exit == exit_ == 1 and os.listdir(tmp_path / "no") == []


def test_the_journal_has_the_line_before_its_file_is_written(tmp_path, monkeypatch):
    """T1: after a kill in between, the line is known to have begun, and is not run with the host again."""
    monkeypatch.chdir(tmp_path)
    kept = []
    replace = Host.replace

    def noting(host, path, text):
        kept.append((tmp_path / "j").read_text())
        replace(host, path, text)

    monkeypatch.setattr(Host, "replace", noting)
    session = open_session(read_arguments(["--journal", "j"]))
    assert run(session, "draw x.txt echo hello").ok and (tmp_path / "x.txt").read_text() == "hello\n"
    assert len(kept) == 1 and "\n#> draw x.txt echo hello\n" in kept[0]
    session.journal.close()
    (tmp_path / "x.txt").unlink()
    again = open_session(read_arguments(["--journal", "j"]))
    assert again.timeline.lines == ["draw x.txt echo hello"] and len(kept) == 1
    assert not (tmp_path / "x.txt").exists()
    os.link("j", "j.txt")
    assert "this session's journal, which must not be overwritten" in run(again, "draw j.txt ps").error


def test_a_sandbox_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = fresh(Sandbox())
    outcome = run(session, "draw x.svg treemap")
    assert outcome.exit == 1 and outcome.error == "draw: this console runs in a sandbox: no files are written\n"
    assert os.listdir(tmp_path) == []


def test_what_if_says_that_the_file_is_not_written(session, tmp_path):
    said = run(session, "what-if draw x.svg treemap").output
    assert "would succeed" in said and "not done, as this is only tried: x.svg is not written" in said
    assert os.listdir(tmp_path) == []


def test_as_draws_what_another_process_sees(session, tmp_path):
    run(session, "spawn demo")
    assert run(session, "as demo draw x.txt space").ok
    assert (tmp_path / "x.txt").read_text().startswith("address space of demo (")


def test_a_hostile_name_is_drawn_as_text(session, tmp_path):
    run(session, "process_create $job '<script>alert(1)</script>'")
    for ending in ("svg", "html"):
        assert run(session, f"draw x.{ending} space '<script>alert(1)</script>'").ok
        text = (tmp_path / f"x.{ending}").read_text()
        assert "<script" not in text and "&lt;script&gt;alert(1)" in text


# In a notebook


def test_a_result_shows_its_picture_in_a_notebook(session):
    assert run(session, "treemap")._repr_html_().startswith("<div><svg ")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("echo '<b>&'", "<pre>&lt;b&gt;&amp;\n</pre>"),
        ("true", ""),
        ("a = treemap", "<div><svg "),
        ("touch 0", "<pre>touch: ERR_NOT_FOUND"),
    ],
)
def test_what_has_no_picture_shows_its_text(session, line, shown):
    found = run(session, line)._repr_html_()
    assert found.startswith(shown) and (found == shown or shown.count("\n") == 0)


def test_bytes_that_are_no_text_are_escaped_in_a_notebook(session):
    outcome = run(session, "true")
    outcome.output = "\x1b[2J\udcff"
    assert outcome._repr_html_() == "<pre>\\x1b[2J\\udcff</pre>"
