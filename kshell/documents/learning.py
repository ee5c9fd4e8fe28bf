"""Teaches a document to one person at a terminal.

    stops      [prose] [magenta$ p = spawn demo] [magenta$ map 1G] [a question] [prose] ... [an exercise]
                                                  ^ place: what is before it is behind the person

Prose is told. A command is shown as what to type; any line that does the same will do, and all others run as well: what
only looks is forgotten at once, what changes something else is a detour, which `back` ends. A question is asked before
its answer is seen. An exercise begins on a machine of its own.

Invariant: at each stop the session is what the document's own lines make of it, whatever was typed before. So a note of
the place is enough to go on another day.
"""

from __future__ import annotations

from collections.abc import Callable

from kshell.documents.asking import answer_rows, folded, question_rows
from kshell.documents.attempts import FAILED, LOOKED, NAMELESS, OTHER, RIGHT, Attempt, same_words
from kshell.documents.checking import printed_by
from kshell.documents.keyed import BlockError
from kshell.documents.progress import Notebook, Progress
from kshell.documents.quiz import Asked, ask, read_quiz
from kshell.documents.reading import Document, Heading
from kshell.documents.rendering import BOLD, DIM, GREEN, RED, YELLOW, Renderer
from kshell.documents.stops import Exercise, Question, Stop, Task, Told, stops_of
from kshell.documents.trying import Try
from kshell.output import put
from kshell.pictures.terminal.paint import paint
from kshell.shell import registry
from kshell.shell.errors import EXIT_INTERRUPTED, UsageError
from kshell.shell.grammar import parse
from kshell.shell.results import Outcome
from kshell.shell.session import Moment, Session
from kshell.text import fold, plural, shown

# Asks for a line after a prompt, in a session whose commands it may complete; Enter alone gives the line that is
# offered. None at the end of input; raises KeyboardInterrupt for a line that is given up.
Reader = Callable[[str, Session | None, str], str | None]

HOW = (
    "{} Other lines may do the same, and you may look around. `?` helps, `back` goes back, `skip` goes on, `where` "
    "tells where you are; `quit` leaves, and next time you go on from there."
)
SHOWN_GREY = "Type the line that is shown in grey, or press Enter to have it typed."
SHOWN_ABOVE = "Type what stands after `type`, or press Enter to have it typed."
WORDS = {
    "?": "hint", "hint": "hint", "back": "back", "skip": "skip", "where": "where",
    "quit": "quit", "exit": "quit", "check": "check",
}  # fmt: skip
# Where to go from a stop.
NEXT, BACK, LEAVE = "next", "back", "leave"
# What the lines of a question have changed is told in so many rows.
MOST_MOVED = 6
# Prose is easier to read in lines that are not longer.
WIDEST = 90
# So many rows more than a page of prose has still fit on the screen, with a prompt below.
SPARE = 2
MORE = "Enter shows more: "


class Teacher:
    """A document, taught to whoever answers `read`."""

    def __init__(
        self,
        document: Document,
        session: Session,
        read: Reader,
        renderer: Renderer,
        notebook: Notebook,
        progress: Progress,
        height: int = 0,
        source: str = "LESSON",
    ) -> None:
        """`session` is a fresh one; after `height` rows of prose somebody has to go on, 0 for never; `source` is the
        document on a command line."""
        self.session = session
        self.read = read
        self.renderer = renderer
        self.notebook = notebook
        self.progress = progress
        self.height = height
        self.source = source
        self.how = HOW.format(SHOWN_GREY if renderer.painted else SHOWN_ABOVE)
        self.stops = stops_of(document)
        self.place = 0
        self.moments: dict[int, Moment] = {}
        progress.stops = len(self.stops)
        # The stop before this one was left in a way after which its last rows have to be read.
        self.pause_next = False
        # So many rows came since the person was asked for something: none of them may leave the screen unread.
        self.fresh = 0
        # The last row that was written is empty.
        self.gap = True
        # A word that was typed where output was cut short, and is for the next prompt.
        self.early = ""
        self.asked: dict[int, Asked] = {}

    # What is on the screen

    def write(self, rows: list[str]) -> None:
        """Writes rows, whose control characters are the renderer's own. Raises OutputError."""
        self.fresh += len(rows)
        self.gap = not (rows and rows[-1])
        self.put("".join(f"{row}\n" for row in rows))

    def put(self, text: str) -> None:
        """Where all of it leaves. Raises OutputError."""
        put(text)

    def say(self, text: str, style: str = "") -> None:
        """Says something of the teacher's own; inline Markdown."""
        self.write(folded(self.renderer, text, "* ", style or DIM))

    def show(self, outcomes: list[Outcome]) -> None:
        """Shows what a line has printed; where it is taller than the screen it waits after each page."""
        rows: list[str] = []
        for outcome in outcomes:
            text = outcome.output
            if text and self.renderer.painted:
                marks = outcome.result.marks if outcome.result is not None else []
                text = paint(outcome.command, text, marks() if callable(marks) else marks, None)
            text += fold(outcome.error, self.renderer.columns)
            if text:
                rows += text.removesuffix("\n").split("\n")
        while self.height and len(rows) > self.height + SPARE:
            self.write(rows[: self.height])
            rows = rows[self.height :]
            word = self.line(self.prompt(MORE)).strip()
            if word:
                # Who types something has seen enough.
                self.early = word if WORDS.get(word) in ("quit", "back") else ""
                return
        self.write(rows)

    def _fits(self, rows: int) -> bool:
        """Whether so many rows more push none off the screen that came since somebody was asked."""
        return not self.height or not self.fresh or self.fresh + rows <= self.height + SPARE

    # From stop to stop

    def run(self, begin: Heading | None = None) -> bool:
        """Teaches from the noted place, or from a heading on; returns whether the end was reached. Raises OutputError,
        KeyboardInterrupt."""
        first = self._place_of(begin) if begin is not None else min(self.progress.place, len(self.stops))
        if first == len(self.stops):
            first = 0
        if first == 0 or begin is not None:
            self.say(self.how)
            self.write([""])
            # These may leave the screen: `?` shows them again.
            self.fresh = 0
        else:
            self._find_back(first)
        self._move_to(first)
        while self.place < len(self.stops):
            self.keep()
            way = self._visit(self.stops[self.place])
            if way == LEAVE:
                self.keep()
                self.say("Next time you go on from here." if self.notebook.path else "Until next time.")
                return False
            if way == BACK:
                self._go_back()
            else:
                self.place += 1
        self.keep()
        self._close()
        return True

    def keep(self) -> None:
        """Notes where the person is."""
        self.progress.place = self.place
        self.notebook.write(self.progress)
        if self.notebook.trouble:
            self.say(f"{self.notebook.trouble}.", YELLOW)
            self.notebook.trouble = ""

    def _place_of(self, heading: Heading) -> int:
        return next(at for at, stop in enumerate(self.stops) if isinstance(stop, Told) and heading in stop.blocks)

    def _move_to(self, place: int) -> None:
        """Makes `place` the next stop: lines are taken back, or run unseen."""
        if place < self.place:
            later = [at for at in self.moments if at >= place]
            if later:
                self.session.return_to(self.moments[min(later)])
            for at in later:
                del self.moments[at]
            self.place = place
        while self.place < place:
            stop = self.stops[self.place]
            if isinstance(stop, Task):
                self.moments[self.place] = self.session.moment()
                printed_by(self.session, stop.step.text)
            self.place += 1

    def _go_back(self) -> None:
        """To the last stop before this one at which something is typed."""
        at = self.place - 1
        while at > 0 and isinstance(self.stops[at], Told):
            at -= 1
        if at < 0 or isinstance(self.stops[at], Told):
            self.say("This is the beginning.")
            at = 0
        self._move_to(at)

    def _find_back(self, place: int) -> None:
        """Tells where the person is, and what was told last."""
        self.say(f"You have been here before: {self._where(place)}. `--again` begins anew.")
        self.write([""])
        last = max((at for at in range(place) if isinstance(self.stops[at], Told)), default=None)
        stop = self.stops[last] if last is not None else None
        if isinstance(stop, Told) and not isinstance(self.stops[place], Told):
            self.write([*self._told_rows(stop), ""])

    def _where(self, place: int) -> str:
        """A place in words."""
        section = ""
        for stop in self.stops[: place + 1]:
            if isinstance(stop, Told):
                section = next((one.plain for one in stop.blocks if isinstance(one, Heading)), section)
        return f"{section}, {100 * place // max(1, len(self.stops))}% of the way"

    def _close(self) -> None:
        """The end."""
        self.write([""])
        said = "That is the end."
        if self.progress.guesses:
            right = sum(guess is True for guess in self.progress.guesses.values())
            said = f"That is the end. You predicted {right} of {plural(len(self.progress.guesses), 'answer')}."
        for got, of in self.progress.points.values():
            said += f" The exercise: {got} of {plural(of, 'point')}."
        self.say(said, BOLD + GREEN)

    def _visit(self, stop: Stop) -> str:
        if isinstance(stop, Told):
            return self._tell(stop)
        if isinstance(stop, Task):
            return self._task(stop)
        return self._exercise(stop) if isinstance(stop, Exercise) else self._question(stop)

    def line(self, prompt: str, session: Session | None = None, offered: str = "") -> str:
        """A line that was typed, or the one that is offered; `quit` at the end of input. After one that was given up
        it asks again."""
        early, self.early = self.early, ""
        while not early:
            try:
                line = self.read(prompt, session, offered)
            except KeyboardInterrupt:
                self.say("`quit` leaves the lesson.")
                continue
            finally:
                # What came while nothing ran is for no line.
                self.session.interrupts.pending = False
            # The row of the prompt.
            self.fresh = 1
            return "quit" if line is None else line
        return early

    def _map(self) -> None:
        """Shows the headings, and where in them the person is."""
        here = max((at for at in range(self.place + 1) if isinstance(self.stops[at], Told)), default=0)
        rows = []
        for at, stop in enumerate(self.stops):
            for one in stop.blocks if isinstance(stop, Told) else ():
                if isinstance(one, Heading):
                    last = not any(
                        isinstance(block, Heading)
                        for later in self.stops[at + 1 : here + 1]
                        if isinstance(later, Told)
                        for block in later.blocks
                    )
                    mark = ">" if at <= here and last else " "
                    text = f"{mark} {'  ' * (one.level - 1)}{one.plain}"
                    rows.append(self.renderer.paint(text, BOLD if mark == ">" else "" if at < here else DIM))
        self.write(rows)
        told = f"{self.place} of {len(self.stops)} steps"
        self.say(f"{told}; {self.progress.predicted}." if self.progress.predicted else f"{told}.")

    # Prose

    def _told_rows(self, stop: Told) -> list[str]:
        rows: list[str] = []
        for block in stop.blocks:
            found = self.renderer.rows(block)
            rows += ["", *found] if rows and found and block.apart else found
        return rows

    def _tell(self, stop: Told) -> str:
        """Tells a section; it waits where another follows, and where the screen is full."""
        rows = self._told_rows(stop)
        if self.pause_next or not self._fits(min(len(rows), self.height)):
            self.pause_next = False
            way = self._pause()
            if way != NEXT:
                return way
        if self.fresh > 1 and not self.gap and isinstance(stop.blocks[0], Heading):
            self.write([""])
        while self.height and len(rows) > self.height:
            cut = _page(rows, self.height)
            self.write(rows[:cut])
            rows = rows[cut:]
            way = self._pause()
            if way != NEXT:
                return way
        self.write([*rows, ""])
        follows = self.stops[self.place + 1] if self.place + 1 < len(self.stops) else None
        return self._pause() if isinstance(follows, Told) else NEXT

    def _make_room(self, rows: int) -> str:
        """Waits where so many rows more would push off the screen what nobody has read; where to go then."""
        return NEXT if self._fits(rows) else self._pause()

    def _pause(self) -> str:
        """Waits for Enter."""
        while True:
            word = self.line(self.prompt("Enter goes on: ")).strip()
            if word in ("", "skip"):
                return NEXT
            way = self._common(word)
            if way:
                return way
            if word not in WORDS:
                self.say("Enter goes on; commands are typed where the lesson asks for one.")

    def prompt(self, text: str) -> str:
        """A prompt of the teacher's own."""
        return text

    def _common(self, word: str) -> str:
        """Does what a word says that means the same everywhere; where to go then, "" to stay."""
        said = WORDS.get(word, "")
        if said == "where":
            self._map()
        elif said == "hint":
            self.say(self.how)
        return {"quit": LEAVE, "back": BACK}.get(said, "")

    # Commands

    def _task(self, stop: Task) -> str:
        """Has a command typed."""
        line = stop.step.text
        session = self.session
        self.pause_next = False
        moment = self.moments[self.place] = session.moment()
        # Made when it is wanted: a large machine takes its time to be copied.
        attempt: Attempt | None = None
        self._ask_for(line)
        away = False
        while True:
            typed = self.line(session.state.prompt, session, line)
            word = typed.strip()
            said = WORDS.get(word, "")
            if not word:
                continue
            if said == "back" and away:
                session.return_to(moment)
                away = False
                self.say("Back from the detour: the machine is as it was.")
                self._ask_for(line)
                continue
            if said == "hint":
                self._help(line)
                continue
            if said in ("quit", "back", "where"):
                way = self._common(word)
                if way:
                    session.return_to(moment)
                    return way
                continue
            if said == "skip":
                typed = line
            if same_words(typed, line):
                if away:
                    session.return_to(moment)
                    self.say("The detour is over: the machine is as it was, and the lesson goes on.")
                if away or said == "skip":
                    self.write([self.renderer.paint(session.state.prompt, BOLD) + shown(line)])
                away = False
                typed = line
            elif attempt is None:
                attempt = Attempt(session, line)
            outcomes = list(session.run(typed))
            self.show(outcomes)
            if any(outcome.exit == EXIT_INTERRUPTED for outcome in outcomes):
                continue
            if session.state.finished:
                session.return_to(moment)
                return LEAVE
            verdict = RIGHT if attempt is None or typed == line else attempt.judge(session.state, outcomes)
            if verdict in (RIGHT, NAMELESS):
                if typed != line:
                    # From here on the machine is the document's own, koids, addresses and names included.
                    session.return_to(moment)
                    printed_by(session, line)
                    name = attempt.name if attempt is not None and verdict == NAMELESS else ""
                    told = f"Right, and the lesson calls it {_code(f'${name}')}." if name else ""
                    self.say(told or f"Right: that does the same as {_code(line)}.", GREEN)
                return NEXT
            away = self._answer(verdict, moment, line, away)

    def _answer(self, verdict: str, moment: Moment, line: str, away: bool) -> bool:
        """Says what a line was that is not the one that is waited for; returns whether the person is on a detour."""
        if verdict == OTHER and away:
            self.say("You are on a detour: `back` ends it, Enter goes on with the lesson.")
            return True
        if verdict == OTHER:
            self.say("That changed other things. Look around; `back` takes it back, Enter goes on with the lesson.")
            return True
        if verdict == FAILED:
            self.say("Nothing has changed. `?` helps, Enter has the line typed.", YELLOW)
        elif verdict == LOOKED and not away:
            goes_on = "the line in grey" if self.renderer.painted else _code(line)
            self.say(f"Look around as you like. The lesson goes on with {goes_on}.")
        # What has been used up, koids and addresses, must not show in what the lesson prints.
        self.session.return_to(moment)
        return False

    def _ask_for(self, line: str) -> None:
        """Shows what is to be typed; where there are colours, the prompt itself shows it in grey."""
        if not self.renderer.painted:
            self.write(folded(self.renderer, _code(line), "type "))

    def _help(self, line: str) -> None:
        """What the command of a line is for, how it is written, and what to do."""
        try:
            word = parse(line)[0].words[0]
        except (UsageError, IndexError):
            word = ""
        found = registry.find(word) if word else None
        if found is not None:
            self.write(folded(self.renderer, _code(found.usage()), "  ", ""))
            self.write(folded(self.renderer, f"{found.summary}. `help {word}` tells all.", "    ", ""))
        self.say(f"Type {_code(line)}, or press Enter. `back` goes back, `where` tells where you are, `quit` leaves.")

    # Questions

    def _question(self, stop: Question) -> str:
        """Asks, and tells the answer."""
        number = stop.number
        self.pause_next = False
        try:
            asked = self._asked(stop)
        except BlockError as error:
            self.say(f"There is a mistake in this question, line {error.line}: {error.reason}", YELLOW)
            return NEXT
        rows = question_rows(self.renderer, asked)
        way = self._make_room(len(rows))
        if way != NEXT:
            return way
        self.write([*rows, ""])
        hints = list(asked.hints)
        while True:
            typed = self.line(self.prompt(f"your guess ({asked.wanted}): " if asked.offers else "your guess: "))
            word = typed.strip()
            said = WORDS.get(word, "")
            if said == "hint":
                none = f"There is no further hint. Guess {asked.wanted}; `skip` leaves it out."
                self.say(hints.pop(0) if hints else none)
                continue
            if said == "skip":
                self.progress.guesses.setdefault(number, None)
                self.write(answer_rows(self.renderer, asked))
                break
            if said:
                way = self._common(word)
                if way:
                    return way
                continue
            if not word:
                self.say(f"First guess: {asked.wanted}. `?` gives a hint, `skip` leaves it out.")
                continue
            verdict = asked.judge(typed)
            if verdict is None:
                self.say(f"That is not an answer here: give {asked.wanted}. `?` gives a hint, `skip` leaves it out.")
                continue
            self.progress.guesses.setdefault(number, verdict.right)
            if verdict.right:
                self.say("Right.", BOLD + GREEN)
                self.write(folded(self.renderer, asked.because, indent=2) if asked.because else [])
            else:
                self._explain(asked, verdict.remark)
            break
        self.pause_next = True
        self.write([""])
        return NEXT

    def _asked(self, stop: Question) -> Asked:
        """The question, computed in the state that the session is in. Raises BlockError."""
        found = ask(read_quiz(stop.block, stop.number), self.session, self.progress.seed, explain=True)
        self.asked[stop.number] = found
        return found

    def _explain(self, asked: Asked, remark: str) -> None:
        """Why a guess was wrong: what is said to it, the answer, what happened, and what that has moved."""
        self.say(f"Not quite. {remark}" if remark else "Not quite.", BOLD + RED)
        self.write(answer_rows(self.renderer, asked))
        if asked.ran:
            self.write(["", *folded(self.renderer, "The machine did this, on a copy:", indent=2)])
            for prompt, line, printed in asked.ran:
                said = fold(shown(line), self.renderer.columns - len(prompt) - 4).split("\n")
                self.write([f"    {self.renderer.paint(prompt, DIM)}{said[0]}", *(f"    {row}" for row in said[1:])])
                self.write([f"    {row}" for row in printed.splitlines()])
        if asked.mover and not asked.moved:
            self.write(folded(self.renderer, f"and {_code(asked.mover)} moved nothing that is counted.", indent=2))
        if asked.moved:
            # With all that is as it was the question would leave the screen.
            rows = [row for row in asked.moved.splitlines() if not _is_still(row)]
            more = [f"... {plural(len(rows) - MOST_MOVED + 1, 'more line')}"] if len(rows) > MOST_MOVED else []
            self.write(folded(self.renderer, f"and {_code(asked.mover)} moved this:", indent=2))
            self.write([f"    {row}" for row in (*rows[: MOST_MOVED - len(more)], *more)])

    # Exercises

    def _exercise(self, stop: Exercise) -> str:
        """Has an exercise done on a machine of its own, which the lines of another day bring back."""
        number = stop.number
        self.pause_next = False
        try:
            trying = Try(stop.block, number, self.session, self.renderer, self.progress.tries.get(number, []))
        except BlockError as error:
            self.say(f"There is a mistake in this exercise, line {error.line}: {error.reason}", YELLOW)
            return NEXT
        rows = trying.rows()
        way = self._make_room(len(rows) + SPARE)
        if way != NEXT:
            return way
        self.write(rows)
        done = trying.lines
        ready = f"What you typed before has run again, {plural(len(done), 'line')}; `history` shows it."
        self.say(
            f"{ready if done else 'A fresh machine is ready for it.'} "
            "`check` looks at the goals, `?` gives a hint, `back` takes a line back, `skip` goes on."
        )
        while True:
            typed = self.line(trying.session.state.prompt, trying.session)
            word = typed.strip()
            said = WORDS.get(word, "")
            if said == "check":
                rows, got, of = trying.check()
                self.write(rows)
                self.progress.points[number] = (got, of)
                if got == of:
                    self.say(f"All goals are met: {got} of {plural(of, 'point')}.", BOLD + GREEN)
                    self.pause_next = True
                    return NEXT
                self.say(f"{got} of {plural(of, 'point')}. Go on, and `check` again; `skip` leaves it.", YELLOW)
            elif said == "hint":
                self.say(trying.hint())
            elif said == "back" and (taken := trying.back()):
                self.say(f"Taken back: {_code(taken)}.")
            elif said == "skip":
                grade = _code(f"kshell --grade {self.source} --answers FILE")
                self.say(f"For later: with your lines in a file, {grade} looks at the goals.")
                self.write([""])
                return NEXT
            elif said:
                way = self._common(word)
                if way:
                    return way
            elif not word:
                self.say("Type a line, `check`, or `skip`.")
            else:
                self.show(trying.run(typed))
                if trying.session.state.finished:
                    return LEAVE
            if trying.lines or number in self.progress.tries:
                self.progress.tries[number] = trying.lines
                self.keep()


def _page(rows: list[str], height: int) -> int:
    """How many of the rows make a page of at most `height`: up to a gap between two blocks, if that leaves half a
    page."""
    gaps = [at for at in range(height // 2, height + 1) if not rows[at - 1]]
    return gaps[-1] if gaps else height


def _is_still(row: str) -> bool:
    """Whether a row of `diff` says only that things are as they were: `handles   433 unchanged`."""
    words = row.split()
    return len(words) == 3 and words[2] == "unchanged"


def _code(text: str) -> str:
    """A line as inline code of Markdown."""
    mark = "`"
    while mark in text:
        mark += "`"
    pad = " " if "`" in text else ""
    return f"{mark}{pad}{text}{pad}{mark}"
