"""The command line of kshell itself.

Only an interactive start loads the console; `-c` and scripts pay for what they use.
"""

from __future__ import annotations

import sys

from kshell import __version__
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, ShellError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kshell.shell.session import Session

USAGE = """\
usage: kshell [OPTIONS]                 the console
       kshell [OPTIONS] FILE...         run scripts (- is standard input; of a .md file its commands)
       kshell [OPTIONS] -c LINE         run a line (may be repeated)
       kshell --check FILE...           run documents and show where they differ from what they say
       kshell --play FILE               show a document to a class, a command per key

  --boot IMAGE     start from another boot image      --json            one JSON object per command
  --memory SIZE    RAM of the machine, such as 4G     -k, --keep-going  go on after a command that fails
  --handles N      size of the handle table           --paranoid        check the whole machine after each command
  --aslr SEED      choose addresses at random         --version, --help

examples:
  kshell -c ps
  kshell -c 'm = map 1G' -c 'touch $m 1G' -c ps
  kshell --check lesson.md
  echo 'vmo_create 4k' | kshell --json -

exit values: 0 all succeeded, 1 a command failed, 2 the line or the arguments are wrong, 127 no such command,
130 interrupted. `kshell -c help` lists the commands.
"""
MACHINE_OPTIONS = ("--boot", "--memory", "--handles", "--aslr")
SWITCHES = ("--json", "--paranoid", "-k", "--keep-going", "--version", "--help", "-h", "--check", "--play")


class Options:
    """The command line, read."""

    def __init__(self) -> None:
        self.machine: dict[str, str] = {}
        self.switches: set[str] = set()
        self.lines: list[str] = []
        self.files: list[str] = []


def read_arguments(words: list[str]) -> Options:
    """Reads the command line. Raises UsageError."""
    options = Options()
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        name, equals, value = word.partition("=")
        if name in MACHINE_OPTIONS or word == "-c":
            if not equals or word == "-c":
                if at >= len(words):
                    raise UsageError(f"{word} wants a value; `kshell --help` shows how")
                value = words[at]
                at += 1
            if word == "-c":
                options.lines.append(value)
            else:
                options.machine[name] = value
        elif word in SWITCHES:
            options.switches.add({"-k": "--keep-going", "-h": "--help"}.get(word, word))
        elif word == "--":
            options.files.extend(words[at:])
            break
        elif word == "--journal" or name == "--journal":
            raise UsageError("--journal is not there yet: this version keeps no journal; nothing was started")
        elif word.startswith("-") and word != "-":
            raise UsageError(f"there is no option {word}; `kshell --help` lists them")
        else:
            options.files.append(word)
    return options


def start_session(machine_options: dict[str, str], paranoid: bool = False) -> Session:
    """A session on a machine booted as the options say. Raises ShellError."""
    from kshell.kernel.boot import ImageError, boot
    from kshell.shell import registry
    from kshell.shell.expressions import evaluate
    from kshell.shell.session import Session

    def size(name: str) -> int | None:
        word = machine_options.get(name)
        if word is None:
            return None
        try:
            return evaluate(word, _no_variables)
        except UsageError as error:
            raise UsageError(f"{name}: {error.message}") from None

    memory, handles, seed = size("--memory"), size("--handles"), size("--aslr")
    text = read_image(machine_options.get("--boot"))
    try:
        machine = boot(text, memory, 262144 if handles is None else handles, seed)
    except ImageError as error:
        raise UsageError(f"{machine_options.get('--boot', 'the boot image')}: {error}") from None
    registry.load()
    session = Session(machine)
    session.paranoid = paranoid
    return session


def _no_variables(name: str) -> int:
    raise UsageError(f"${name} has no value on the command line")


def read_image(path: str | None) -> str:
    """The text of a boot image, the shipped one if `path` is None. Raises UsageError."""
    if path is None:
        import os

        path = os.path.join(os.path.dirname(__file__), "images", "magenta.img")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"cannot read the boot image {path}: {error.strerror}") from None


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
    paranoid = "--paranoid" in switches
    if not options.lines and not options.files:
        if sys.stdin.isatty() and sys.stdout.isatty() and "--json" not in switches:
            from kshell.console import run

            return run(start_session(options.machine, paranoid))
        options.files.append("-")
    return run_scripts(options, paranoid)


def run_scripts(options: Options, paranoid: bool) -> int:
    """Runs `-c` lines, then files, all in one session."""
    from kshell.script import Runner, find_file, options_in, read_lines

    scripts: list[tuple[str, list[str] | None]] = [("-c", options.lines)] if options.lines else []
    for name in options.files:
        if name == "-":
            scripts.append(("-", None))
            continue
        path = find_file(name)
        if path is None:
            raise UsageError(f"there is no file {name}, and no shipped script of that name")
        try:
            scripts.append((path if path == name else name, read_lines(path)))
        except OSError as error:
            raise UsageError(f"cannot read {name}: {error.strerror}") from None
    machine = dict(options.machine)
    for _, lines in scripts:
        for name, value in read_arguments(options_in(lines or [])).machine.items():
            machine.setdefault(name, value)
    runner = Runner(start_session(machine, paranoid), "--json" in options.switches, "--keep-going" in options.switches)
    for name, lines in scripts:
        if not runner.run(name, sys.stdin if lines is None else lines, flush=lines is None):
            break
    return runner.exit


def run_documents(options: Options) -> int:
    """`--check` and `--play`."""
    from kshell.lesson import check, play
    from kshell.script import find_file

    if not options.files:
        raise UsageError("--check and --play want a document")
    failed = False
    for name in options.files:
        path = find_file(name)
        if path is None:
            raise UsageError(f"there is no document {name}")
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                text = file.read()
        except OSError as error:
            raise UsageError(f"cannot read {name}: {error.strerror}") from None
        if "--play" in options.switches:
            play(text, lambda: start_session(options.machine))
            continue
        report = check(name, text, lambda: start_session(options.machine))
        for line in report:
            sys.stdout.write(line + "\n")
        failed = failed or bool(report)
    return EXIT_FAILED if failed else 0


def entry() -> None:
    """The program: turns every way to end into an exit value, and never shows a traceback for bad input."""
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
        sys.stderr.write(f"kshell: {error.message}\n")
        code = EXIT_USAGE if isinstance(error, UsageError) else error.exit
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away, as `head` does: that is no error, and what is left has nowhere to go.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


if __name__ == "__main__":
    entry()
