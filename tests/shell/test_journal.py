"""The journal: what it keeps, what it refuses, and that a refused start changes nothing in it."""

import errno
import os
import subprocess
import sys

import pytest

from kshell.shell import journal as journal_module
from kshell.shell.errors import UsageError
from kshell.start import resume
from tests.commands.support import output
from tests.dump import difference, dump


def begin(path, *lines, **options):
    session = resume(str(path), {f"--{name}": value for name, value in options.items()})
    session.answering = True
    for line in lines:
        output(session, line)
    return session


def leave(session):
    session.journal.close()
    return dump(session)


def refused(path, **options):
    """What a start with this journal says; the file must be as it was."""
    before = path.read_bytes()
    with pytest.raises(UsageError) as failure:
        begin(path, **options)
    assert path.read_bytes() == before
    return failure.value.message


def test_a_session_comes_back(tmp_path):
    path = tmp_path / "j"
    lines = ("spawn demo", "attach demo", "m = map 64k", "touch $m 64k", "# remark", "#= no answer", "nonsense", "a 'b",
             f"ps >> {tmp_path}/out", "echo hi | false || echo no", "undo 2", "redo", "ps", "undo")  # fmt: skip
    first = leave(begin(path, *lines))
    written = (tmp_path / "out").read_text()
    again = begin(path)
    assert not difference(first, dump(again))
    assert (tmp_path / "out").read_text() == written
    assert again.state.prompt == "magenta[demo]$ "
    output(again, "redo")
    more = leave(again)
    assert not difference(more, leave(begin(path)))


def test_the_journal_is_a_script(tmp_path):
    path = tmp_path / "j"
    leave(begin(path, "a = vmo_create 4k", "b = vmo_create 8k", "undo", memory="1G"))
    done = subprocess.run(
        [sys.executable, "-m", "kshell", path, "-c", "vars"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_line_is_there_before_it_is_answered(tmp_path):
    path = tmp_path / "j"
    session = begin(path)
    for line in ("a = vmo_create 4k", "vmo_get_size $a", "undo"):
        for _ in session.run(line):
            assert path.read_text().split("\n")[-2] == (line if line != "undo" else "undo 1")


def test_options_are_the_journals(tmp_path):
    path = tmp_path / "j"
    leave(begin(path, "memory", memory="1G"))
    assert 1000 << 20 < begin(path).state.machine.physmem.size < 1 << 30


def test_a_torn_last_line_was_never_answered(tmp_path):
    path = tmp_path / "j"
    state = leave(begin(path, "a = vmo_create 4k", "ps"))
    whole = path.read_bytes()
    for torn in (b"b = vmo_cre", b"#= done\n", b"#= done\nps > x", b"#= do", b"\0\0\0"):
        path.write_bytes(whole + torn)
        session = begin(path)
        assert path.read_bytes() == whole
        assert not difference(state, leave(session))


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_torn_header_is_refused_with_what_to_do(tmp_path, cut):
    path = tmp_path / "j"
    leave(begin(path))
    data = path.read_bytes()[: cut + 1]
    if data.count(b"\n") < 2:
        path.write_bytes(data)
        assert "remove it" in refused(path)


def test_what_is_no_journal_is_refused(tmp_path):
    path = tmp_path / "j"
    for text in ("dear all\n", "#! kshell\nps\n", "#!/bin/sh\n", "\0\0\0\n\n\n", "#! kshell\nps\nps\n"):
        path.write_text(text)
        assert "is not a journal of kshell" in refused(path) or "is a script and not a journal" in refused(path)
    assert "Is a directory" in _message(tmp_path)


def _message(path):
    with pytest.raises(UsageError) as failure:
        begin(path)
    return failure.value.message


@pytest.mark.parametrize(
    "old, new, told",
    [
        (b"journal 1,", b"journal 2,", "the form '2' and this kshell knows '1': use the kshell that wrote it"),
        (b"kshell 0.", b"kshell 9.", "was written by kshell 9."),
        (b"image ", b"image 0", "the boot image is not the one"),
        (b"#! kshell", b"#! kshell 'x", "damaged first line"),
    ],
)
def test_a_journal_of_another_kshell_or_image_is_refused(tmp_path, old, new, told):
    path = tmp_path / "j"
    leave(begin(path, "ps"))
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    assert told in refused(path)


def test_other_options_are_refused(tmp_path):
    path = tmp_path / "j"
    leave(begin(path, "ps", memory="1G"))
    assert "started with `--memory 1G`" in refused(path, memory="2G")
    path.unlink()
    leave(begin(path, "ps"))
    assert "started with no options" in refused(path, memory="2G")


def test_options_that_make_no_machine_begin_no_journal(tmp_path):
    with pytest.raises(UsageError):
        begin(tmp_path / "j", memory="1k")
    assert not (tmp_path / "j").exists()


def test_two_on_one_file(tmp_path):
    path = tmp_path / "j"
    first = begin(path, "ps")
    assert "another kshell is using the journal" in refused(path)
    leave(first)
    leave(begin(path))


@pytest.mark.parametrize("code", (errno.EACCES, errno.EROFS))
def test_a_read_only_journal_is_refused(tmp_path, monkeypatch, code):
    path = tmp_path / "j"
    leave(begin(path, "ps"))
    data = path.read_bytes()

    def closed(*arguments):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(journal_module.os, "open", closed)
    assert f"cannot open the journal {path}: {os.strerror(code)}" in _message(path)
    assert path.read_bytes() == data


class FullDisk:
    """Takes so many bytes, then none."""

    def __init__(self, room):
        self.room = room

    def write(self, file, data):
        count = min(self.room, len(data))
        if not count:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= count
        return WRITE(file, data[:count])


WRITE = os.write


@pytest.mark.parametrize("room", (0, 1, 10, 20, 30))
def test_a_full_disk_takes_the_line_back(tmp_path, monkeypatch, room):
    path = tmp_path / "j"
    session = begin(path, "a = vmo_create 4k")
    before, data = dump(session), path.read_bytes()
    monkeypatch.setattr(journal_module.os, "write", FullDisk(room).write)
    if room < 20:
        printed = output(session, "b = vmo_create 8k")
        assert "the line was taken back" in printed and "No space left on device" in printed
        assert path.read_bytes() == data
        assert not difference(before, dump(session))
        assert "cannot be written" in output(session, "undo")
        monkeypatch.setattr(journal_module.os, "write", WRITE)
    output(session, "b = vmo_create 8k")
    assert not difference(leave(session), leave(begin(path)))


def test_a_full_disk_takes_all_lines_back_that_wait(tmp_path, monkeypatch):
    path = tmp_path / "j"
    session = begin(path, "a = vmo_create 4k")
    before = dump(session)
    session.answering = False
    monkeypatch.setattr(journal_module.os, "write", FullDisk(25).write)
    assert output(session, "b = vmo_create 8k") == ""
    assert output(session, "c = vmo_create 8k") == ""
    assert "the last 3 lines were taken back" in output(session, "ps")
    assert not difference(before, dump(session))


def test_a_full_disk_begins_no_journal(tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module.os, "write", FullDisk(5).write)
    with pytest.raises(UsageError, match="cannot begin the journal"):
        begin(tmp_path / "j")
    assert (tmp_path / "j").read_bytes() == b""


def test_bytes_that_are_no_text_come_back(tmp_path):
    path = tmp_path / "j"
    state = leave(begin(path, "a = vmo_create 4k", "vmo_write $a 0 '\udcff\udc80'", "vmo_write $a 9 'x\ry'"))
    assert not difference(state, leave(begin(path)))


@pytest.mark.parametrize(
    "line", ["reset # now", "reset\x1c#= done", "undo", " undo 1", "! history", "load /etc/passwd"]
)
def test_a_session_command_that_somebody_wrote_into_a_journal_moves_nothing(tmp_path, line):
    """What a journal's own moves are not (`undo 1`, `reset`) is a line, and a session command is not one."""
    path = tmp_path / "j"
    leave(begin(path, "a = vmo_create 4k"))
    with path.open("ab") as file:
        file.write(f"{line}\n".encode())
    session = begin(path, "b = vmo_create 8k")
    assert output(session, "vmo_get_size $a") == "size 4096\n"
    assert output(session, "vmo_get_size $b") == "size 8192\n"


def test_what_left_the_console_leaves_it_once(tmp_path):
    """After `exit` a session goes on in its journal; every clause of later lines is run again too."""
    path = tmp_path / "j"
    leave(begin(path, "a = vmo_create 4k", "exit"))
    leave(begin(path, "b = vmo_create 4k ; c = vmo_create 8k"))
    assert set(begin(path).state.variables) == {"a", "b", "c"}
