"""A lesson taught to one person: right and other answers, detours, hints, back and forth, leaving and coming back."""

import json

import pytest

from kshell.documents.checking import printed_by
from kshell.kernel.boot import boot
from kshell.shell.session import Session
from tests.documents.pupil import ENTER, Diligent, Pupil
from tests.documents.quizzes import LESSONS
from tests.dump import difference, dump
from tests.sessions import TINY

LESSON = """\
# A lesson

Guess first.

```quiz
question: How many pages does `touch` commit?
run: m = map 64k
run: before = stat
run: touch $m
answer: 1
choice: 1
choice: 16 -- That is what is mapped.
hint: One byte is written.
because: A page at a time.
```

## Mapping

<!-- Not for the pupil. -->

Map and touch.

```
magenta$ m = map 64k
magenta$ touch $m 8k
2 faults, 2 pages committed
magenta$ ps
...
```

## Reading on

Much.

## Your turn

```exercise
title: A page
given: p = spawn demo
task: Create a VMO in demo.
goal: demo has 4 handles
run: s = stat demo
assert: $s.handles ge 4
hint: `vmo_create`
goal: and 5
depends-on: 1
hidden: yes
run: s = stat demo
assert: $s.handles == 5
```
"""
# What leads to the first command.
RIGHT = ["1", ENTER]


def pupil(*lines, text=LESSON, **more):
    made = Pupil(text, lines, **more)
    made.end = made.learn()
    return made


def shown_before(taught, prompt):
    """What was shown before the last time that `prompt` stood there."""
    return [shown for found, shown in taught.heard if found == prompt][-1]


def first_after(taught, at):
    """What was shown when the answer number `at` had been given."""
    return taught.heard[at + 1][1] if at + 1 < len(taught.heard) else taught.last


# Questions


def test_prose_comes_up_to_the_question_and_no_notes():
    taught = pupil(*RIGHT)
    first, second = taught.heard[0][1], taught.heard[2][1]
    assert first.endswith("Guess first.\n\n? How many pages does `touch` commit?\n    a  16\n    b  1\n")
    assert taught.heard[0][0] == "your guess (a or b): " and "quiz" not in first
    assert second == "## Mapping\n\nMap and touch.\n\ntype `m = map 64k`"


@pytest.mark.parametrize("answer", ["1", "b", " B ", "2-1"])
def test_a_right_guess(answer):
    taught = pupil(answer)
    assert "Right." in taught.heard[1][1] and "  A page at a time." in taught.heard[1][1]
    assert taught.progress.guesses == {1: True}


def test_a_wrong_guess_is_told_why():
    taught = pupil("16")
    told = taught.heard[1][1]
    assert "* Not quite. That is what is mapped.\n= b  1\n  A page at a time.\n" in told
    assert "    magenta$ touch $m\n    1 fault, 1 page committed\n  and `touch $m` moved this:\n    pages " in told
    assert "+1" in told and "+16" not in told
    assert taught.progress.guesses == {1: False}


def test_a_guess_is_asked_for_until_there_is_one():
    taught = pupil(ENTER, "?", "?", "where", "map 4k", "check", "back", "skip")
    said = [shown for _, shown in taught.heard[1:]]
    assert said[0].startswith("* First guess: a or b.")
    assert said[1] == "* One byte is written." and said[2].startswith("* There is no further hint.")
    assert said[3].startswith("> A lesson\n") and said[4].startswith("* Commands wait")
    assert "This is the beginning." in said[6] and "? How many pages" in said[6]
    assert "= b  1" in said[7] and taught.progress.guesses == {1: None}


@pytest.mark.parametrize("line", ["ps", "m = map 64k", "expect ERR_NOT_FOUND touch 0"])
def test_a_command_is_no_guess_and_waits(line):
    taught = pupil(line, "7", "'")
    assert taught.heard[1][1].startswith("* Commands wait until you have guessed: give a or b.")
    assert [taught.heard[at][1][:31] for at in (2, 3)] == ["* That is not an answer here: g"] * 2
    assert taught.progress.guesses == {}


def test_the_first_guess_counts():
    taught = pupil("16", "back", "1")
    assert taught.progress.guesses == {1: False}


def test_a_quiz_that_is_wrong_is_left_out():
    text = "# A\n\n```quiz\nquestion: q\nanswer: $k\n```\n\nThe end.\n"
    taught = pupil(text=text)
    assert taught.end and "There is a mistake in this question, line 5: answer: $k is not set" in taught.last


# Commands


def test_enter_types_the_line():
    taught = pupil(*RIGHT, ENTER, ENTER)
    assert taught.session.timeline.lines == ["m = map 64k", "touch $m 8k"]
    assert first_after(taught, 3).startswith("2 faults, 2 pages committed")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("m  =  map   64k", ""),
        ("m = map 65536", "Right: that does the same as `m = map 64k`."),
        ("m = map 16*4k rw", "Right: that does the same as `m = map 64k`."),
        ("v = vmo_create 64k; m = vmar_map $vmar 0 $v 0 64k rw; handle_close $v", "Right: that does the same"),
        ("n = map 64k", "Right, and the lesson calls it `$m`."),
        ("map 64k", "Right, and the lesson calls it `$m`."),
    ],
)
def test_whatever_does_the_same_will_do(line, said):
    taught = pupil(*RIGHT, line)
    assert said in taught.last and taught.last.endswith("type `touch $m 8k`")
    straight = Session(boot(TINY))
    printed_by(straight, "m = map 64k")
    assert not difference(dump(taught.session), dump(straight))


@pytest.mark.parametrize("line", ["touch $m 4k", "touch $m+4k 4k", "map 4k", "x = 3"])
def test_other_changes_are_a_detour_that_back_ends(line):
    taught = pupil(*RIGHT, ENTER, line, "back")
    assert "That changed other things" in first_after(taught, 3) and "Back from the detour" in taught.last
    straight = Session(boot(TINY))
    printed_by(straight, "m = map 64k")
    assert not difference(dump(taught.session), dump(straight))


def test_a_name_besides_makes_no_difference():
    taught = pupil(*RIGHT, ENTER, "t = touch $m 8k", "x = ps", "quit")
    assert "Right: that does the same as `touch $m 8k`." in taught.heard[4][1]
    assert "Right: that does the same as `ps`." in taught.heard[5][1]
    assert list(taught.session.state.variables) == ["m"]


@pytest.mark.parametrize("end", [ENTER, "touch $m 8k", "skip"])
def test_the_lessons_line_ends_a_detour(end):
    taught = pupil(*RIGHT, ENTER, "map 4k", "vmo_create 4k", end)
    assert "The detour is over" in taught.last and "2 faults, 2 pages committed" in taught.last
    assert taught.session.timeline.lines == ["m = map 64k", "touch $m 8k"]


def test_a_detour_may_lead_to_the_same_place():
    taught = pupil(*RIGHT, ENTER, "touch $m 4k", "touch $m+4k 4k")
    assert "Right: that does the same as `touch $m 8k`." in taught.last
    assert taught.session.timeline.lines == ["m = map 64k", "touch $m 8k"]


def test_who_only_looks_leaves_no_trace():
    """`ps` is a program, which uses up a koid: what the lesson prints later must not show that."""
    taught = pupil(*RIGHT, "ps", "vmaps sh:vc", ENTER, ENTER, ENTER)
    assert "Look around as you like. The lesson goes on with `m = map 64k`." in first_after(taught, 2)
    straight = Diligent(LESSON)
    straight.learn()
    assert not difference(dump(taught.session), dump(straight.session))
    assert first_after(taught, 6).startswith("TASK ")


def test_a_line_that_looks_has_to_show_the_same():
    taught = pupil(*RIGHT, ENTER, ENTER, "vmaps sh:vc", "ps", ENTER)
    assert "The lesson goes on with `ps`" in first_after(taught, 4)
    assert "## Reading on" in taught.last or "## Reading on" in first_after(taught, 5)


def test_a_line_that_fails_changes_nothing():
    taught = pupil(*RIGHT, "m = map 0", "nonsense", "m = = 3", ENTER)
    for at in (2, 3, 4):
        assert "Nothing has changed. `?` helps" in first_after(taught, at)
    assert taught.session.timeline.lines == ["m = map 64k"]


FAILING = "# A\n\n```\nmagenta$ print 7\n...\nmagenta$ expect ERR_NOT_FOUND touch 0\nmagenta$ q = 1\n```\n"


@pytest.mark.parametrize("line", ["touch 0", "expect ERR_NOT_FOUND touch 0 1", "! touch 0"])
def test_a_failure_that_is_expected_may_be_typed_as_it_is(line):
    taught = pupil(ENTER, line, text=FAILING)
    assert taught.last.endswith("Right: that does the same as `expect ERR_NOT_FOUND touch 0`.\ntype `q = 1`")


@pytest.mark.parametrize("line", ["nonsense", "print 7", "true", "touch 0 1 r", "expect ERR_NOT_FOUND touch 4k"])
def test_another_failure_and_what_leaves_all_as_it_was_is_not_the_failure_that_is_expected(line):
    assert "Right" not in pupil(ENTER, line, text=FAILING).last


def test_a_check_is_a_line_of_some_program_only_in_an_exercise():
    taught = pupil("check", "1", "check", ENTER, "check")
    none = "* `check` looks at the goals of an exercise; here is none."
    assert [taught.heard[at][1] for at in (1, 3)] == [none, none] and taught.last == none


def test_on_a_detour_it_is_said_where_one_is():
    taught = pupil(*RIGHT, "map 4k", "ps", "nonsense", "back")
    for at in (3, 4):
        told = first_after(taught, at)
        assert told.endswith("* You are on a detour: `back` ends it, Enter goes on with the lesson."), told
        assert "That changed other things" not in told


def test_help_for_a_command():
    taught = pupil(*RIGHT, "?")
    assert "`map SIZE" in taught.last and "`help map`" in taught.last


def test_a_line_that_is_given_up_does_nothing():
    taught = pupil(*RIGHT, KeyboardInterrupt(), ENTER)
    assert taught.session.timeline.lines == ["m = map 64k"]


def test_a_pause_that_is_interrupted_goes_on_waiting():
    taught = pupil("1", KeyboardInterrupt())
    assert [prompt for prompt, _ in taught.heard[1:]] == ["Enter goes on: "] * 2
    assert taught.last == "* `quit` leaves the lesson."


@pytest.mark.parametrize("word", ["quit", "exit", "exit "])
def test_leaving_by_a_word(word):
    taught = pupil(*RIGHT, word)
    assert taught.end is False and taught.last == "* Until next time."


# Back and forth


def test_back_is_exact():
    taught = pupil(*RIGHT, ENTER, ENTER, "back", "back", "back", "1", ENTER)
    assert taught.session.timeline.lines == []
    assert taught.heard[-1][1] == "## Mapping\n\nMap and touch.\n\ntype `m = map 64k`"
    straight = Session(boot(TINY))
    assert not difference(dump(taught.session), dump(straight))


def test_where_shows_the_headings():
    taught = pupil(*RIGHT, ENTER, "where")
    assert taught.last == ("  A lesson\n>   Mapping\n    Reading on\n    Your turn\n* 4 of 9 steps; 1 of 1 predicted.")


def test_a_section_waits_before_the_next_and_where_the_screen_is_full():
    taught = pupil(*RIGHT, ENTER, ENTER, ENTER, "ps", ENTER)
    assert taught.heard[5][1].endswith("## Reading on\n\nMuch.\n") and taught.heard[5][0] == "Enter goes on: "
    assert "commands are typed where the lesson asks for one" in taught.heard[6][1]
    long = "# A\n\n" + "\n\n".join(f"Paragraph {at}." for at in range(20))
    taught = pupil(ENTER, ENTER, ENTER, text=long, height=12)
    assert [len(shown.split("\n")) for _, shown in taught.heard[1:3]] == [12, 12] and taught.end


def test_from_a_heading_on_all_before_it_has_happened():
    taught = Pupil(LESSON, [ENTER, "skip"])
    assert taught.learn("reading") and taught.session.timeline.lines == ["m = map 64k", "touch $m 8k", "ps"]
    assert taught.heard[0][1].endswith("## Reading on\n\nMuch.\n") and "Guess first" not in taught.heard[0][1]


def test_a_heading_stands_apart():
    taught = pupil(*RIGHT, ENTER, ENTER, "skip")
    assert first_after(taught, 4).endswith("\n\n## Reading on\n\nMuch.\n")
    taught = Pupil(LESSON.replace("## Your turn", "## Turn") + "\n## The end\n\nText.\n", ["skip"])
    assert taught.learn("turn") and "looks at the goals.\n\n## The end\n" in taught.last


def test_prose_and_questions_stand_apart_from_what_a_line_has_printed():
    quiz = LESSON.partition("```quiz")[2].partition("## Mapping")[0]
    session = "```\nmagenta$ print 7\n```\n"
    text = f"# A\n\n{session}\nProse.\n\n{session}\n```quiz{quiz}"
    taught = pupil(ENTER, ENTER, text=text)
    assert taught.heard[1][1].endswith("7\n\nProse.\n\ntype `print 7`")
    assert taught.heard[2][1].startswith("0x7  7\n\n? How many pages")


def test_the_end_stands_apart_once():
    taught = pupil("1", ENTER, text=LESSON.partition("```\nmagenta$")[0])
    assert "\n\n* That is the end." in taught.last and "\n\n\n" not in taught.last


def test_rows_that_are_wider_than_the_screen_count_as_the_terminal_breaks_them():
    line = "; ".join([f"echo {'row' * 60}"] * 6)
    text = f"# A\n\n```\nmagenta$ {line}\n...\n```\n"
    taught = pupil(ENTER, ENTER, text=text, height=10)
    assert [len(told.split("\n")) for prompt, told in taught.heard if prompt.startswith("Enter shows")] == [10]


def test_the_explanation_of_a_wrong_guess_leaves_no_row_unread_and_is_no_wider_than_the_screen():
    runs = "".join(f"run: touch $m+{at}*4k\n" for at in range(12)) + f"run: repeat 40 spawn {'long' * 7}\n"
    text = LESSON.replace("run: touch $m\nanswer", f"{runs}answer")
    taught = pupil("16", ENTER, text=text, height=12)
    told = [told for prompt, told in taught.heard if prompt == "Enter shows more, skip ends it: "]
    assert told[0].startswith("* Not quite.") and [len(page.split("\n")) for page in told] == [12, 12]
    assert all(len(row) <= 80 for _, told in taught.heard for row in told.split("\n"))


def test_a_page_ends_between_two_blocks():
    long = "# A\n\n" + "\n\n".join(f"{at} " + "word " * 40 for at in range(8))
    taught = pupil(ENTER, ENTER, text=long, height=11)
    pages = [shown.split("\n") for _, shown in taught.heard[1:3]]
    assert [(page[0][0], len(page), page[-1]) for page in pages] == [("2", 8, ""), ("4", 8, "")]


@pytest.mark.parametrize(
    ("word", "pages", "after"),
    [(ENTER, 3, "type `q = 1`"), ("skip", 1, "type `q = 1`"), ("quit", 1, "* Until next time.")],
)
def test_output_that_is_taller_than_the_screen_waits(word, pages, after):
    line = "; ".join(["echo row"] * 25)
    text = f"# A\n\n```\nmagenta$ {line}\n...\nmagenta$ q = 1\n```\n"
    taught = pupil(ENTER, *[word] * min(pages, 2), text=text, height=10)
    shown = [(prompt, told.count("row")) for prompt, told in taught.heard if prompt.startswith("Enter")]
    assert shown == [("Enter shows more, skip ends it: ", 10)] * min(pages, 2)
    assert taught.last.endswith(after)


def test_what_came_last_is_read_before_a_question_pushes_it_off():
    """A question waits while rows of the last answer would leave the screen."""
    quiz = LESSON.partition("```quiz")[2].partition("## Mapping")[0]
    text = f"# A\n\n```quiz{quiz}```quiz{quiz}"
    assert [prompt for prompt, _ in pupil("16", text=text, height=30).heard] == ["your guess (a or b): "] * 2
    taught = pupil("16", ENTER, text=text, height=14)
    assert [prompt[:5] for prompt, _ in taught.heard] == ["your ", "Enter", "your "]


# Leaving and coming back


def test_who_comes_back_goes_on_with_the_same_machine(tmp_path):
    pupil("16", ENTER, ENTER, "map 4k", "quit", folder=tmp_path, seed=5)
    again = pupil(ENTER, ENTER, folder=tmp_path)
    first = again.heard[0][1]
    assert first.startswith("* You have been here before: Mapping, 44% of the way.")
    assert "## Mapping\n\nMap and touch.\n\ntype `touch $m 8k`" in first and "Guess first" not in first
    assert again.progress.guesses == {1: False} and again.progress.seed == 5
    straight = Diligent(LESSON)
    straight.learn()
    assert not difference(dump(again.session), dump(straight.session))


def test_the_lines_of_an_exercise_come_back(tmp_path):
    through = [*RIGHT, ENTER, ENTER, ENTER, ENTER]
    pupil(*through, "as demo vmo_create 4k", "quit", folder=tmp_path)
    again = pupil("check", "as demo vmo_create 4k", "back", "skip", folder=tmp_path)
    assert "* What you typed before has run again, 1 line; `history` shows it." in again.heard[0][1]
    assert "+ 1. demo has 4 handles: 1 of 1\n- 2. hidden goal: 0 of 1" in again.heard[1][1]
    assert again.heard[3][1] == "* Taken back: `as demo vmo_create 4k`."
    assert again.progress.points == {1: (1, 2)} and again.end


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"form": 1}', "[" * 5000, "\0", '{"form": 1, "place": -1}'])
def test_a_damaged_note_counts_for_nothing(tmp_path, damage):
    pupil(*RIGHT, folder=tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_text(damage)
    taught = Pupil(LESSON, [], folder=tmp_path)
    assert taught.notebook.read() == (None, "the note of where you were cannot be read")
    taught.learn()
    assert "Guess first." in taught.heard[0][1] and json.loads(path.read_text())["place"] == 1


def test_a_lesson_that_has_changed_begins_anew(tmp_path):
    pupil(*RIGHT, ENTER, folder=tmp_path)
    changed = Pupil(LESSON.replace("Much.", "More."), [], folder=tmp_path)
    assert changed.notebook.read() == (None, "the lesson has changed since you were here")


def test_where_nothing_can_be_kept_it_is_said_once(tmp_path):
    (tmp_path / "file").write_text("")
    taught = pupil(*RIGHT, ENTER, folder=tmp_path / "file")
    assert "\n".join(shown for _, shown in taught.heard).count("where you are is not kept: ") == 1


# Exercises


def test_an_exercise_on_a_machine_of_its_own():
    taught = Pupil(
        LESSON,
        [
            *("?", "?", ENTER, "where", "check", "nonsense", "as demo vmo_create 4k", "check"),
            *("back", "check", "undo", "check", "reset", "as demo vmo_create 4k", "as demo vmo_create 4k", "check"),
        ],
    )
    assert taught.learn("your turn")
    said = [shown for _, shown in taught.heard]
    assert "! A page\n  Create a VMO in demo.\n\n  1. demo has 4 handles (1 point)\n" in said[0]
    assert "A hidden goal, for 1 point, will be looked at, too." in said[0]
    assert said[1] == said[2] == "* `vmo_create`"
    looked = "     looked with s = stat demo\n     expected $s.handles ge 4\n     found 3\n"
    assert f"- 1. demo has 4 handles: 0 of 1\n{looked}. 2. hidden goal: 0 of 1" in said[5]
    assert "not looked at before goal 1 is met" in said[5] and "* 0 of 2 points." in said[5]
    assert "not found" in said[6] and "* 1 of 2 points." in said[8] and "* 0 of 2 points." in said[10]
    assert "* 0 of 2 points." in said[12]
    assert "All goals are met: 2 of 2 points." in taught.last
    assert taught.last.endswith("* That is the end. The exercise: 2 of 2 points.")
    assert taught.session.timeline.lines == ["m = map 64k", "touch $m 8k", "ps"]


def test_of_goals_that_are_hidden():
    """No hint, and once they are met why."""
    text = LESSON.replace("assert: $s.handles == 5\n", "assert: $s.handles == 5\nbecause: Two VMOs.\n")
    made = ["as demo vmo_create 4k"]
    taught = Pupil(text, [*made, "?", *made, "check"])
    assert taught.learn("your turn")
    assert taught.heard[2][1].startswith("* What is missing is hidden, and has no hint:")
    assert "+ 2. hidden goal: 1 of 1\n     Two VMOs.\n" in taught.last


def test_only_what_has_run_was_looked_with():
    runs = "run: a = stat demo\nrun: as demo touch 0\nrun: s = ps\n"
    text = LESSON.replace("run: s = stat demo\n", runs, 1)
    taught = Pupil(text, ["check"])
    taught.learn("your turn")
    told = "     looked with a = stat demo\n     expected `as demo touch 0` succeeds\n     found a write at 0x0"
    assert f": 0 of 1\n{told}" in taught.heard[1][1]


def test_what_was_looked_at_is_no_wider_than_the_screen():
    wide = LESSON.replace("$s.handles ge 4", "$s.handles gt $s.handles+$s.handles+$s.handles+$s.handles+$s.handles")
    taught = Pupil(wide, ["check"])
    taught.learn("your turn")
    assert "     expected $s.handles gt" in taught.heard[1][1]
    assert all(len(row) <= 80 for row in taught.heard[1][1].split("\n"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_shipped_lesson_is_learned_to_its_end(path):
    answer = (path.parent / "answers" / path.name).with_suffix(".kshell").read_text().splitlines()
    taught = Diligent(path.read_text(), answer, tiny=False)
    assert taught.learn()
    assert set(taught.progress.guesses.values()) == {True}
    ((got, of),) = taught.progress.points.values()
    assert got == of
