"""Every quiz of the lessons that ship, for many seeds.

    python -m tests.documents.quizzes 1000     seeds 1 to 1000

Each place of a document is reached once, and every version of its question asked there on a copy: seeds that draw the
same numbers ask the same.
"""

import sys

from kshell.documents.checking import printed_by
from kshell.documents.filling import draws
from kshell.documents.keyed import BlockError
from kshell.documents.quiz import WORD, ask, read_quiz
from kshell.documents.reading import Code, SessionCode, read
from tests.commands.support import fresh
from tests.program import ROOT

LESSONS = sorted((ROOT / "scripts/lessons").glob("*.md"))


def failures(path, seeds):
    """(questions, what is wrong): the versions of each question, and the errors, each with its seed."""
    session, number = fresh(), 0
    questions, wrong = [], []
    for block in read(path.read_text()).blocks:
        if isinstance(block, SessionCode):
            for step in block.steps:
                printed_by(session, step.text)
        elif isinstance(block, Code) and block.word == WORD:
            number += 1
            quiz = read_quiz(block, number)
            asked = {}
            for seed in seeds:
                version = tuple(draws(session.state, quiz.picks, seed, quiz.place))
                if version in asked:
                    continue
                try:
                    found = ask(quiz, session, seed)
                except BlockError as error:
                    wrong.append(f"{error.told(path.name)} (seed {seed})")
                    continue
                asked[version] = found.question
                if found.judge(found.shown) is None or not found.judge(found.shown).right:
                    wrong.append(f"{path.name}:{quiz.line}: {found.shown} is not taken (seed {seed})")
            questions.append(asked)
    return questions, wrong


if __name__ == "__main__":
    last = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    told = [line for path in LESSONS for line in failures(path, range(1, last + 1))[1]]
    print("\n".join(told) or f"{len(LESSONS)} lessons, seeds 1 to {last}: every quiz has its answer")
    sys.exit(bool(told))
