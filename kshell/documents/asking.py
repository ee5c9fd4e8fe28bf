"""How quizzes and exercises are shown: the question with its choices, and, once somebody has guessed, the answer; what
is to be done, and by which goals it is judged.

? How many bytes does its RES grow by?
    a  64k
    b  28k

= b  28k
  A page comes when it is touched.

! Sixteen pages
  Make demo's RES grow by 64k.

  1. demo's RES is 64k more (2 points)
"""

from __future__ import annotations

from kshell.documents.exercise import Exercise, read_exercise
from kshell.documents.grading import prepare
from kshell.documents.quiz import Asked
from kshell.documents.reading import Code, Prose
from kshell.documents.rendering import BOLD, CYAN, GREEN, YELLOW, Renderer
from kshell.shell.session import Session
from kshell.text import plural


def folded(renderer: Renderer, text: str, mark: str = "", style: str = "", indent: int | None = None) -> list[str]:
    """The rows of inline Markdown after `mark`, under which they stand; blanks are before all of them."""
    block = Prose(text)
    block.begin = " " * (indent or 0) + (renderer.paint(mark, style) if mark else "")
    block.indent = " " * ((indent or 0) + len(mark))
    return renderer.rows(block)


def question_rows(renderer: Renderer, asked: Asked) -> list[str]:
    """The question and its choices."""
    rows = folded(renderer, asked.question, "? ", BOLD + CYAN)
    for offer in asked.offers:
        rows += [f"    {renderer.paint(offer.letter, BOLD)}  {renderer.paint(offer.shown, '')}"]
    return rows


def answer_rows(renderer: Renderer, asked: Asked) -> list[str]:
    """The answer, and why it is that."""
    right = asked.right
    letter = f"{right.letter}  " if right is not None else ""
    rows = [f"{renderer.paint('=', BOLD + GREEN)} {renderer.paint(letter + asked.shown, BOLD)}"]
    return [*rows, *(folded(renderer, asked.because, indent=2) if asked.because else [])]


def exercise_of(block: Code, number: int, session: Session) -> Exercise:
    """The exercise of a block, with everything filled in as for a machine like that of `session` at its start. Raises
    BlockError."""
    exercise = read_exercise(block, number)
    prepare(exercise, session.another())
    return exercise


def exercise_rows(renderer: Renderer, exercise: Exercise) -> list[str]:
    """What is to be done, and the goals that can be seen."""
    rows = folded(renderer, exercise.title, "! ", BOLD + YELLOW)
    for task in exercise.task.split("\n") if exercise.task else ():
        rows += folded(renderer, task, indent=2)
    rows.append("")
    for goal in exercise.goals:
        if not goal.hidden:
            rows += folded(renderer, f"{goal.text} ({plural(goal.points, 'point')})", f"{goal.number}. ", indent=2)
    hidden = [goal for goal in exercise.goals if goal.hidden]
    if hidden:
        points = plural(sum(goal.points for goal in hidden), "point")
        said = "A hidden goal" if len(hidden) == 1 else f"{len(hidden)} hidden goals"
        rows += folded(renderer, f"{said}, for {points}, will be looked at, too.", indent=2)
    return rows
