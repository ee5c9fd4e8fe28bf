"""What pages hold.

`Data` is a run-length byte string: a gigabyte of one byte value is one run. `Content` is what the pages of one
VMO hold, kept only where it is not zero:

    page      0        1        2 ....... 9       10
            "hello"  0x00     0x63 repeated      "abc"
            mixed    nothing  planes 1 2 32 64   mixed

A page that holds one byte value everywhere is a member of the planes of that value's bits, of which there are eight
however many values there are; a page that holds anything else is in `mixed` with its bytes, the zeros at both ends cut
off.
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT, PAGE_SIZE
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.pages import PageSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ZERO = b"\0"
BITS = (1, 2, 4, 8, 16, 32, 64, 128)


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


@mypyc_attr(allow_interpreted_subclasses=True)
class Content:
    """What the committed pages of one VMO hold.

    Invariants: planes are for the bits 1, 2, 4 ... 128 and not empty; no page is in one of them and in `mixed`;
    a mixed page's bytes neither begin nor end with zero. Every page here is committed in its VMO.
    """

    __slots__ = ("planes", "mixed", "mixed_pages")

    def __init__(self) -> None:
        # The pages filled with a value that has a bit, by the bit.
        self.planes: dict[int, PageSet] = {}
        # Bytes, and how many zeros are before them, by page.
        self.mixed: dict[int, tuple[int, bytes]] = {}
        self.mixed_pages = PageSet()

    def __bool__(self) -> bool:
        return bool(self.planes) or bool(self.mixed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Content):
            return NotImplemented
        return self.planes == other.planes and self.mixed == other.mixed

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> Content:
        """A content of its own with the same bytes."""
        twin = Content()
        twin.planes = {bit: pages.copy() for bit, pages in self.planes.items()}
        twin.mixed = self.mixed.copy()
        twin.mixed_pages = self.mixed_pages.copy()
        return twin

    def value(self, page: int) -> int:
        """The value that page index `page` is filled with; 0 for a mixed page, too."""
        byte = 0
        for bit, pages in self.planes.items():
            if page in pages:
                byte |= bit
        return byte

    def page(self, page: int) -> Data:
        """The 4096 bytes of page index `page`."""
        entry = self.mixed.get(page)
        if entry is None:
            return Data.fill(self.value(page), PAGE_SIZE)
        lead, text = entry
        return Data(((ZERO, lead), (text, 1), (ZERO, PAGE_SIZE - lead - len(text))))

    def read(self, start: int, end: int) -> Data:
        """The bytes of the page range [start, end)."""
        return self.page(start) if end - start == 1 else Data(self._pieces(start, end))

    def _pieces(self, start: int, end: int) -> Iterator[tuple[bytes, int]]:
        spans = list(self._filled(start, end))
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

    def _filled(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """(first, end, value) of the runs of pages in [start, end) that are filled with one value other than 0."""
        # Where runs of the planes begin and end, bits of the value change.
        changes: dict[int, int] = {}
        for bit, pages in self.planes.items():
            for run in pages.runs(start, end):
                for page in run:
                    changes[page] = changes.get(page, 0) ^ bit
        low = byte = 0
        for page in sorted(changes):
            if byte:
                yield low, page, byte
            low = page
            byte ^= changes[page]

    def write(self, offset: int, data: Data) -> None:
        """Stores `data` from byte `offset` on."""
        for text, repeat in data.runs:
            length = len(text) * repeat
            if len(text) == 1 and repeat >= PAGE_SIZE:
                self._write_fill(offset, length, text[0])
            else:
                self._write_text(offset, text * repeat)
            offset += length

    def _write_fill(self, offset: int, length: int, byte: int) -> None:
        first = (offset + PAGE_SIZE - 1) >> PAGE_SHIFT
        last = (offset + length) >> PAGE_SHIFT
        head = (first << PAGE_SHIFT) - offset
        tail = (offset + length) - (last << PAGE_SHIFT)
        text = bytes((byte,))
        if head:
            self._write_text(offset, text * head)
        if first < last:
            self._fill(first, last, byte)
        if tail:
            self._write_text(last << PAGE_SHIFT, text * tail)

    def _write_text(self, offset: int, text: bytes) -> None:
        at = 0
        while at < len(text):
            page, within = divmod(offset + at, PAGE_SIZE)
            piece = text[at : at + PAGE_SIZE - within]
            self._write_piece(page, within, piece)
            at += len(piece)

    def _write_piece(self, page: int, within: int, piece: bytes) -> None:
        """Stores `piece` in one page, `within` bytes from its beginning."""
        entry = self.mixed.get(page)
        if entry is None:
            byte = self.value(page) if self.planes else 0
            if byte:
                self._clear(page, page + 1)
                entry = 0, bytes((byte,)) * PAGE_SIZE
        if entry is not None:
            lead, text = entry
            low, high = min(lead, within), max(lead + len(text), within + len(piece))
            both = bytearray(high - low)
            both[lead - low : lead - low + len(text)] = text
            both[within - low : within - low + len(piece)] = piece
            within, piece = low, bytes(both)
        self._keep(page, within, piece)

    def _keep(self, page: int, lead: int, text: bytes) -> None:
        """A page that is in no plane holds `text` after `lead` zeros, and zeros after it."""
        if not (text[0] and text[-1]):
            rest = text.lstrip(ZERO)
            lead += len(text) - len(rest)
            text = rest.rstrip(ZERO)
        if text and (len(text) < PAGE_SIZE or text.count(text[0]) < PAGE_SIZE):
            if page not in self.mixed:
                self.mixed_pages.add(page)
            self.mixed[page] = lead, text
        else:
            self._fill(page, page + 1, text[0] if text else 0)

    def _fill(self, start: int, end: int, byte: int) -> None:
        """The pages [start, end) hold `byte` everywhere."""
        self.drop(start, end)
        for bit in BITS:
            if byte & bit:
                self.planes.setdefault(bit, PageSet()).add_range(start, end)

    def _clear(self, start: int, end: int) -> None:
        """The pages [start, end) are in no plane any more."""
        for bit, pages in list(self.planes.items()):
            if pages.remove_range(start, end) and not pages:
                del self.planes[bit]

    def drop(self, start: int, end: int) -> None:
        """The pages [start, end) hold zeros again."""
        self._clear(start, end)
        if self.mixed:
            for low, high in list(self.mixed_pages.runs(start, end)):
                for page in range(low, high):
                    del self.mixed[page]
            self.mixed_pages.remove_range(start, end)

    def copy_range(self, source: Content, start: int, end: int, to: int) -> None:
        """Copies what `source` holds in its pages [start, end) to the pages from `to` on, which held zeros."""
        for bit, pages in source.planes.items():
            for low, high in pages.runs(start, end):
                self.planes.setdefault(bit, PageSet()).add_range(low - start + to, high - start + to)
        for low, high in source.mixed_pages.runs(start, end):
            for page in range(low, high):
                self.mixed[page - start + to] = source.mixed[page]
            self.mixed_pages.add_range(low - start + to, high - start + to)

    def check(self, committed: PageSet) -> None:
        """Raises AssertionError when an invariant of the class is broken."""
        seen = PageSet()
        for bit, pages in self.planes.items():
            assert bit in BITS and pages, f"content: the plane {bit} is empty, or of no bit of a byte"
            seen.update(pages)
        assert len(self.mixed_pages) == len(self.mixed), "content: mixed pages and their set differ"
        for page, (lead, text) in self.mixed.items():
            assert page in self.mixed_pages and page not in seen, "content: a mixed page is a filled page too"
            assert text[0] and text[-1] and lead + len(text) <= PAGE_SIZE, "content: a mixed page is not trimmed"
        seen.update(self.mixed_pages)
        assert not (seen - committed), "content: a page that is not committed has content"
