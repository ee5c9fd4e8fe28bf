"""`kshell learn`: from the word for a lesson to somebody who is taught it.

    kshell learn                   the lessons, and how far each has come
    kshell learn 2                 a lesson that ships, by its number, its name or title, or a part of them
    kshell learn ./mine.md         a file

At a terminal a line is edited as in the console; elsewhere lines are read as they come, and shown after their prompt.
"""

from __future__ import annotations

import os
import sys

from kshell.documents.learning import WIDEST, Reader, Teacher
from kshell.documents.progress import Notebook, Progress, notes_folder
from kshell.documents.reading import heading_named, read
from kshell.documents.rendering import Renderer
from kshell.options import Options
from kshell.output import complain, say, terminal_size
from kshell.shell.errors import UsageError
from kshell.shell.grammar import quoted
from kshell.shell.session import Session
from kshell.shipped import Lesson, find_lesson, lesson_text, lessons, read_file, told
from kshell.start import number_of, start_session
from kshell.text import COLUMNS

# Rows of a terminal that prose leaves for what is typed below it.
ROWS_LEFT = 4


def list_lessons(options: Options) -> int:
    """Shows the lessons that ship; with `learn` also how far each has come. Raises OutputError."""
    if "--list-lessons" in options.switches:
        say("".join(f"{lesson.number:2}  {lesson.title}\n" for lesson in lessons()))
        return 0
    width = max((len(lesson.title) for lesson in lessons()), default=0)
    reached = {lesson: _reached(lesson) for lesson in lessons()}
    rows = [f"  {lesson.number:2}  {lesson.title:<{width}}  {far}".rstrip() for lesson, far in reached.items()]
    say("".join(f"{row}\n" for row in ("Lessons, ten minutes each, best in this order:", "", *rows, "")))
    begun = [lesson for lesson, far in reached.items() if far.endswith("%")]
    fresh = [lesson for lesson, far in reached.items() if not far]
    what = "goes on where you were" if begun else "begins"
    number = next((lesson.number for lesson in (*begun, *fresh)), 1)
    say(f"`kshell learn {number}` {what}; a part of a title will do as well.\n")
    return 0


def _reached(lesson: Lesson) -> str:
    """How far a lesson has come, in words."""
    progress, _ = Notebook(lesson.name, lesson_text(lesson), [], notes_folder()).read()
    if progress is None or not progress.place:
        return ""
    if progress.done:
        return f"done, {progress.predicted}" if progress.predicted else "done"
    return f"{100 * progress.place // progress.stops}%"


def learn(options: Options) -> int:
    """Teaches the lesson of the command line. Raises UsageError, OutputError, KeyboardInterrupt."""
    if len(options.files) > 1:
        raise UsageError(f"learn takes one lesson, not {len(options.files)}; quote a name that has blanks")
    name, text, follows = lesson_named(options.files[0])
    document = read(text)
    begin = options.values.get("--from")
    heading = None if begin is None else heading_named(document.headings, begin)
    sandbox = "--sandbox" in options.switches
    machine = [f"{key}={value}" for key, value in sorted(options.machine.items()) if key != "--seed"]
    folder = None if sandbox else notes_folder()
    notebook = Notebook(name, text, machine, folder)
    asked = number_of(options.machine, "--seed")
    progress, why = (None, "") if "--again" in options.switches else notebook.read()
    if progress is not None and asked not in (None, progress.seed):
        progress, why = None, f"the numbers of seed {asked} are others than those you had"
    if progress is not None and progress.done:
        progress, why = None, "you have been at the end of this lesson"
    if why and heading is None:
        say(f"From the beginning: {why}.\n\n")
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    session = start_session(options)
    if progress is None:
        progress = Progress(session.seed if asked is None else asked)
    reader, painted = (console_reader(session)) if at_terminal else (plain_reader(session), False)
    # A lesson that ships is known by its name, a file by its path.
    source = name if name in [lesson.name for lesson in lessons()] else quoted(options.files[0])
    columns, rows = terminal_size() if at_terminal else (COLUMNS, 0)
    renderer = Renderer(min(columns, WIDEST), painted)
    height = max(4, rows - ROWS_LEFT) if rows else 0
    teacher = Teacher(document, session, reader, renderer, notebook, progress, height, source)
    if folder is None and not sandbox:
        complain("kshell: where you are is not kept: this user has no home\n")
    if teacher.run(heading) and follows is not None:
        teacher.say(f"The next lesson: `kshell learn {follows.number}`, {follows.title}.")
    return 0


def lesson_named(word: str) -> tuple[str, str, Lesson | None]:
    """(name, text, the lesson after it) of what `word` names: a lesson that ships, or a file. Raises UsageError."""
    if os.path.sep in word or word.endswith(".md"):
        return _file(word)
    lesson = find_lesson(word)
    if lesson is not None:
        after = lessons().index(lesson) + 1
        return lesson.name, lesson_text(lesson), lessons()[after] if after < len(lessons()) else None
    if not os.path.exists(word):
        raise UsageError(f"there is no lesson {word!r}, and no such file: {told(lessons())}")
    return _file(word)


def _file(path: str) -> tuple[str, str, None]:
    """(name, text, no lesson after it) of a file. The name has its folder in it, which two files do not share."""
    from hashlib import sha256

    from kshell.shell.files import read_text

    def read(path: str) -> tuple[str, bytes]:
        return read_text(path), os.path.realpath(path).encode("utf-8", "surrogateescape")

    text, where = read_file(path, read)
    stem = "".join(char if char.isalnum() and char.isascii() else "-" for char in os.path.basename(path))[:40]
    return f"{stem}-{sha256(where).hexdigest()[:12]}", text, None


def plain_reader(session: Session) -> Reader:
    """Reads lines of standard input as they come, and shows each after its prompt."""

    def line(prompt: str, _: Session | None, offered: str) -> str | None:
        echoed = not sys.stdin.isatty()
        say(prompt, flush=True)
        typed: str = session.interrupts.wait(sys.stdin.readline)
        if not typed:
            say("\n")
            return None
        line = typed.rstrip("\r\n")
        if not line.strip() and offered:
            say(f"{offered}\n" if echoed else f"{prompt}{offered}\n")
            return offered
        say(f"{line}\n" if echoed else "")
        return line

    return line


def console_reader(session: Session) -> tuple[Reader, bool]:
    """Reads lines as the console does, where it can be had; and whether anything is coloured."""
    try:
        from kshell.console.lines import line_reader
    except ModuleNotFoundError:
        return plain_reader(session), not os.environ.get("NO_COLOR")
    return line_reader(session)
