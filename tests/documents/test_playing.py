"""A document shown to a class: step by step, back and forth, and through."""

import os
import shutil
import sys
import termios

import pyte
import pytest

from kshell.documents.notes import NotesFile
from kshell.documents.presenting import Presenter
from kshell.documents.reading import read
from tests.commands.support import fresh, output
from tests.program import kshell
from tests.screen import Console, Terminal

LESSON = """\
# A lesson

Prose <!-- smile --> here.

<!-- Ask what RES will be. -->

## First

```
magenta$ a = vmo_create 64k
magenta$ vmo_get_size $a
size 1
magenta$ attach sh:vc
```

## Second part

```
magenta[sh:vc]$ m = map 64k
magenta[sh:vc]$ touch $m 8k
...
```

The end.
"""


QUIZ = """\
# Asked

```
magenta$ m = map 64k
```

```quiz
question: What does `touch $m` commit, with m at $m?
run: t = touch $m
answer: $t.committed*4k
choice: 64k -- No.
choice: 4k
because: One page.
```

```exercise
title: Touched
task: Touch the page.
goal: it is there
run: why $m
run: ! true
```

```quiz
question: q
answer: $none
```

The end.
"""


class Desk:
    """A terminal whose keys are given, and whose screen is looked at."""

    def __init__(self, columns=80, rows=24):
        self.screen = pyte.Screen(columns, rows)
        self.screen.set_mode(pyte.modes.LNM)
        self.stream = pyte.Stream(self.screen)
        self.keys = []
        self.seen = []
        self.paces = []
        self.changed = False

    def size(self):
        return self.screen.columns, self.screen.lines

    def write(self, text):
        self.stream.feed(text)

    def key(self, seconds=None):
        """The next key; None for the time that is over. Each time somebody waits, the screen is kept."""
        self.seen.append(self.rows)
        self.paces.append(seconds)
        key = self.keys.pop(0)
        if key == "resize":
            self.screen.resize(columns=40)
            self.changed = True
            return None
        return key

    def drawn(self):
        self.changed = False

    @property
    def rows(self):
        return [row.rstrip() for row in self.screen.display]


def present(keys, text=LESSON, session=None, desk=None, begin=None, **more):
    """(session, screens): the screen before each of `keys`, of which `q` is the last."""
    desk = desk or Desk()
    desk.keys = [*keys, "q"]
    session = session or fresh()
    document = read(text)
    heading = next((one for one in document.headings if one.plain == begin), None)
    Presenter(document, session, desk, False, **more).run(heading)
    assert not desk.keys
    return session, desk.seen


def shown(rows):
    """The rows down to the last that is not empty."""
    return "\n".join(rows).rstrip("\n").split("\n")


def test_a_document_step_by_step():
    session, seen = present("  \n")
    assert shown(seen[0])[2:] == ["# A lesson", "", "Prose here."]
    assert shown(seen[1])[4:] == ["Prose here.", "", "## First", "", "magenta$"]
    assert shown(seen[2])[8:] == ["magenta$ a = vmo_create 64k", "magenta$"]
    assert shown(seen[3])[9:] == [
        "magenta$ vmo_get_size $a",
        "size 65536",
        "! live: the document says something else",
        "! line 12: - size 1",
        "! line 12: + size 65536",
        "magenta$",
    ]
    assert session.timeline.lines == ["a = vmo_create 64k", "vmo_get_size $a"]


def test_a_quiz_shows_its_answer_after_another_key():
    """What it runs leaves no trace; the block itself is never shown."""
    session, seen = present("    bb    ", QUIZ)
    question = ["", "? What does `touch 0x12fd000` commit, with m at 0x12fd000?", "    a  4k", "    b  64k"]
    assert shown(seen[1])[-1] == "magenta$ m = map 64k"
    assert shown(seen[2])[4:] == ["magenta$ m = map 64k", *question, "(guess; Space shows the answer)"]
    assert shown(seen[3])[8:] == ["    b  64k", "", "= a  4k", "  One page."]
    assert shown(seen[4])[11:] == [
        "  One page.",
        "",
        "! Touched",
        "  Touch the page.",
        "",
        "  1. it is there (1 point)",
    ]
    assert shown(seen[5])[-1] == "  One page." and shown(seen[6])[-1] == "(guess; Space shows the answer)"
    assert shown(seen[9])[-1].startswith("! line 26: answer: $none is not set")
    assert session.timeline.lines == ["m = map 64k"]
    assert not any("```" in row or "answer:" in row for screen in seen[:9] for row in screen)


def test_a_quiz_played_through(tmp_path):
    (tmp_path / "quiz.md").write_text(QUIZ)
    done = kshell("--play", "quiz.md", cwd=tmp_path)
    assert done.stdout.endswith(
        "? What does `touch 0x12fd000` commit, with m at 0x12fd000?\n    a  4k\n    b  64k\n\n= a  4k\n  One page.\n\n"
        "! Touched\n  Touch the page.\n\n  1. it is there (1 point)\n\n"
        "! line 26: answer: $none is not set: `none = COMMAND` sets it; see `vars`\n\nThe end.\n"
    )
    other = kshell("--play", "quiz.md", "--seed", "3", cwd=tmp_path).stdout
    assert "    a  64k\n    b  4k\n\n= b  4k\n" in other


@pytest.mark.parametrize("count", range(1, 8))
def test_a_step_back_is_exact(count):
    """The screen and the machine are what they were, from every place, and the way forward is the same again."""
    forward = [" "] * 7
    straight, there = present(forward[:count])
    session, seen = present([*forward[:count], " ", "b"])
    assert [row for row in shown(seen[-1]) if row] == [row for row in shown(there[-1]) if row and "Space" not in row]
    assert session.timeline.lines == straight.timeline.lines
    session.state.machine.check()
    again, seen = present([*forward[:count], "b", *(" " if count else ())])
    assert again.timeline.lines == straight.timeline.lines
    assert again.state.variables.keys() == straight.state.variables.keys()


def test_back_from_a_line_that_moves_in_the_session():
    text = "```\nmagenta$ a = vmo_create 64k\nmagenta$ undo\n...\nmagenta$ trace on\nmagenta$ echo x\nx\n```\n"
    session, _ = present("    bb", text)
    assert session.timeline.lines == [] and len(session.timeline.undone) == 1 and session.tracer is None
    session, _ = present("    bbb", text)
    assert session.timeline.lines == ["a = vmo_create 64k"] and not session.timeline.undone


def test_back_to_what_was_pinned():
    text = "```\nmagenta$ pin memory\nmagenta$ pin stat\nmagenta$ unpin 1\n...\n```\n"
    for keys, pinned in (("   ", ["stat"]), ("   b", ["memory", "stat"]), ("   bb", ["memory"]), (" b ", ["memory"])):
        session, _ = present(keys, text)
        assert [pin.line for pin in session.pins.pins] == pinned
    session, _ = present([" ", ":", *"unpin\n", "\n"], text)
    assert [pin.line for pin in session.pins.pins] == ["memory"]


def test_the_first_page_stays():
    _, seen = present("bb")
    assert shown(seen[2])[2:] == ["# A lesson", "", "Prose here."]


def test_a_clicker_and_the_keys_of_a_hand_do_the_same():
    for key, back in ((" ", "b"), ("\n", "b"), ("\x1b[6~", "\x1b[5~"), ("\x1b[C", "\x1b[D")):
        session, _ = present([key] * 4 + [back, "x", "\x1b"])
        assert session.timeline.lines == ["a = vmo_create 64k", "vmo_get_size $a"][:2]


def test_a_heading_is_gone_to_there_and_back():
    session, seen = present([" ", "g", *"3\n"])
    assert shown(seen[2]) == ["  1  A lesson", "  2    First", "  3    Second part", "go to (1 to 3):"]
    assert shown(seen[-1]) == ["## Second part", "", "magenta[sh:vc]$"]
    assert session.timeline.lines == ["a = vmo_create 64k", "vmo_get_size $a", "attach sh:vc"]
    session, seen = present([" ", "g", *"3\n", " ", "g", *"2\n"])
    assert shown(seen[-1]) == ["## First", "", "magenta$"] and session.timeline.lines == []
    # Nothing that is a heading: all stays as it is.
    for typed in ("\n", "9\n", "x\n", "\x1b", "0\n", "33\x7f\x7f\x7f\n"):
        session, seen = present([" ", " ", "g", *typed])
        assert shown(seen[-1])[-2:] == ["magenta$ a = vmo_create 64k", "magenta$"]


def test_a_block_begins_again():
    session, seen = present("    r")
    assert session.timeline.lines == [] and shown(seen[-1])[-3:] == ["## First", "", "magenta$"]
    session, seen = present("       r")
    assert len(session.timeline.lines) == 3 and shown(seen[-1])[-1] == "magenta[sh:vc]$"
    # Before any command there is nothing to take back.
    assert shown(present("r")[1][-1])[2:] == ["# A lesson", "", "Prose here."]


def test_a_detour_is_forgotten():
    session, seen = present([" ", " ", ":", *"b = vmo_create 4k\n", *"handle_close $b\n", *"exit\n"])
    assert "detour magenta$ handle_close $b" in seen[-2]
    assert session.timeline.lines == ["a = vmo_create 64k"] and "b" not in session.state.variables
    assert shown(seen[-1])[-2:] == ["magenta$ a = vmo_create 64k", "magenta$"]
    session, seen = present([" ", ":", *"echo wrong\x15echo rigt\x7fht\n", "\n"])
    assert "detour magenta$ echo right" in seen[-2] and "right" in seen[-2]


def test_the_screen_is_drawn_anew_in_another_size():
    text = "word " * 20 + "\n\n```\nmagenta$ echo one\none\n```\n"
    _, seen = present([" ", "resize"], text)
    assert shown(seen[-1])[-3:] == ["magenta$ echo one", "one", "(the end: q leaves, b goes back)"]
    assert shown(seen[-1])[:3] == [("word " * 8).rstrip(), ("word " * 8).rstrip(), "word word word word"]


TALL = "```\nmagenta$ vmaps 3020\n...\nmagenta$ echo one\none\nmagenta$ echo two\n```\n"


def test_only_as_much_as_fits_is_drawn():
    rows = output(fresh(), "vmaps 3020").splitlines()
    pages = len(rows) // 23
    _, seen = present([" "] * (3 + pages) + ["b"], TALL)
    assert seen[-1][-3:] == ["magenta$ echo one", "one", "magenta$"] and "M ___" in seen[-1][0]


@pytest.mark.parametrize("pinned", [[], ["pinned", "too"]])
def test_no_row_of_a_tall_output_leaves_the_screen_before_somebody_has_gone_on(pinned):
    rows = ["magenta$ vmaps 3020", *output(fresh(), "vmaps 3020").splitlines()]
    room = 23 - len(pinned)
    pages = -(-len(rows) // room)
    _, seen = present([" "] * (pages + 1), TALL, pane=lambda columns, most: pinned)
    for page, screen in enumerate(seen[1 : pages + 1]):
        told = rows[page * room : (page + 1) * room]
        left = len(rows) - page * room - len(told)
        where = screen.index("magenta$" if not left else f"(Space shows the rest, {left} lines)")
        assert screen[where - len(told) : where] == told and screen[: len(pinned)] == pinned
    assert pages > 1 and shown(seen[-1])[-3:] == ["magenta$ echo one", "one", "magenta$"]


def test_a_step_back_from_the_middle_of_a_tall_output_takes_it_back_whole():
    session, seen = present("  b ", TALL)
    assert seen[1] == seen[-1] and "the rest" in seen[1][-1] and session.timeline.lines == ["vmaps 3020"]
    session, seen = present("  b", TALL)
    assert shown(seen[-1]) == ["magenta$"] and session.timeline.lines == []


def test_a_tall_output_on_a_detour_waits_too():
    _, seen = present([" ", ":", *"vmaps 3020\n", " ", "\n"])
    rows = output(fresh(), "vmaps 3020").splitlines()
    assert seen[13][:23] == rows[:23] and seen[13][23] == f"(Space shows the rest, {len(rows) - 23} lines)"
    assert rows[-1] in seen[-2]
    _, seen = present([" ", ":", *"vmaps 3020\n", "q", "\n"])
    assert "detour magenta$" in seen[-2] and rows[-1] not in seen[-2]


def test_the_end_and_an_empty_document():
    assert shown(present("        ")[1][-1])[-1] == "(the end: q leaves, b goes back)"
    desk = Desk()
    desk.keys = []
    Presenter(read(""), fresh(), desk, False).run()
    assert desk.seen == []


def test_a_pace_plays_by_itself():
    desk = Desk()
    desk.keys = [None] * 9
    session = fresh()
    Presenter(read(LESSON), session, desk, False, pace=0.5).run()
    assert len(session.timeline.lines) == 5 and set(desk.paces) == {0.5} and not desk.keys


def test_what_is_pinned_stays_on_the_screen():
    session = fresh()
    asked = []

    def pane(columns, rows):
        asked.append((columns, rows))
        return [f"pinned {len(session.timeline.lines)}"]

    _, seen = present("   b", session=session, pane=pane)
    assert [screen[0] for screen in seen[1:]] == ["pinned 0", "pinned 1", "pinned 2", "pinned 1"]
    assert set(asked) == {(80, 12)}


def test_the_notes_are_for_the_teacher(tmp_path):
    notes = NotesFile(str(tmp_path / "notes"))
    _, seen = present("   ", notes=notes)
    assert (tmp_path / "notes").read_text() == "\n-- line 3 --\nsmile\n\n-- line 5 --\nAsk what RES will be.\n"
    assert not any("smile" in row or "Ask" in row for screen in seen for row in screen)


def test_notes_go_through_a_pipe_that_somebody_reads(tmp_path):
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    (tmp_path / "d.md").write_text(LESSON)
    done = kshell("--play", "d.md", "--notes", path, cwd=tmp_path)
    told = f"kshell: cannot write the notes to {path}: nobody reads this pipe; begin `cat {path}` first\n"
    assert (done.returncode, done.stderr) == (2, told)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    done = kshell("--play", "d.md", "--notes", path, cwd=tmp_path)
    assert done.returncode == 0 and b"-- line 5 --\nAsk what" in os.read(reader, 4096)
    os.close(reader)


def test_played_through_without_a_terminal(tmp_path):
    (tmp_path / "d.md").write_text(LESSON)
    done = kshell("--play", "d.md", "--from", "second", "--pace", "0.01", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = ["## Second part", "", "magenta[sh:vc]$ m = map 64k", "magenta[sh:vc]$ touch $m 8k"]
    assert done.stdout.splitlines()[:5] == [*lines, "2 faults, 2 pages committed"]
    done = kshell("--play", "d.md", cwd=tmp_path)
    assert "Ask what" not in done.stdout and "```" not in done.stdout and "size 65536" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "x"), "--from: no heading has 'x' in it: A lesson; First; Second part"),
        (("--from", "s"), "--from: 3 headings have 's' in them: A lesson; First; Second part"),
        (("--pace", "0"), "--pace takes seconds, such as 2 or 0.5, at most 3600; not '0'"),
        (("--pace", "1e3"), "--pace takes seconds, such as 2 or 0.5, at most 3600; not '1e3'"),
        (("--notes", "no/where"), "cannot write the notes to no/where: No such file or directory"),
    ],
)
def test_what_cannot_be_played_is_one_line(tmp_path, words, told):
    (tmp_path / "d.md").write_text(LESSON)
    done = kshell("--play", "d.md", *words, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"kshell: {told}\n")


@pytest.fixture
def presented(tmp_path):
    """The lesson at a real terminal; `TERM` is the terminal's kind."""
    made = []
    (tmp_path / "d.md").write_text(LESSON)

    def start(**environment):
        made.append(Console(tmp_path, "--play", "d.md", columns=60, lines=24, **environment))
        return made[-1]

    yield start
    for one in made:
        one.process.close(force=True)


def modes(terminal):
    return termios.tcgetattr(terminal.process.child_fd)[3] & (termios.ICANON | termios.ECHO)


def test_a_terminal_is_as_it_was_afterwards(presented):
    """Also after Ctrl-C; what was typed is not echoed in between."""
    terminal = presented()
    before = termios.ICANON | termios.ECHO
    terminal.wait_for("Prose here.")
    assert modes(terminal) == 0 and "\x1b[1m\x1b[4mA\x1b[0m" in terminal.written
    terminal.type("zzz ")
    terminal.wait(lambda: "magenta$" in terminal.lines, "the prompt")
    assert not terminal.shows("zzz")
    terminal.type("\x03")
    terminal.wait(lambda: not terminal.process.isalive(), "the end")
    assert terminal.process.exitstatus == 130 and "Traceback" not in terminal.written
    assert modes(terminal) == before


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_ctrl_z_gives_the_terminal_to_the_shell_and_takes_it_again(tmp_path):
    (tmp_path / "d.md").write_text(LESSON)
    shell = Terminal(tmp_path, "--norc", "--noprofile", columns=60, lines=24, program=("bash",), PS1="shell> ")
    try:
        shell.wait_for("shell>")
        shell.type(f"{sys.executable} -m kshell --play d.md\r")
        shell.wait_for("Prose here.")
        shell.type("\x1a")
        shell.wait_for("Stopped")
        shell.type("stty -a | grep -c -- ' icanon.* echo '\r")
        shell.wait(lambda: "1" in shell.lines or "0" in shell.lines, "an answer")
        assert "1" in shell.lines
        shell.type("fg\r")
        # The screen is drawn anew, without what the shell wrote.
        shell.wait(lambda: shell.shows("Prose here.") and not shell.shows("Stopped"), "the document")
        shell.type("q")
        shell.wait(lambda: shell.lines[shell.screen.cursor.y] == "shell>", "the shell")
    finally:
        shell.process.close(force=True)


def test_a_dumb_terminal_gets_no_escapes(presented):
    """T8: the cursor moves nowhere there, and Enter shows the next command."""
    terminal = presented(TERM="dumb")
    terminal.wait(lambda: "magenta$" in terminal.lines, "the prompt")
    assert terminal.lines[0] == "kshell: Enter shows the next command, Ctrl-C ends"
    terminal.type("\r\r\r\r\r")
    terminal.wait_for("The end.")
    assert "\x1b" not in terminal.written
