"""Somebody who is taught a lesson: answers the teacher by what is asked, without a terminal."""

from kshell.documents.conversation import Conversation
from kshell.documents.learning import Teacher
from kshell.documents.progress import Notebook, Progress
from kshell.documents.reading import heading_named, read
from kshell.documents.rendering import Renderer
from kshell.documents.stops import Exercise, Question
from kshell.kernel.boot import boot
from kshell.shell.session import Session
from tests.commands.support import fresh
from tests.sessions import TINY

ENTER = ""


class Pupil:
    """Types `lines`, one after the other, and then nothing more. `heard` are the prompts that were answered, each with
    what was shown since the one before."""

    def __init__(self, text, lines, folder=None, seed=1, progress=None, height=0, name="lesson", tiny=True):
        self.lines = list(lines)
        self.heard = []
        self.session = Session(boot(TINY)) if tiny else fresh()
        self.notebook = Notebook(name, text, [], None if folder is None else str(folder))
        if progress is None:
            progress = self.notebook.read()[0] or Progress(seed)
        self.document = read(text)
        self.progress = progress
        talk = Conversation(self.session, self.read, Renderer(80, False), height)
        self.teacher = Teacher(self.document, talk, self.notebook, progress)
        self.shown = []
        self.silent = False
        talk.put = lambda text: self.shown.extend(text.split("\n")[:-1])

    def read(self, prompt, session, offered):
        self.heard.append((prompt, "\n".join(self.shown)))
        self.shown.clear()
        if not self.lines:
            self.silent = True
            return None
        line = self.lines.pop(0)
        if isinstance(line, BaseException):
            raise line
        if callable(line):
            line = line(self)
        return line or offered

    def learn(self, begin=None):
        """Is taught; returns whether the end was reached."""
        heading = None if begin is None else heading_named(self.document.headings, begin)
        end = self.teacher.run(heading)
        assert not self.lines, self.lines
        return end

    @property
    def last(self):
        """What was shown last, before somebody who has no more to say."""
        return self.heard[-1][1] if self.silent else "\n".join(self.shown)


class Diligent(Pupil):
    """Answers every question with its answer, has every command typed, and leaves exercises out, or types `answer`."""

    def __init__(self, text, answer=None, **more):
        super().__init__(text, (), **more)
        self.answer = None if answer is None else [*answer, "check"]

    def read(self, prompt, session, offered):
        self.heard.append((prompt, "\n".join(self.shown)))
        self.shown.clear()
        stop = self.teacher.stops[self.teacher.place]
        if isinstance(stop, Exercise):
            return self.answer.pop(0) if self.answer else "skip"
        if isinstance(stop, Question):
            return self.teacher.asked[stop.number].shown
        return offered
