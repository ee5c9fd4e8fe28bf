"""Shows a document to a class at a terminal.

    slides     [heading, prose] [magenta$ ps] [magenta$ map 1G] [heading, prose] ...
                                              ^ position: what is before it has been shown

What is on the screen is the rows of the slides shown, so it can be drawn anew at any time: after a step back, in
another size.

Before each command the moment of the session is kept. Going back, a jump and a detour return to one.
"""

from __future__ import annotations

from kshell.documents import terminal as keys
from kshell.documents.asking import answer_rows, exercise_rows, question_rows
from kshell.documents.checking import difference, printed_by, says
from kshell.documents.editor import read_line
from kshell.documents.exercise import EXERCISE
from kshell.documents.notes import NotesFile
from kshell.documents.quiz import WORD
from kshell.documents.reading import Block, Code, Document, Heading, Notes, SessionCode
from kshell.documents.rendering import BOLD, DIM, YELLOW, Renderer, notes_of, seen_width
from kshell.documents.slides import Answer, Command, Homework, Page, Question, Slide
from kshell.documents.terminal import Terminal
from kshell.kernel.numbers import decimal
from kshell.shell.session import Session
from kshell.shell.session_lines import rows_of
from kshell.text import plural, shown, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


KEYS = (
    ("Space, Enter, Page Down, Right", "the next step"),
    ("b, Page Up, Left", "a step back; the machine goes back too"),
    ("g", "go to a heading"),
    ("r", "take this block back and begin it again"),
    (":", "try something; it is forgotten afterwards"),
    ("?", "these keys"),
    ("q, Ctrl-C", "leave"),
)
HINT = "Space shows the next step, ? lists the keys, q leaves"
GUESS = "(guess; Space shows the answer)"
REST = "(Space shows the rest, {})"
END = "(the end: q leaves, b goes back)"
DETOUR = "a detour in the same machine: all of it is forgotten; an empty line goes back"
NEXT = (" ", "\n", "\r", keys.PAGE_DOWN, keys.RIGHT, keys.DOWN)
BACK = ("b", keys.PAGE_UP, keys.LEFT, keys.UP)


class Presenter:
    """A document, shown step by step."""

    def __init__(
        self,
        document: Document,
        session: Session,
        terminal: Terminal,
        painted: bool,
        notes: NotesFile | None = None,
        pace: float | None = None,
        pane: Callable[[int, int], list[str]] | None = None,
    ) -> None:
        """`painted` shows colours; `notes` get what only the teacher sees; after `pace` seconds without a key the next
        step is shown; `pane` gives the rows, for so many columns and at most so many rows, that stay on the screen."""
        self.session = session
        self.terminal = terminal
        self.painted = painted
        self.notes = notes
        self.pace = pace
        self.pane = pane
        self.columns, self.rows = terminal.size()
        self.renderer = Renderer(self.columns, painted)
        self.slides = list(self._slides(document))
        self.position = 0
        # The screen begins with this slide when it is drawn anew.
        self.top = 0
        # So many rows of the last slide are still to be shown: they would push off what nobody has read.
        self.unread = 0

    def _slides(self, document: Document) -> list[Slide]:
        """The document in slides; prose that would not fit the screen is more than one."""
        slides: list[Slide] = []
        counts = {WORD: 0, EXERCISE: 0}
        page: list[Block] = []
        taken = 0
        for block in document.blocks:
            if isinstance(block, Code) and block.word in counts:
                if page:
                    slides.append(Page(page))
                    page, taken = [], 0
                counts[block.word] += 1
                if block.word == EXERCISE:
                    slides.append(Homework(block, counts[EXERCISE]))
                    continue
                question = Question(block, counts[WORD])
                slides += [question, Answer(question)]
                continue
            more = len(self._block_rows(block, bool(page)))
            begins = isinstance(block, Heading) and any(not isinstance(one, (Heading, Notes)) for one in page)
            if page and more and (begins or taken + more > self.rows - 3):
                slides.append(Page(page))
                page, taken = [], 0
            if not isinstance(block, SessionCode) or block.intro:
                page.append(block)
                taken += more
            if isinstance(block, SessionCode):
                if page:
                    slides.append(Page(page))
                    page, taken = [], 0
                slides += [Command(block, step) for step in block.steps]
        return [*slides, Page(page)] if page else slides

    # What is on the screen

    def _block_rows(self, block: Block, follows: bool) -> list[str]:
        rows = self.renderer.rows(block)
        return ["", *rows] if rows and block.apart and follows else rows

    def _rows(self, at: int) -> list[str]:
        """The rows of a slide that has been shown."""
        slide = self.slides[at]
        if isinstance(slide, Page):
            rows: list[str] = []
            for block in slide.blocks:
                rows += self._block_rows(block, at > 0 or bool(rows))
            return rows
        if isinstance(slide, Question):
            if slide.asked is None:
                return ["", self.renderer.paint(slide.wrong, YELLOW)]
            return ["", *question_rows(self.renderer, slide.asked)]
        if isinstance(slide, Homework):
            if slide.exercise is None:
                return ["", self.renderer.paint(slide.wrong, YELLOW)]
            return ["", *exercise_rows(self.renderer, slide.exercise)]
        if isinstance(slide, Answer):
            return [] if slide.question.asked is None else ["", *answer_rows(self.renderer, slide.question.asked)]
        first = [""] if at and self._begins(at, slide) else []
        live = [self.renderer.paint(row, YELLOW) for row in slide.live]
        return [*first, self._prompt(slide.prompt) + shown(slide.step.text), *map(shown, slide.printed), *live]

    def _prompt(self, prompt: str) -> str:
        return self.renderer.paint(prompt, BOLD)

    def _waiting(self) -> str:
        """What the cursor stands after: the prompt of a command that is next."""
        if self.unread:
            return self.renderer.paint(REST.format(plural(self.unread, "line")), DIM)
        if self.position == len(self.slides):
            return self.renderer.paint(END, DIM)
        slide = self.slides[self.position]
        if isinstance(slide, Answer) and slide.question.asked is not None:
            return self.renderer.paint(GUESS, DIM)
        return self._prompt(self.session.state.prompt) if isinstance(slide, Command) else ""

    def _gap(self) -> list[str]:
        """The empty row between prose and the prompt of the command that comes next."""
        if self.unread or not 0 < self.position < len(self.slides):
            return []
        slide = self.slides[self.position]
        if not isinstance(slide, Command):
            return []
        return [""] if self._begins(self.position, slide) else []

    def _begins(self, at: int, slide: Command) -> bool:
        """Whether an empty row is before a command, the slide `at`."""
        return not isinstance(self.slides[at - 1], Command) or slide.step is slide.block.steps[0]

    def _pane_rows(self) -> list[str]:
        return [] if self.pane is None else self.pane(self.columns, self.rows // 2)

    def draw(self) -> None:
        """Draws the screen anew: what is pinned, and as many of the last rows as there is room for."""
        size = self.terminal.size()
        if size[0] != self.columns:
            self.renderer = Renderer(size[0], self.painted)
        self.columns, self.rows = size
        self.terminal.drawn()
        pinned = self._pane_rows()
        room = self._room(pinned)
        rows: list[str] = self._gap()
        for at in range(self.position - 1, self.top - 1, -1):
            found = self._rows(at)
            rows = found[: len(found) - self.unread] if at == self.position - 1 and self.unread else found + rows
            if sum(map(self._height, rows)) > room:
                break
        while rows and (not rows[0] or sum(map(self._height, rows)) > room):
            del rows[0]
        self.terminal.write(keys.ERASE + "".join(f"{row}\n" for row in (*pinned, *rows)) + self._waiting())

    def _height(self, row: str) -> int:
        return max(1, -(-seen_width(row.expandtabs()) // self.columns))

    def _room(self, pinned: list[str]) -> int:
        """How many rows there are between what is pinned and what the cursor stands after."""
        return self.rows - 1 - sum(map(self._height, pinned))

    def _fitting(self, rows: list[str], room: int) -> int:
        """How many of the rows fit so many of the screen; one at least."""
        at = 0
        while at < len(rows) and (room := room - self._height(rows[at])) >= 0:
            at += 1
        return max(1, at)

    def _show(self, rows: list[str]) -> None:
        """Adds rows at the end of the screen, as many as fit it."""
        pinned = self._pane_rows()
        fitting = self._fitting(rows, self._room(pinned))
        self.unread = max(0, len(rows) - fitting)
        if pinned:
            self.draw()
            return
        gap = [*rows[:fitting], *self._gap()]
        self.terminal.write(keys.ERASE_ROW + "".join(f"{row}\n" for row in gap) + self._waiting())

    # Moving

    def _step(self) -> list[str]:
        """Takes the next step; returns its rows."""
        at = self.position
        slide = self.slides[at]
        if isinstance(slide, Command):
            slide.prompt = self.session.state.prompt
            slide.moment = self.session.moment()
            text = printed_by(self.session, slide.step.text)
            slide.printed = text.removesuffix("\n").split("\n") if text else []
            rows = rows_of(text)
            slide.live = []
            if not says(slide.step, rows):
                slide.live = [f"! line {number}: {row}" for number, row in difference(slide.step, rows)[1:]]
                slide.live.insert(0, "! live: the document says something else")
        elif isinstance(slide, Question):
            slide.ask(self.session)
        elif isinstance(slide, Homework):
            slide.prepare(self.session)
        self.position = at + 1
        return self._rows(at)

    def forward(self) -> None:
        """Shows the next slide, or what is left of the last.

        A command that Ctrl-C interrupts has changed nothing, and can be shown again.
        """
        if self.unread:
            self._show(self._rows(self.position - 1)[-self.unread :])
            return
        gap = len(self._gap())
        try:
            rows = self._step()
        except KeyboardInterrupt:
            self.terminal.write(f"\n{self.renderer.paint('interrupted; the machine is as it was', DIM)}\n")
            self.terminal.write(self._waiting())
            return
        # The row between is on the screen already.
        self._show(rows[gap:])
        self._tell(self.position - 1)

    def _tell(self, at: int) -> None:
        """Gives the teacher the notes of a slide."""
        slide = self.slides[at]
        if self.notes is None or not isinstance(slide, Page):
            return
        for block in slide.blocks:
            text = notes_of(block)
            if text:
                self.notes.write(f"line {block.line}", text)

    def go_to(self, target: int) -> None:
        """Makes `target` the next slide: lines are taken back, or run without being shown. Raises KeyboardInterrupt."""
        self.unread = 0
        if target < self.position:
            for at in range(target, self.position):
                slide = self.slides[at]
                if isinstance(slide, Command):
                    assert slide.moment is not None
                    self.session.return_to(slide.moment)
                    break
            self.position = target
        while self.position < target:
            self._step()

    def back(self) -> None:
        """Takes the last slide back, but for a page that the document begins with."""
        if self.position > isinstance(self.slides[0], Page):
            self.go_to(self.position - 1)
            self.top = min(self.top, max(0, self.position - 1))
            self.draw()

    def begin_at(self, target: int) -> None:
        """Shows a slide, on an empty screen; all before it has happened. Raises KeyboardInterrupt."""
        self.go_to(target)
        self.top = target
        rows = self._step()
        self.unread = max(0, len(rows) - self._fitting(rows, self._room(self._pane_rows())))
        self.draw()
        self._tell(target)

    def again(self) -> None:
        """Takes the block of the last command back; its first is next again."""
        last = next((at for at in range(self.position - 1, -1, -1) if isinstance(self.slides[at], Command)), None)
        if last is None:
            return
        slide = self.slides[last]
        assert isinstance(slide, Command)
        self.go_to(last - slide.block.steps.index(slide.step))
        self.top = min(self.top, max(0, self.position - 1))
        self.draw()

    # Keys that ask

    def headings(self) -> list[tuple[int, Heading]]:
        """(slide, heading) of every heading."""
        return [
            (at, block)
            for at, slide in enumerate(self.slides)
            if isinstance(slide, Page)
            for block in slide.blocks
            if isinstance(block, Heading)
        ]

    def choose(self) -> None:
        """Shows the headings and goes to the one that is chosen. Raises KeyboardInterrupt."""
        found = self.headings()
        rows = [f"{number:3}  {'  ' * (one.level - 1)}{one.plain}" for number, (_, one) in enumerate(found, 1)]
        ask = f"go to (1 to {len(found)}): " if found else "there is no heading to go to"
        self.terminal.write(keys.ERASE + "".join(f"{shown(row)}\n" for row in rows))
        number = decimal((read_line(self.terminal, ask) or "").strip())
        if number is not None and 0 < number <= len(found):
            self.begin_at(found[number - 1][0])
        else:
            self.draw()

    def detour(self) -> None:
        """Runs what is typed, and returns to the moment before it."""
        moment = self.session.moment()
        self.terminal.write(f"{keys.ERASE_ROW}{self.renderer.paint(DETOUR, DIM)}\n")
        while not self.session.state.finished:
            line = read_line(self.terminal, shown(f"detour {self.session.state.prompt}"))
            if not line:
                break
            try:
                text = printed_by(self.session, line)
            except KeyboardInterrupt:
                text = "interrupted"
            rows = [*self._pane_rows(), *(map(shown, text.removesuffix("\n").split("\n")) if text else ())]
            self._page_through(rows)
        self.session.return_to(moment)
        self.draw()

    def _page_through(self, rows: list[str]) -> None:
        """Writes rows, and waits for a key after each screen of them; any but those for the next step ends it."""
        while (fitting := self._fitting(rows, self.rows - 1)) < len(rows):
            self.terminal.write("".join(f"{row}\n" for row in rows[:fitting]))
            rows = rows[fitting:]
            self.terminal.write(self.renderer.paint(REST.format(plural(len(rows), "line")), DIM))
            key = self.terminal.key()
            self.terminal.write(keys.ERASE_ROW)
            if key is not None and key not in NEXT:
                return
        self.terminal.write("".join(f"{row}\n" for row in rows))

    def explain(self) -> None:
        """Shows the keys until one is pressed."""
        rows = (wrap(what, f"{names:<32}", "    ", self.columns) for names, what in KEYS)
        self.terminal.write(keys.ERASE + "".join(rows))
        while self.terminal.key() is None and not self.terminal.changed:
            pass
        self.draw()

    def run(self, begin: Heading | None = None) -> None:
        """Shows the document from a heading on, until it is left or ends. Raises KeyboardInterrupt, OutputError."""
        if not self.slides:
            return
        if begin is not None:
            self.begin_at(next(at for at, one in self.headings() if one is begin))
        else:
            self.terminal.write(f"{self.renderer.paint(HINT, DIM)}\n\n")
            if isinstance(self.slides[0], Page):
                self.forward()
            else:
                self.terminal.write(self._waiting())
        doings = {"g": self.choose, "r": self.again, ":": self.detour, "?": self.explain}
        while True:
            key = self.terminal.key(self.pace)
            if key is None and self.terminal.changed:
                self.draw()
            elif key is None or key in NEXT:
                if self.position == len(self.slides) and not self.unread:
                    break
                self.forward()
            elif key in BACK:
                self.back()
            elif key in ("q", keys.CTRL_D):
                break
            elif key in doings:
                doings[key]()
        self.terminal.write("\n")
