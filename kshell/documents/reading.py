"""From the text of a document to its blocks.

A document is CommonMark (and tables as GitHub writes them). Its containers, lists and quotes, are taken apart: what is
in them stands in a row, each block knowing its lines and what stands before its text.

    # Title                      Heading
    Prose, with *emphasis*.      Prose
    - an item:                   Prose, which begins with "- "
      ```                        SessionCode, indented by "  "
      magenta$ ps
      ...
      ```
    <!-- for the teacher -->     Notes
    ```quiz                      Code of the word "quiz"

A block of code in which a line begins with a prompt is a session. Three kinds are not, whatever is in them: `markdown`
(or `md`), which shows how a document is written, and `quiz` and `exercise`. `unrun` are the lines elsewhere that look
as if somebody wanted them to run.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kshell.shell.errors import UsageError
from kshell.shell.session_lines import PROMPTS, REMARK, split_prompt
from kshell.text import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Blocks of code whose lines are not a session's: those that show Markdown, and those that have a language of their own.
SHOWN = ("markdown", "md")
SPECIAL = ("quiz", "exercise")
# So many headings are named where none was meant.
MOST_NAMED = 8
ENDS = re.compile("\r\n|\n|\r")
COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
# What containers put before a line.
CONTAINERS = re.compile(r"(?:[ \t]|>|[-+*][ \t]|\d{1,9}[.)][ \t])*")


class Block:
    """A piece of a document.

    line, end      its first and last line, from 1
    begin, indent  what stands before its first row and before the others: marks of lists and quotes, blanks
    apart          whether a blank line stands before it
    """

    __slots__ = ("line", "end", "begin", "indent", "apart")

    def __init__(self) -> None:
        self.line = self.end = 1
        self.begin = self.indent = ""
        self.apart = False


class Heading(Block):
    """A heading of `level` 1 to 6; its text is inline Markdown."""

    __slots__ = ("level", "text")

    def __init__(self, level: int, text: str) -> None:
        super().__init__()
        self.level = level
        self.text = text

    @property
    def plain(self) -> str:
        """The text without the marks of code and emphasis."""
        return " ".join(self.text.replace("`", "").replace("*", "").split())


class Prose(Block):
    """A paragraph; its text is inline Markdown."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Table(Block):
    """A table: rows of cells of inline Markdown, the first of them the header."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []


class Rule(Block):
    """A line across the page."""

    __slots__ = ()


class Notes(Block):
    """An HTML comment: what the teacher should see and the class should not."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Html(Block):
    """Any other HTML, as it is written."""

    __slots__ = ("lines",)

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines


class Code(Block):
    """A block of code.

    info   what stands after the fence; "" where nothing does, and for code that is only indented
    word   the first word of it, in lower case
    fence  the fence; "" for code that is only indented
    first  the line number of the first of `lines`
    """

    __slots__ = ("info", "word", "fence", "first", "lines")

    def __init__(self, info: str, fence: str, first: int, lines: list[str]) -> None:
        super().__init__()
        self.info = info
        self.word = info.split(None, 1)[0].lower() if info else ""
        self.fence = fence
        self.first = first
        self.lines = lines


class SessionCode(Code):
    """A block of code with commands: `steps`, after the lines of an introduction."""

    __slots__ = ("intro", "steps")

    def __init__(self, info: str, fence: str, first: int, lines: list[str]) -> None:
        super().__init__(info, fence, first, lines)
        self.intro: list[str] = []
        self.steps: list[Step] = []
        for number, text in enumerate(lines, first):
            parts = split_prompt(text)
            if parts is not None:
                self.steps.append(Step(number, *parts))
            elif self.steps:
                self.steps[-1].rows.append((number, text))
            else:
                self.intro.append(text)


class Step:
    """A command of a document: its line number, prompt, text, and the rows up to the next, each with its number."""

    __slots__ = ("line", "prompt", "text", "rows")

    def __init__(self, line: int, prompt: str, text: str) -> None:
        self.line = line
        self.prompt = prompt
        self.text = text
        self.rows: list[tuple[int, str]] = []

    @property
    def expected(self) -> list[tuple[int, str]]:
        """The rows that are not remarks: what is printed, and `...`."""
        return [(number, row) for number, row in self.rows if not row.startswith(REMARK)]


class Document:
    """A document, read: its source lines and its blocks, in order."""

    __slots__ = ("lines", "blocks")

    def __init__(self, lines: list[str], blocks: list[Block]) -> None:
        self.lines = lines
        self.blocks = blocks

    @property
    def headings(self) -> list[Heading]:
        """The headings."""
        return [block for block in self.blocks if isinstance(block, Heading)]

    @property
    def sessions(self) -> list[SessionCode]:
        """The blocks that run."""
        return [block for block in self.blocks if isinstance(block, SessionCode)]

    @property
    def steps(self) -> Iterator[Step]:
        """Every command, in order."""
        for session in self.sessions:
            yield from session.steps

    @property
    def commands(self) -> list[str]:
        """The text of every command, each at its own line; all other lines are empty."""
        found = [""] * len(self.lines)
        for step in self.steps:
            found[step.line - 1] = step.text
        return found

    @property
    def unrun(self) -> list[tuple[int, str]]:
        """(line number, text) of every line that looks like a command and does not run."""
        # What the author has said is something else, and the rows that a run is compared with.
        settled = {number for step in self.steps for number, _ in ((step.line, ""), *step.rows)}
        for block in self.blocks:
            if isinstance(block, Notes) or (isinstance(block, Code) and block.word in (*SHOWN, *SPECIAL)):
                settled.update(range(block.line, block.end + 1))
        found = []
        for number, line in enumerate(self.lines, 1):
            # Most lines have no prompt anywhere.
            if "magenta" in line and number not in settled:
                text = line[CONTAINERS.match(line).end() :]  # type: ignore[union-attr]
                if looks_typed(text):
                    found.append((number, text.rstrip()))
        # A row that begins with a prompt after blanks is one that somebody has indented.
        found += [
            (number, row.strip())
            for step in self.steps
            for number, row in step.rows
            if row[:1] in (" ", "\t") and looks_typed(row.lstrip())
        ]
        return sorted(found)


def heading_named(headings: list[Heading], word: str) -> Heading:
    """The heading that `word` names: its text, or a part that no other has. Raises UsageError."""
    wanted = " ".join(word.lower().split())
    found = [one for one in headings if one.plain.lower() == wanted][:1]
    found = found or [one for one in headings if wanted in one.plain.lower()]
    if len(found) == 1:
        return found[0]
    if not headings:
        raise UsageError("--from: the document has no headings")
    names = [one.plain for one in found or headings]
    what = f"{len(found)} headings have {word!r} in them" if found else f"no heading has {word!r} in it"
    more = f" and {plural(len(names) - MOST_NAMED, 'other')}" if len(names) > MOST_NAMED else ""
    raise UsageError(f"--from: {what}: {'; '.join(names[:MOST_NAMED])}{more}")


def looks_typed(text: str) -> bool:
    """Whether a line looks like a prompt with a command after it."""
    if not text.startswith(PROMPTS):
        return False
    _, dollar, command = text.partition("$")
    return bool(dollar) and command.strip() != ""


def read(text: str) -> Document:
    """Reads a document: CommonMark, with a mark of UTF-8 before it or not, and any ends of lines."""
    text = text.removeprefix("\ufeff")
    return Document(ENDS.split(text), list(_Reader(text).blocks()))


class _Reader:
    """Takes the containers of a document apart."""

    def __init__(self, text: str) -> None:
        parser = MarkdownIt("commonmark").enable("table")
        # Text inside of paragraphs is for whoever shows them.
        parser.disable("inline")
        self.tokens = parser.parse(text)
        self.lines = ENDS.split(text)
        # What each open container puts before a first row, which only its first block has, and before every other.
        self.marks: list[list[str]] = []

    def blocks(self) -> Iterator[Block]:
        """The blocks in order."""
        tokens = self.tokens
        at = 0
        while at < len(tokens):
            token = tokens[at]
            at += 1
            kind = token.type
            if kind == "blockquote_open":
                self.marks.append(["> ", "> "])
            elif kind == "list_item_open":
                mark = f"{token.info}{token.markup} "
                self.marks.append([mark, " " * len(mark)])
            elif kind in ("blockquote_close", "list_item_close"):
                self.marks.pop()
            elif kind == "table_open":
                table = Table()
                while tokens[at].type != "table_close":
                    if tokens[at].type == "tr_open":
                        table.rows.append([])
                    elif tokens[at].type == "inline":
                        table.rows[-1].append(tokens[at].content)
                    at += 1
                yield self._placed(table, token)
            else:
                block = _block(token, tokens[at] if at < len(tokens) else token)
                if block is not None:
                    yield self._placed(block, token)

    def _placed(self, block: Block, token: Token) -> Block:
        """The block with its lines, and what stands before it."""
        assert token.map is not None
        block.line, block.end = token.map[0] + 1, token.map[1]
        block.apart = block.line > 1 and not self.lines[block.line - 2].strip(" \t>")
        for mark in self.marks:
            block.begin += mark[0]
            block.indent += mark[1]
            mark[0] = mark[1]
        return block


def _block(token: Token, following: Token) -> Block | None:
    """The block that a token begins, if it does; `following` is the token after it."""
    if token.type == "heading_open":
        return Heading(int(token.tag[1:]), following.content)
    if token.type == "paragraph_open":
        return Prose(following.content)
    if token.type == "hr":
        return Rule()
    if token.type == "html_block":
        comments = [found.strip() for found in COMMENT.findall(token.content)]
        if comments and not COMMENT.sub("", token.content).strip():
            return Notes("\n\n".join(comments))
        return Html(token.content.removesuffix("\n").split("\n"))
    if token.type not in ("fence", "code_block"):
        return None
    assert token.map is not None
    lines = token.content.removesuffix("\n").split("\n") if token.content else []
    info = token.info.strip()
    fence = token.markup if token.type == "fence" else ""
    code = Code(info, fence, token.map[0] + (2 if fence else 1), lines)
    if fence and code.word not in (*SHOWN, *SPECIAL) and any(map(split_prompt, lines)):
        return SessionCode(info, fence, code.first, lines)
    return code
