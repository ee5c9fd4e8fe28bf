"""Where a person is in a document that is taught, and what can be asked for at every stop of it."""

from __future__ import annotations

from kshell.documents.conversation import WORDS, Conversation
from kshell.documents.progress import Notebook, Progress
from kshell.documents.quiz import Asked
from kshell.documents.reading import Document, Heading
from kshell.documents.rendering import BOLD, DIM, YELLOW
from kshell.documents.stops import BACK, LEAVE, NEXT, Told, stops_of
from kshell.shell.session import Moment

HOW = (
    "{} Other lines may do the same, and you may look around. `?` helps, `back` goes back, `skip` goes on, `where` "
    "tells where you are; `quit` leaves, and next time you go on from there."
)
SHOWN_GREY = "Type the line that is shown in grey, or press Enter to have it typed."
SHOWN_ABOVE = "Type what stands after `type`, or press Enter to have it typed."


class Course:
    """A document in stops, of which all before `place` are behind the person.

    `moments` are those before each command that has been typed, by its place. `pause_next` says that the stop before
    was left in a way after which its last rows have to be read. `asked` are the questions so far, by their numbers.
    """

    def __init__(
        self,
        document: Document,
        talk: Conversation,
        notebook: Notebook,
        progress: Progress,
        source: str = "LESSON",
    ) -> None:
        """The session of `talk` is a fresh one; `source` is the document on a command line."""
        self.talk = talk
        self.session = talk.session
        self.notebook = notebook
        self.progress = progress
        self.source = source
        self.how = HOW.format(SHOWN_GREY if talk.renderer.painted else SHOWN_ABOVE)
        self.stops = stops_of(document)
        progress.stops = len(self.stops)
        self.place = 0
        self.moments: dict[int, Moment] = {}
        self.pause_next = False
        self.asked: dict[int, Asked] = {}

    def keep(self) -> None:
        """Notes where the person is."""
        self.progress.place = self.place
        self.notebook.write(self.progress)
        if self.notebook.trouble:
            self.talk.say(f"{self.notebook.trouble}.", YELLOW)
            self.notebook.trouble = ""

    def make_room(self, rows: int) -> str:
        """Waits where so many rows more would push off the screen what nobody has read; where to go then."""
        return NEXT if self.talk.fits(rows) else self.pause()

    def pause(self) -> str:
        """Waits for Enter."""
        while True:
            word = self.talk.line("Enter goes on: ").strip()
            if word in ("", "skip"):
                # What follows needs no row between.
                self.talk.gap = True
                return NEXT
            way = self.common(word)
            if way:
                return way
            if word not in WORDS:
                self.talk.say("Enter goes on; commands are typed where the lesson asks for one.")

    def common(self, word: str) -> str:
        """Does what a word says that means the same everywhere; where to go then, "" to stay."""
        said = WORDS.get(word, "")
        if said == "where":
            self._map()
        elif said == "hint":
            self.talk.say(self.how)
        elif said == "check":
            self.talk.say("`check` looks at the goals of an exercise; here is none.")
        return {"quit": LEAVE, "back": BACK}.get(said, "")

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
                    rows.append(self.talk.renderer.paint(text, BOLD if mark == ">" else "" if at < here else DIM))
        self.talk.write(rows)
        told = f"{self.place} of {len(self.stops)} steps"
        self.talk.say(f"{told}; {self.progress.predicted}." if self.progress.predicted else f"{told}.")
