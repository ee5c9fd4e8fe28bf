"""`--record`: what a terminal shows, as asciinema plays it."""

import io
import json
import os
import sys

import pyte
import pytest

from kshell.recording import LONGEST_LINE, LONGEST_PAUSE, Recording, follow
from kshell.shell.errors import UsageError
from tests.program import kshell
from tests.screen import Terminal


def played(path):
    """The header of a recording, its moments, and the rows that a terminal shows at its end, scrolled ones too."""
    header, *moments = [json.loads(line) for line in path.read_text().splitlines()]
    screen = pyte.HistoryScreen(header["width"], header["height"], history=1000)
    stream = pyte.Stream(screen)
    for at, (seconds, kind, text) in enumerate(moments):
        assert kind == "o" and text and seconds >= (moments[at - 1][0] if at else 0)
        # The longest pause, and a key that is typed after it.
        assert seconds - (moments[at - 1][0] if at else 0) <= LONGEST_PAUSE + 1
        assert "\n" not in text.replace("\r\n", "")
        stream.feed(text)
    rows = ["".join(row[x].data for x in range(header["width"])) for row in screen.history.top]
    return header, moments, [row.rstrip() for row in [*rows, *screen.display] if row.strip()]


LINES = ("m = map 64k", "touch $m 64k", "# a remark", "memory")


def test_a_script_is_typed_and_read_and_always_the_same(tmp_path):
    (tmp_path / "a.kshell").write_text("\n".join((*LINES, "", "vmo_read 4 0 1")) + "\n")
    for name in ("1.cast", "2.cast"):
        done = kshell("--record", name, "a.kshell", cwd=tmp_path)
        assert done.returncode == 1
    header, moments, rows = played(tmp_path / "1.cast")
    assert (tmp_path / "1.cast").read_bytes() == (tmp_path / "2.cast").read_bytes()
    assert header == {"version": 2, "width": 80, "height": 24, "env": {"TERM": "xterm-256color"}}
    shown = [f"magenta$ {line}" for line in LINES]
    shown[2:2] = ["16 faults, 16 pages committed"]
    shown += [*done.stdout.splitlines()[1:], "magenta$ vmo_read 4 0 1"]
    assert rows[: len(shown)] == shown and rows[-1] == "magenta$"
    assert "".join(rows[len(shown) : -1]) == done.stderr.strip().replace("\n", "")
    # A character at a time, and then all that is printed at once.
    texts = [text for _, _, text in moments]
    assert texts[1:12] == list("m = map 64k") and "16 faults, 16 pages committed\r\n" in texts


def test_a_played_document_is_recorded(tmp_path):
    (tmp_path / "a.md").write_text("# Title\n\nSome prose.\n\n```\nmagenta$ echo hello\nhello\n```\n")
    done = kshell("--record", "a.cast", "--play", "a.md", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    _, _, rows = played(tmp_path / "a.cast")
    assert rows[:4] == ["# Title", "Some prose.", "magenta$ echo hello", "hello"]
    assert rows[:4] == [row for row in done.stdout.splitlines() if row]


def test_the_console_is_recorded_as_it_is_seen(tmp_path):
    made = Terminal(tmp_path, "--record", "a.cast", columns=60, lines=20, PAGER="false")
    made.wait_prompt()
    made.run("m = map 64k")
    made.type("pin memory\r")
    made.wait_for("-- 1: memory")
    made.run("touch $m 64k")
    made.type("ps\r")
    made.settle()
    seen = made.lines
    # Killed, it has all that was seen.
    made.process.close(force=True)
    header, moments, rows = played(tmp_path / "a.cast")
    assert (header["width"], header["height"]) == (60, 20)
    assert rows[-len([row for row in seen if row]) :] == [row for row in seen if row]
    assert any("TASK" in row for row in rows) and not any("\x1b[6n" in text for _, _, text in moments)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--record", "x.txt", "-c", "ps"), "--record writes a file whose name ends in .cast, not 'x.txt'"),
        (("--record", "there.cast", "-c", "ps"), "there.cast is there already: remove it, or give --record another"),
        (("--record", "no/x.cast", "-c", "ps"), "cannot write no/x.cast: No such file or directory"),
        (("--record", "x.cast", "--json", "-c", "ps"), "--record does not go with --json"),
        (("--record", "x.cast", "--check", "a.md"), "--record does not go with --check"),
        (("--record",), "--record needs a value"),
    ],
)
def test_what_cannot_be_recorded(words, part, tmp_path):
    (tmp_path / "there.cast").write_text("mine\n")
    done = kshell(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and part in done.stderr and done.stderr.count("\n") == 1
    assert (tmp_path / "there.cast").read_text() == "mine\n" and not (tmp_path / "x.cast").exists()


def test_a_sandbox_is_recorded_because_the_command_line_asks_for_it(tmp_path):
    assert kshell("--sandbox", "--record", "a.cast", "-c", "echo hi", cwd=tmp_path).stdout == "hi\n"
    assert played(tmp_path / "a.cast")[2] == ["magenta$ echo hi", "hi", "magenta$"]


def test_names_and_bytes_are_safe_in_it(tmp_path):
    recording = Recording(str(tmp_path / "a.cast"))
    recording.typed("magenta$ ", "echo \x1b[2J \udcff é")
    recording.printed("\x1b]0;title\x07\n\udcff\n")
    assert played(tmp_path / "a.cast")[2] == ["magenta$ echo \\x1b[2J \\udcff é", "\\x1b]0;title\\x07", "\\udcff"]


def test_a_long_line_is_typed_in_a_hurry(tmp_path):
    recording = Recording(str(tmp_path / "a.cast"))
    recording.typed("magenta$ ", "x " * 5000)
    assert LONGEST_LINE < recording.at < LONGEST_LINE + 2


def test_real_time_is_kept_but_for_long_pauses(tmp_path, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("kshell.recording.monotonic", lambda: clock[0])
    recording = Recording(str(tmp_path / "a.cast"))
    for seconds, text in ((0.5, "a"), (0.25, "\x1b[6n"), (1000, "b\n")):
        clock[0] += seconds
        recording.heard(text)
    assert played(tmp_path / "a.cast")[1] == [[0.5, "o", "a"], [2.75, "o", "b\r\n"]]


def test_a_character_that_comes_in_two_parts_is_whole(tmp_path, monkeypatch):
    into, out = os.pipe()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(os.fdopen(out, "wb"), "utf-8"))
    monkeypatch.setattr(sys, "stderr", sys.stdout)
    follow(Recording(str(tmp_path / "a.cast")))
    for part in (b"\xc3", b"\xa9\n"):
        sys.stdout.buffer.write(part)
        sys.stdout.flush()
    assert os.read(into, 10) == b"\xc3\xa9\n"
    assert [text for _, _, text in played(tmp_path / "a.cast")[1]] == ["é\r\n"]


def test_a_disk_that_is_full_ends_the_recording_only(tmp_path, monkeypatch, capsys):
    recording = Recording(str(tmp_path / "a.cast"))
    recording.put("a")
    monkeypatch.setattr(os, "write", lambda file, data: 3)
    recording.put("b")
    recording.put("c")
    monkeypatch.undo()
    assert capsys.readouterr().err.count("ends here: No space left on device") == 1
    assert played(tmp_path / "a.cast")[2] == ["a"]


def test_a_name_must_be_that_of_a_recording():
    with pytest.raises(UsageError):
        Recording("x")
