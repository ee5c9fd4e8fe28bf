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
from kshell.options import USAGE, Options, read_arguments
from kshell.output import OutputError, complain, say
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, ShellError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# A checkout lacks them where Git, or whatever unpacked it, makes no symbolic links.
NO_LINKS = "{} is missing, as the symbolic links in kshell/ are: `pip install -e .` works without them"
NO_CONSOLE = "the console needs the module {}; -c and scripts run without"
# What is said when a module is not there. The last three are Python's own, and of some systems only.
MISSING = {
    "kshell.commands": NO_LINKS,
    "kshell.scripts": NO_LINKS,
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
    if mode in ("--check", "--play"):
        return run_documents(options)
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
    from kshell.console.console import run
    from kshell.start import finish, open_session

    session = open_session(options)
    return finish(session, run(session))


def run_scripts(options: Options) -> int:
    """Runs `-c` lines and files, in their order, all in one session; then the console, if it is asked for."""
    from kshell.script import Runner, input_lines
    from kshell.start import finish, open_session

    scripts, options = read_scripts(options)
    session = open_session(options)
    keep_going = "--keep-going" in options.switches
    runner = Runner(session, options.json, keep_going, "--json-strings" in options.switches)
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
    if "--interactive" in options.switches and not session.state.finished:
        from kshell.console.console import run

        return finish(session, run(session))
    return finish(session, runner.exit)


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
    """`--check` and `--play`."""
    from kshell.documents.lesson import check, play
    from kshell.script import find_script
    from kshell.start import start_session

    failed = False
    for name in options.files:
        found = read_file(name, find_script)
        if found is None:
            raise UsageError(f"there is no document {name}")
        _, text = found
        if options.mode == "--play":
            play(text, lambda: start_session(options))
            continue
        report = check(name, text, lambda: start_session(options))
        for line in report:
            say(line + "\n")
        failed = failed or bool(report)
    return EXIT_FAILED if failed else 0


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
