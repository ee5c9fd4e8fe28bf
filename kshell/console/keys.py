"""The keys beyond the usual ones of a shell."""

from __future__ import annotations

import sys
from collections.abc import Callable

from prompt_toolkit.application import get_app, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus, vi_navigation_mode
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from kshell.commands.help.console import KEYS
from kshell.console.editor import edited
from kshell.console.guard import Guard
from kshell.console.typed import goes_on, without_prompts


def console_keys(guard: Guard, closed: bool, opens_while_typing: Callable[[], bool]) -> KeyBindings:
    """The keys of a console; a `closed` one reaches no editor of the host.

    `opens_while_typing` says whether the menu opens by itself now.
    """
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)

    @Condition
    def unfinished() -> bool:
        return guard("Enter key", False, lambda: goes_on(get_app().current_buffer.text))

    @Condition
    def only_offered() -> bool:
        menu = get_app().current_buffer.complete_state
        return opens_while_typing() and menu is not None and menu.complete_index is None

    @keys.add("f1")
    def _list(event: KeyPressEvent) -> None:
        run_in_terminal(lambda: sys.stdout.write(KEYS))

    @keys.add("enter", filter=typing & unfinished)
    def _next_row(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        buffer.cursor_position = len(buffer.text)
        buffer.insert_text("\n")

    @keys.add("up", filter=typing & only_offered)
    def _earlier(event: KeyPressEvent) -> None:
        # A menu that nobody asked for does not take the key.
        event.current_buffer.history_backward(count=event.arg)

    @keys.add(Keys.BracketedPaste, filter=typing)
    def _paste(event: KeyPressEvent) -> None:
        text = event.data.replace("\r\n", "\n").replace("\r", "\n")
        event.current_buffer.insert_text(guard("pasting", text, lambda: without_prompts(text)))

    def edit(event: KeyPressEvent) -> None:
        event.app.create_background_task(_edit(guard, event.current_buffer))

    if not closed:
        keys.add("c-x", "c-e", filter=typing)(edit)
        keys.add("v", filter=typing & vi_navigation_mode)(edit)
    return keys


async def _edit(guard: Guard, buffer: Buffer) -> None:
    """Runs the line as an editor leaves it."""
    text = await run_in_terminal(lambda: guard("editor", None, lambda: edited(buffer.text)), in_executor=True)
    if text is not None:
        buffer.document = Document(text, len(text))
        buffer.validate_and_handle()
