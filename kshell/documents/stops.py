"""The stops of a lesson: where whoever learns has something to do.

[prose] [magenta$ p = spawn demo] [magenta$ map 1G] [a question] [prose] ... [an exercise]
 read    to be typed               to be typed        to be answered           to be solved
"""

from __future__ import annotations

from kshell.documents.exercise import EXERCISE
from kshell.documents.quiz import WORD
from kshell.documents.reading import Block, Code, Document, Heading, Notes, SessionCode, Step

# Where to go from a stop.
NEXT, BACK, LEAVE = "next", "back", "leave"


class Told:
    """A stop: blocks of prose, up to the next heading, command, question or exercise."""

    __slots__ = ("blocks",)

    def __init__(self) -> None:
        self.blocks: list[Block] = []


class Task:
    """A stop: a command to be typed."""

    __slots__ = ("step",)

    def __init__(self, step: Step) -> None:
        self.step = step


class Question:
    """A stop: a quiz, the document's `number`th."""

    __slots__ = ("block", "number")

    def __init__(self, block: Code, number: int) -> None:
        self.block = block
        self.number = number


class Exercise(Question):
    """A stop: an exercise, the document's `number`th."""

    __slots__ = ()


Stop = Told | Task | Question


def stops_of(document: Document) -> list[Stop]:
    """The stops of a document."""
    stops: list[Stop] = []
    told = Told()
    counts = {WORD: 0, EXERCISE: 0}

    def tell() -> None:
        nonlocal told
        if told.blocks:
            stops.append(told)
        told = Told()

    for block in document.blocks:
        if isinstance(block, Notes):
            continue
        if isinstance(block, Heading) and not all(isinstance(one, Heading) for one in told.blocks):
            tell()
        if isinstance(block, Code) and block.word in counts:
            tell()
            counts[block.word] += 1
            kind = Question if block.word == WORD else Exercise
            stops.append(kind(block, counts[block.word]))
        elif isinstance(block, SessionCode):
            if block.intro:
                told.blocks.append(block)
            tell()
            stops += map(Task, block.steps)
        else:
            told.blocks.append(block)
    tell()
    return stops
