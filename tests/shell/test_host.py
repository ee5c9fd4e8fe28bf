"""Files and programs of the host, and a host that has none."""

import os

import pytest

from kshell.shell.errors import ShellError
from kshell.shell.host import Host, Sandbox


def test_files_are_written_and_appended_to(tmp_path):
    path = tmp_path / "out"
    host = Host()
    host.write(str(path), "one\n")
    host.write(str(path), "two ü\udcff\n", append=True)
    assert path.read_bytes() == b"one\ntwo \xc3\xbc\xff\n"
    host.write(str(path), "three\n")
    assert path.read_text() == "three\n"


@pytest.mark.parametrize(("name", "why"), [("no/such", "No such file"), ("", "Is a directory"), ("a\0b", "null byte")])
def test_what_cannot_be_written_or_read_says_why(tmp_path, name, why):
    path = f"{tmp_path}/{name}"
    for deed in (lambda: Host().write(path, "x"), lambda: Host().read_script(path)):
        with pytest.raises(ShellError) as failure:
            deed()
        assert failure.value.exit == 1 and why in failure.value.message and repr(path) in failure.value.message


def test_a_program_gets_the_text_and_its_output_comes_back():
    assert Host().pipe("tr a-z A-Z", "hello ü\n") == "HELLO ü\n"
    assert Host().pipe("cat", "\udcff") == "\udcff"
    # A program that ends early is no failure.
    assert Host().pipe("head -c 3", "x" * 1_000_000) == "xxx"


def test_a_program_that_fails_is_a_failure():
    with pytest.raises(ShellError, match=r"exit 3.*ended with 3"):
        Host().pipe("exit 3", "")
    with pytest.raises(ShellError, match="cannot run"):
        Host().pipe("a\0b", "")


def test_a_script_is_read_as_lines(tmp_path):
    path = tmp_path / "script"
    path.write_bytes(b"one\r\ntwo\n\xff")
    assert Host().read_script(str(path)) == ["one", "two", "\udcff"]


def test_a_session_is_saved_as_a_whole_and_replaces_only_what_was_saved(tmp_path):
    path = tmp_path / "saved"
    host = Host()
    host.save_script(str(path), "#! kshell\na\n")
    host.save_script(str(path), "#! kshell\nb\udcff\n")
    assert path.read_bytes() == b"#! kshell\nb\xff\n" and os.listdir(tmp_path) == ["saved"]
    for other in ("#! /bin/sh\n", "#! kshel", ""):
        path.write_text(other)
        with pytest.raises(ShellError, match="another name"):
            host.save_script(str(path), "#! kshell\nc\n")
        assert path.read_text() == other and os.listdir(tmp_path) == ["saved"]


def test_a_save_that_fails_leaves_nothing_beside(tmp_path, monkeypatch):
    path = tmp_path / "saved"
    path.write_text("#! kshell\nold\n")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ShellError, match=r"cannot save .*: No space left"):
        Host().save_script(str(path), "#! kshell\nnew\n")
    assert path.read_text() == "#! kshell\nold\n" and os.listdir(tmp_path) == ["saved"]
    with pytest.raises(ShellError, match="Not a directory"):
        Host().save_script(f"{path}/x", "#! kshell\n")


def test_a_dangling_link_is_not_written_through(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ShellError, match="cannot save"):
        Host().save_script(str(tmp_path / "link"), "#! kshell\n")
    assert not (tmp_path / "nowhere").exists()


def test_names_in_a_folder(tmp_path, monkeypatch):
    for name in ("b", "a", ".hidden"):
        (tmp_path / name).write_text("")
    (tmp_path / "folder").mkdir()
    assert Host().names(str(tmp_path)) == [".hidden", "a", "b", "folder/"]
    monkeypatch.chdir(tmp_path)
    assert Host().names("") == [".hidden", "a", "b", "folder/"]
    assert Host().names("/no/such") == Host().names("a\0b") == []


def test_reports_go_to_the_state_folder_or_where_there_is_room(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert Host().report_folder() == str(tmp_path / "state" / "kshell")
    assert os.stat(tmp_path / "state" / "kshell").st_mode & 0o777 == 0o700
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Host().report_folder() == str(tmp_path / ".local" / "state" / "kshell")
    (tmp_path / "kshell").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "state"))
    # A file is in the way, in place of the folder or above it.
    for blocked in (tmp_path, tmp_path / "kshell"):
        monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
        assert Host().report_folder() == str(tmp_path / "state")


def test_a_sandbox_has_no_host(tmp_path):
    path = str(tmp_path / "file")
    sandbox = Sandbox()
    for deed in (
        lambda: sandbox.write(path, "x"),
        lambda: sandbox.pipe("cat", "x"),
        lambda: sandbox.read_script("/etc/passwd"),
        lambda: sandbox.save_script(path, "#! kshell\n"),
    ):
        with pytest.raises(ShellError, match="sandbox"):
            deed()
    assert sandbox.names("/") == [] and sandbox.report_folder() is None and os.listdir(tmp_path) == []


def test_saving_replaces_no_journal(tmp_path):
    """N4: a journal is all that keeps its session, also one that no kshell has open."""
    path = tmp_path / "journal"
    for text in ("#! kshell\n# journal 1, kshell 0.1.0, image 0\na = vmo_create 4k\n", "#! kshell -k\n# journal 2, "):
        path.write_text(text)
        with pytest.raises(ShellError, match=r"is a journal.*another name"):
            Host().save_script(str(path), "#! kshell\n")
        assert path.read_text() == text and os.listdir(tmp_path) == ["journal"]


def test_saving_leaves_links_and_modes_as_they_are(tmp_path):
    """N4: what `save` replaces is the text of a file: not a link to it, and not who may read or write it."""
    path, link = tmp_path / "file", tmp_path / "link"
    Host().save_script(str(path), "#! kshell\na\n")
    link.symlink_to("file")
    path.chmod(0o600)
    Host().save_script(str(link), "#! kshell\nb\n")
    assert link.is_symlink() and path.read_text() == "#! kshell\nb\n" and path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o444)
    with pytest.raises(ShellError, match="read-only"):
        Host().save_script(str(link), "#! kshell\nc\n")
    assert path.read_text() == "#! kshell\nb\n" and sorted(os.listdir(tmp_path)) == ["file", "link"]


def test_a_file_is_replaced_as_a_whole_or_stays(tmp_path, monkeypatch):
    path = tmp_path / "x"
    Host().replace(str(path), "one \udcff\n")
    assert path.read_bytes() == b"one \xff\n"

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(ShellError, match=r"cannot write .*No space left"):
        Host().replace(str(path), "two")
    assert path.read_bytes() == b"one \xff\n" and os.listdir(tmp_path) == ["x"]
    with pytest.raises(ShellError, match="it is a folder, not a file"):
        Host().replace(str(tmp_path), "x")
    with pytest.raises(ShellError, match="sandbox"):
        Sandbox().replace(str(path), "x")
