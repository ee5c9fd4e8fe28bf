"""The slides of a document: what one key shows of it, and what is known of each once it has been shown.

[heading, prose] [magenta$ ps] [magenta$ map 1G] [a question] [its answer] [an exercise]
 Page             Command       Command           Question     Answer       Homework
"""

from __future__ import annotations

from kshell.documents.asking import exercise_of
from kshell.documents.exercise import Exercise
from kshell.documents.keyed import BlockError
from kshell.documents.quiz import Asked, ask, read_quiz
from kshell.documents.reading import Block, Code, SessionCode, Step
from kshell.shell.session import Moment, Session


class Page:
    """Blocks of prose, the first of them perhaps a heading."""

    __slots__ = ("blocks",)

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks


class Command:
    """A command of a session, and, once it has run, all that it printed and in what it differs."""

    __slots__ = ("block", "step", "moment", "prompt", "printed", "live")

    def __init__(self, block: SessionCode, step: Step) -> None:
        self.block = block
        self.step = step
        self.moment: Moment | None = None
        self.prompt = ""
        self.printed: list[str] = []
        self.live: list[str] = []


class Question:
    """The question of a quiz, and, once it has been asked, all about it or what is wrong with it."""

    __slots__ = ("block", "number", "asked", "wrong")

    def __init__(self, block: Code, number: int) -> None:
        self.block = block
        self.number = number
        self.asked: Asked | None = None
        self.wrong = ""

    def ask(self, session: Session) -> None:
        """Computes it in the state that the session is in."""
        self.asked, self.wrong = None, ""
        try:
            self.asked = ask(read_quiz(self.block, self.number), session, session.seed)
        except BlockError as error:
            self.wrong = f"! {error}"


class Answer:
    """The answer of the question before it."""

    __slots__ = ("question",)

    def __init__(self, question: Question) -> None:
        self.question = question


class Homework:
    """An exercise, and, once it has been shown, all about it or what is wrong with it."""

    __slots__ = ("block", "number", "exercise", "wrong")

    def __init__(self, block: Code, number: int) -> None:
        self.block = block
        self.number = number
        self.exercise: Exercise | None = None
        self.wrong = ""

    def prepare(self, session: Session) -> None:
        """Finds out what is to be done."""
        self.wrong = ""
        try:
            self.exercise = exercise_of(self.block, self.number, session)
        except BlockError as error:
            self.wrong = f"! {error}"


Slide = Page | Command | Question | Answer | Homework
