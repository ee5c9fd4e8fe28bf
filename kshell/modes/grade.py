"""`--grade`: answers to the exercises of a document, each graded in a process of its own."""

from __future__ import annotations

from kshell import __version__
from kshell.documents.exercise import exercises_of
from kshell.documents.graded import Graded
from kshell.documents.grading import prepare
from kshell.documents.keyed import BlockError
from kshell.documents.reading import read
from kshell.documents.reports import report, require_report
from kshell.documents.watched import Limits, Machine, assess
from kshell.modes.words import read_document, read_stdin, seconds
from kshell.options import GRADE, Options
from kshell.output import say
from kshell.shell.errors import EXIT_FAILED, UsageError
from kshell.shell.files import read_text
from kshell.shell.interrupts import PROGRAM
from kshell.shipped import read_file
from kshell.start import number_of, start_session

# What --max-time and --max-memory are without them, in seconds and bytes, and the least that Python itself needs.
ANSWER_SECONDS = 10.0
ANSWER_MEMORY = 512 << 20
LEAST_MEMORY = 64 << 20


def grade_answers(options: Options) -> int:
    """Grades answers to the exercises of a document, each answer for each exercise, and reports. Raises UsageError."""
    kind = options.values.get("--report", "text")
    name = options.values[GRADE]
    require_report(kind, len(options.files))
    if [name, *options.files].count("-") > 1:
        raise UsageError("standard input, -, is one document or one answer")
    wanted = number_of(options.values, "--max-memory")
    memory = ANSWER_MEMORY if wanted is None else wanted
    if memory < LEAST_MEMORY:
        raise UsageError(f"--max-memory takes a size from {LEAST_MEMORY >> 20}M on: Python itself needs as much")
    time = options.values.get("--max-time")
    limits = Limits(ANSWER_SECONDS if time is None else seconds("--max-time", time), memory)
    options.switches.add("--sandbox")
    begin = None
    try:
        exercises = exercises_of(read(read_document(name)))
        for exercise in exercises:
            begin = start_session(options)
            prepare(exercise, begin)
    except BlockError as error:
        raise UsageError(error.told(name)) from None
    if begin is None:
        raise UsageError(f"{name} has no exercise: a fenced block with the word `exercise`")
    machine = Machine(
        options.machine,
        {key: value for key, value in options.values.items() if key == "--max-output"},
        sorted(options.switches & {"--paranoid"}),
    )
    texts = {file: read_answer(file) for file in options.files}
    papers = {
        file: [assess(exercise, text, machine, limits, PROGRAM) for exercise in exercises]
        for file, text in texts.items()
    }
    graded = Graded(name, begin.seed, papers, __version__)
    say(report(kind, graded), flush=True)
    return 0 if graded.passed else EXIT_FAILED


def read_answer(name: str) -> str:
    """The text of an answer: a file, or `-` for standard input. Raises UsageError."""
    return read_stdin() if name == "-" else read_file(name, read_text)
