"""The kernel's own console: what `k LINE` runs, in the kernel, with the kernel's rules for a line.

A line is run in pieces of 127 bytes. In a piece `;` separates commands; a word that begins with `"` ends with the next
one; a word that begins with `$` is 0; with the sixteenth word the piece ends. An unknown command is silently ignored,
and the status reported for it is the one that the command before it left (docs/kernel-rules.md 8 no. 36). What a kernel
command prints would go to the log; here it is printed without a prefix.

Rules: docs/kernel-rules.md 6.5 and 6.6; `kernel/lib/console/console.c`, `kernel/lib/libc/atoi.c`.
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
BLANKS = " \t\n\v\f\r"
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
    """The line's commands as words, by the kernel's rules (`fetch_next_line`, `tokenize_command`)."""
    text = line.encode(errors="surrogateescape")
    pieces = [text[at : at + MAX_PIECE].decode(errors="replace") for at in range(0, len(text), MAX_PIECE)]
    return [words for piece in pieces for words in _commands(piece) if words]


def _commands(piece: str) -> list[list[str]]:
    """The commands of one piece. When the words run out, so does the piece, with the commands that would follow."""
    commands: list[list[str]] = [[]]
    at = 0
    while at < len(piece):
        if piece[at] == ";":
            commands.append([])
            at += 1
        elif piece[at] in BLANKS:
            at += 1
        else:
            word, at = _word(piece, at)
            commands[-1].append(word)
            if len(commands[-1]) == MAX_WORDS:
                break
    return commands


def _word(piece: str, start: int) -> tuple[str, int]:
    """The word that begins at `start`, and the place after it."""
    if piece[start] == '"':
        end = piece.find('"', start + 1)
        return (piece[start + 1 :], len(piece)) if end < 0 else (piece[start + 1 : end], end + 1)
    end = start
    while end < len(piece) and piece[end] not in BLANKS and piece[end] != ";":
        end += 1
    # The kernel's console has no variables, so each is 0.
    return "0" if piece[start] == "$" else piece[start:end], end


def number(word: str) -> int:
    """A number without a sign (`atoul`): decimal or 0x hex, modulo 2^64; what follows is ignored, garbage is 0."""
    digits, base = (word[2:], 16) if word[:2] == "0x" else (word, 10)
    return int(_leading(digits, base) or "0", base) & U64


def signed(word: str) -> int:
    """A number that may have a minus before its decimal digits (`atol`), from -2^63 to 2^63 - 1."""
    value = -number(word[1:]) if word[:1] == "-" and word[1:3] != "0x" else number(word)
    return (value + (1 << 63) & U64) - (1 << 63)


def _leading(digits: str, base: int) -> str:
    """The digits of `base`, 10 or 16, at the beginning of a text."""
    allowed = "0123456789abcdefABCDEF" if base == 16 else "0123456789"
    end = 0
    while end < len(digits) and digits[end] in allowed:
        end += 1
    return digits[:end]


def refuse(kernel: Kernel, why: str) -> int:
    """Says in one line why kshell does not do what the real kernel would; returns the status of a failure."""
    kernel.say(f"kshell: {why}")
    return -1


def hexadecimal(value: int) -> str:
    """A number or a pointer as printf's %#x and %p show it: 0 has no prefix."""
    return f"{value:#x}" if value else "0"
