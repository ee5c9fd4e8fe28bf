"""What pages hold.

`Data` is a run-length byte string: a gigabyte of one byte value is one run. `Content` is what the pages of one
VMO hold, kept only where it is not zero:

    page      0        1        2 ....... 9       10
            "hello"  0x00     0x63 repeated      "abc"
            mixed    nothing  fills[0x63]        mixed

A page that holds one byte value everywhere is a member of that value's page set; a page that holds anything
else is in `mixed` with its bytes, the zeros at both ends cut off.
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT, PAGE_SIZE
from kshell.kernel.pages import PageSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ZERO = b"\0"


class Data:
    """An immutable run-length byte string: pieces of (bytes, repeat)."""

    __slots__ = ("runs", "length")

    def __init__(self, runs: Iterable[tuple[bytes, int]]) -> None:
        merged: list[tuple[bytes, int]] = []
        for text, repeat in runs:
            if not text or repeat <= 0:
                continue
            if len(text) > 1:
                # Invariant: a run is one byte, repeated, or a text of several values, once.
                if text.count(text[0]) == len(text):
                    text, repeat = text[:1], len(text) * repeat
                else:
                    text, repeat = text * repeat, 1
            if merged and len(text) == 1 and merged[-1][0] == text:
                merged[-1] = (text, merged[-1][1] + repeat)
            else:
                merged.append((text, repeat))
        self.runs = tuple(merged)
        self.length = sum(len(text) * repeat for text, repeat in merged)

    @classmethod
    def of(cls, text: bytes) -> Data:
        """The bytes of `text`."""
        return cls(((text, 1),))

    @classmethod
    def fill(cls, byte: int, length: int) -> Data:
        """`length` bytes of value `byte` (0 to 255)."""
        return cls(((bytes((byte,)), length),))

    def __len__(self) -> int:
        return self.length

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Data):
            return NotImplemented
        return self.length == other.length and (self.runs == other.runs or self.tobytes() == other.tobytes())

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Data) -> Data:
        return Data(self.runs + other.runs)

    def __repr__(self) -> str:
        return f"Data({self.runs!r})"

    def __getitem__(self, span: slice) -> Data:
        start, stop, step = span.indices(self.length)
        if step != 1:
            raise ValueError("a Data is cut into pieces, not sampled")
        return Data(self._cut(start, stop))

    def _cut(self, start: int, stop: int) -> Iterator[tuple[bytes, int]]:
        at = 0
        for text, repeat in self.runs:
            width = len(text)
            end = at + width * repeat
            low, high = max(start, at) - at, min(stop, end) - at
            if low < high:
                if width == 1:
                    yield text, high - low
                else:
                    yield text[low:high], 1
            at = end

    def tobytes(self) -> bytes:
        """All bytes. For pieces that are known to be small: a run of a gigabyte becomes a gigabyte."""
        return b"".join(text * repeat for text, repeat in self.runs)


class Content:
    """What the committed pages of one VMO hold.

    Invariants: no page is in two of the fill sets and `mixed`; fill sets are for values 1 to 255 and not empty;
    a mixed page's bytes neither begin nor end with zero. Every page here is committed in its VMO.
    """

    __slots__ = ("fills", "mixed", "mixed_pages")

    def __init__(self) -> None:
        self.fills: dict[int, PageSet] = {}
        self.mixed: dict[int, tuple[int, bytes]] = {}
        self.mixed_pages = PageSet()

    def __bool__(self) -> bool:
        return bool(self.fills) or bool(self.mixed)

    def page(self, page: int) -> Data:
        """The 4096 bytes of page index `page`."""
        entry = self.mixed.get(page)
        if entry is not None:
            lead, text = entry
            return Data(((ZERO, lead), (text, 1), (ZERO, PAGE_SIZE - lead - len(text))))
        for byte, pages in self.fills.items():
            if page in pages:
                return Data.fill(byte, PAGE_SIZE)
        return Data.fill(0, PAGE_SIZE)

    def read(self, start: int, end: int) -> Data:
        """The bytes of the page range [start, end)."""
        return Data(self._pieces(start, end))

    def _pieces(self, start: int, end: int) -> Iterator[tuple[bytes, int]]:
        spans: list[tuple[int, int, int]] = []
        for byte, pages in self.fills.items():
            spans.extend((low, high, byte) for low, high in pages.runs(start, end))
        for low, high in self.mixed_pages.runs(start, end):
            spans.extend((page, page + 1, -1) for page in range(low, high))
        spans.sort()
        at = start
        for low, high, byte in spans:
            yield ZERO, (low - at) << PAGE_SHIFT
            if byte >= 0:
                yield bytes((byte,)), (high - low) << PAGE_SHIFT
            else:
                yield from self.page(low).runs
            at = high
        yield ZERO, (end - at) << PAGE_SHIFT

    def write(self, offset: int, data: Data) -> None:
        """Stores `data` from byte `offset` on."""
        for text, repeat in data.runs:
            length = len(text) * repeat
            if len(text) == 1:
                self._write_fill(offset, length, text[0])
            else:
                self._write_text(offset, text)
            offset += length

    def _write_fill(self, offset: int, length: int, byte: int) -> None:
        first = (offset + PAGE_SIZE - 1) >> PAGE_SHIFT
        last = (offset + length) >> PAGE_SHIFT
        if first >= last:
            self._write_text(offset, bytes((byte,)) * length)
            return
        head = (first << PAGE_SHIFT) - offset
        tail = (offset + length) - (last << PAGE_SHIFT)
        if head:
            self._write_text(offset, bytes((byte,)) * head)
        self.drop(first, last)
        if byte:
            self._fill_set(byte).add_range(first, last)
        if tail:
            self._write_text(last << PAGE_SHIFT, bytes((byte,)) * tail)

    def _write_text(self, offset: int, text: bytes) -> None:
        at = 0
        while at < len(text):
            page, within = divmod(offset + at, PAGE_SIZE)
            piece = text[at : at + PAGE_SIZE - within]
            if len(piece) == PAGE_SIZE:
                self._store(page, piece)
            else:
                old = self.page(page).tobytes()
                self._store(page, old[:within] + piece + old[within + len(piece) :])
            at += len(piece)

    def _store(self, page: int, text: bytes) -> None:
        self.drop(page, page + 1)
        if text.count(text[0]) == PAGE_SIZE:
            if text[0]:
                self._fill_set(text[0]).add(page)
            return
        rest = text.lstrip(ZERO)
        self.mixed[page] = (PAGE_SIZE - len(rest), rest.rstrip(ZERO))
        self.mixed_pages.add(page)

    def _fill_set(self, byte: int) -> PageSet:
        pages = self.fills.get(byte)
        if pages is None:
            pages = self.fills[byte] = PageSet()
        return pages

    def drop(self, start: int, end: int) -> None:
        """The pages [start, end) hold zeros again."""
        for byte in list(self.fills):
            pages = self.fills[byte]
            if pages.remove_range(start, end) and not pages:
                del self.fills[byte]
        if self.mixed:
            for low, high in list(self.mixed_pages.runs(start, end)):
                for page in range(low, high):
                    del self.mixed[page]
            self.mixed_pages.remove_range(start, end)

    def copy_range(self, source: Content, start: int, end: int, to: int) -> None:
        """Copies what `source` holds in its pages [start, end) to the pages from `to` on, which held zeros."""
        for byte, pages in source.fills.items():
            for low, high in pages.runs(start, end):
                self._fill_set(byte).add_range(low - start + to, high - start + to)
        for low, high in source.mixed_pages.runs(start, end):
            for page in range(low, high):
                self.mixed[page - start + to] = source.mixed[page]
            self.mixed_pages.add_range(low - start + to, high - start + to)

    def check(self, committed: PageSet) -> None:
        """Raises AssertionError when an invariant of the class is broken."""
        seen = PageSet()
        for byte, pages in self.fills.items():
            assert 0 < byte < 256 and pages, f"content: the fill set of {byte} is empty, or {byte} is not a byte"
            assert not (seen & pages), "content: a page has two contents"
            seen.update(pages)
        assert len(self.mixed_pages) == len(self.mixed), "content: mixed pages and their set differ"
        for page, (lead, text) in self.mixed.items():
            assert page in self.mixed_pages and page not in seen, "content: a mixed page is a filled page too"
            assert text[0] and text[-1] and lead + len(text) <= PAGE_SIZE, "content: a mixed page is not trimmed"
        seen.update(self.mixed_pages)
        assert not (seen - committed), "content: a page that is not committed has content"
