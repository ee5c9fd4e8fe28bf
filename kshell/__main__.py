"""The command line of kshell itself.

Only an interactive start loads the console; `-c` and scripts pay for what they use.
"""

from __future__ import annotations

import sys

from kshell import __version__
from kshell.options import USAGE, Options, read_arguments
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, ShellError, UsageError
from kshell.shell.header import machine_options

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
    switches = options.switches
    if "--help" in switches:
        sys.stdout.write(USAGE)
        return 0
    if "--version" in switches:
        sys.stdout.write(f"kshell {__version__}\n")
        return 0
    if "--check" in switches or "--play" in switches:
        return run_documents(options)
    if "--completion" in options.values:
        from kshell.completions import FILES, script

        shell = options.values["--completion"]
        if shell not in FILES:
            raise UsageError(f"--completion takes one of {', '.join(FILES)}, not {shell!r}")
        sys.stdout.write(script(shell))
        return 0
    if "--list-scripts" in switches:
        from kshell.script import shipped

        sys.stdout.write("".join(f"{name}\n" for name in shipped()))
        return 0
    if not options.lines and not options.files:
        if sys.stdin.isatty() and sys.stdout.isatty() and "--json" not in switches:
            from kshell.console.console import run
            from kshell.start import finish, open_session

            session = open_session(options)
            return finish(session, run(session))
        options.files.append("-")
    return run_scripts(options)


def run_scripts(options: Options) -> int:
    """Runs `-c` lines, then files, all in one session."""
    from kshell.script import Runner, find_script, lines_of
    from kshell.start import finish, open_session

    scripts: list[tuple[str, list[str] | None]] = [("-c", options.lines)] if options.lines else []
    for name in options.files:
        if name == "-":
            scripts.append(("-", None))
            continue
        try:
            found = find_script(name)
        except (OSError, ValueError) as error:
            reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
            raise UsageError(f"cannot read {name}: {reason}") from None
        if found is None:
            raise UsageError(f"there is no file {name}, and no shipped script of that name")
        scripts.append((name, lines_of(*found)))
    for _, lines in scripts:
        for name, value in read_arguments(machine_options(lines[0] if lines else "")).machine.items():
            options.machine.setdefault(name, value)
    session = open_session(options)
    runner = Runner(session, "--json" in options.switches, "--keep-going" in options.switches)
    for name, lines in scripts:
        if not runner.run(name, sys.stdin if lines is None else lines, flush=lines is None):
            break
    sys.stdout.flush()
    return finish(session, runner.exit)


def run_documents(options: Options) -> int:
    """`--check` and `--play`."""
    from kshell.documents.lesson import check, play
    from kshell.script import find_script
    from kshell.start import start_session

    if not options.files:
        raise UsageError("--check and --play need a document")
    failed = False
    for name in options.files:
        try:
            found = find_script(name)
        except OSError as error:
            raise UsageError(f"cannot read {name}: {error.strerror}") from None
        if found is None:
            raise UsageError(f"there is no document {name}")
        _, text = found
        if "--play" in options.switches:
            play(text, lambda: start_session(options.machine))
            continue
        report = check(name, text, lambda: start_session(options.machine))
        for line in report:
            sys.stdout.write(line + "\n")
        failed = failed or bool(report)
    return EXIT_FAILED if failed else 0


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
        sys.stdout.flush()
    except ShellError as error:
        sys.stdout.flush()
        sys.stderr.write(f"kshell: {error.message}\n")
        code = EXIT_USAGE if isinstance(error, UsageError) else error.exit
    except KeyboardInterrupt:
        sys.stdout.flush()
        code = EXIT_INTERRUPTED
    except ModuleNotFoundError as error:
        if error.name not in MISSING:
            raise
        sys.stderr.write(f"kshell: {MISSING[error.name].format(error.name)}\n")
        code = EXIT_FAILED
    except OSError as error:
        # Output that cannot be written has nowhere to go; what is left of it must not fail again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 0
        # A reader that goes away, as `head` does, is not an error.
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"kshell: cannot write the output: {error.strerror}\n")
            code = EXIT_FAILED
    if "prompt_toolkit" in sys.modules:
        sys.exit(code)
    # Taking the machine apart object by object would only make the caller wait.
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    entry()
