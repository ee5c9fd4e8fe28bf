"""Pasting: what 20,000 characters of many words cost, next to a prompt without colours, hints and completion."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.benchmarks.benchmark import ONLY, Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.targets import Ratio

CHARACTERS = 20_000
LINE = ("echo " + "word " * (CHARACTERS // 5))[:CHARACTERS]
# What a terminal sends around what is pasted, and Enter.
PASTE = f"\x1b[200~{LINE}\x1b[201~\r"


class Paste(Benchmark):
    """CPU time from the paste until Enter has been taken."""

    name = "paste"
    rows = (Row("a line of 20,000 characters, pasted (CPU time)", "a bare prompt_toolkit prompt", (Ratio(2),)),)

    def ours(self) -> Figures:
        return in_fresh_process(paste_here)

    def theirs(self) -> Figures:
        return in_fresh_process(paste_bare)


def paste_here() -> Figures:
    """Pastes into kshell's prompt."""
    from kshell.console.console import Console
    from tests.sessions import opened

    def prompt() -> PromptSession[str]:
        # A sandbox's history is not kept.
        return Console(opened("--sandbox")).prompt

    return pasted(prompt)


def paste_bare() -> Figures:
    """Pastes into a prompt of prompt_toolkit's own."""
    return pasted(lambda: PromptSession(history=InMemoryHistory()))


def pasted(make: Callable[[], PromptSession[str]]) -> Figures:
    """The CPU time of one paste into the prompt that `make` makes, after a short line that warms it up."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        prompt = make()
        keys.send_text("ps\r")
        prompt.prompt("magenta$ ")
        begin = process_time()
        keys.send_text(PASTE)
        line = prompt.prompt("magenta$ ")
        seconds = process_time() - begin
    assert line == LINE
    return {ONLY: seconds}
