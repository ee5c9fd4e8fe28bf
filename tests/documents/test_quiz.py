"""Questions of a document: computed on a copy, the same for a seed, right for every seed, errors with their line."""

import pytest

from kshell.documents.checking import check
from kshell.documents.filling import draws
from kshell.documents.keyed import BlockError
from kshell.documents.quiz import ask, read_quiz
from kshell.documents.reading import read
from tests.commands.support import fresh, run
from tests.documents.quizzes import LESSONS, failures
from tests.dump import difference, dump

QUIZ = """\
pick n 2..9
question: A byte is written to $n fresh pages of $name.
  How much is that?
run: before = stat
run: m = map 64k
run: touch $m $n*4k
run: after = stat
answer: $after.res-$before.res
choice: 64k -- That is mapped, and only `{$n*4k}` were touched.
choice: $n*4k
choice: 0
hint: $n pages of 4k each
because: {$n*4k} are there now.
"""


def quiz(text, number=1):
    return read_quiz(read(f"```quiz\n{text}```\n").blocks[0], number)


@pytest.fixture(scope="module")
def session():
    session = fresh()
    run(session, "name = spawn demo", "attach demo", "size = 64k", "s = stat", "hello = vmo_create 4k")
    run(session, "vmo_write $hello 0 hi", "read = vmo_read $hello 0 2", "why = what-if map 4k")
    return session


def asked(session, text, seed=1, **more):
    return ask(quiz(text), session, seed, **more)


def drawn(found, session, seed):
    return tuple(draws(session.state, found.picks, seed, found.place))


def error(session, text, seed=1):
    with pytest.raises(BlockError) as failure:
        asked(session, text, seed)
    return failure.value.told("a.md")


# What is asked


def test_a_quiz_for_a_seed(session):
    before = dump(session)
    found = asked(session, QUIZ)
    assert found.question == "A byte is written to 7 fresh pages of 3183. How much is that?"
    assert (found.answer, found.shown) == (28672, "28k")
    assert [(one.letter, one.shown, one.right) for one in found.offers] == [
        ("a", "28k", True), ("b", "64k", False), ("c", "0", False),
    ]  # fmt: skip
    assert found.right is found.offers[0]
    assert found.hints == ["7 pages of 4k each"] and found.because == "28k are there now."
    assert [offer.remark for offer in found.offers] == ["", "That is mapped, and only `28k` were touched.", ""]
    assert found.ran[2] == ("magenta[demo]$ ", "touch $m 7*4k", "7 faults, 7 pages committed\n")
    assert not difference(dump(session), before)


def test_seeds_and_places_make_versions_and_jumping_changes_none(session):
    versions = {seed: asked(session, QUIZ, seed).question for seed in (1, 2, 3, 4, 5, 6)}
    assert len(set(versions.values())) > 3
    assert {drawn(quiz(QUIZ, number), session, 1) for number in range(1, 9)} > {(("n", 7),)}
    orders = {tuple(offer.shown for offer in asked(session, QUIZ.replace("$n*4k", "4k*$n"), seed).offers)
              for seed in range(9)}  # fmt: skip
    assert len({order.index("0") for order in orders}) == 3


def test_a_later_range_may_use_an_earlier_number(session):
    found = quiz("pick a 2..9\npick b $a+1 .. $a + 1\nquestion: $b?\nanswer: $b\n")
    (_, a), (_, b) = drawn(found, session, 4)
    assert b == a + 1 and ask(found, session, 4).answer == b


def test_what_the_lines_change_is_told_to_whom_wants_to_know(session):
    assert asked(session, QUIZ).moved == ""
    found = asked(session, QUIZ, explain=True)
    assert found.mover == "touch $m 7*4k" and "+7: objects +7" in found.moved.split("\n")[0]
    still = asked(session, "question: q\nrun: m = map 4k\nrun: touch $m r\nrun: s = stat\nanswer: 1\n", explain=True)
    assert (still.mover, still.moved) == ("touch $m r", "")
    assert asked(session, "question: q\nrun: stat\nanswer: 1\n", explain=True).moved == ""


@pytest.mark.parametrize(
    ("answer", "value", "shown"),
    [
        ("16k", 16384, "16384"),
        ("$size", 65536, "65536"),
        ("$s.virt", 4141056, "4044k"),
        ("$s.virt - $s.res", 3006464, "2936k"),
        ("$s.virt/4k", 1011, "1011"),
        ("$s.threads", 1, "1"),
        ("$name", 3183, "3183"),
        ('"a text"', "a text", "a text"),
        ("$read.data", "6869", "6869"),
        ("$name.name", "demo", "demo"),
        ("yes", "yes", "yes"),
        ("$why.ok", "yes", "yes"),
        ("$s.res lt $s.virt", "yes", "yes"),
        ("$s.res == 4k", "no", "no"),
        ('$name.name == "demo"', "yes", "yes"),
        ("vmo_get_size $hello", 4096, "4k"),
        ("map 4k", 0x12E2000, "0x12e2000"),
    ],
)
def test_what_an_answer_can_be(session, answer, value, shown):
    found = asked(session, f"question: q\nrun: attach sh:console\nrun: attach demo\nanswer: {answer}\n")
    if answer == "map 4k":
        assert found.shown == f"{found.answer:#x}"
    else:
        assert (found.answer, found.shown) == (value, shown)


# What is answered


def test_an_answer_is_a_letter_or_a_value(session):
    found = asked(session, QUIZ)
    for right in ("a", " A ", "28k", "7*4k", "0x7000", "$n*4k", "28672", "$n * 4k"):
        assert found.judge(right).right, right
    assert found.judge("b").remark == found.judge("64k").remark == "That is mapped, and only `28k` were touched."
    for nothing in ("d", "touch $m", "", "$k", "8", "7k"):
        assert found.judge(nothing) is None, nothing
    assert found.wanted == "a, b or c"


def test_an_answer_may_be_yes_or_no(session):
    found = asked(session, "question: q\nanswer: 1 lt 2\n")
    assert found.judge(" YES ").right and found.judge("y").right
    assert not found.judge("no").right and found.judge("maybe") is None and found.wanted == "yes or no"


def test_an_answer_may_be_a_text(session):
    found = asked(session, 'question: q\nanswer: "Page  Fault"\n')
    assert found.judge("page fault ").right and not found.judge("a fault").right and found.judge(" ") is None
    found = asked(session, "question: q\nanswer: $read.data\nchoice: 6869\nchoice: zz -- Zzz.\n")
    assert found.judge("6869").right and found.judge("ZZ").remark == "Zzz." and found.judge("yy") is None


def test_wrong_choices_that_come_to_the_same_are_offered_once(session):
    found = asked(session, "question: q\nanswer: 3\nchoice: 1+1 -- first\nchoice: 2 -- second\nchoice: 3\n")
    assert sorted((one.shown, one.remark) for one in found.offers) == [("2", "first"), ("3", "")]


# What is wrong


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("answer: 1\n", "a.md:1: this quiz has no `question:`"),
        ("question: q\n", "a.md:1: this quiz has no `answer:`"),
        ("question: q\nanswer: 1\nanswer: 2\n", "a.md:4: a second `answer:`; the first is in line 3"),
        ("question: q\nask: 1\n", "a.md:3: there is no key 'ask' here"),
        ("question: q $k\nanswer: 1\n", "a.md:2: question: $k is not set"),
        ("question: q\nrun: k = map 4k\nanswer: $m\n", "a.md:4: answer: $m is not set"),
        ("question: q {1 +}\nanswer: 1\n", "a.md:2: question: 1+ lacks a number"),
        ("pick n\nquestion: q\nanswer: 1\n", "a.md:2: a pick has a name and a range, as in `pick n 2..9`: n"),
        ("pick n 9..2\nquestion: q\nanswer: 1\n", "a.md:2: pick: '9..2' has no number in it"),
        ("question: q\nrun: touch 0\nanswer: 1\n", "a.md:3: run: `touch 0` fails: touch: ERR_NOT_FOUND"),
        ("question: q\nrun: ! ps\nanswer: 1\n", "a.md:3: run: `! ps` fails: !: ps succeeded, and should have failed"),
        ("question: q\nanswer: true\n", "a.md:3: answer: `true` has no value"),
        ("question: q\nanswer: nonsense 3\n", "a.md:3: answer: `nonsense 3` fails: no such command"),
        ("question: q\nanswer: touch 0\n", "a.md:3: answer: `touch 0` fails: touch: ERR_NOT_FOUND"),
        ("question: q\nanswer: 3\nchoice: 1\nchoice: 2\n",
         "a.md:4: 0 choices of 2 are the answer, 3; exactly one has to be (seed 1)"),
        ("question: q\nanswer: 3\nchoice: 3\nchoice: 2+1\n",
         "a.md:4: 2 choices of 2 are the answer, 3, line 4, line 5; exactly one has to be (seed 1)"),
        ("question: q\nanswer: 3\nchoice: $k\nchoice: 3\n", "a.md:4: choice: $k has no value"),
        ("question: q\nanswer: 3\nchoice: 3 -- so {x}\n", "a.md:4: choice: 'x' is not a number"),
        ("question: q\nanswer: 3\nhint: $k\n", "a.md:4: hint: $k is not set"),
        ("question: q\nanswer: 3\nbecause: $k\n", "a.md:4: because: $k is not set"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_of_its_line(session, text, told):
    assert error(session, text).startswith(told)


def test_what_has_to_fail_may(session):
    text = "question: q\nrun: ! touch 0\nrun: expect ERR_NOT_FOUND touch 0\nrun: false || true\nanswer: 1\n"
    assert asked(session, text).answer == 1


def test_check_computes_every_quiz_in_its_place():
    document = read(
        "```\nmagenta$ p = spawn demo\n```\n\n```quiz\nquestion: q\nanswer: $p.name\nchoice: demo\n```\n\n"
        "- item\n\n  ```quiz\n  question: q\n  answer: $later\n  ```\n"
    )
    report = check("a.md", document, fresh)
    assert report.lines == ["a.md:15: answer: $later is not set: `later = COMMAND` sets it; see `vars`"]
    assert report.summary() == "a.md: 1 command and 2 quizzes, 1 not as it says"
    report = check("a.md", read("```quiz\nquestion: q\nanswer: 1\n```\n"), fresh)
    assert report.good and report.summary() == "a.md: 1 quiz, all as it says"


# The lessons


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_quizzes_of_a_lesson_have_their_answer_for_50_seeds(path):
    """`python -m tests.documents.quizzes` asks for more of them."""
    questions, wrong = failures(path, range(1, 51))
    assert wrong == []
    assert questions and any(len(versions) > 4 for versions in questions)
