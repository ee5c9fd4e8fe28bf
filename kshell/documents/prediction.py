"""A question of a lesson: guessed before its answer is seen, and explained where the guess was wrong."""

from __future__ import annotations

from kshell.documents.asking import answer_rows, folded, question_rows
from kshell.documents.conversation import WORDS, Conversation, code
from kshell.documents.course import Course
from kshell.documents.keyed import BlockError
from kshell.documents.quiz import Asked, ask, read_quiz
from kshell.documents.rendering import BOLD, DIM, GREEN, RED, YELLOW
from kshell.documents.stops import NEXT, Question
from kshell.shell import registry
from kshell.shell.errors import UsageError
from kshell.shell.grammar import parse
from kshell.text import fold, plural, shown

# What the lines of a question have changed is told in so many rows.
MOST_MOVED = 6


def predict(course: Course, stop: Question) -> str:
    """Asks, and tells the answer."""
    talk = course.talk
    number = stop.number
    course.pause_next = False
    try:
        asked = _asked(course, stop)
    except BlockError as error:
        talk.say(f"There is a mistake in this question, {error}", YELLOW)
        return NEXT
    rows = question_rows(talk.renderer, asked)
    way = course.make_room(len(rows))
    if way != NEXT:
        return way
    talk.apart()
    talk.write([*rows, ""])
    hints = list(asked.hints)
    while True:
        typed = talk.line(f"your guess ({asked.wanted}): " if asked.offers else "your guess: ")
        word = typed.strip()
        said = WORDS.get(word, "")
        if said == "hint":
            none = f"There is no further hint. Guess {asked.wanted}; `skip` leaves it out."
            talk.say(hints.pop(0) if hints else none)
            continue
        if said == "skip":
            course.progress.guesses.setdefault(number, None)
            talk.write(answer_rows(talk.renderer, asked))
            break
        if said:
            way = course.common(word)
            if way:
                return way
            continue
        if not word:
            talk.say(f"First guess: {asked.wanted}. `?` gives a hint, `skip` leaves it out.")
            continue
        verdict = asked.judge(typed)
        if verdict is None:
            what = "Commands wait until you have guessed" if _is_command(word) else "That is not an answer here"
            talk.say(f"{what}: give {asked.wanted}. `?` gives a hint, `skip` leaves it out.")
            continue
        course.progress.guesses.setdefault(number, verdict.right)
        if verdict.right:
            talk.say("Right.", BOLD + GREEN)
            talk.write(folded(talk.renderer, asked.because, indent=2) if asked.because else [])
        else:
            _explain(talk, asked, verdict.remark)
        break
    course.pause_next = True
    talk.write([""])
    return NEXT


def _asked(course: Course, stop: Question) -> Asked:
    """The question, computed in the state that the session is in. Raises BlockError."""
    found = ask(read_quiz(stop.block, stop.number), course.session, course.progress.seed, explain=True)
    course.asked[stop.number] = found
    return found


def _explain(talk: Conversation, asked: Asked, remark: str) -> None:
    """Why a guess was wrong: what is said to it, the answer, what happened, and what that has moved."""
    renderer = talk.renderer
    rows = folded(renderer, f"Not quite. {remark}" if remark else "Not quite.", "* ", BOLD + RED)
    rows += answer_rows(renderer, asked)
    if asked.ran:
        rows += ["", *folded(renderer, "The machine did this, on a copy:", indent=2)]
        for prompt, line, printed in asked.ran:
            said = fold(shown(line), renderer.columns - len(prompt) - 4).split("\n")
            rows += [f"    {renderer.paint(prompt, DIM)}{said[0]}", *(f"    {row}" for row in said[1:])]
            rows += _indented(printed, renderer.columns)
    if asked.mover and not asked.moved:
        rows += folded(renderer, f"and {code(asked.mover)} moved nothing that is counted.", indent=2)
    if asked.moved:
        # With all that is as it was the question would leave the screen.
        moved = [row for row in asked.moved.splitlines() if not _is_still(row)]
        more = [f"... {plural(len(moved) - MOST_MOVED + 1, 'more line')}"] if len(moved) > MOST_MOVED else []
        rows += folded(renderer, f"and {code(asked.mover)} moved this:", indent=2)
        rows += _indented("\n".join((*moved[: MOST_MOVED - len(more)], *more)), renderer.columns)
    talk.page(rows)


def _indented(text: str, columns: int) -> list[str]:
    """The lines of the machine's own in rows of at most `columns`."""
    return [f"    {row}" for row in fold(text, columns - 4).splitlines()]


def _is_command(line: str) -> bool:
    """Whether a line is one of the console's, and not a guess."""
    try:
        clauses = parse(line)
    except UsageError:
        return False
    return bool(clauses) and registry.find(clauses[0].words[0]) is not None


def _is_still(row: str) -> bool:
    """Whether a row of `diff` says only that things are as they were: `handles   433 unchanged`."""
    words = row.split()
    return len(words) == 3 and words[2] == "unchanged"
