"""The command line of kshell itself.

Only an interactive start loads the console; `-c` and scripts pay for what they use.
"""

from __future__ import annotations

from kshell.shell.interrupts import PROGRAM

if __name__ == "__main__":
    # From here on Ctrl-C is a flag, also while the rest is loaded.
    PROGRAM.install()

import sys

from kshell import __version__
from kshell.options import DOCUMENT_MODES, GRADE, LEARN, USAGE, Options, read_arguments
from kshell.output import OutputError, complain, say, terminal_size
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, ShellError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kshell.recording import Recording

# A checkout lacks them where Git, or whatever unpacked it, makes no symbolic links.
NO_LINKS = "{} is missing, as the symbolic links in kshell/ are: `pip install -e .` works without them"
NO_CONSOLE = "the console needs the module {}; -c and scripts run without"
# Seconds that --pace and --max-time take at most.
MOST_SECONDS = 3600
# What --max-time and --max-memory are without them, in seconds and bytes, and the least that Python itself needs.
ANSWER_SECONDS = 10.0
ANSWER_MEMORY = 512 << 20
LEAST_MEMORY = 64 << 20
# What is said when a module is not there. The last three are Python's own, and of some systems only.
MISSING = {
    "kshell.commands": NO_LINKS,
    "kshell.scripts": NO_LINKS,
    **dict.fromkeys(("markdown_it", "mdurl"), "documents need the module {}; the console and scripts run without"),
    **dict.fromkeys(("prompt_toolkit", "pygments", "wcwidth", "fcntl", "termios", "tty"), NO_CONSOLE),
}


def main(words: list[str]) -> int:
    """Runs kshell with the arguments `words`; returns the exit value."""
    options = read_arguments(words)
    mode = options.mode
    if mode == "--help":
        say(USAGE)
        return 0
    if mode == "--version":
        from kshell.kernel.compiling import compiled

        say(f"kshell {__version__}{', compiled' if compiled() else ''}\n")
        return 0
    if mode in DOCUMENT_MODES:
        return run_documents(options)
    if mode == "--export":
        return export_page(options)
    if mode == GRADE:
        return grade_answers(options)
    if mode == LEARN or mode == "--list-lessons":
        from kshell.learn import learn, list_lessons

        return learn(options) if options.files else list_lessons(options)
    if mode == "--completion":
        from kshell.completions import FILES, script

        shell = options.values["--completion"]
        if shell not in FILES:
            raise UsageError(f"--completion takes one of {', '.join(FILES)}, not {shell!r}")
        say(script(shell))
        return 0
    if mode == "--list-scripts":
        from kshell.script import shipped

        say("".join(f"{name}\n" for name in shipped()))
        return 0
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if "--interactive" in options.switches and not at_terminal:
        raise UsageError("-i opens the console, which needs a terminal")
    if not options.steps:
        if at_terminal and not options.json:
            return run_console(options)
        options.steps.append(("FILE", "-"))
    return run_scripts(options)


def run_console(options: Options) -> int:
    """The console."""
    if not options.values and "--sandbox" not in options.switches:
        return run_console_at_once(options)
    from kshell.console.console import run
    from kshell.start import finish, open_session

    session = open_session(options)
    return finish(session, run(session, recording_for(options, at_terminal=True)))


def run_console_at_once(options: Options) -> int:
    """The console, whose first prompt does not wait for its modules: nothing of the host depends on whether they can be
    loaded."""
    from kshell.console.opening import open_at_once
    from kshell.start import finish, open_session

    session = open_session(options)
    opening = open_at_once(session.state.prompt)
    try:
        from kshell.console.console import run

        return finish(session, run(session, None, opening))
    finally:
        if opening is not None:
            opening.end()


def run_scripts(options: Options) -> int:
    """Runs `-c` lines and files, in their order, all in one session; then the console, if it is asked for."""
    from kshell.script import Runner, input_lines
    from kshell.start import finish, open_session

    scripts, options = read_scripts(options)
    session = open_session(options)
    keep_going = "--keep-going" in options.switches
    interactive = "--interactive" in options.switches
    recording = recording_for(options, interactive)
    runner = Runner(session, options.json, keep_going, "--json-strings" in options.switches, recording)
    try:
        for name, lines, keep in scripts:
            from_input = lines is None
            read = input_lines(session.interrupts) if lines is None else lines
            if not runner.run(name, read, from_input, keep, options.arguments):
                break
    except KeyboardInterrupt:
        runner.exit = EXIT_INTERRUPTED
    except OutputError:
        finish(session, 0)
        raise
    say("", flush=True)
    if interactive and not session.state.finished:
        from kshell.console.console import run

        return finish(session, run(session, recording))
    if recording is not None:
        # What was printed last stays to be read.
        recording.put(session.state.prompt)
    return finish(session, runner.exit)


def recording_for(options: Options, at_terminal: bool) -> Recording | None:
    """The recording that `--record` begins, or None; of the terminal as large as it is, or of one that everybody has.
    Raises UsageError."""
    path = options.values.get("--record")
    if path is None:
        return None
    from kshell.recording import Recording

    return Recording(path, *terminal_size()) if at_terminal else Recording(path)


# A script: its name in messages, its lines (None for standard input), and whether it goes on after failures.
Script = tuple[str, "list[str] | None", bool]


def read_scripts(options: Options) -> tuple[list[Script], Options]:
    """What is to be run, read, and the command line with what its first lines ask for. Raises UsageError."""
    from kshell.script import find_script, lines_of
    from kshell.shell.header import Header, read_header
    from kshell.start import take_header

    scripts: list[Script] = []
    asked = Header()
    for kind, name in options.steps:
        if kind == "-c":
            # Lines are numbered through all that stand together.
            if scripts and scripts[-1][0] == "-c" and scripts[-1][1] is not None:
                scripts[-1][1].extend(name.split("\n"))
            else:
                scripts.append(("-c", name.split("\n"), False))
            continue
        if name == "-":
            scripts.append(("-", None, False))
            continue
        found = read_file(name, find_script)
        if found is None:
            raise UsageError(f"there is no file {name}, and no shipped script of that name")
        lines = lines_of(*found)
        header = read_header(lines[0])
        if header.machine and asked.machine and not header.same_machine(asked):
            raise UsageError(f"{name} needs another machine than the script before it: run them one by one")
        asked = header if header.machine else asked
        options = take_header(options, name, header)
        scripts.append((name, lines, header.keep_going))
    return scripts, options


def read_file(name: str, find: Callable[[str], tuple[str, str] | None]) -> tuple[str, str] | None:
    """What `find` finds under a name of the command line. Raises UsageError if it cannot be read."""
    try:
        return find(name)
    except (OSError, ValueError) as error:
        from kshell.shell.files import reason

        raise UsageError(f"cannot read {name}: {reason(error)}") from None


def run_documents(options: Options) -> int:
    """`--check`, `--update` and `--play`."""
    if options.mode == "--play":
        return play_document(options)
    good = True
    for name in options.files:
        good = (check_document if options.mode == "--check" else update_document)(name, options) and good
    return 0 if good else EXIT_FAILED


def read_document(name: str) -> str:
    """The text of a document: a file, one that kshell ships, or `-` for standard input. Raises UsageError."""
    from kshell.script import find_script
    from kshell.shell.files import read_input

    if name == "-":
        found = read_file(name, lambda _: ("-", PROGRAM.wait(lambda: read_input(sys.stdin.fileno()))))
    else:
        found = read_file(name, find_script)
    if found is None:
        found = shipped_lesson(name)
    if found is None:
        raise UsageError(f"there is no document {name}")
    return found[1]


def shipped_lesson(name: str) -> tuple[str, str] | None:
    """The name and text of the shipped lesson that `name` means, by its number or a part of its title, or None."""
    from kshell.shipped import lesson_text, lessons_named

    named = lessons_named(name)
    return (f"{named[0].name}.md", lesson_text(named[0])) if len(named) == 1 else None


def check_document(name: str, options: Options) -> bool:
    """Runs a document and shows each difference, and a count; returns whether there is none."""
    from kshell.documents.checking import check
    from kshell.documents.reading import read
    from kshell.start import start_session

    report = check(name, read(read_document(name)), lambda: start_session(options))
    say("".join(f"{line}\n" for line in report.lines) + f"{report.summary()}\n", flush=True)
    return report.good


def update_document(name: str, options: Options) -> bool:
    """Writes what the machine prints into a document, after it has shown the changes; returns whether all that can be
    wrong with it is right now. Raises UsageError."""
    import os

    from kshell.documents.updating import changes, update
    from kshell.shell.files import read_bytes, reason, replace_file
    from kshell.start import start_session

    if name == "-":
        raise UsageError("--update writes into the document: give a file, not -")
    found = read_file(name, lambda name: (name, read_bytes(name).decode("utf-8", "surrogateescape")))
    assert found is not None
    text, report = update(name, found[1], lambda: start_session(options))
    say("".join(f"{line}\n" for line in changes(name, found[1], text)), flush=True)
    if text != found[1]:
        where = os.path.realpath(name)
        try:
            mode = os.stat(where).st_mode & 0o777
            if not mode & 0o222:
                raise OSError(0, "it is read-only")
            replace_file(where, text.encode("utf-8", "surrogateescape"), mode, mode)
        except OSError as error:
            complain(f"kshell: cannot write {name}: {reason(error)}\n")
            return False
    say("".join(f"{line}\n" for line in report.lines) + f"{report.summary('written anew')}\n", flush=True)
    return report.good


def seconds(name: str, word: str) -> float:
    """The seconds that an option gives, such as 2 or 0.5. Raises UsageError."""
    if set(word) <= set("0123456789.") and len(word) < 9 and word.count(".") < 2 and word != ".":
        number = float(word or 0)
        if 0 < number <= MOST_SECONDS:
            return number
    raise UsageError(f"{name} takes seconds, such as 2 or 0.5, at most {MOST_SECONDS}; not {word!r}")


def play_document(options: Options) -> int:
    """Shows a document to a class; without a terminal it plays through. Raises UsageError."""
    from kshell.documents.notes import NotesFile
    from kshell.documents.playing import play
    from kshell.documents.reading import read
    from kshell.start import start_session

    pace = seconds("--pace", options.values["--pace"]) if "--pace" in options.values else None
    documents = [read(read_document(name)) for name in options.files]
    notes = NotesFile(options.values["--notes"]) if "--notes" in options.values else None
    recording = recording_for(options, sys.stdin.isatty() and sys.stdout.isatty())
    for document in documents:
        play(document, start_session(options), options.values.get("--from"), pace, notes, recording)
    return 0


def export_page(options: Options) -> int:
    """`--export`: the page of a script, a document or a journal."""
    from kshell.documents import export
    from kshell.script import find_script, process_exit
    from kshell.start import recall, save_page, start_session

    path = options.values["--export"]
    if len(options.files) != 1 or options.files == ["-"]:
        raise UsageError(f"--export needs one file to show: kshell --export {path} SCRIPT")
    name = options.files[0]
    found = read_file(name, find_script) or shipped_lesson(name)
    if found is None:
        raise UsageError(f"there is no file {name}, and no shipped script or document of that name")
    file_name, text = found
    number, failure = 0, None
    if export.is_journal(text):
        made = export.page_of(recall(name, options), export.title_of(file_name))
    elif file_name.endswith(".md"):
        made = export.document_page(file_name, text, start_session(options))
    else:
        [(_, lines, keep)], options = read_scripts(options)
        keep = keep or "--keep-going" in options.switches
        session = start_session(options)
        made, number, failure = export.script_page(file_name, lines or [], session, keep, options.arguments)
    save_page(path, made)
    if failure is None:
        return 0
    complain(failure.complaint(f"{name}:{number}"))
    return process_exit(failure)


def grade_answers(options: Options) -> int:
    """Grades answers to the exercises of a document, each answer for each exercise, and reports. Raises UsageError."""
    from kshell.documents.exercise import exercises_of
    from kshell.documents.graded import Graded
    from kshell.documents.grading import prepare
    from kshell.documents.keyed import BlockError
    from kshell.documents.reading import read
    from kshell.documents.reports import report, require_report
    from kshell.documents.watched import Limits, Machine, assess
    from kshell.start import number_of, start_session

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
    from kshell.shell.files import read_input, read_text

    def read(name: str) -> tuple[str, str]:
        if name == "-":
            return name, PROGRAM.wait(lambda: read_input(sys.stdin.fileno()))
        return name, read_text(name)

    found = read_file(name, read)
    assert found is not None
    return found[1]


def explain(failure: BaseException) -> int:
    """Says in one line what has ended the program; returns the exit value. Raises OutputError."""
    if isinstance(failure, ShellError):
        complain(f"kshell: {failure.message}\n")
        return EXIT_USAGE if isinstance(failure, UsageError) else failure.exit
    if isinstance(failure, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    if isinstance(failure, MemoryError):
        complain("kshell: this computer has not enough memory for that\n")
        return EXIT_FAILED
    if isinstance(failure, ModuleNotFoundError) and failure.name is not None:
        # A library is missing as a whole.
        name = failure.name if failure.name in MISSING else failure.name.partition(".")[0]
        if name in MISSING:
            complain(f"kshell: {MISSING[name].format(name)}\n")
            return EXIT_FAILED
    from kshell.shell.report import bug

    complain(f"kshell: {bug(failure)}\n")
    return EXIT_FAILED


def output_ended(error: OSError) -> int:
    """Output that cannot be written has nowhere to go; what is left of it must not fail again at the end."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # A reader that goes away, as `head` does, is not an error.
    if isinstance(error, BrokenPipeError):
        return 0
    complain(f"kshell: cannot write the output: {error.strerror}\n")
    return EXIT_FAILED


def spare_the_collector() -> None:
    """Makes Python look for garbage in cycles less often.

    A machine is many objects that stay. With Python's own limits the collector walks them all a dozen times before
    the first line has run, and again and again while a large machine grows.
    """
    import gc

    gc.set_threshold(50_000, 20, 50)


def entry() -> None:
    """The program: every way to end becomes an exit value, and bad input never shows a traceback."""
    import os

    PROGRAM.install()
    spare_the_collector()
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        # A stream that was closed before the start is an empty one.
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 (open until the end)
    # Lines may hold any bytes, and the host may not be able to show all characters.
    errors_of = {sys.stdin: "surrogateescape", sys.stdout: "backslashreplace", sys.stderr: "backslashreplace"}
    for stream, errors in errors_of.items():
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)
    try:
        code = main(sys.argv[1:])
        say("", flush=True)
    except OutputError as failure:
        code = output_ended(failure.error)
    except BaseException as failure:
        try:
            code = explain(failure)
        except OutputError as error:
            code = output_ended(error.error)
    # Taking the machine apart object by object would only make the caller wait, and Python lets go of SIGINT meanwhile.
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    entry()
