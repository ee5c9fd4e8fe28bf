"""The words of kshell's own command line."""

from __future__ import annotations

from kshell.shell.errors import UsageError

USAGE = """\
usage: kshell [OPTIONS]          the console
       kshell [OPTIONS] FILE...  run scripts; of a .md file, its commands
       kshell [OPTIONS] -c LINE  run a line (may be repeated)
       kshell --check FILE...    run documents and show where they differ
       kshell --play FILE        show a document to a class, a command per key

  --boot IMAGE    another boot image        --json            JSON, not text
  --memory SIZE   RAM, such as 4G           -k, --keep-going  go on after errors
  --handles N     size of the handle table  --paranoid        check each command
  --aslr SEED     random addresses          --sandbox         no files, programs
  --journal FILE  keep each line; the same FILE brings the session back
  --completion SHELL, --list-scripts, --version, --help

examples:
  kshell -c ps
  kshell -c 'm = map 1G' -c 'touch $m 1G' -c ps
  kshell --check lesson.md
  echo 'vmo_create 4k' | kshell --json -

exit values: 0 all succeeded, 1 a command failed, 2 the line or the arguments
are wrong, 127 no such command, 130 interrupted. `kshell -c help`: the commands.
"""
MACHINE_OPTIONS = ("--boot", "--memory", "--handles", "--aslr")
VALUE_OPTIONS = ("--journal", "--completion")
SWITCHES = (
    "--json", "--paranoid", "-k", "--keep-going", "--version", "--help", "-h", "--check", "--play", "--sandbox",
    "--list-scripts",
)  # fmt: skip


class Options:
    """The command line, read."""

    def __init__(self) -> None:
        self.machine: dict[str, str] = {}
        self.values: dict[str, str] = {}
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
        if name in MACHINE_OPTIONS or name in VALUE_OPTIONS or word == "-c":
            if not equals or word == "-c":
                if at >= len(words):
                    raise UsageError(f"{word} needs a value; `kshell --help` shows how")
                value = words[at]
                at += 1
            if word == "-c":
                options.lines.extend(value.split("\n"))
            elif name in VALUE_OPTIONS:
                options.values[name] = value
            else:
                options.machine[name] = value
        elif word in SWITCHES:
            options.switches.add({"-k": "--keep-going", "-h": "--help"}.get(word, word))
        elif word == "--":
            options.files.extend(words[at:])
            break
        elif word.startswith("-") and word != "-":
            raise UsageError(f"there is no option {word}; `kshell --help` lists them")
        else:
            options.files.append(word)
    return options
