"""The words of kshell's own command line.

What kshell is asked to do is its mode; every other option either goes with that mode or is refused, never dropped.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError
from kshell.shell.header import MACHINE_OPTIONS

USAGE = """\
usage: kshell [OPTIONS] [FILE...]  the console, or scripts (of .md: commands)
       kshell [OPTIONS] -c LINE    run a line; -c and FILE in their order
       kshell --check FILE...      run documents and show where they differ
       kshell --update FILE...     write what is printed into them
       kshell --play FILE [--from HEADING] [--pace SECONDS] [--notes FILE]
       kshell --export FILE.html FILE  a page of it, with pictures
       kshell learn [LESSON] [--from HEADING | --again]  a lesson, step by step
       kshell --grade EXERCISE --answers FILE... [--report KIND]

  --boot IMAGE     another boot image        --json            JSON, not text
  --memory SIZE    RAM, such as 4G           --json-strings    large ones quoted
  --handles N      size of the handle table  -k, --keep-going  go on after error
  --aslr SEED      random addresses          -i, --interactive then the console
  --max-objects N  VMOs, VMARs and mappings  --paranoid        check each line
  --max-output N   most that a command shows --sandbox         no host access
  --args WORD...   $1, $2 ... of scripts     --journal FILE    keep, bring back
  --seed N         what `pick` draws from    --record FILE.cast, --completion SH
  --max-time SECONDS, --max-memory SIZE of an answer that is graded
  --list-scripts, --list-lessons, --version, --help

example: kshell -c 'm = map 1G' -c 'touch $m 1G' -c ps
exit values: 0 all succeeded, 1 a command failed, 2 the line or the arguments
are wrong, 127 no such command, 130 interrupted. `kshell -c help`: the commands.
"""
# What only a document that is played, or learned from, knows.
PLAY_OPTIONS = ("--from", "--pace", "--notes")
# What only grading knows.
GRADE = "--grade"
GRADE_OPTIONS = ("--report", "--max-time", "--max-memory")
# The word that begins the command line of a lesson; a file of that name is ./learn.
LEARN = "learn"
VALUE_OPTIONS = (
    *("--journal", "--record", "--completion", "--max-output", "--export"),
    *(GRADE, *GRADE_OPTIONS, *PLAY_OPTIONS),
)
SHORT = {"-k": "--keep-going", "-h": "--help", "-i": "--interactive"}
# What decides what kshell does, and all else that goes with it; the console and scripts take every other option.
RUNNING = frozenset((*MACHINE_OPTIONS, "--max-output", "--paranoid", "--sandbox"))
DOCUMENT_MODES = ("--check", "--update", "--play")
MODES = {
    "--help": None,
    "--version": None,
    "--check": RUNNING | {"FILE"},
    "--update": RUNNING | {"FILE"},
    "--play": RUNNING | {"FILE", "--record", *PLAY_OPTIONS},
    "--export": RUNNING | {"FILE", "--args", "--keep-going"},
    LEARN: RUNNING | {"FILE", "--from", "--again"},
    GRADE: RUNNING | {"FILE", "--answers", *GRADE_OPTIONS},
    "--completion": frozenset(),
    "--list-scripts": frozenset(),
    "--list-lessons": frozenset(),
}
SWITCHES = (
    "--json", "--json-strings", "--paranoid", "--keep-going", "--interactive", "--sandbox",
    "--version", "--help", "--check", "--update", "--play", "--list-scripts", "--list-lessons", "--again",
    "--answers",
)  # fmt: skip


class Options:
    """The command line, read.

    machine     the options that make the machine, with their values
    values      other options with their values
    switches    options without one, by their long names
    steps       what is to be run, in its order: ("-c", lines) and ("FILE", name)
    arguments   what scripts know as $1, $2 ...
    """

    def __init__(self) -> None:
        self.machine: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.switches: set[str] = set()
        self.steps: list[tuple[str, str]] = []
        self.arguments: list[str] | None = None

    @property
    def files(self) -> list[str]:
        """The files that are named."""
        return [name for kind, name in self.steps if kind == "FILE"]

    @property
    def mode(self) -> str:
        """The option that says what to do; "" for the console and for scripts."""
        return next((mode for mode in MODES if mode in self.switches or mode in self.values), "")

    @property
    def json(self) -> bool:
        """Whether the answers are JSON."""
        return "--json" in self.switches or "--json-strings" in self.switches

    def names(self) -> list[str]:
        """Everything that was given, by its name."""
        found = [*self.machine, *self.values, *self.switches, *(kind for kind, _ in self.steps)]
        return found if self.arguments is None else [*found, "--args"]

    def with_machine(self, machine: dict[str, str]) -> Options:
        """The same command line for another machine."""
        twin = Options()
        twin.__dict__.update(self.__dict__, machine=machine)
        return twin


def read_arguments(words: list[str]) -> Options:
    """Reads the command line. Raises UsageError."""
    options = Options()
    at = 0
    if words[:1] == [LEARN]:
        options.switches.add(LEARN)
        at = 1
    while at < len(words):
        word = words[at]
        at += 1
        name, equals, value = word.partition("=")
        if name in MACHINE_OPTIONS or name in VALUE_OPTIONS or word == "-c":
            if not equals or word == "-c":
                if at >= len(words):
                    raise UsageError(f"{word} needs a value; `kshell --help` shows how")
                value = words[at]
                at += 1
            if word == "-c":
                options.steps.append(("-c", value))
            elif name in VALUE_OPTIONS:
                options.values[name] = value
            else:
                options.machine[name] = value
        elif word == "--args":
            options.arguments = words[at:]
            break
        elif SHORT.get(word, word) in SWITCHES:
            options.switches.add(SHORT.get(word, word))
        elif word == "--":
            options.steps.extend(("FILE", name) for name in words[at:])
            break
        elif word.startswith("-") and word != "-":
            raise UsageError(f"there is no option {word}; `kshell --help` lists them")
        else:
            options.steps.append(("FILE", word))
    _require_that_all_go_together(options)
    return options


def _require_that_all_go_together(options: Options) -> None:
    """Raises UsageError for an option that would have no effect."""
    mode = options.mode
    taken = MODES.get(mode)
    if mode and taken is not None:
        for name in options.names():
            if name != mode and name not in taken:
                what = f"the file {options.files[0]}" if name == "FILE" else name
                raise UsageError(f"{what} does not go with {mode}; `kshell --help` shows what does")
    for name in PLAY_OPTIONS:
        if name in options.values and (taken is None or name not in taken):
            what = f"with {mode}" if mode else "without --play"
            raise UsageError(f"{name} does not go {what}: kshell --play FILE {name} ...")
    if "--again" in options.switches and mode != LEARN:
        raise UsageError("--again does not go without learn: kshell learn LESSON --again")
    if mode == LEARN:
        if not options.files and options.names() != [LEARN]:
            raise UsageError("learn needs a lesson for that: kshell learn LESSON; `kshell learn` alone lists them")
        if "--again" in options.switches and "--from" in options.values:
            raise UsageError("--again begins at the beginning, --from at a heading: give one of them")
    for name in (*GRADE_OPTIONS, "--answers"):
        if name in options.names() and mode != GRADE:
            raise UsageError(f"{name} does not go {f'with {mode}' if mode else 'without --grade'}: "
                             "kshell --grade EXERCISE --answers FILE ...")  # fmt: skip
    if mode == GRADE and not options.files:
        raise UsageError("--grade needs answers: kshell --grade EXERCISE --answers FILE...")
    if mode in DOCUMENT_MODES and not options.files:
        raise UsageError(f"{mode} needs a document: kshell {mode} FILE")
    if mode == "--export":
        path = options.values[mode]
        if not path.lower().endswith(".html"):
            raise UsageError(f"--export writes a page, FILE.html, and not {path}")
    if options.json and "--interactive" in options.switches:
        raise UsageError("-i does not go with --json: the console answers a person")
    if options.json and "--record" in options.values:
        raise UsageError("--record does not go with --json: it records what a person sees")
    if options.arguments is not None and not options.steps:
        raise UsageError("--args needs a script before it: kshell FILE --args WORD...")
