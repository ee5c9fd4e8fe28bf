"""Blocks of a document that are not a session: a key, a colon and a value in each line.

    pick n 2..9                       Entry("pick", "n 2..9")
    question: How many bytes are      Entry("question", "How many bytes are $n pages?")
      $n pages?                       a line that begins with a blank goes on the value before it
    run: m = map 64k                  the same key again: one entry for each, in their order
    run: touch $m $n*4k

Every entry knows its line of the document, so whatever is wrong with it later can be said of that line.
"""

from __future__ import annotations

from kshell.documents.reading import Code
from kshell.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# The key that stands without a colon.
PICK = "pick"
# What is told of a line that cannot be read.
MOST_SHOWN = 60


class BlockError(Exception):
    """Something is wrong with a block: `reason`, in words, at `line` of the document."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason

    def told(self, name: str) -> str:
        """The error of the document `name`, in a line: `lesson.md:12: there is no key ...`."""
        return f"{name}:{self.line}: {self.reason}"


class Entry:
    """A key with its value, and the line of the document in which the key stands."""

    __slots__ = ("line", "key", "value")

    def __init__(self, line: int, key: str, value: str) -> None:
        self.line = line
        self.key = key
        self.value = value


def read_keyed(block: Code, keys: Iterable[str], once: Iterable[str] = ()) -> list[Entry]:
    """The entries of a block, in their order.

    `keys` are those that it may have, `pick` among them where numbers can be drawn; those of `once` stand at most once.
    Further lines of a value are joined to it by one blank each. Raises BlockError for any other line, a key that is not
    known, one without a value, and a second one of `once`.
    """
    known = list(keys)
    entries: list[Entry] = []
    for number, text in enumerate(block.lines, block.first):
        if not text.strip():
            continue
        if text[0] in " \t":
            if not entries:
                raise BlockError(number, "there is no value before this line that it could go on")
            entries[-1].value = f"{entries[-1].value} {text.strip()}".strip()
            continue
        entries.append(_entry(number, text.rstrip(), known))
    seen: dict[str, int] = {}
    single = frozenset(once)
    for entry in entries:
        if not entry.value:
            raise BlockError(entry.line, f"`{entry.key}:` has no value")
        if entry.key in single and entry.key in seen:
            raise BlockError(entry.line, f"a second `{entry.key}:`; the first is in line {seen[entry.key]}")
        seen.setdefault(entry.key, entry.line)
    return entries


def _entry(number: int, text: str, known: list[str]) -> Entry:
    """The entry that a line begins. Raises BlockError."""
    word, _, rest = text.partition(" ")
    if word == PICK and PICK in known:
        return Entry(number, PICK, rest.strip())
    key, colon, value = text.partition(":")
    if not colon or not key or " " in key:
        said = shown(text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}...")
        raise BlockError(number, f"this is no `key: value`, and more of the value before it begins with blanks: {said}")
    if key not in known or key == PICK:
        names = ", ".join(name for name in known if name != PICK)
        raise BlockError(number, f"there is no key {shown(key[:MOST_SHOWN])!r} here; there are {names}")
    return Entry(number, key, value.strip())
