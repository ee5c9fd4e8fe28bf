"""What a number is a number of: a handle, an address, a size, a koid, a count.

    a = vmo_create 64k      $a is a handle, $a.koid a koid
    map $a                  refused: a handle is not a size

A value has its kind from the command that made it, a field from its name; each parameter says which kinds fit. A number
that was typed as digits has no kind and fits everywhere: whether it is right is for the kernel to say.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError

HANDLE = "a handle"
ADDRESS = "an address"
SIZE = "a size"
KOID = "a koid"
COUNT = "a count"
# What is counted or measured, and can be calculated with; the others only say which object or place is meant.
QUANTITIES = (SIZE, COUNT)
# What a parameter may want besides these, in words.
TASK = "a task"
NUMBER = "a number"
OFFSET = "an offset"

# Fields by their names. Any other is a plain number, which fits everywhere.
FIELDS = {
    "handle": HANDLE,
    "addr": ADDRESS,
    "base": ADDRESS,
    **dict.fromkeys(("koid", "koids", "related_koid", "parent_koid"), KOID),
    **dict.fromkeys(("size", "len", "virt", "res", "actual", "mem_mapped_bytes", "mem_committed_bytes"), SIZE),
    **dict.fromkeys(("total", "free", "object", "wired", "heap", "mmu", "alloc"), SIZE),
    **dict.fromkeys(("count", "faults", "committed", "committed_pages", "mappings", "threads"), COUNT),
}


class Value:
    """A number, its kind ("" for a plain number), and whose it is.

    `owner` is the koid of the process that a handle or an address belongs to, 0 where that is not known.
    """

    __slots__ = ("number", "kind", "owner")

    def __init__(self, number: int, kind: str = "", owner: int = 0) -> None:
        self.number = number
        self.kind = kind
        self.owner = owner


class Misfit(UsageError):
    """A value that a parameter cannot take: it is of another kind than `wanted`, or another process's (`reason`)."""

    def __init__(self, word: str, value: Value, wanted: str, reason: str = "") -> None:
        shown = word if len(word) <= 40 else f"{word[:37]}..."
        super().__init__(f"{shown} is {reason or f'{value.kind}, not {wanted}'}")
        self.word = word
        self.value = value
        self.wanted = wanted


def text_of(found: object, kind: str) -> str:
    """A value or a field as text: an address as addresses are written, what is no single value as JSON."""
    if found is None:
        return ""
    if kind == ADDRESS and isinstance(found, int):
        return f"{found:#x}"
    if isinstance(found, (bool, list, dict)):
        import json

        return json.dumps(found)
    return str(found)
