"""How a quiz is shown: the question with its choices, and, once somebody has guessed, the answer.

? How many bytes does its RES grow by?
    a  64k
    b  28k

= b  28k
  A page comes when it is touched.
"""

from __future__ import annotations

from kshell.documents.quiz import Asked
from kshell.documents.reading import Prose
from kshell.documents.rendering import BOLD, CYAN, GREEN, Renderer


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
