"""The journal: what it keeps, what it refuses, and that a refused start changes nothing in it."""

import errno
import os
import subprocess
import sys
from binascii import crc32

import pytest

from kshell.shell import journal as journal_module
from kshell.shell.errors import UsageError
from kshell.shell.journal import checksum
from tests.commands.support import output
from tests.dump import difference, dump
from tests.sessions import TINY, opened


@pytest.fixture
def tiny(tmp_path):
    """The path of the boot image of a tiny machine, for tests that start very many."""
    path = tmp_path / "tiny.img"
    path.write_text(TINY)
    return path


def begin(path, *lines, **options):
    session = opened("--journal", str(path), **options)
    session.answering = True
    for line in lines:
        output(session, line)
    return session


def leave(session):
    session.journal.close()
    return dump(session)


def copied(path):
    """The session that the journal would bring back now; nobody's lock is touched."""
    copy = path.with_name(f"{path.name}-copy")
    copy.write_bytes(path.read_bytes())
    session = begin(copy)
    session.journal.close()
    copy.unlink()
    return session


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
            assert path.read_text().split("\n")[-3] == (line if line != "undo" else "undo 2")


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
        (b"journal 2,", b"journal 3,", "the form '3' and this kshell knows 1 and 2: use the kshell that wrote it"),
        (b"kshell 0.", b"kshell 9.", "was written by kshell 9."),
        (b"image ", b"image 0", "the boot image is not the one"),
        (b"#! kshell", b"#! kshell 'x", "a quote in it is not closed"),
    ],
)
def test_a_journal_of_another_kshell_or_image_is_refused(tmp_path, old, new, told):
    path = tmp_path / "j"
    leave(begin(path, "ps"))
    first = path.read_bytes().replace(old, new, 1).split(b"\n")[:2]
    data = b"\n".join(first) + b"\n"
    path.write_bytes(data + checksum(crc32(data)))
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

    really = os.open

    def closed(name, *arguments):
        if name == str(path):
            raise OSError(code, os.strerror(code))
        return really(name, *arguments)

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


@pytest.mark.parametrize("room", (0, 1, 10, 20, 29))
def test_a_full_disk_takes_the_line_back(tmp_path, monkeypatch, room):
    path = tmp_path / "j"
    session = begin(path, "a = vmo_create 4k")
    before, data = dump(session), path.read_bytes()
    monkeypatch.setattr(journal_module.os, "write", FullDisk(room).write)
    printed = output(session, "b = vmo_create 8k")
    assert "the line was taken back" in printed and "No space left on device" in printed
    assert path.read_bytes() == data
    assert not difference(before, dump(session))
    assert "cannot be written" in output(session, "undo")
    assert not difference(before, dump(session))
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


FIRST_FORM = """\
#! kshell
# journal 1, {signature}
a = vmo_create 4k
#= done
ps > {folder}/out
handle_close 0 ; b = vmo_create 8k
undo 1
{line}
"""


def first_form(tmp_path, line="redo 1"):
    """A journal as kshell wrote it before it had checksums."""
    path = tmp_path / "j"
    leave(begin(path))
    signature = path.read_text().split("\n")[1].partition(", ")[2]
    path.write_text(FIRST_FORM.format(signature=signature, folder=tmp_path, line=line))
    return path


def test_a_comment_in_a_journal_of_the_first_form_is_a_comment(tmp_path, capsys):
    """N13: that form knows no intents, so whatever looks like one there was typed by somebody."""
    path = first_form(tmp_path, "#> seen\nx = nosuch\n#> last")
    session = begin(path)
    assert session.timeline.lines[-3:] == ["#> seen", "x = nosuch", "#> last"] and capsys.readouterr().err == ""
    session.journal.close()


def test_a_journal_of_the_first_form_opens_and_goes_on_with_checksums(tmp_path):
    """N13: the form of earlier journals still opens; what is added to it is as safe as in a new one."""
    path = first_form(tmp_path)
    old = path.read_bytes()
    session = begin(path, "c = vmo_create 16k")
    assert set(session.state.variables) == {"a", "b", "c"} and not (tmp_path / "out").exists()
    state = leave(session)
    data = path.read_bytes()
    assert data.startswith(old) and data[len(old) :].count(b"\n#: ") == 1
    assert not difference(state, leave(begin(path)))
    # Even what was written without checksums is under one now.
    path.write_bytes(data.replace(b"vmo_create 4k", b"vmo_create 8k"))
    assert "is damaged in line" in refused(path)


def test_lines_of_the_first_form_that_are_wrong_today_are_told(tmp_path, capsys):
    """N1: replay is not the run where the language has changed: `map $a` took a handle for a size."""
    session = begin(first_form(tmp_path, "c = map $a\ntouch 01021000\nx = nosuch"))
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "2 of its lines did nothing" in told and "c = map $a: " in told
    output(session, "map $a")
    session.journal.close()
    # What a newer kshell wrote has always meant the same.
    leave(begin(tmp_path / "new", "map $a", "touch 01021000"))
    capsys.readouterr()
    leave(begin(tmp_path / "new"))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "line",
    ["reset # now", "reset\x1c#= done", "undo", " undo 1", "! history", "load /etc/passwd", "undo \u00b2", "undo -1",
     f"undo {'9' * 5000}"],
)  # fmt: skip
def test_a_session_command_that_somebody_wrote_into_a_journal_moves_nothing(tmp_path, line):
    """N3: what a journal's own moves are not (`undo 1`, `reset`) is a line, and a session command is not one."""
    session = begin(first_form(tmp_path, line), "b = vmo_create 8k")
    assert output(session, "vmo_get_size $a") == "size 4096\n"
    assert output(session, "vmo_get_size $b") == "size 8192\n"


def test_what_left_the_console_leaves_it_once(tmp_path):
    """N1: after `exit` a session goes on in its journal; every clause of later lines is run again too."""
    path = tmp_path / "j"
    leave(begin(path, "a = vmo_create 4k", "exit"))
    leave(begin(path, "b = vmo_create 4k ; c = vmo_create 8k"))
    assert set(begin(path).state.variables) == {"a", "b", "c"}


def test_undo_does_not_take_back_that_the_console_was_left(tmp_path):
    """W10: `exit` is not a step of the session."""
    path = tmp_path / "j"
    leave(begin(path, "a = vmo_create 4k", "exit"))
    session = begin(path)
    assert output(session, "undo") == "undone: a = vmo_create 4k\n"


def test_a_line_that_failed_half_way_is_run_again_as_far_as_it_ran(tmp_path):
    """N2: with or without `-k`, what comes back is what the line did."""
    path = tmp_path / "j"
    session = begin(path)
    session.stop_on_failure = False
    output(session, "handle_close 0 ; a = vmo_create 4k")
    session.stop_on_failure = True
    output(session, "handle_close 0 ; b = vmo_create 4k")
    output(session, "c = vmo_create 4k")
    output(session, "undo")
    assert set(session.state.variables) == {"a"}
    leave(session)
    session = begin(path)
    session.stop_on_failure = True
    output(session, "redo")
    output(session, "undo")
    assert set(session.state.variables) == {"a"}


@pytest.mark.parametrize(
    "line", ("save {}", "echo x > {}", "ps >> {}", "save {}-link", "echo x > {}-link", "save {}.md")
)
def test_no_line_overwrites_the_journal(tmp_path, line):
    """N4: the session's own commands cannot destroy its journal, under whatever name."""
    path = tmp_path / ("j.md" if line.endswith(".md") else "j")
    session = begin(path, "a = vmo_create 4k")
    os.symlink(path, f"{path}-link")
    printed = output(session, line.format(str(path).removesuffix(".md")))
    assert "is this session's journal" in printed
    assert not difference(leave(session), leave(begin(path)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda path: path.unlink(), "somebody has removed it"),
        (lambda path: path.write_bytes(b""), "somebody has changed it: it has 0 bytes"),
        (lambda path: path.write_bytes(path.read_bytes() + b"ps\n"), "somebody has changed it"),
        (lambda path: (path.rename(f"{path}-old"), path.write_bytes(b"x")), "another file in its place"),
    ],
)
@pytest.mark.parametrize("line", ("b = vmo_create 8k", "undo", "history", "ps > {}/f", "ps"))
def test_a_journal_that_is_not_there_any_more_answers_nobody(tmp_path, change, told, line):
    """N4: a line that cannot be kept is not answered; the session stays, and can be saved."""
    path = tmp_path / "j"
    session = begin(path, "a = vmo_create 4k")
    before = dump(session)
    change(path)
    if line != "history":
        printed = output(session, line.format(tmp_path))
        assert told in printed and printed.count("\n") == 1, printed
        assert not difference(before, dump(session)) and not (tmp_path / "f").exists()
    assert output(session, f"save {tmp_path}/kept") == f"1 line in {tmp_path}/kept\n"
    assert (tmp_path / "kept").read_text() == "#! kshell\na = vmo_create 4k\n"


LINES = ("a = vmo_create 4k", "b = vmo_create 8k", "undo", "redo", "undo 2", "redo 2", "ps > {}/f", "echo x | cat",
         "reset", "redo 3", "handle_close 0", "save {}/s", "c = event_create", "undo")  # fmt: skip


class Faults:
    """Makes the calls of the journal to one function of the system fail from the `first` on, `count` of them."""

    def __init__(self, monkeypatch, name, first, count):
        self.calls = 0
        really = getattr(os, name)

        def call(*arguments):
            self.calls += 1
            if first <= self.calls < first + count:
                raise OSError(errno.ENOSPC, "No space left on device")
            return really(*arguments)

        monkeypatch.setattr(journal_module.os, name, call)


@pytest.mark.parametrize("answering", (True, False))
@pytest.mark.parametrize("count", (1, 1000))
@pytest.mark.parametrize("name", ("write", "fsync", "replace", "stat"))
def test_a_fault_of_the_disk_at_any_call_leaves_session_and_journal_the_same(
    tmp_path, tiny, monkeypatch, name, count, answering
):
    """N5: whatever fails, and whenever: after each line the session is the one that its journal would bring back."""
    at = 0
    while True:
        at += 1
        path = tmp_path / f"j{at}"
        session = begin(path, boot=tiny)
        session.answering = answering
        with monkeypatch.context() as patch:
            faults = Faults(patch, name, at, count)
            for line in LINES:
                printed = output(session, line.format(tmp_path))
                assert "the last -" not in printed and "bug" not in printed
            patch.undo()
            # A line that could not be noted is gone; what was noted is there.
            session.journal.sync()
        assert not difference(dump(session), dump(copied(path))), f"the {at}. call of {name} failed"
        session.journal.abandon()
        if faults.calls < at:
            break


def test_an_intent_is_durable_before_the_host_is_touched_and_the_line_before_any_answer(tmp_path, monkeypatch):
    """N6: a kill while a line writes a file, or right after it, loses nothing."""
    path = tmp_path / "j"
    session = begin(path)
    session.answering = False
    found = []
    really = type(session.host).write

    def write(host, *arguments, **named):
        found.append(path.read_text().split("\n"))
        really(host, *arguments, **named)

    monkeypatch.setattr(type(session.host), "write", write)
    output(session, f"a = vmo_create 4k ; ps > {tmp_path}/f ; b = vmo_create 4k")
    assert found[0][-3] == f"#> a = vmo_create 4k ; ps > {tmp_path}/f "
    assert path.read_text().split("\n")[-3] == f"a = vmo_create 4k ; ps > {tmp_path}/f ; b = vmo_create 4k"
    output(session, "c = vmo_create 4k")
    output(session, f"save {tmp_path}/s")
    assert path.read_text().split("\n")[-3] == "c = vmo_create 4k"


def test_a_line_that_was_cut_short_while_it_wrote_counts_and_is_told(tmp_path, capsys):
    """N6: its file may be there, so the line is."""
    path = tmp_path / "j"
    session = begin(path, "a = vmo_create 4k")
    session.journal.intend("b = vmo_create 8k ; ps > f", ["it was full"])
    session.journal.abandon()
    again = begin(path)
    assert "was cut short" in capsys.readouterr().err
    assert output(again, "history 1") == "    2  b = vmo_create 8k ; ps > f\n"
    assert set(again.state.variables) == {"a", "b"}
    assert again.timeline.effects == {1: ("it was full", "")} or again.timeline.effects == {1: ["it was full", ""]}


def test_a_line_that_was_cut_short_stays_when_more_lines_come(tmp_path):
    """N6: what counted when the session was taken up counts every time after."""
    path = tmp_path / "j"
    session = begin(path, "a = vmo_create 4k")
    session.journal.intend("b = vmo_create 8k ; ps > f", ["it was full"])
    session.journal.abandon()
    for line in ("c = vmo_create 4k", "d = vmo_create 4k"):
        state = leave(begin(path, line))
        assert not difference(state, dump(copied(path)))
    assert set(begin(path).state.variables) == {"a", "b", "c", "d"}


def test_an_interrupted_line_takes_its_intent_back(tmp_path, monkeypatch):
    """N6: Ctrl-C takes the line back, also from the journal."""
    path = tmp_path / "j"
    session = begin(path, "a = vmo_create 4k")

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(session.host), "pipe", interrupted)
    assert "interrupted" in output(session, "b = vmo_create 4k ; echo | cat")
    assert set(session.state.variables) == {"a"}
    assert not difference(leave(session), leave(begin(path)))


def flipped(data):
    """The journal with each of its bits turned over, one at a time."""
    for at in range(len(data)):
        for bit in range(8):
            yield data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]


def test_a_journal_with_one_bit_turned_over_is_never_another_session_without_a_word(tmp_path, tiny, capsys):
    """N13: of all that can happen to a bit, at most the last line is lost, and that is said."""
    path = tmp_path / "j"
    whole = leave(begin(path, "a = vmo_create 4k", "undo", "redo", boot=tiny))
    data = path.read_bytes()
    other = 0
    for number, damaged in enumerate(flipped(data)):
        if number % 7:
            continue
        path.write_bytes(damaged)
        try:
            session = begin(path)
        except UsageError:
            assert path.read_bytes() == damaged
            continue
        state = leave(session)
        told = capsys.readouterr().err
        assert "not whole" in told or not difference(state, whole)
        other += bool(told)
    assert other < 10


def test_journals_that_were_mixed_are_refused(tmp_path):
    """N13: lines left out, repeated, in another order or of another journal are not the session."""
    path = tmp_path / "j"
    leave(begin(path, "a = vmo_create 4k", "b = vmo_create 8k", "ps", "c = vmo_create 4k"))
    data = path.read_bytes()
    rows = data.split(b"\n")[:-1]
    records = [b"\n".join(rows[at : at + 2]) + b"\n" for at in range(3, len(rows), 2)]
    head = b"\n".join(rows[:3]) + b"\n"
    first, second, *rest = records
    for mixed in (
        data + data, data + b"".join(records), head + second + first + b"".join(rest), head + second + b"".join(rest),
        head + first + first + second, data + first,
    ):  # fmt: skip
        path.write_bytes(mixed)
        assert "is damaged in line" in refused(path)


@pytest.mark.parametrize("make", (os.mkfifo, os.mkdir), ids=("fifo", "folder"))
def test_a_journal_is_a_file(tmp_path, make):
    """S4: what is not a file is refused at once, and by its name."""
    make(tmp_path / "j")
    assert str(tmp_path / "j") in _message(tmp_path / "j")
    assert "is a device, and a journal is a file" in _message("/dev/null")


def test_without_locks_there_are_no_journals(tmp_path, monkeypatch):
    """S6: a system without `fcntl`, as Windows is, is told in one line."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert "locks on files, which this system does not have" in _message(tmp_path / "j")


def test_a_saved_session_with_failures_comes_back(tmp_path):
    """N12: a line that failed in the session fails again, and stops nothing."""
    session = begin(tmp_path / "j", "a = vmo_create 4k", "handle_close 0", "handle_close 0 ; b = vmo_create 8k",
                    "c = vmo_create 4k", "nonsense", "undo", f"save {tmp_path}/s")  # fmt: skip
    assert (tmp_path / "s").read_text().startswith("#! kshell -k\n")
    other = begin(tmp_path / "k", f"load {tmp_path}/s")
    assert not difference(dump(session), dump(other))
    done = subprocess.run(
        [sys.executable, "-m", "kshell", tmp_path / "s", "-c", "vmo_get_size $b"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "size 8192\n"
    output(session, "undo")
    output(session, "undo")
    output(session, "a = vmo_create 4k")
    output(session, f"save {tmp_path}/s")
    assert (tmp_path / "s").read_text() == "#! kshell\na = vmo_create 4k\n"


def test_line_numbers_after_a_comment_and_undo(tmp_path):
    """N15: the numbers in messages are those of a fresh run of the lines."""
    session = begin(tmp_path / "j", "# remark", "undo", "reset", "redo")
    assert output(session, "nonsense").startswith("/boot/bin/sh: 2: nonsense")
