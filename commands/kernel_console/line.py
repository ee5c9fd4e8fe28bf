"""The kernel's own console: what `k LINE` runs, in the kernel, with the kernel's rules for a line.

`;` separates commands, `"` quotes, `$x` becomes 0, there are at most 16 words and 127 characters in a piece. An
unknown command is silently ignored, and the status reported for it is the one that the command before it left
(docs/kernel-rules.md 8 no. 36). What a kernel command prints would go to the log; here it is printed without a prefix.

Rules: docs/kernel-rules.md 6.5 and 6.6; `kernel/lib/console/console.c`.
"""

from __future__ import annotations

from kshell.kernel.machine import Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    KernelCommand: TypeAlias = "Callable[[Kernel, list[str]], int]"

MAX_WORDS = 16
MAX_PIECE = 127
MAX_LINE = 243
U64 = (1 << 64) - 1


class Kernel:
    """The kernel console at work on one line: the machine, and the lines printed so far."""

    __slots__ = ("machine", "lines", "rows", "value", "extra")

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.lines: list[str] = []
        # What the last command offers to programs besides its text.
        self.rows: dict[str, object] = {}
        self.value: int | None = None
        self.extra: dict[str, object] = {}

    def say(self, *lines: str) -> None:
        """Prints lines."""
        self.lines.extend(lines)

    def usage(self, complaint: str, *lines: str) -> int:
        """Prints a complaint, if any, and a usage text; returns the status of a usage error."""
        if complaint:
            self.lines.append(complaint)
        self.lines.extend(lines)
        return -1


COMMANDS: dict[str, KernelCommand] = {}


def kernel_command(name: str) -> Callable[[KernelCommand], KernelCommand]:
    """Registers a function as the kernel command `name`: it gets the words after it and returns its status."""

    def register(function: KernelCommand) -> KernelCommand:
        COMMANDS[name] = function
        return function

    return register


def run(machine: Machine, line: str) -> tuple[Kernel, int]:
    """Runs a kernel console line; returns what it printed and the status `k` sees."""
    kernel = Kernel(machine)
    for words in split(line):
        function = COMMANDS.get(words[0])
        if function is not None:
            machine.console_status = function(kernel, words[1:])
    return kernel, machine.console_status


def split(line: str) -> list[list[str]]:
    """The line's commands as words, by the kernel's rules (`tokenize_command`)."""
    commands: list[list[str]] = []
    words: list[str] = []
    word: list[str] | None = None
    quoted = False
    at = 0
    while at < len(line):
        char = line[at]
        at += 1
        if char == '"':
            quoted = not quoted
            word = word or []
        elif quoted:
            (word := word or []).append(char)
        elif char == "$":
            # A variable: the kernel's console has none, so each is 0.
            while at < len(line) and (line[at].isalnum() or line[at] == "_"):
                at += 1
            word = [*(word or []), "0"]
        elif char in " \t;":
            if word is not None:
                words.append("".join(word)[:MAX_PIECE])
                word = None
            if char == ";":
                commands.append(words)
                words = []
        else:
            (word := word or []).append(char)
    if word is not None:
        words.append("".join(word)[:MAX_PIECE])
    commands.append(words)
    return [words[:MAX_WORDS] for words in commands if words]


def number(word: str) -> int:
    """A number as the kernel's console reads it: decimal or 0x hex, what follows is ignored, garbage is 0."""
    text = word.lower()
    sign = -1 if text[:1] == "-" else 1
    text = text.lstrip("-+")
    digits, base = (text[2:], 16) if text[:2] == "0x" else (text, 10)
    allowed = "0123456789abcdef"[:base]
    end = 0
    while end < len(digits) and digits[end] in allowed:
        end += 1
    return sign * int(digits[:end] or "0", base) & U64


def pointer(value: int) -> str:
    """A kernel pointer as printf's %p shows it."""
    return f"0x{value:016x}" if value >> 60 else f"{value:#x}"


def hexadecimal(value: int) -> str:
    """A number as printf's %#x shows it: 0 has no prefix."""
    return f"{value:#x}" if value else "0"
