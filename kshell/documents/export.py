"""A script, a document or a journal as a page (`kshell --export FILE.html SOURCE`).

    script     its lines run in a session; remarks are prose
    document   its commands run in a session; what stands between its sessions is prose
    journal    the session that it keeps; nothing runs but on a machine of its own

The lines run once, and reach files and programs as they always do. A script stops at the first line that fails, as it
does without a page: the page shows how far it came.
"""

from __future__ import annotations

from html import escape

from kshell.commands.session.page_maker import PageMaker, page_of
from kshell.documents.reading import Document, Notes, Step, read
from kshell.shell.errors import EXIT_INTERRUPTED
from kshell.shell.header import JOURNAL_MARK, MARK
from kshell.shell.results import Outcome
from kshell.shell.script_lines import script_lines
from kshell.shell.session import Session
from kshell.shell.timeline import holds_command

__all__ = ["document_page", "is_journal", "page_of", "script_page", "title_of"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token


def is_journal(text: str) -> bool:
    """Whether a file's text is that of a journal."""
    first, _, rest = text.partition("\n")
    return first.startswith(MARK) and rest.startswith(JOURNAL_MARK)


def title_of(name: str, document: Document | None = None) -> str:
    """What a page is called: a document by its first heading, anything else by its file."""
    if document is not None and document.headings:
        return document.headings[0].plain
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def parts(document: Document) -> Iterator[str | Step]:
    """A document in order: its steps, and the Markdown between its sessions. What is for the teacher is left out."""
    lines = list(document.lines)
    for block in document.blocks:
        if isinstance(block, Notes):
            lines[block.line - 1 : block.end] = [""] * (block.end - block.line + 1)
    at = 0
    for session in document.sessions:
        prose = [*lines[at : session.line - 1], *(f"    {row}" for row in ("", *session.intro))]
        yield "\n".join(prose)
        yield from session.steps
        at = session.end
    yield "\n".join(lines[at:])


def prose_html(markdown: str) -> str:
    """Markdown as HTML that is safe to show: HTML in it is text, and nothing is loaded from anywhere.

    What a picture is said to show stands for it. Where a column of a table is aligned markdown-it writes a style, which
    the page's policy would refuse: a class stands for it.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("image", _words_of)
    made: str = parser.render(markdown)
    for side in ("left", "right", "center"):
        made = made.replace(f' style="text-align:{side}"', f' class="{side}"')
    return made


def _words_of(_: object, tokens: Sequence[Token], at: int, *others: object) -> str:
    """What stands for a picture."""
    return escape(tokens[at].content)


def document_page(name: str, text: str, session: Session) -> str:
    """The page of the document `text`, whose commands run in `session`. Lines may fail: documents show that, too."""
    document = read(text)
    maker = PageMaker(title_of(name, document), session.state)
    for part in parts(document):
        if isinstance(part, str):
            maker.prose(prose_html(part))
        else:
            run_line(maker, session, part.text)
    return maker.text()


def script_page(
    name: str, lines: Iterable[str], session: Session, keep_going: bool, arguments: list[str] | None
) -> tuple[str, int, Outcome | None]:
    """The page of a script that runs in `session`, and its first failure: the number of its line, 0 for none, and the
    outcome. It ends there, unless it is to `keep_going`. `arguments` are what $1, $2 ... stand for."""
    maker = PageMaker(title_of(name), session.state)
    failed: tuple[int, Outcome | None] = (0, None)
    session.stop_on_failure = not keep_going
    for number, line in script_lines(lines, arguments):
        if not holds_command(line):
            list(session.run(line))
            maker.remark(line)
            continue
        outcomes = run_line(maker, session, line)
        wrong = next((one for one in outcomes if not one.ok and not one.forgiven), None)
        if wrong is not None:
            failed = failed if failed[0] else (number, wrong)
            if not keep_going or wrong.exit == EXIT_INTERRUPTED:
                break
        if session.state.finished:
            break
    return maker.text(), *failed


def run_line(maker: PageMaker, session: Session, line: str) -> list[Outcome]:
    """Runs a line and adds it to the page; returns its outcomes."""
    prompt = session.state.prompt
    outcomes = list(session.run(line))
    maker.add(prompt, line, outcomes, session.state)
    return outcomes
