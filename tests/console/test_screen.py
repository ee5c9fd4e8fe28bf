"""The console as a person sees it: the real program in a pseudo-terminal, its screen read."""

import os

import pytest

from tests.screen import Console


@pytest.fixture
def terminal(tmp_path):
    made = Console(tmp_path, PAGER="cat", EDITOR="true")
    made.wait_prompt()
    yield made
    made.process.close(force=True)


def cells(terminal, text):
    """The characters of the first place where the screen shows `text`."""
    for y, line in enumerate(terminal.screen.display):
        x = line.find(text)
        if x >= 0:
            return [terminal.screen.buffer[y][x + at] for at in range(len(text))]
    raise AssertionError(f"{text!r} is not on the screen:\n" + "\n".join(terminal.lines))


def settle(terminal):
    """Reads until nothing more comes."""
    while terminal.read():
        pass


def test_words_are_coloured_by_what_they_are_and_whether_they_are_valid(terminal):
    terminal.type("x = vmo_create 64k; vmo_red 5; vmo_read $nope 0 1 # remark")
    terminal.wait_for("# remark")
    settle(terminal)
    assert {cell.fg for cell in cells(terminal, "vmo_create")} == {"blue"}
    assert {cell.fg for cell in cells(terminal, "64k")} == {"brown"}
    assert all(cell.underscore for cell in cells(terminal, "vmo_red"))
    assert all(cell.underscore for cell in cells(terminal, "$nope"))
    assert not any(cell.underscore for cell in cells(terminal, "vmo_create"))


def test_the_word_being_typed_is_not_wrong_yet(terminal):
    terminal.type("vmo_cre")
    terminal.wait_for("vmo_cre")
    settle(terminal)
    assert not any(cell.underscore for cell in cells(terminal, "vmo_cre"))
    terminal.type("xx")
    terminal.wait_for("vmo_crexx")
    settle(terminal)
    assert all(cell.underscore for cell in cells(terminal, "vmo_crexx"))


def test_a_word_that_enter_would_refuse_is_underlined_before_enter(terminal):
    """T6: an unknown task, a handle of another type, another command's name."""
    terminal.run("x = vmo_create 4k")
    for line, wrong in (("attach zzz", "zzz"), ("vmar_destroy $x", "$x"), ("time nocmd", "nocmd")):
        terminal.type(line)
        terminal.wait_for(f"$ {line}")
        settle(terminal)
        assert all(cell.underscore for cell in cells(terminal, f"$ {line}")[-len(wrong) :])
        assert not any(cell.underscore for cell in cells(terminal, f"$ {line}")[: -len(wrong)])
        terminal.type("\x03")
        terminal.wait_prompt()


def test_a_file_that_is_named_like_a_command_is_completed_as_a_file(tmp_path):
    """S2: Tab and Enter ran `touch PWNED`."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "qq | touch PWNED").write_text("echo it was loaded\n")
    terminal = Console(folder)
    terminal.wait_prompt()
    terminal.type("load q\t")
    terminal.wait_for("load 'qq | touch PWNED'")
    terminal.type("\r")
    terminal.wait_for("it was loaded")
    assert not (folder / "PWNED").exists()
    terminal.process.close(force=True)


def test_a_hint_names_the_missing_arguments_and_goes_on_enter(terminal):
    terminal.type("vmar_map $vmar 0 ")
    terminal.wait_for("vmar_map $vmar 0 VMO VMO_OFFSET LEN FLAGS")
    terminal.type("\r")
    terminal.wait_for("VMO is missing")
    assert "magenta$ vmar_map $vmar 0" in terminal.lines


def test_the_menu_shows_what_each_choice_is(terminal):
    terminal.run("v = vmo_create 4k")
    terminal.type("vmo_read $\t")
    terminal.wait_for("vmo 3183")
    terminal.type("\x03")
    terminal.wait_prompt()
    terminal.type("attach netsvc\t")
    terminal.wait_for("attach 1173")
    terminal.type("\x03")
    terminal.wait_prompt()
    terminal.type("vrea\t")
    terminal.wait_for("vmo_read")


def test_suggestions_come_from_history(terminal):
    line = "memory --format json > /dev/null"
    terminal.run(line)
    terminal.type("mem")
    terminal.wait(lambda: terminal.lines[terminal.screen.cursor.y] == f"magenta$ {line}", "the suggestion")
    terminal.type("\x05\r")
    terminal.wait_prompt()
    assert terminal.lines.count(f"magenta$ {line}") == 2


def test_the_toolbar_tells_what_happened(terminal):
    assert terminal.shows("sh:console (2988)   memory 97.2M of 2046.9M")
    terminal.run("m = map 64k")
    terminal.run("touch $m 64k")
    assert terminal.shows("+16 pages")
    terminal.run("vmo_read 4 0 1")
    assert terminal.shows("ERR_BAD_HANDLE")
    terminal.run("memory > /dev/null")
    assert not terminal.shows("ERR_BAD_HANDLE   ")
    terminal.run("trace on")
    assert terminal.shows("trace on")


def test_output_is_coloured_by_meaning_and_stays_text(terminal):
    terminal.run("m = map 64k")
    terminal.run("vmaps sh:console --min 60k --name useralloc")
    settle(terminal)
    assert {cell.fg for cell in cells(terminal, "rw-")} == {"brown"}
    assert {cell.fg for cell in cells(terminal, "r-x")} == {"cyan"}
    terminal.type("clear\r")
    settle(terminal)
    terminal.wait_prompt()
    terminal.run("stat sh:console")
    terminal.run("touch $m 8k")
    terminal.type("clear\r")
    settle(terminal)
    terminal.wait_prompt()
    terminal.run("stat sh:console")
    settle(terminal)
    assert all(cell.underscore for cell in cells(terminal, "333"))
    assert not any(cell.underscore for cell in cells(terminal, "sh:console"))


def test_long_output_goes_through_the_pager(tmp_path):
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED; sed -n 1,2p\n")
    pager.chmod(0o755)
    terminal = Console(tmp_path, PAGER=str(pager))
    terminal.wait_prompt()
    terminal.run("vmaps 3020")
    assert terminal.shows("PAGED") and terminal.shows("/A ________01000000")
    terminal.run("k mx ps help")
    terminal.process.close(force=True)
    (tmp_path / ".config/kshell").mkdir(parents=True)
    (tmp_path / ".config/kshell/config").write_text("pager = off\n")
    terminal = Console(tmp_path, PAGER=str(pager))
    terminal.wait_prompt()
    terminal.type("vmaps 3020\r")
    terminal.wait_for("useralloc")
    terminal.wait_prompt()
    assert not terminal.shows("PAGED")
    terminal.process.close(force=True)


def test_settings_and_the_startup_file(tmp_path):
    folder = tmp_path / ".config/kshell"
    folder.mkdir(parents=True)
    (folder / "config").write_text("toolbar = off\nnosuch = 1\ncolour = loud # no\n")
    (folder / "startup.kshell").write_text("alias ll ps --sort res\nhome = vmo_create 4k\n")
    terminal = Console(tmp_path)
    terminal.wait(lambda: terminal.lines[terminal.screen.cursor.y] == "magenta$", "the prompt")
    # The path of the file may be so long that the line wraps anywhere.
    shown = "".join(terminal.lines)
    assert "there is no setting 'nosuch'" in shown and "colour is auto, on or off, not 'loud'" in shown
    terminal.type("vars\r")
    terminal.wait_for("$home = 2080213179")
    terminal.type("ll\r")
    terminal.wait_for("devhost:pci#1")
    assert not terminal.shows("memory 97")
    terminal.process.close(force=True)


def test_earlier_lines_by_exclamation_marks(terminal):
    terminal.run("echo one")
    terminal.run("echo two")
    terminal.type("!1\r")
    terminal.wait(lambda: terminal.lines.count("one") == 2, "line 1 again")
    terminal.type("!!  three\r")
    terminal.wait_for("one three")
    terminal.type("!nosuch\r")
    terminal.wait_for("there is no line !nosuch")
    terminal.type("! vmo_read 4 0 1\r")
    terminal.wait_prompt()


def test_the_line_is_edited_in_the_editor(tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "echo edited" > "$1"\n')
    editor.chmod(0o755)
    terminal = Console(tmp_path, EDITOR=str(editor), VISUAL=str(editor))
    terminal.wait_prompt()
    terminal.type("ps\x18\x05")
    terminal.wait_for("echo edited")
    terminal.type("\r")
    terminal.wait(lambda: "edited" in terminal.lines, "what the edited line prints")
    terminal.process.close(force=True)


def test_one_key_lists_the_keys(terminal):
    terminal.type("\x1bOP")
    terminal.wait_for("Ctrl-X Ctrl-E")


def test_watch_shows_run_after_run_until_ctrl_c(terminal):
    terminal.type("watch -n 0.1 memory\r")
    terminal.wait_for("run 3 of `memory`")
    terminal.type("\x03")
    terminal.wait_prompt()
    terminal.type("history\r")
    terminal.wait_for("3  memory")


def test_undo_takes_back_and_the_prompt_follows(terminal):
    terminal.run("spawn demo")
    terminal.run("attach demo", prompt="magenta[demo]$")
    terminal.type("undo\r")
    terminal.wait_for("undone: attach demo")
    terminal.wait_prompt()
    terminal.type("redo\r")
    terminal.wait_prompt("magenta[demo]$")


@pytest.mark.parametrize("state", ["typing", "menu", "search", "nothing"])
def test_ctrl_c_in_each_state_gives_a_fresh_prompt(terminal, state):
    terminal.type({"typing": "vmo_create", "menu": "vmo_\t\t", "search": "\x12vmo", "nothing": ""}[state])
    settle(terminal)
    # Ctrl-C leaves the search first, then clears the line.
    terminal.type("\x03\x03")
    settle(terminal)
    terminal.wait_prompt()
    terminal.run("echo alive")
    assert "alive" in terminal.lines


def test_ctrl_d_leaves_an_empty_line_only(terminal):
    terminal.type("ps")
    settle(terminal)
    terminal.type("\x04")
    settle(terminal)
    assert terminal.process.isalive()
    terminal.type("\x03")
    terminal.wait_prompt()
    assert terminal.leave() == 0


def test_a_paste_of_a_thousand_lines(terminal):
    lines = "\r".join(f"v{number} = vmo_create 4k" for number in range(1000))
    terminal.type(f"\x1b[200~{lines}\x1b[201~")
    settle(terminal)
    terminal.type("\r")
    terminal.wait_prompt()
    terminal.type("history 1\r")
    terminal.wait_for("1000  v999 = vmo_create 4k")


def test_the_terminal_may_change_its_size(terminal):
    terminal.type("vmo_create ")
    terminal.wait_for("vmo_create SIZE")
    for columns, lines in ((20, 10), (200, 50), (80, 24)):
        terminal.screen.resize(lines, columns)
        terminal.process.setwinsize(lines, columns)
        settle(terminal)
    terminal.type("4k\r")
    terminal.wait_for("handle 2080213179")


@pytest.mark.parametrize("columns", (20, 200))
def test_a_narrow_and_a_wide_terminal(tmp_path, columns):
    terminal = Console(tmp_path, columns=columns, lines=30, PAGER="cat")
    terminal.wait(lambda: any(line.startswith("magenta$") for line in terminal.lines), "the prompt")
    terminal.type("vmo_cr\t")
    terminal.wait(lambda: any(line.startswith("magenta$ vmo_create") for line in terminal.lines), "the whole name")
    settle(terminal)
    terminal.type(" 4k\r")
    terminal.wait_for("handle 20802")
    assert terminal.leave() == 0


def test_a_sandbox_has_no_pager_editor_or_settings(tmp_path):
    folder = tmp_path / ".config/kshell"
    folder.mkdir(parents=True)
    (folder / "startup.kshell").write_text("echo started\n")
    terminal = Console(tmp_path, "--sandbox", PAGER="/bin/false", EDITOR="/bin/false")
    terminal.wait_prompt()
    terminal.type("vmaps 3020\r")
    terminal.wait_for("useralloc")
    terminal.wait_prompt()
    assert not terminal.shows("started") and not (tmp_path / ".local").exists()
    assert terminal.shows("M ") and not os.path.exists(tmp_path / "history")
    assert terminal.leave() == 0
