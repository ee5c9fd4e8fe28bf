"""Argument types of the syscalls: rights, flags, operations, topics, data.

Apart from the other types, since `ps` and the like start without them.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    CACHE_CODES,
    PROP_CODES,
    RIGHT_LETTERS,
    RIGHT_NAMES,
    RIGHT_SAME_RIGHTS,
    TOPIC_CODES,
    VM_CAN_MAP_EXECUTE,
    VM_CAN_MAP_READ,
    VM_CAN_MAP_SPECIFIC,
    VM_CAN_MAP_WRITE,
    VM_COMPACT,
    VM_EXECUTE,
    VM_READ,
    VM_SPECIFIC,
    VM_SPECIFIC_OVERWRITE,
    VM_WRITE,
    VMO_CLONE_COPY_ON_WRITE,
)
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.content import Data
from kshell.shell.arguments import Choice, Number, Parameter, fitting
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.quoting import Literal
from kshell.shell.state import State
from kshell.shell.values import QUANTITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import ClassVar

RIGHT_WORDS: dict[str, int] = {
    "same": RIGHT_SAME_RIGHTS,
    "none": 0,
    **{name.lower().replace("_", "-"): bit for bit, name in RIGHT_NAMES.items()},
}


@mypyc_attr(allow_interpreted_subclasses=True)
class Combination(Parameter[int]):
    """Names joined by commas."""

    __slots__ = ()

    closed = True

    def completions(self, state: State, words: Sequence[str], at: int) -> Iterable[Choice]:
        """The choices for the last name, after those that stand already; none when one of those is wrong."""
        before, comma, _ = words[at].rpartition(",")
        try:
            if comma:
                self.parse(state, before)
        except ShellError:
            return []
        return [(f"{before}{comma}{text}", about) for text, about in self.choices(state)]

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        last = words[at].rpartition(",")[2]
        # A number, an expression and MX_RIGHT_READ may be anything yet.
        return not last or last[0] in "$-0123456789PpMm" or super().unfinished(state, words, at)


@mypyc_attr(allow_interpreted_subclasses=True)
class Rights(Combination):
    """Rights of a handle."""

    __slots__ = ()

    type_name = "int"
    explain = "rights: names (read,map), letters (rwxmdt), same, or a number"

    def parse(self, state: State, word: str) -> int:
        return combine(state, word, RIGHT_WORDS, RIGHT_LETTERS, "right")

    def choices(self, state: State) -> Iterable[Choice]:
        return [(word, f"{bit:#x}") for word, bit in RIGHT_WORDS.items()]


FLAG_LETTERS = {"r": VM_READ, "w": VM_WRITE, "x": VM_EXECUTE}
FLAG_WORDS: dict[str, int] = {
    "read": VM_READ,
    "write": VM_WRITE,
    "execute": VM_EXECUTE,
    "compact": VM_COMPACT,
    "specific": VM_SPECIFIC,
    "specific-overwrite": VM_SPECIFIC_OVERWRITE,
    "overwrite": VM_SPECIFIC_OVERWRITE,
    "can-map-specific": VM_CAN_MAP_SPECIFIC,
    "can-map-read": VM_CAN_MAP_READ,
    "can-map-write": VM_CAN_MAP_WRITE,
    "can-map-execute": VM_CAN_MAP_EXECUTE,
    "none": 0,
}


@mypyc_attr(allow_interpreted_subclasses=True)
class MapFlags(Combination):
    """Flags of the vmar calls."""

    __slots__ = ()

    type_name = "int"
    explain = "flags, permissions first: rw,specific; rwx; can-map-read,can-map-write; or a number"

    def parse(self, state: State, word: str) -> int:
        return combine(state, word, FLAG_WORDS, FLAG_LETTERS, "flag")

    def choices(self, state: State) -> Iterable[Choice]:
        permissions = [("r", "read"), ("rw", "read, write"), ("rx", "read, execute"), ("rwx", "all")]
        return permissions + [(word, f"{bit:#x}") for word, bit in FLAG_WORDS.items()]


def combine(state: State, word: str, words: dict[str, int], letters: dict[str, int], what: str) -> int:
    """The bits of names joined by commas, of letters, or of a number, which is passed on untouched."""
    bits = 0
    for piece in word.split(","):
        low = piece.lower().replace("_", "-").removeprefix("perm-")
        if low in words:
            bits |= words[low]
        elif low and all(letter in letters for letter in low):
            for letter in low:
                bits |= letters[letter]
        elif _is_numeric(piece):
            bits |= fitting(state, piece, QUANTITIES, _one(what)).number
        else:
            raise UsageError(f"{piece!r} is not a {what} or a number: see `help {what}s`")
    return bits


def _is_numeric(word: str) -> bool:
    """Whether a word that is not a name can be a number."""
    return bool(word) and word[0] in "0123456789$-"


def _one(what: str) -> str:
    """A thing with its article."""
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"


@mypyc_attr(allow_interpreted_subclasses=True)
class _Named(Parameter[int]):
    """A name from a table, or a number."""

    __slots__ = ()

    type_name = "int"
    names: ClassVar[Mapping[str, int]]
    what: ClassVar[str] = ""
    closed = True

    def parse(self, state: State, word: str) -> int:
        low = word.lower().replace("-", "_")
        for prefix in ("mx_", "info_", "prop_", "vmo_op_"):
            low = low.removeprefix(prefix)
        if low in self.names:
            return self.names[low]
        if _is_numeric(word):
            return fitting(state, word, QUANTITIES, _one(self.what)).number
        raise UsageError(f"{word!r} is not a known {self.what}: see `help {self.what}`")

    def shown(self) -> list[str]:
        """The names as they are written."""
        return [name.replace("_", "-") for name in self.names]

    def choices(self, state: State) -> Iterable[Choice]:
        return [(name, str(self.names[name.replace("-", "_")])) for name in self.shown()]

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        word = words[at].lower().replace("_", "-")
        prefixed = any(word.startswith(prefix[: len(word)]) for prefix in ("mx-", "info-", "prop-", "vmo-op-"))
        return prefixed or word[:1] in "$-" or word[:1].isdigit() or super().unfinished(state, words, at)


@mypyc_attr(allow_interpreted_subclasses=True)
class VmoOp(_Named):
    """An operation of vmo_op_range."""

    __slots__ = ()

    what = "operation"
    explain = "commit, decommit, lookup, lock, unlock, cache-sync, cache-invalidate, cache-clean ..., or a number"
    names: ClassVar[Mapping[str, int]] = {
        "commit": 1,
        "decommit": 2,
        "lock": 3,
        "unlock": 4,
        "lookup": 5,
        "cache_sync": 6,
        "cache_invalidate": 7,
        "cache_clean": 8,
        "cache_clean_invalidate": 9,
    }


@mypyc_attr(allow_interpreted_subclasses=True)
class CachePolicy(_Named):
    """How device memory is cached."""

    __slots__ = ()

    what = "cache policy"
    explain = "cached, uncached, uncached-device, write-combining, or a number"
    names: ClassVar[Mapping[str, int]] = {name.replace("-", "_"): code for name, code in CACHE_CODES.items()}


@mypyc_attr(allow_interpreted_subclasses=True)
class CloneOptions(_Named):
    """The options of vmo_clone."""

    __slots__ = ()

    what = "clone option"
    explain = "cow (copy-on-write), or a number"
    names: ClassVar[Mapping[str, int]] = {"cow": VMO_CLONE_COPY_ON_WRITE}


@mypyc_attr(allow_interpreted_subclasses=True)
class Topic(_Named):
    """A topic of object_get_info."""

    __slots__ = ()

    what = "topic"
    explain = "a topic: handle_basic, process, task_stats, process_maps ..., or a number"
    names: ClassVar[Mapping[str, int]] = TOPIC_CODES

    def shown(self) -> list[str]:
        return list(self.names)


@mypyc_attr(allow_interpreted_subclasses=True)
class Property(_Named):
    """A property of an object."""

    __slots__ = ()

    what = "property"
    explain = "name, bad_handle_policy, num_state_kinds, register_fs, process_debug_addr, or a number"
    names: ClassVar[Mapping[str, int]] = PROP_CODES

    def shown(self) -> list[str]:
        return list(self.names)


@mypyc_attr(allow_interpreted_subclasses=True)
class Access(Parameter[str]):
    """The kind of an access: r, w or x."""

    __slots__ = ()

    explain = "r (read), w (write) or x (execute)"
    closed = True

    def parse(self, state: State, word: str) -> str:
        if word not in ("r", "w", "x"):
            raise UsageError(f"{word!r} is not an access: give r, w or x")
        return word

    def choices(self, state: State) -> Iterable[Choice]:
        return [("r", "read"), ("w", "write"), ("x", "execute")]


@mypyc_attr(allow_interpreted_subclasses=True)
class Byte(Number):
    """A number of 8 bits."""

    __slots__ = ()

    explain = "a byte: 0 to 255"

    def parse(self, state: State, word: str) -> int:
        value = super().parse(state, word)
        if value > 255:
            raise UsageError(f"{self.option or self.name} {value} is not a byte: give 0 to 255")
        return value


@mypyc_attr(allow_interpreted_subclasses=True)
class Bytes(Parameter[Data]):
    """Data to write: text with escapes."""

    __slots__ = ()

    type_name = "Data"
    explain = r"data: text, with \xNN, \n, \t, \0 and \\ for what cannot be typed"

    def parse(self, state: State, word: str) -> Data:
        text = word if isinstance(word, Literal) else state.expand(word)
        return Data.of(unescape(text))


def unescape(text: str) -> bytes:
    r"""The bytes of `text` with \xNN, \n, \t, \r, \0, \\ replaced. Raises UsageError for another escape."""
    if "\\" not in text:
        return text.encode("utf-8", "surrogateescape")
    simple = {"n": b"\n", "t": b"\t", "r": b"\r", "0": b"\0", "\\": b"\\"}
    out: list[bytes] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char != "\\":
            out.append(char.encode("utf-8", "surrogateescape"))
            at += 1
            continue
        kind = text[at + 1 : at + 2]
        if kind == "x" and all(digit in "0123456789abcdefABCDEF" for digit in text[at + 2 : at + 4]) and text[at + 3 :]:
            out.append(bytes((int(text[at + 2 : at + 4], 16),)))
            at += 4
        elif kind in simple:
            out.append(simple[kind])
            at += 2
        else:
            raise UsageError(f"\\{kind} is not an escape: the escapes are \\xNN, \\n, \\t, \\r, \\0 and \\\\")
    return b"".join(out)
