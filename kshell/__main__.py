"""The program: from the words of its command line to its exit value.

console and scripts    here, with no more code than they use: what is typed first is waited for
every other mode       kshell/modes/
"""

from __future__ import annotations

from kshell.shell.interrupts import PROGRAM

if __name__ == "__main__":
    # From here on Ctrl-C is a flag, also while the rest is loaded.
    PROGRAM.install()

import sys

from kshell.options import Options, read_arguments
from kshell.output import OutputError, complain, say
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, ShellError, UsageError

# A checkout lacks them where Git, or whatever unpacked it, makes no symbolic links.
NO_LINKS = "{} is missing, as the symbolic links in kshell/ are: `pip install -e .` works without them"
NO_CONSOLE = "the console needs the module {}; -c and scripts run without"
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
    if options.mode:
        from kshell.modes import run_mode

        return run_mode(options)
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
    from kshell.start import finish, open_session, recording_for

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
    from kshell.script import Runner, input_lines, read_scripts
    from kshell.start import finish, open_session, recording_for

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
