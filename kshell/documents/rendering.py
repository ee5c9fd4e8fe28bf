"""Prose for a terminal: a block becomes rows, folded to its width.

    ## A heading               bold
    - *an item*, `code` and    italic, cyan; further rows stand under the first
      more of it
    | a | table |              columns, as wide as there is room for

Without colours the marks of Markdown stay, so nothing is told by colour alone. Notes are for `notes_of`.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kshell.documents.reading import COMMENT, Block, Code, Heading, Html, Notes, Prose, Rule, SessionCode, Table
from kshell.text import shown, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BOLD, DIM, ITALIC, UNDERLINE, RESET = "\x1b[1m", "\x1b[2m", "\x1b[3m", "\x1b[4m", "\x1b[0m"
CYAN, YELLOW, GREEN, RED = "\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[31m"
# Between the columns of a table; a column is not made narrower than so many.
GUTTER = "  "
NARROWEST = 6
# What begins and ends in inline Markdown: how it is painted, and its mark where nothing is.
STYLES = {"em": (ITALIC, "*"), "strong": (BOLD, "**"), "link": (UNDERLINE, ""), "s": (DIM, "~~")}
# Parts of a text and how each is painted.
Span = tuple[str, str]


class Renderer:
    """Makes rows of at most `columns` of blocks, with colours or without."""

    def __init__(self, columns: int, painted: bool) -> None:
        self.columns = max(20, columns)
        self.painted = painted
        self.parser = MarkdownIt("commonmark")
        # Nothing follows a link here, so none is refused or rewritten.
        self.parser.validateLink = lambda url: True  # type: ignore[method-assign]
        self.parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
        self.parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]

    def rows(self, block: Block) -> list[str]:
        """The rows of a block; none of what only the teacher sees."""
        if isinstance(block, Heading):
            paint = BOLD + UNDERLINE if block.level == 1 else BOLD
            mark = "" if self.painted else "#" * block.level + " "
            return self._folded([(text, paint + style) for text, style in self._spans(block.text)], block, mark)
        if isinstance(block, Prose):
            return self._folded(self._spans(block.text), block)
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Rule):
            return [block.begin + self.paint("-" * min(40, self.columns - len(block.begin)), DIM)]
        if isinstance(block, SessionCode):
            return self._plain(block, block.intro, "")
        if isinstance(block, Code):
            return self._plain(block, [f"    {line}" for line in block.lines], CYAN)
        if isinstance(block, Html):
            lines = COMMENT.sub("", "\n".join(block.lines)).split("\n")
            return self._plain(block, [line for line in lines if line.strip()], DIM)
        return []

    def paint(self, text: str, style: str) -> str:
        """`text` as it is shown, in a style."""
        text = shown(text)
        return f"{style}{text}{RESET}" if self.painted and style and text else text

    def _plain(self, block: Block, lines: list[str], style: str) -> list[str]:
        begins = [block.begin, *[block.indent] * len(lines)]
        return [begin + self.paint(line, style) for begin, line in zip(begins, lines, strict=False)]

    def _spans(self, text: str) -> list[Span]:
        """The parts of inline Markdown, each with the way it is painted."""
        try:
            (inline,) = self.parser.parseInline(text)
        except RecursionError:
            return [(text, "")]
        return list(self._read(inline.children or ()))

    def _read(self, tokens: Iterable[Token]) -> Iterator[Span]:
        styles: list[str] = []
        for token in tokens:
            name, _, way = token.type.rpartition("_")
            style, mark = STYLES.get(name, ("", ""))
            if way == "open":
                styles.append(style)
            elif way == "close" and styles:
                styles.pop()
            if way in ("open", "close"):
                if mark and not self.painted:
                    yield mark, ""
            elif token.type == "code_inline":
                yield (token.content, "".join(styles) + CYAN) if self.painted else (f"`{token.content}`", "")
            elif token.type == "softbreak":
                yield " ", ""
            elif token.type == "hardbreak":
                yield "\n", ""
            elif token.type == "image":
                yield f"[picture: {token.content}]", "".join(styles) + DIM
            elif token.type != "html_inline":
                yield token.content, "".join(styles)

    def _folded(self, spans: list[Span], block: Block, mark: str = "") -> list[str]:
        first, *others = self._fold(spans, self.columns - seen_width(block.begin) - len(mark))
        indent = block.indent + " " * len(mark)
        return [block.begin + mark + first, *(indent + row for row in others)]

    def _fold(self, spans: list[Span], room: int) -> list[str]:
        """The parts in rows of at most `room` columns that end between words; a longer word has one of its own."""
        rows: list[str] = []
        row, taken = "", 0
        for word in _words(spans):
            if word == [("\n", "")]:
                rows.append(row)
                row, taken = "", 0
                continue
            wide = sum(width(shown(text)) for text, _ in word)
            if row and taken + 1 + wide > room:
                rows.append(row)
                row, taken = "", 0
            if row:
                row, taken = f"{row} ", taken + 1
            row += "".join(self.paint(text, style) for text, style in word)
            taken += wide
        return [*rows, row] if row or not rows else rows

    def _table(self, table: Table) -> list[str]:
        """The rows of a table; columns that have no room are folded, the widest first."""
        cells = [[self._spans(cell) for cell in row] for row in table.rows]
        wide = [
            max(sum(width(shown(text)) for text, _ in cell) for cell in column) for column in zip(*cells, strict=True)
        ]
        room = self.columns - len(table.indent) - len(GUTTER) * (len(wide) - 1)
        while sum(wide) > room and max(wide) > NARROWEST:
            wide[wide.index(max(wide))] -= 1
        rows = []
        for at, row in enumerate(cells):
            if at == 0:
                row = [[(text, BOLD + style) for text, style in cell] for cell in row]
            folded = [self._fold(cell, columns) for cell, columns in zip(row, wide, strict=True)]
            for line in range(max(map(len, folded))):
                parts = [cell[line] if line < len(cell) else "" for cell in folded]
                padded = [part + " " * (columns - seen_width(part)) for part, columns in zip(parts, wide, strict=True)]
                rows.append(table.indent + GUTTER.join(padded).rstrip())
        return rows


def _words(spans: list[Span]) -> Iterator[list[Span]]:
    """The words of a text, each in its parts; `\\n` alone ends a row."""
    word: list[Span] = []
    for text, style in spans:
        if text == "\n":
            if word:
                yield word
            yield [("\n", "")]
            word = []
            continue
        pieces = text.split(" ") if " " in text else [text]
        for at, piece in enumerate(pieces):
            if at and word:
                yield word
                word = []
            if piece:
                word.append((piece, style))
    if word:
        yield word


def seen_width(row: str) -> int:
    """How many columns a painted row takes."""
    if "\x1b" not in row:
        return width(row)
    return sum(width(part if at == 0 else part.partition("m")[2]) for at, part in enumerate(row.split("\x1b[")))


def notes_of(block: Block) -> str:
    """What of a block only the teacher sees: a comment of its own, or those inside of prose."""
    if isinstance(block, Notes):
        return block.text
    if isinstance(block, Html):
        return "\n".join(found.strip() for found in COMMENT.findall("\n".join(block.lines)))
    if isinstance(block, (Prose, Heading)) and "<!--" in block.text:
        return "\n".join(found.strip() for found in COMMENT.findall(block.text))
    return ""
