"""A line at a time, edited as at the console's prompt, for whoever else asks a person: `kshell learn`."""

from __future__ import annotations

import os

from prompt_toolkit.application import get_app
from prompt_toolkit.completion import DummyCompleter
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import is_dumb_terminal

from kshell.console import screen
from kshell.console.console import STYLE, Cleared
from kshell.console.editing import KshellCompleter, KshellLexer, LinePrompt
from kshell.console.guard import Guard
from kshell.console.history import LineHistory
from kshell.console.keys import console_keys
from kshell.console.settings import read_settings
from kshell.console.signals import keep_the_terminal_sane, stay_in_front
from kshell.shell.host import Sandbox
from kshell.shell.session import Session
from kshell.shell.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def line_reader(session: Session) -> tuple[Callable[[str, Session | None, str], str | None], bool]:
    """(reader, whether anything is coloured). The reader asks after a prompt; what it is given a session for is a line
    of it, coloured and completed as it would run there; Enter alone types the line that is offered, which is shown in
    grey. None at the end of input; raises KeyboardInterrupt for Ctrl-C.
    """
    closed = isinstance(session.host, Sandbox)
    settings = Settings() if closed else read_settings()
    if closed:
        stay_in_front()
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1" if is_dumb_terminal() else "")
    keep_the_terminal_sane()
    coloured = screen.coloured(settings["colour"])
    guard = Guard()
    history = LineHistory("", guard=guard)
    prompts: dict[int, LinePrompt] = {}

    offer = ""

    def keys() -> KeyBindings:
        made = console_keys(guard, True, lambda: False)

        @made.add("enter", filter=Condition(lambda: bool(offer) and not get_app().current_buffer.text))
        def _take(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text(offer)
            event.current_buffer.validate_and_handle()

        return made

    def prompt_of(lines_of: Session | None) -> LinePrompt:
        if id(lines_of) not in prompts:
            prompts[id(lines_of)] = LinePrompt(
                guard,
                session.interrupts,
                history=LineHistory("", guard=guard) if lines_of is None else history,
                completer=DummyCompleter() if lines_of is None else KshellCompleter(lines_of, guard),
                lexer=KshellLexer(lines_of, guard) if lines_of is not None and coloured else None,
                style=Style.from_dict(STYLE) if coloured else None,
                complete_style=CompleteStyle.COLUMN,
                complete_while_typing=False,
                include_default_pygments_style=False,
                key_bindings=keys(),
                enable_suspend=not closed,
                reserve_space_for_menu=0 if lines_of is None else 4,
                interrupt_exception=Cleared,
            )
        return prompts[id(lines_of)]

    def line(prompt: str, lines_of: Session | None, offered: str) -> str | None:
        nonlocal offer
        offer = offered
        grey = [("class:hint", offered)] if offered and coloured else None
        try:
            typed = prompt_of(lines_of).prompt(prompt, handle_sigint=False, placeholder=grey)
            # A terminal that cannot edit has no such key.
            return typed or offered
        except Cleared:
            raise KeyboardInterrupt from None
        except EOFError:
            return None

    return line, coloured
