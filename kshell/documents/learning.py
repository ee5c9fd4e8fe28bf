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

from kshell.documents.checking import printed_by
from kshell.documents.course import Course
from kshell.documents.practice import practise
from kshell.documents.prediction import predict
from kshell.documents.reading import Heading
from kshell.documents.rendering import BOLD, GREEN
from kshell.documents.solving import solve
from kshell.documents.stops import BACK, LEAVE, NEXT, Exercise, Stop, Task, Told
from kshell.text import plural

# Prose is easier to read in lines that are not longer.
WIDEST = 90


class Teacher(Course):
    """A course that leads from stop to stop."""

    def run(self, begin: Heading | None = None) -> bool:
        """Teaches from the noted place, or from a heading on; returns whether the end was reached. Raises OutputError,
        KeyboardInterrupt."""
        first = self._place_of(begin) if begin is not None else min(self.progress.place, len(self.stops))
        if first == len(self.stops):
            first = 0
        if first == 0 or begin is not None:
            self.talk.say(self.how)
            self.talk.write([""])
            # These may leave the screen: `?` shows them again.
            self.talk.fresh = 0
        else:
            self._find_back(first)
        self._move_to(first)
        while self.place < len(self.stops):
            self.keep()
            way = self._visit(self.stops[self.place])
            if way == LEAVE:
                self.keep()
                self.talk.say("Next time you go on from here." if self.notebook.path else "Until next time.")
                return False
            if way == BACK:
                self._go_back()
            else:
                self.place += 1
        self.keep()
        self._close()
        return True

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
            self.talk.say("This is the beginning.")
            at = 0
        self._move_to(at)

    def _find_back(self, place: int) -> None:
        """Tells where the person is, and what was told last."""
        self.talk.say(f"You have been here before: {self._where(place)}. `--again` begins anew.")
        self.talk.write([""])
        last = max((at for at in range(place) if isinstance(self.stops[at], Told)), default=None)
        stop = self.stops[last] if last is not None else None
        if isinstance(stop, Told) and not isinstance(self.stops[place], Told):
            self.talk.write([*self._told_rows(stop), ""])

    def _where(self, place: int) -> str:
        """A place in words."""
        section = ""
        for stop in self.stops[: place + 1]:
            if isinstance(stop, Told):
                section = next((one.plain for one in stop.blocks if isinstance(one, Heading)), section)
        return f"{section}, {100 * place // max(1, len(self.stops))}% of the way"

    def _close(self) -> None:
        """The end."""
        self.talk.apart()
        said = "That is the end."
        if self.progress.guesses:
            right = sum(guess is True for guess in self.progress.guesses.values())
            said = f"That is the end. You predicted {right} of {plural(len(self.progress.guesses), 'answer')}."
        for got, of in self.progress.points.values():
            said += f" The exercise: {got} of {plural(of, 'point')}."
        self.talk.say(said, BOLD + GREEN)

    def _visit(self, stop: Stop) -> str:
        if isinstance(stop, Told):
            return self._tell(stop)
        if isinstance(stop, Task):
            return practise(self, stop)
        return solve(self, stop) if isinstance(stop, Exercise) else predict(self, stop)

    # Prose

    def _told_rows(self, stop: Told) -> list[str]:
        rows: list[str] = []
        for block in stop.blocks:
            found = self.talk.renderer.rows(block)
            rows += ["", *found] if rows and found and block.apart else found
        return rows

    def _tell(self, stop: Told) -> str:
        """Tells a section; it waits where another follows, and where the screen is full."""
        rows = self._told_rows(stop)
        if self.pause_next or not self.talk.fits(min(len(rows), self.talk.height)):
            self.pause_next = False
            way = self.pause()
            if way != NEXT:
                return way
        self.talk.apart()
        while self.talk.height and len(rows) > self.talk.height:
            cut = _page(rows, self.talk.height)
            self.talk.write(rows[:cut])
            rows = rows[cut:]
            way = self.pause()
            if way != NEXT:
                return way
        self.talk.write([*rows, ""])
        follows = self.stops[self.place + 1] if self.place + 1 < len(self.stops) else None
        return self.pause() if isinstance(follows, Told) else NEXT


def _page(rows: list[str], height: int) -> int:
    """How many of the rows make a page of at most `height`: up to a gap between two blocks, if that leaves half a
    page."""
    gaps = [at for at in range(height // 2, height + 1) if not rows[at - 1]]
    return gaps[-1] if gaps else height
