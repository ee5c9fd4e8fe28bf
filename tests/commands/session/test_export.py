"""`export`: the session as a page, through the host as other files are."""

import re
from html import escape

import pytest

from kshell.shell.host import Host, Sandbox
from tests.commands.support import fresh, output, run
from tests.pictures.page.playing import Elements, frames, reel_of


def steps(page):
    return re.findall(r'id="line-(\d+)"', page)


def test_a_page_has_each_line_with_what_it_printed(tmp_path):
    session = fresh()
    run(session, "# What a map is", "m = map 64k", "", "touch $m 16k", "foo", "echo '<b>'")
    file = tmp_path / "a.html"
    assert output(session, f"export {file}") == f"4 lines in {file}\n"
    text = file.read_text()
    assert steps(text) == ["1", "2", "3", "4"] and len(list(frames(reel_of(text)))) == 5
    assert "<p>What a map is</p>" in text and "&lt;b&gt;" in text
    assert text.count('class="step failed"') == 1 and "foo: not found" in text
    assert text.count("4 pages more") == 1


def test_it_changes_nothing_and_is_no_line_of_the_session(tmp_path):
    session = fresh()
    run(session, "m = map 64k")
    before = session.state.machine.physmem.free, session.state.machine.next_koid
    run(session, f"export {tmp_path}/a.html")
    assert (session.state.machine.physmem.free, session.state.machine.next_koid) == before
    assert session.timeline.lines == ["m = map 64k"]


def test_lines_that_were_taken_back_are_not_in_it(tmp_path):
    session = fresh()
    run(session, "m = map 64k", "a = vmo_create 4k", "undo", f"export {tmp_path}/a.html")
    assert steps((tmp_path / "a.html").read_text()) == ["1"]


def test_files_and_programs_are_not_reached_again(tmp_path):
    session = fresh()
    run(session, f"ps > {tmp_path}/out", "echo hello | tr a-z A-Z")
    (tmp_path / "out").write_text("mine")
    run(session, f"export {tmp_path}/a.html")
    assert (tmp_path / "out").read_text() == "mine"
    assert '<pre class="output">...</pre>' in (tmp_path / "a.html").read_text()


def test_looking_back_sees_the_lines_before(tmp_path):
    session = fresh()
    run(session, "m = map 64k", "touch $m 16k", "diff")
    run(session, f"export {tmp_path}/a.html")
    printed = output(session, "diff").split("\n")[0]
    assert printed and escape(printed) in (tmp_path / "a.html").read_text()


def test_a_page_is_replaced_and_nothing_else_is(tmp_path):
    session = fresh()
    file = tmp_path / "a.html"
    run(session, f"export {file}", "m = map 4k")
    assert run(session, f"export {file}").ok and steps(file.read_text()) == ["1"]
    file.write_text("<!doctype html>\n<p>mine")
    assert "not a saved session" in output(session, f"export {file}")
    assert file.read_text() == "<!doctype html>\n<p>mine"


@pytest.mark.parametrize("name", ["a.txt", "a", "html", "a.html.md"])
def test_a_file_that_is_no_page_is_refused(name, tmp_path):
    outcome = run(fresh(), f"export {tmp_path}/{name}")
    assert outcome.exit == 2 and "should end in .html" in outcome.error


def test_a_sandbox_writes_no_file(tmp_path):
    assert "sandbox" in output(fresh(Sandbox()), f"export {tmp_path}/a.html")
    assert isinstance(fresh(Host()).host, Host) and not (tmp_path / "a.html").exists()


def test_hostile_names_are_text(tmp_path):
    name = '"</script><script>alert(1)</script><img src=x onerror=alert(1)>"'
    session = fresh()
    run(session, f"p = process_create $job {name}", f"object_set_property $self name {name}", "ps", "vmaps 2988")
    run(session, f"export {tmp_path}/a.html")
    found = Elements((tmp_path / "a.html").read_text()).found
    assert sum(name == "script" for name, _ in found) == 2
    assert not [name for name, _ in found if name == "img"]


def test_a_lesson_of_a_hundred_lines_is_small(tmp_path):
    session = fresh()
    at = 0
    while len(session.timeline.lines) < 100:
        at += 1
        run(session, f"a = vmo_create {4 * at}k", f"m = vmar_map $vmar 0 $a 0 {4 * at}k rw", f"touch $m {4 * at}k")
        run(session, "vmaps $self.koid --at $m", "c = vmo_clone $a cow 0 64k", "w = vmo_write $c 0 --len 8k", "memory")
        run(session, f"vmar_unmap $vmar $m {4 * at}k", "handle_close $c", "handle_close $a")
    run(session, f"export {tmp_path}/a.html")
    assert (tmp_path / "a.html").stat().st_size < 300_000
