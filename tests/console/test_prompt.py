"""The console at a terminal of 80 by 24: what a person types there, and what it shows."""

import os
import sys
import termios

import pytest

from kshell.commands.help.console import KEYS
from kshell.console.console import GREETING
from tests.screen import Console


@pytest.fixture
def terminal(tmp_path):
    """Makes terminals of 80 by 24 and closes them."""
    made = []

    def make(*arguments, settings="", startup="", **options):
        folder = tmp_path / ".config/kshell"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config").write_text(settings)
        if startup:
            (folder / "startup.kshell").write_text(startup)
        options = {"PAGER": "cat", "EDITOR": "true", "VISUAL": "", **options}
        made.append(Console(tmp_path, *arguments, columns=80, lines=24, **options))
        return made[-1]

    yield make
    for one in made:
        one.process.close(force=True)


@pytest.fixture
def prompt(terminal):
    """A terminal with a fresh prompt."""
    made = terminal()
    made.wait_prompt()
    return made


def program(folder, name, text):
    """A program of the host; its path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def row(terminal):
    """The row of the cursor."""
    return terminal.lines[terminal.screen.cursor.y]


def wait_row(terminal, text):
    terminal.wait(lambda: row(terminal) == text, f"the row {text!r} under the cursor")


def test_the_greeting_and_the_keys_fit(prompt):
    """T1: the greeting wrapped, and the list of the keys was laid out for 98 columns."""
    assert len(GREETING) <= 80 and max(map(len, KEYS.splitlines())) < 80
    assert prompt.lines[1] == "magenta$"
    prompt.type("\x1bOP")
    prompt.wait_for("F1             this list")
    assert all(key in prompt.lines for key in KEYS.splitlines())


def numbers(count, wide=False):
    """Lines for `history`, which prints each in a row, or in two if they are wide."""
    return "\n".join(f"# {number}{'x' * 90 if wide else ''}" for number in range(count))


@pytest.mark.parametrize(
    ("settings", "wide", "fits"),
    [("", False, 22), ("toolbar = off", False, 23), ("complete = typing", False, 15), ("", True, 11)],
)
def test_a_text_is_paged_as_soon_as_its_first_row_would_be_lost(terminal, tmp_path, settings, wide, fits):
    """T1: the pager did not count the prompt, the toolbar and wrapped lines."""
    pager = program(tmp_path, "pager", "echo PAGED")
    # What LINES said when kshell started is not how tall the terminal is.
    made = terminal(PAGER=pager, settings=settings, startup=numbers(30, wide), LINES="50", COLUMNS="200")
    made.wait(lambda: row(made) == "magenta$", "the prompt")
    made.type(f"history {fits}\r")
    made.wait_for("# 29")
    made.settle()
    assert not made.shows("PAGED") and made.lines[0].rstrip("x").endswith(f"# {30 - fits}")
    made.type(f"history {fits + 1}\r")
    made.wait_for("PAGED")


def test_ctrl_z_suspends_and_the_line_is_still_there(terminal):
    """T2: Ctrl-Z typed `^Z`."""
    made = terminal("--norc", "--noprofile", "-i", program=("bash",), PS1="shell> ")
    made.wait_for("shell>")
    made.type(f"{sys.executable} -m kshell\r")
    made.wait_prompt()
    made.type("echo kept")
    wait_row(made, "magenta$ echo kept [WORD ...]")
    made.type("\x1a")
    made.wait_for("Stopped")
    wait_row(made, "shell>")
    made.type("fg\r")
    wait_row(made, "magenta$ echo kept [WORD ...]")
    made.type("\r")
    made.wait(lambda: "kept" in made.lines, "what the line prints")


def test_a_sandbox_is_not_suspended(terminal):
    """T2: its typist does not get back to the shell that started it."""
    made = terminal("--norc", "--noprofile", "-i", program=("bash",), PS1="shell> ")
    made.wait_for("shell>")
    made.type(f"{sys.executable} -m kshell --sandbox\r")
    made.wait_prompt()
    made.type("\x1aecho on\r")
    made.wait(lambda: "on" in made.lines or made.shows("Stopped") or made.shows("not found"), "an answer")
    made.type("watch -n 0.1 --times 5 stat\r")
    made.wait_for("run 1 of")
    made.type("\x1a")
    made.wait_for("run 5 of")
    assert not made.shows("Stopped")


def test_an_editor_may_save_any_bytes(terminal, tmp_path):
    """T4: `$EDITOR` that saves Latin-1 gave a traceback."""
    made = terminal(EDITOR=program(tmp_path, "editor", "printf 'echo caf\\351 >> out\\necho two\\r\\n' > \"$1\""))
    made.wait_prompt()
    made.type("ps\x18\x05")
    made.wait(lambda: "two" in made.lines, "what the edited lines print")
    made.wait_prompt()
    assert (tmp_path / "out").read_bytes() == b"caf\xe9\n"
    assert not made.shows("Traceback") and not made.shows("Unhandled")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (None, "kshell: no editor 'nosuch -x': there is no such program"),
        ("exit 1", ""),
        ('rm "$1"', "No such file or directory"),
        ('rm "$1"; mkfifo "$1"', "it is a pipe, not a file"),
        ('rm "$1"; ln -s /dev/zero "$1"', "it is a device, not a file"),
        ('yes | head -c 2000000 > "$1"', "the text is longer than 1024k"),
    ],
)
def test_an_editor_that_gives_no_line_leaves_the_line(terminal, tmp_path, script, told):
    made = terminal(EDITOR="nosuch -x" if script is None else program(tmp_path, "editor", script))
    made.wait_prompt()
    made.type("echo kept\x18\x05")
    made.settle()
    made.wait(lambda: told in " ".join(" ".join(made.lines).split()), repr(told))
    wait_row(made, "magenta$ echo kept [WORD ...]")
    made.type("\r")
    made.wait(lambda: "kept" in made.lines, "what the line prints")
    assert made.written.count("kshell:") == (1 if told else 0)


def test_the_editor_gets_the_line(terminal, tmp_path):
    made = terminal(VISUAL='sed -i s/on/two/ "$@" && true')
    made.wait_prompt()
    made.type("echo one\x18\x05")
    made.wait_prompt()
    made = terminal(VISUAL="sed -i s/one/two/")
    made.wait_prompt()
    made.type("echo one\x18\x05")
    made.wait(lambda: "two" in made.lines, "the edited line")


def test_vi_keys(terminal):
    """The list: vi keys."""
    made = terminal(settings="editing = vi")
    made.wait_prompt()
    assert made.shows("vi: insert")
    made.type("echo one two\x1b")
    made.wait_for("vi: command")
    made.type("bcwthree\r")
    made.wait(lambda: "one three" in made.lines, "the changed line")
    made.wait_prompt()
    made.type("set editing emacs\r")
    made.wait(lambda: not made.shows("vi: "), "emacs keys")
    made.type("echo one two\x17three\r")
    made.wait(lambda: made.lines.count("one three") == 2, "the line changed by Ctrl-W")


def test_up_finds_lines_that_begin_with_what_is_typed(prompt):
    """The list: Up searches by what is typed."""
    for line in ("echo one", "stat", "echo two", "memory > /dev/null"):
        prompt.run(line)
    prompt.type("echo")
    wait_row(prompt, "magenta$ echo two   [WORD ...]")
    for key, line in (("[A", "echo two"), ("[A", "echo one"), ("[A", "echo one"), ("[B", "echo two")):
        prompt.type(f"\x1b{key}")
        prompt.settle(0.2)
        assert row(prompt).startswith(f"magenta$ {line}")
    prompt.type("\x03")
    prompt.wait_prompt()
    prompt.type("\x1b[A\x1b[A\x1b[A")
    prompt.wait(lambda: row(prompt).startswith("magenta$ stat"), "any line before an empty one")


def test_up_finds_them_while_the_menu_opens_by_itself(terminal):
    made = terminal(settings="complete = typing\nsuggest = off")
    made.wait_prompt()
    made.run("vmo_create 4k")
    made.type("vmo_c")
    made.wait_for("vmo_clone")
    made.type("\x1b[A")
    made.wait(lambda: row(made).startswith("magenta$ vmo_create 4k"), "the earlier line")
    made.type("\x15vmo_c")
    made.wait_for("vmo_clone")
    made.type("\x1b[B\x1b[B\x1b[A")
    made.settle(0.2)
    assert row(made).startswith("magenta$ vmo_c") and made.shows("vmo_clone")


def test_a_hint_stands_after_a_suggestion(prompt):
    """T7: a suggestion from history hid the hint."""
    prompt.run("v = vmo_create 4k")
    prompt.run("vmo_read $v 0 16 > /dev/null")
    prompt.type("vmo_read ")
    wait_row(prompt, "magenta$ vmo_read $v 0 16 > /dev/null   VMO OFFSET LEN")
    prompt.type("$v 0 1")
    wait_row(prompt, "magenta$ vmo_read $v 0 16 > /dev/null")


def test_a_line_that_failed_is_not_suggested_in_later_sessions_either(prompt, terminal):
    """T7: failed lines were suggested."""
    prompt.run("vmo_create 4k")
    prompt.run("vmo_create four")
    prompt.run("vmo_create 4k && vmo_read 4 0 1")
    prompt.type("vmo_c")
    prompt.wait(lambda: row(prompt).startswith("magenta$ vmo_create 4k"), "the line that went well")
    prompt.settle(0.2)
    assert "&&" not in row(prompt) and "four" not in row(prompt)
    prompt.type("\x03")
    prompt.wait_prompt()
    prompt.leave()
    later = terminal()
    later.wait_prompt()
    later.type("vmo_c")
    later.wait(lambda: row(later).startswith("magenta$ vmo_create 4k"), "the line that went well")
    later.settle(0.2)
    assert "&&" not in row(later) and "four" not in row(later)


def test_a_blank_before_a_line_keeps_it_out_of_the_history(prompt, tmp_path):
    """The list: a blank before a line keeps it out of the history."""
    prompt.run("echo kept")
    prompt.run(" echo secret")
    prompt.type("\x1b[A")
    prompt.wait(lambda: row(prompt).startswith("magenta$ echo kept"), "the line before it")
    assert "secret" not in (tmp_path / ".local/state/kshell/history").read_text()


def test_a_pasted_transcript_runs_its_commands(prompt):
    """The list: pasting a transcript."""
    prompt.type("\x1b[200~magenta$ a = vmo_create 4k\rmagenta$ vmo_get_size $a\rsize 4096\r\x1b[201~")
    prompt.wait_for("vmo_get_size $a")
    prompt.settle(0.2)
    assert not prompt.shows("size 4096") and sum(line.count("magenta$") for line in prompt.lines) == 1
    prompt.type("\r")
    prompt.wait_for("size 4096")
    prompt.wait_prompt()
    prompt.type("magenta[demo]$ echo one\r")
    prompt.wait(lambda: "one" in prompt.lines, "the line without its prompt")
    prompt.type("history 1\r")
    prompt.wait_for("3  echo one")


def test_enter_after_a_backslash_goes_on_in_the_next_row(prompt):
    """The list: a backslash at the end of a line."""
    prompt.type("echo one \\\r")
    wait_row(prompt, "       > [WORD ...]")
    prompt.type("  two\\\rthree \\\\")
    wait_row(prompt, "       > three \\\\ [WORD ...]")
    prompt.type("\r")
    prompt.wait(lambda: "one twothree \\" in prompt.lines, "the joined line")
    prompt.wait_prompt()
    prompt.type("history 1\r")
    prompt.wait_for("1  echo one   twothree")
    prompt.type("\x1b[A\x1b[A")
    prompt.wait_for("       > three")


def test_settings_change_at_once(prompt):
    """The list: `set` for settings while running."""
    prompt.type("set toolbar off\r")
    prompt.wait(lambda: row(prompt) == "magenta$" and not prompt.shows(" memory "), "a prompt without a toolbar")
    prompt.type("set\r")
    prompt.wait_for("toolbar = off")
    prompt.type("set colour off\r")
    prompt.wait_for("set colour off")
    prompt.settle()
    before = len(prompt.written)
    prompt.type("ps 1 2 3")
    prompt.settle()
    assert "\x1b[0;4m" not in prompt.written[before:] and "\x1b[0;34" not in prompt.written[before:]
    prompt.type("\x03set colour on\r")
    prompt.settle()
    before = len(prompt.written)
    prompt.type("vmo_create")
    prompt.settle()
    assert "\x1b[0;34" in prompt.written[before:]


def test_colour_may_be_forced_on(terminal):
    """The list: colour forced on."""
    made = terminal(settings="colour = on", NO_COLOR="1")
    made.wait_prompt()
    made.type("vmo_create")
    made.settle()
    assert "\x1b[0;34" in made.written


def test_a_dumb_terminal_and_an_editor_are_asked_for_the_rest_of_a_line(terminal, tmp_path):
    made = terminal(TERM="dumb", EDITOR=program(tmp_path, "editor", "printf 'echo c \\\\' > \"$1\""))
    made.wait_for("magenta$")
    made.type("echo a \\\r")
    wait_row(made, ">")
    made.type("b\r")
    made.wait(lambda: "a b" in made.lines, "the joined line")
    made = terminal(EDITOR=program(tmp_path, "editor", "printf 'echo c \\\\' > \"$1\""))
    made.wait_prompt()
    made.type("\x18\x05")
    wait_row(made, ">")
    made.type("d\r")
    made.wait(lambda: "c d" in made.lines, "the joined line")
    made.wait_prompt()


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_knows_no_escapes_gets_none(terminal, term):
    """T8: `TERM=unknown` got colours, `watch` and `clear` sent escapes to `TERM=dumb`."""
    made = terminal(TERM=term)
    made.wait_for("magenta$")
    for line in ("clear", "watch --times 2 -n 0 stat", "vmaps sh:console --name useralloc", "stat", "echo end"):
        made.type(f"{line}\r")
        made.settle(0.3)
    made.wait(lambda: "end" in made.lines, "the last line")
    # prompt_toolkit itself sends one before all else.
    assert "\x1b" not in made.written.partition("kshell ")[2] and "run 2 of `stat`" in made.written


def test_a_picture_that_is_watched_is_cropped_to_the_screen(prompt):
    """W8: output taller than the screen lost its top."""
    prompt.type("watch -n 5 help ps\r")
    prompt.wait_for("more lines")
    prompt.settle(0.2)
    assert prompt.lines[0] == "run 1 of `help ps`; Ctrl-C ends it"
    assert prompt.lines[2].startswith("ps [") and prompt.lines[21].startswith("... ")
    prompt.type("\x03")
    prompt.wait_prompt()
    prompt.type("watch --times 1 'stat; echo one; help ps; echo two'\r")
    prompt.wait_for("more lines")
    prompt.settle(0.2)
    # Each of the line's commands has what the one before left; nothing is erased between them.
    assert "one" in prompt.lines and "two" not in prompt.lines
    assert sum("more lines" in line for line in prompt.lines) == 1


def test_a_watched_line_takes_its_redirection(prompt, tmp_path):
    """W8: `watch ps | grep sh` filtered nothing, `watch memory > keep.txt` emptied keep.txt."""
    # The screen is emptied before each run, so what was typed may not stay to be seen.
    prompt.type("watch -n 0 --times 2 ps | grep console\r")
    prompt.wait_for("run 2 of")
    prompt.settle()
    assert prompt.lines[2].endswith("sh:console") and prompt.lines[3].startswith("magenta$")
    prompt.type("watch -n 0 --times 2 echo one >> keep.txt\r")
    prompt.wait_for("run 2 of `echo")
    prompt.settle()
    assert (tmp_path / "keep.txt").read_text() == "one\none\n"


def test_the_terminal_is_as_it_was_after_clear_and_watch(terminal):
    """N15: after `clear` and `watch` the terminal is sane."""
    made = terminal(
        program=("sh", "-c", f"trap : INT; stty -a; echo begun; {sys.executable} -m kshell; stty -a; echo ended; cat")
    )
    made.wait_prompt()
    made.type("clear\r")
    made.settle()
    made.wait_prompt()
    made.type("watch -n 5 vmaps sh:console\r")
    made.wait_for("run 1 of")
    # While a line runs the terminal is as anybody else has it.
    assert termios.tcgetattr(made.process.child_fd)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
    made.type("\x03")
    made.wait_prompt()
    made.type("watch --times 1 -n 0 help\r")
    made.settle()
    made.wait_prompt()
    made.type("\x04")
    made.wait(lambda: "\nended" in made.written, "the end")
    before, _, after = made.written.replace("\r", "").partition("begun\n")
    assert after.endswith(f"{before}ended\n") and "-isig" not in before and " echo " in before
    assert not made.screen.cursor.hidden and made.screen.cursor.attrs == made.screen.default_char
    for mode in ("?1049", "?1000", "?1006", "?2004"):
        assert made.written.rfind(f"\x1b[{mode}h") <= made.written.rfind(f"\x1b[{mode}l")


def test_a_home_with_a_quote_in_its_path(tmp_path):
    """W14: the startup file never ran."""
    home = tmp_path / 'it\'s "a" $home'
    (home / ".config/kshell").mkdir(parents=True)
    (home / ".config/kshell/startup.kshell").write_text("echo started\n")
    made = Console(home, columns=80, lines=24)
    made.wait(lambda: "started" in made.lines, "the startup file to run")
    made.process.close(force=True)


@pytest.mark.parametrize("name", ["config/kshell/config", "config/kshell/startup.kshell", "state/kshell/history"])
def test_a_fifo_in_place_of_a_file_costs_one_line(tmp_path, name):
    """N8: a FIFO as configuration, startup or history file hung the start."""
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    folders = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "state")}
    made = Console(tmp_path, columns=80, lines=24, **folders)
    made.wait_prompt()
    assert made.written.count("it is a pipe, not a file") == 1
    made.run("echo on")
    made.process.close(force=True)


def test_the_console_after_scripts(terminal, tmp_path):
    """What users of such tools ask for: `-i` runs the scripts, then opens the console in the same session."""
    (tmp_path / "s").write_text("a = vmo_create 64k\nhandle_close 0\nb = vmo_create 4k\n")
    made = terminal("-i", "s", "--args", "x")
    made.wait_prompt()
    assert any("s:2: handle_close: ERR_BAD_HANDLE" in line for line in made.lines)
    made.run("vmo_get_size $a")
    assert "size 65536" in made.lines
    made.run("vars")
    assert not any(line.startswith("$b") for line in made.lines)
    assert made.leave() == 0


def test_what_came_back_is_told(terminal):
    """W10: a console that takes up a journal says how many lines came back; startup lines are not run again (N12)."""
    made = terminal("--journal", "j", startup="s = event_create\n")
    made.wait_prompt()
    made.run("a = vmo_create 4k")
    made.run("undo")
    made.leave()
    again = terminal("--journal", "j", startup="s = event_create\n")
    again.wait_for("1 line came back from j")
    again.wait_prompt()
    again.run("redo")
    again.run("history")
    assert again.shows("1  s = event_create") and again.shows("2  a = vmo_create 4k") and not again.shows("3  ")


def test_on_a_dumb_terminal_what_is_seen_is_what_runs(terminal):
    """T8: prompt_toolkit shows there only the last character after each key: `psx`, Backspace was seen as `psxs`."""
    made = terminal(TERM="dumb")
    made.wait_for("magenta$")
    made.type("echo ax\x7fb\r")
    made.wait(lambda: "ab" in made.lines, "the answer")
    assert "magenta$ echo ab" in made.lines
    made.type("echo lost\x15echo kept\r")
    made.wait(lambda: "kept" in made.lines, "the answer")
    assert "magenta$ echo kept" in made.lines and not made.shows("lost")
    made.type("echo gone\x03")
    made.wait(lambda: made.lines[made.screen.cursor.y] == "magenta$", "a new prompt")
    made.type("\xe9cho\r")
    made.wait(lambda: made.shows("not found"), "the answer")
    assert not made.shows("gone: ") and made.leave() == 0


def test_what_is_said_at_the_prompt_ends_between_words(terminal):
    """T1: also where no command says it: an earlier line that there is not, a setting that is wrong."""
    made = terminal(settings="toolbar = perhaps, or rather not at all\n")
    made.wait_prompt()
    made.run("!nothing-begins-like-this")
    said = [at for at, line in enumerate(made.lines) if line.startswith("kshell:")]
    assert len(said) == 2 and all(made.lines[at + 1].startswith("  ") for at in said)


def test_what_scripts_have_run_did_not_come_back(terminal, tmp_path):
    """W10: only what the journal held came back; a session that the journal begins has its startup lines, too."""
    (tmp_path / "s").write_text("a = vmo_create 64k\n")
    made = terminal("-i", "--journal", "j", "s", startup="b = vmo_create 4k\n")
    made.wait_prompt()
    made.run("vars")
    assert made.shows("$a = ") and made.shows("$b = ") and not made.shows("came back")
    assert made.leave() == 0
    again = terminal("-i", "--journal", "j", "s", startup="b = vmo_create 4k\n")
    again.wait_for("3 lines came back from j")
