"""Questions in a document, whose answers the machine computes.

    ```quiz
    pick n 2..9                                     drawn from the seed and the quiz's place in the document
    question: A byte is written to $n fresh pages.  what is filled in is known before the `run` lines
      By how much does RES grow?
    run: before = stat                              run on a copy of the machine as it is at this place
    run: m = map 64k
    run: touch $m $n*4k
    run: after = stat
    answer: $after.res-$before.res                  an expression, a comparison (yes or no) or a command
    choice: 64k -- That is what is mapped.          exactly one choice is the answer; what a wrong one is told
    choice: $n*4k
    hint: Which pages are there?
    because: A page comes when it is touched: {$n*4k} did.
    ```

    Code --read_quiz--> Quiz --ask--> Asked --judge--> Verdict

Nothing of it remains in the session that it is asked in. As a quiz's numbers depend on no other draw, whoever jumps to
it gets the same question.
"""

from __future__ import annotations

import re

from kshell.accounting.moments import Difference, Moment
from kshell.commands.session.differences import text_of
from kshell.commands.session.words import COMPARISONS, compare
from kshell.documents.filling import draw_numbers, fill_all, with_numbers
from kshell.documents.keyed import BlockError, Entry, read_keyed
from kshell.documents.reading import Code
from kshell.shell.draws import shuffled
from kshell.shell.errors import EXIT_INTERRUPTED, EXIT_NOT_FOUND, ShellError, UsageError
from kshell.shell.expressions import evaluate, joined
from kshell.shell.grammar import VALUE_BEGINS, is_name, parse
from kshell.shell.looks import looks
from kshell.shell.quoting import Quoted
from kshell.shell.results import Outcome
from kshell.shell.session import Session
from kshell.shell.state import State
from kshell.shell.terms import pair, term
from kshell.shell.values import ADDRESS, SIZE
from kshell.sizes import typed_size
from kshell.text import plural

WORD = "quiz"
KEYS = ("pick", "question", "run", "answer", "choice", "hint", "because")
ONCE = ("question", "answer", "because")
# What stands between a choice and what is said to whom has chosen it.
REMARK = " -- "
LETTERS = "abcdefghijklmnopqrstuvwxyz"
YES, NO = "yes", "no"
# A number with a unit.
UNIT = re.compile(r"\d[kKMGTPE]\b")


class Quiz:
    """A quiz as it is written; `number` is its place among the quizzes of its document, from 1."""

    __slots__ = ("line", "number", "picks", "question", "runs", "answer", "choices", "hints", "because")

    def __init__(self, line: int, number: int, entries: list[Entry]) -> None:
        def all_of(key: str) -> list[Entry]:
            return [entry for entry in entries if entry.key == key]

        self.line = line
        self.number = number
        self.picks = all_of("pick")
        self.runs = all_of("run")
        self.choices = all_of("choice")
        self.hints = all_of("hint")
        self.because = next(iter(all_of("because")), None)
        self.question, self.answer = (
            next(iter(all_of(key)), None) or _missing(line, key) for key in ("question", "answer")
        )

    @property
    def place(self) -> str:
        """What its draws depend on beside the seed."""
        return f"{WORD} {self.number}"


class Offer:
    """A choice that is offered: its letter, what is shown, its value, and what is said to whom has chosen it."""

    __slots__ = ("letter", "shown", "value", "remark", "right")

    def __init__(self, shown: str, value: int | str, remark: str, right: bool) -> None:
        self.letter = ""
        self.shown = shown
        self.value = value
        self.remark = remark
        self.right = right


class Verdict:
    """What becomes of an answer: whether it is right, and what is said to it, perhaps nothing."""

    __slots__ = ("right", "remark")

    def __init__(self, right: bool, remark: str) -> None:
        self.right = right
        self.remark = remark


class Asked:
    """A quiz for one seed, with its answer.

    question, hints, because  texts with everything filled in; inline Markdown
    offers                    the choices in the order in which they are offered; none for a question without
    answer, shown             the answer, and as it is shown
    ran                       (prompt, line, what it printed) of each `run` line, with the numbers that were drawn
    mover, moved              the last of these lines that does more than look, and what it has changed, as `diff`
                              tells it; "" where there is none, and where nobody wanted to know
    """

    __slots__ = ("question", "offers", "answer", "shown", "hints", "because", "ran", "mover", "moved", "_state")

    def __init__(self, state: State, question: str) -> None:
        self.question = question
        self.offers: list[Offer] = []
        self.answer: int | str = 0
        self.shown = ""
        self.hints: list[str] = []
        self.because = ""
        self.ran: list[tuple[str, str, str]] = []
        self.mover = self.moved = ""
        self._state = state

    @property
    def right(self) -> Offer | None:
        """The choice that is the answer; None for a question without choices."""
        return next((offer for offer in self.offers if offer.right), None)

    @property
    def wanted(self) -> str:
        """What an answer looks like, in words."""
        if self.offers:
            letters = [offer.letter for offer in self.offers]
            return f"{', '.join(letters[:-1])} or {letters[-1]}" if len(letters) > 1 else letters[0]
        if self.answer in (YES, NO):
            return "yes or no"
        return "a word" if isinstance(self.answer, str) else "a number, such as 3 or 16k"

    def judge(self, text: str) -> Verdict | None:
        """What becomes of what a person has answered: a letter, a value or a text; None where it is no answer."""
        word = _folded(text)
        offer = next((one for one in self.offers if word in (one.letter, _folded(one.shown))), None)
        value: int | str = word
        if offer is None and isinstance(self.answer, int):
            try:
                value = evaluate("".join(text.split()), self._state.number)
            except UsageError:
                return None
        if offer is None:
            offer = next((one for one in self.offers if _equal(one.value, value)), None)
        if offer is not None:
            return Verdict(offer.right, offer.remark)
        if self.answer in (YES, NO):
            value = {"y": YES, "n": NO}.get(word, word)
            if value not in (YES, NO):
                return None
        elif not word or self.offers:
            # What is none of the choices is a slip, which uses up no guess.
            return None
        return Verdict(_equal(self.answer, value), "")


def read_quiz(block: Code, number: int) -> Quiz:
    """The quiz that a block of code is, the document's `number`th. Raises BlockError."""
    return Quiz(block.line, number, read_keyed(block, KEYS, ONCE))


def _missing(line: int, key: str) -> Entry:
    raise BlockError(line, f"this quiz has no `{key}:`")


def ask(quiz: Quiz, session: Session, seed: int, explain: bool = False) -> Asked:
    """The quiz for `seed` in the state that the session is in, which stays as it is; `explain` also finds out what its
    `run` lines have changed. Raises BlockError for what is wrong with it, KeyboardInterrupt."""
    twin = session.on_copy()
    draw_numbers(twin, quiz.picks, seed, quiz.place)
    assert quiz.question is not None and quiz.answer is not None
    asked = Asked(twin.state, fill_all(twin.state, quiz.question, quiz.question.value))
    mover = next((entry for entry in reversed(quiz.runs) if explain and not looks(entry.value)), None)
    for entry in quiz.runs:
        prompt = twin.state.prompt
        before = Moment(twin.state.machine) if entry is mover else None
        printed = "".join(outcome.output + outcome.error for outcome in _run(twin, entry))
        said = with_numbers(twin.state, entry.value, quiz.picks)
        asked.ran.append((prompt, said, printed))
        if before is not None:
            found = Difference(before, Moment(twin.state.machine))
            asked.mover, asked.moved = said, text_of(found) if found else ""
    asked.answer, kind = _answer(twin, quiz.answer)
    asked._state = state = twin.state
    asked.hints = [fill_all(state, entry, entry.value) for entry in quiz.hints]
    asked.because = "" if quiz.because is None else fill_all(state, quiz.because, quiz.because.value)
    asked.shown = _shown(asked.answer, "", kind)
    if quiz.choices:
        _offer(asked, quiz, state, kind, seed)
    return asked


def _run(session: Session, entry: Entry) -> list[Outcome]:
    """Runs a line, which has to succeed."""
    outcomes = list(session.run(entry.value))
    for outcome in outcomes:
        if outcome.exit == EXIT_INTERRUPTED:
            raise KeyboardInterrupt
        if not outcome.ok and not outcome.forgiven:
            why = outcome.error.strip().split("\n", 1)[0] or f"it ends with {outcome.exit}"
            if outcome.exit == EXIT_NOT_FOUND:
                # What the real shell says has the number of its own line.
                why = outcome.reason or why
            raise BlockError(entry.line, f"{entry.key}: `{entry.value}` fails: {why}")
    return outcomes


def _answer(twin: Session, entry: Entry) -> tuple[int | str, str]:
    """The value of an answer, and its kind."""
    text, state = entry.value, twin.state
    if text in (YES, NO):
        return text, ""
    try:
        # Its words are those of a command, so that quotes mean what they mean there.
        clauses = parse(f"assert {text}")
        words = clauses[0].words[1:]
        if len(clauses) == 1 and len(words) == 3 and words[1] in COMPARISONS:
            return (YES if compare(words[1], *pair(state, words[0], words[2])) else NO), ""
        if len(clauses) == 1 and (isinstance(words[0], Quoted) or words[0][0] in VALUE_BEGINS):
            return _term(state, words[0] if len(words) == 1 else joined(words))
    except ShellError as error:
        raise BlockError(entry.line, f"answer: {error.message}") from None
    result = _run(twin, entry)[-1].result
    if result is None or result.value is None:
        raise BlockError(entry.line, f"answer: `{text}` has no value; name a field of its result in an expression")
    return result.value, result.kind


def _term(state: State, word: str) -> tuple[int | str, str]:
    """The value of an expression and its kind: calculated from sizes alone it is a size. Raises UsageError."""
    if word[:1] == "$" and is_name(word[1:].replace(".", "_")):
        found = state.look_up(word[1:])
        if isinstance(found, bool):
            return (YES if found else NO), ""
    value = term(state, word)
    if isinstance(value, str):
        return value, ""
    kinds = []

    def noted(name: str) -> int:
        used = state.value(name)
        kinds.append(used.kind)
        return used.number

    evaluate(word, noted)
    sizes = bool(kinds) and set(kinds) == {SIZE} and not {"/", "%"} & set(word)
    return value.number, SIZE if sizes else value.kind


def _offer(asked: Asked, quiz: Quiz, state: State, kind: str, seed: int) -> None:
    """Makes the choices, in an order that is drawn. Of wrong ones that come to the same the first one is kept."""
    right: list[Entry] = []
    offers: list[Offer] = []
    for entry in quiz.choices:
        text, _, remark = entry.value.partition(REMARK)
        text = text.strip()
        value = _choice(asked, state, entry, text)
        is_right = _equal(asked.answer, value)
        if is_right:
            right.append(entry)
        if not any(_equal(one.value, value) for one in offers):
            shown = _shown(value, text, kind)
            offers.append(Offer(shown, value, fill_all(state, entry, remark.strip()), is_right))
    if len(right) != 1:
        lines = "".join(f", line {entry.line}" for entry in right)
        raise BlockError(
            quiz.choices[0].line,
            f"{plural(len(right), 'choice')} of {len(quiz.choices)} {'is' if len(right) == 1 else 'are'} the answer, "
            f"{asked.shown}{lines}; exactly one has to be (seed {seed})",
        )
    asked.offers = [offers[at] for at in shuffled(seed, f"{quiz.place}, choices", len(offers))]
    # It is shown as the choice is, which may have been written with a unit.
    asked.shown = next(offer.shown for offer in offers if offer.right)
    for letter, offer in zip(LETTERS, asked.offers, strict=False):
        offer.letter = letter


def _choice(asked: Asked, state: State, entry: Entry, text: str) -> int | str:
    """What a choice comes to: a number where the answer is one and it can be read as one, otherwise a text."""
    if isinstance(asked.answer, int):
        try:
            return evaluate("".join(text.split()), state.number)
        except UsageError:
            if text[:1] == "$":
                raise BlockError(entry.line, f"choice: {text} has no value") from None
    return fill_all(state, entry, text)


def _shown(value: int | str, text: str, kind: str) -> str:
    """A value as it is shown: a size where it is one, or where it is written with a unit; an address in hexadecimal."""
    if isinstance(value, str):
        return value
    if UNIT.search(text) or kind == SIZE:
        return typed_size(value)
    return f"{value:#x}" if kind == ADDRESS else str(value)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _equal(one: int | str, other: int | str) -> bool:
    """Whether two values are the same; texts without regard to case and blanks."""
    if isinstance(one, str) and isinstance(other, str):
        return _folded(one) == _folded(other)
    return one == other
