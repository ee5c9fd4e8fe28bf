"""The pane of what is pinned, in the real console: above the toolbar, gone with the prompt, and never too high."""

import pytest

from tests.screen import Console
from tests.test_recording import played


@pytest.fixture
def terminal(tmp_path):
    made = []

    def make(columns, lines, *arguments, **environment):
        made.append(Console(tmp_path, *arguments, columns=columns, lines=lines, PAGER="cat", **environment))
        made[-1].wait_for("magenta$" if "--play" not in arguments else "leaves")
        return made[-1]

    yield make
    for one in made:
        one.process.close(force=True)


FOOT = " sh:console (2988)"


def run(terminal, line):
    """Types a line and waits for the prompt, with the toolbar below it."""
    terminal.run(line)
    terminal.wait(lambda: any(row.startswith(FOOT) for row in terminal.lines), "the toolbar")


def rows(terminal):
    """What stands between the prompt and the toolbar, blank rows aside."""
    foot = next((at for at, line in enumerate(terminal.lines) if line.startswith(FOOT)), 0)
    return [line for line in terminal.lines[terminal.screen.cursor.y + 1 : foot] if line]


def underlined(terminal):
    """The words on the screen that are underlined."""
    text = "".join(
        cell.data if cell.underscore else " "
        for y in range(terminal.screen.lines)
        for cell in (terminal.screen.buffer[y][x] for x in range(terminal.screen.columns))
    )
    return text.split()


def test_it_stays_under_the_prompt_and_shows_what_a_line_has_changed(terminal):
    made = terminal(80, 24)
    run(made, "m = map 64k")
    run(made, "pin memory")
    assert rows(made)[0] == f"-- 1: memory {'-' * 67}" and rows(made)[2] == "free       499116 pages  1949.7M"
    assert underlined(made) == []
    run(made, "touch $m 64k")
    assert rows(made)[2] == "free       499100 pages  1949.6M"
    assert underlined(made) == ["499100", "1949.6M", "19048", "74.4M"]
    # An empty line changes nothing, not even the marks.
    made.type("\r")
    made.settle()
    assert underlined(made) == ["499100", "1949.6M", "19048", "74.4M"]
    run(made, "undo")
    assert rows(made)[2] == "free       499116 pages  1949.7M"
    run(made, "print 1")
    assert underlined(made) == [] and len(rows(made)) == 9
    # What has scrolled by is lines and their answers, nothing of the pane.
    kept = [line.split("$ ", 1)[-1] for line in made.lines[: made.screen.cursor.y + 1]]
    assert kept == [
        *("kshell 0.1.0: a Magenta machine of April 2017. `help`, `help start`; F1: keys.", "m = map 64k"),
        *("pin memory", "touch $m 64k", "16 faults, 16 pages committed", "magenta$", "undo", "undone: touch $m 64k"),
        *("print 1", "0x1  1", "magenta$"),
    ]
    run(made, "unpin")
    assert rows(made) == []


def test_a_small_terminal_and_one_that_changes_its_size(terminal):
    made = terminal(40, 12)
    run(made, "pin memory")
    run(made, "pin ps")
    small = [
        *(f"-- 1: memory {'-' * 27}", "total      523999 pages  2046.9M", "... 7 more lines"),
        *(f"-- 2: ps {'-' * 31}", "TASK        VIRT     RES NAME", "... 17 more lines"),
    ]
    assert rows(made) == small
    # The menu takes its rows from the pane, and gives them back.
    made.type("vmo_\t")
    made.wait_for("vmo_clone")
    assert made.shows("-- 1: memory")
    made.type("\x03")
    made.wait(lambda: rows(made) == small, "the pane as it was")
    made.process.setwinsize(8, 40)
    made.screen.resize(8, 40)
    made.wait(lambda: made.shows("2 pinned; a terminal of 10 rows shows"), "the hint")
    assert not made.shows("-- 1")


def test_without_colours_there_are_marks(terminal):
    made = terminal(80, 24, NO_COLOR="1")
    run(made, "m = map 64k")
    run(made, "pin memory")
    run(made, "touch $m 64k")
    assert [row for row in rows(made) if row.startswith("*")] == [
        *("* free       499100 pages  1949.6M", "* object      19048 pages    74.4M"),
    ]


def test_a_terminal_that_cannot_hold_it_says_so(terminal):
    made = terminal(80, 24, TERM="dumb")
    made.type("pin memory\r")
    made.wait_for("kshell: this terminal cannot keep it on the screen")
    assert not made.shows("-- 1")


def test_the_lines_of_the_start_may_pin(terminal, tmp_path):
    folder = tmp_path / ".config/kshell"
    folder.mkdir(parents=True)
    (folder / "startup.kshell").write_text("pin memory\n")
    made = terminal(80, 24)
    made.wait_for("-- 1: memory")
    # Completion, and the line that is typed, leave it where it is.
    made.type("touch ")
    made.wait_for("ADDR")
    assert made.shows("-- 1: memory") and rows(made)[1] == "total      523999 pages  2046.9M"


def test_it_stays_while_a_document_is_played(terminal, tmp_path):
    (tmp_path / "a.md").write_text(
        "# Pages\n\n```\nmagenta$ m = map 64k\nmagenta$ pin memory\nmagenta$ touch $m 64k\n...\n```\n"
    )
    made = terminal(80, 24, "--record", "a.cast", "--play", "a.md")
    for shown in ("Pages", "m = map 64k", "pin memory"):
        made.wait_for(shown)
        made.type(" ")
    made.wait_for("16 faults, 16 pages committed")
    assert made.lines[0].startswith("-- 1: memory ---") and made.lines[2] == "free       499100 pages  1949.6M"
    assert underlined(made)[:4] == ["499100", "1949.6M", "19048", "74.4M"]
    made.type("b")
    made.wait(lambda: made.lines[2] == "free       499116 pages  1949.7M", "the step back")
    made.settle()
    seen = [line for line in made.lines if line]
    _, _, recorded = played(tmp_path / "a.cast")
    assert recorded[-len(seen) :] == seen
