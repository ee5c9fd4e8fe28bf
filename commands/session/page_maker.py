"""Makes the page of a session while its lines run, or while they run again.

    # a remark        prose, as is what a document says between its sessions
    m = map 64k       a step: what it printed, what it changed, and how the memory looks after it

Every line has a frame of the reel; blank lines and remarks have none, they change nothing.
"""

from __future__ import annotations

from html import escape
from time import perf_counter

from kshell.commands.session.onlooker import Onlooker
from kshell.pictures.page.page import Step, page
from kshell.pictures.scene import Scene
from kshell.pictures.scenes.space import space_scene
from kshell.shell.results import Outcome
from kshell.shell.session import Session
from kshell.shell.session_lines import ANY
from kshell.shell.state import State
from kshell.shell.timeline import holds_command
from kshell.shell.transcript import OTHERS, Reader
from kshell.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class PageMaker:
    """Takes the lines of a session, each when it has run."""

    def __init__(self, title: str, state: State) -> None:
        """`state` is that before the first line."""
        self.title = title
        self.steps: list[Step] = []
        self._onlooker = Onlooker(state)
        self._prose = ""
        self._remarks: list[str] = []

    def prose(self, html: str) -> None:
        """Adds what stands before the next line, as HTML that is safe to show."""
        self._end_remarks()
        self._prose += html

    def remark(self, line: str) -> None:
        """Adds a line that is blank or a remark."""
        text = line.strip().lstrip("#").strip()
        if line.lstrip()[:1] == "#" and text:
            self._remarks.append(text)
        else:
            self._end_remarks()

    def add(self, prompt: str, line: str, outcomes: Iterable[Outcome], state: State) -> None:
        """Adds a line that has run: what was the prompt before it, its outcomes, the state after it."""
        self._end_remarks()
        output, ok, scene = "", True, None
        for outcome in outcomes:
            # What programs of the host printed is not ours to repeat.
            output += outcome.output.replace(OTHERS, ANY) + outcome.error
            ok = outcome.ok or outcome.forgiven
            scene = _scene_of(outcome, state) or scene
        change = self._onlooker.look(state, line, scene)
        self.steps.append(Step(prompt, line, output.removesuffix("\n"), ok, change, self._prose))
        self._prose = ""

    def text(self) -> str:
        """The page."""
        self._end_remarks()
        return page(self.title, self.steps, self._onlooker.reel, self._prose)

    def _end_remarks(self) -> None:
        if self._remarks:
            self._prose += f"<p>{escape(shown(' '.join(self._remarks)))}</p>\n"
            self._remarks = []


def _scene_of(outcome: Outcome, state: State) -> Scene | None:
    """The picture that a command shows; None where it shows nothing, as one does whose result gets a name.

    A table of `vmaps` has the picture of the space that it is of.
    """
    result = outcome.result
    if not outcome.output or result is None:
        return None
    if result.scene is not None:
        made = result.scene()
        return made if isinstance(made, Scene) else None
    process = state.machine.processes.get(result.space) if outcome.command == "vmaps" else None
    return None if process is None else space_scene(state.machine, process)


def page_of(session: Session, title: str) -> str:
    """The page of all lines of a session: they run once more, on a machine of their own, and reach no files."""
    twin = session.another()
    maker = PageMaker(title, twin.state)
    for at, line in enumerate(session.timeline.lines):
        if not holds_command(line):
            _run_again(twin, line, ())
            maker.remark(line)
            continue
        prompt = twin.state.prompt
        maker.add(prompt, line, _run_again(twin, line, session.timeline.effects.get(at, ())), twin.state)
    return maker.text()


def _run_again(twin: Session, line: str, answers: Sequence[str]) -> list[Outcome]:
    """Runs a line of another session, which the next ones may look back at."""
    begin = perf_counter()
    outcomes = twin.run_again(line, Reader(tuple(answers)))
    twin.timeline.add(line, answers)
    twin.timeline.spent(perf_counter() - begin)
    twin.settle()
    return outcomes
