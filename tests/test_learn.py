"""`kshell learn` as a program: which lesson, plain lines, a terminal, leaving and coming back."""

import json

import pytest

from kshell.learn import lesson_named
from kshell.shell.errors import UsageError
from kshell.shipped import demos, lessons, lessons_named
from tests.program import ROOT, kshell
from tests.screen import Console, Terminal

LESSON = "# Mine\n\nSay.\n\n```\nmagenta$ p = spawn demo\nmagenta$ stat demo\n...\n```\n\nThe end.\n"


@pytest.fixture
def home(tmp_path):
    """The environment of somebody with a home of their own."""
    (tmp_path / "mine.md").write_text(LESSON)
    return {"HOME": str(tmp_path), "XDG_STATE_HOME": ""}


# Which lesson


def test_what_ships_has_numbers_and_titles():
    numbers = [lesson.number for lesson in lessons()]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 6
    for lesson in lessons():
        text = (ROOT / f"scripts/lessons/{lesson.name}.md").read_text()
        assert text.startswith(f"# {lesson.title}\n") and lesson.name.startswith(f"{lesson.number:02}-")
    assert all(about and name for name, about in demos())


def test_a_lesson_by_number_name_title_or_a_part():
    for word in ("2", "02", "02-demand-paging", "Demand paging", "demand", "ging"):
        assert [lesson.number for lesson in lessons_named(word)] == [2], word
    name, text, after = lesson_named("tea  leaves")
    assert name == "04-reading-vmaps" and text.startswith("# Reading the tea leaves") and after.number == 5
    last = lessons()[-1]
    assert lesson_named(str(last.number))[2] is None


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("99", "there is no lesson '99', and no such file: 1 Address spaces"),
        ("and", "lessons have 'and' in them: 1 Address spaces"),
        ("./none.md", "cannot read ./none.md: No such file or directory"),
        ("\0.md", "cannot read"),
    ],
)
def test_no_lesson_or_several_are_named(word, told):
    with pytest.raises(UsageError) as failure:
        lesson_named(word)
    assert told in failure.value.message


def test_a_file_named_learn_is_not_shadowed(tmp_path):
    (tmp_path / "learn").write_text("echo mine\n")
    assert kshell("./learn", cwd=tmp_path).stdout == "mine\n"
    assert kshell("-k", "learn", cwd=tmp_path).stdout == "mine\n"
    assert "Address spaces" in kshell("learn", cwd=tmp_path).stdout


def test_the_lists(home):
    titles = kshell("--list-lessons", env=home).stdout
    assert titles.splitlines()[1] == " 2  Demand paging"
    shown = kshell("learn", env=home).stdout
    assert all(lesson.title in shown for lesson in lessons()) and shown.endswith(
        "`kshell learn 1` begins; a part of a title will do as well.\n"
    )
    kshell("learn", "2", stdin="skip\n", env=home)
    shown = kshell("learn", env=home).stdout
    assert "   2  Demand paging" in shown and "%\n" in shown and "`kshell learn 2` goes on where you were" in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("learn", "1", "2"), "learn takes one lesson, not 2"),
        (("learn", "--from", "x"), "learn needs a lesson"),
        (("learn", "1", "--from", "x", "--again"), "--again begins at the beginning"),
        (("learn", "1", "--json"), "--json does not go with learn"),
        (("--again", "-c", "ps"), "--again does not go without learn"),
        (("learn", "1", "--from", "nowhere"), "no heading has 'nowhere' in it"),
        (("learn", "1", "--seed", "x"), "--seed: 'x' is not a number"),
    ],
)
def test_what_does_not_go_together_is_refused(words, told, home):
    done = kshell(*words, env=home)
    assert done.returncode == 2 and told in done.stderr and done.stdout == ""


# Plain lines


def test_plain_lines_are_shown_after_their_prompt(home, tmp_path):
    done = kshell("learn", "mine.md", stdin="\nstat\n\n", cwd=tmp_path, env=home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nSay.\n\ntype `p = spawn demo`\nmagenta$ p = spawn demo\ntype `stat demo`\nmagenta$ stat\n" in done.stdout
    assert "The lesson goes on with `stat demo`.\nmagenta$ stat demo\nkoid     3183\n" in done.stdout
    assert done.stdout.endswith("The end.\n\n* That is the end.\n")


def test_the_place_and_the_seed_are_kept(home, tmp_path):
    kshell("learn", "2", "--seed", "7", stdin="\nc\n", env=home)
    (path,) = (tmp_path / ".local/state/kshell/learn").iterdir()
    assert path.name == "02-demand-paging.json" and json.loads(path.read_text())["seed"] == 7
    assert path.stat().st_mode & 0o777 == 0o600
    first = kshell("learn", "2", stdin="", env=home).stdout
    assert first.startswith("* You have been here before: ")
    assert kshell("learn", "2", "--seed", "8", stdin="", env=home).stdout.startswith(
        "From the beginning: the numbers of seed 8 are others than those you had.\n"
    )
    assert "You have been here" not in kshell("learn", "2", "--again", stdin="", env=home).stdout
    path.write_text("no note")
    assert kshell("learn", "2", stdin="", env=home).stdout.startswith(
        "From the beginning: the note of where you were cannot be read.\n"
    )


def test_a_lesson_that_is_done_begins_anew(home, tmp_path):
    kshell("learn", "mine.md", stdin="\n\n", cwd=tmp_path, env=home)
    again = kshell("learn", "mine.md", stdin="", cwd=tmp_path, env=home).stdout
    assert again.startswith("From the beginning: you have been at the end of this lesson.\n")


def test_a_sandbox_keeps_nothing_and_reaches_nothing(home, tmp_path):
    done = kshell("learn", "mine.md", "--sandbox", stdin="save x\nps > x\n", cwd=tmp_path, env=home)
    assert done.stdout.count("this console runs in a sandbox") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.md"]
    done = kshell("--sandbox", "-c", "help lessons", "-c", "help scripts", "-c", "apropos clone")
    assert done.returncode == 0 and "Demand paging" in done.stdout and "adds-up" in done.stdout


# A terminal


def test_at_a_terminal_from_a_guess_to_coming_back(tmp_path):
    """Right, wrong and other answers; the line in grey; leaving and going on."""
    terminal = Terminal(tmp_path, "learn", "2", columns=80, lines=24)

    def offered(line):
        """Waits for a prompt with a line in grey: shown and not typed, so the cursor stands before it."""
        x = line.index("$ ") + 2
        cursor = terminal.screen.cursor
        terminal.wait(lambda: (terminal.lines[cursor.y], cursor.x) == (line, x), f"the offer {line}")
        assert terminal.screen.buffer[cursor.y][x].fg == "brightblack"

    terminal.wait_for("your guess (a, b or c):")
    terminal.type("b\r")
    terminal.wait_for("Not quite.")
    terminal.wait_for("moved nothing that is counted")
    terminal.type("\r")
    offered("magenta$ p = spawn demo")
    terminal.type("\r")
    offered("magenta$ attach demo")
    terminal.type("map 4k\r")
    terminal.wait_for("That changed other things.")
    terminal.type("back\r")
    terminal.wait_for("Back from the detour")
    offered("magenta$ attach demo")
    terminal.type("attach $p\r")
    terminal.wait_for("that does the same as")
    offered("magenta[demo]$ before = stat")
    terminal.type("b = sta\x03")
    offered("magenta[demo]$ before = stat")
    terminal.type("b = stat\r")
    terminal.wait_for("the lesson calls it $before")
    offered("magenta[demo]$ m = map 1G")
    assert terminal.leave() == 0
    assert "\x1b[1m" in terminal.written
    again = Console(tmp_path, "learn", "demand", columns=80, lines=24, NO_COLOR="1")
    again.wait_for("type `m = map 1G`")
    assert again.shows("You have been here before: 1. Mapping costs no page")
    again.type("\r")
    again.wait_for("magenta[demo]$ m = map 1G")
    again.wait_for("type `mapped = stat`")
    again.type("quit\r")
    again.wait_for("Next time you go on from here.")
    assert "\x1b[1m" not in again.written


def test_at_a_dumb_terminal(tmp_path):
    (tmp_path / "mine.md").write_text(LESSON)
    terminal = Console(tmp_path, "learn", "mine.md", TERM="dumb")
    terminal.wait_for("type `p = spawn demo`")
    terminal.type("\n")
    terminal.wait_for("type `stat demo`")
    terminal.type("\n")
    terminal.wait_for("That is the end.")
