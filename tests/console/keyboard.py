"""Keys typed into the console's own prompt, in this process: no terminal, and no program of its own."""

import asyncio
from contextlib import contextmanager

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from kshell.console.console import Console


@contextmanager
def console(session, settings=None):
    """(the console, a function that types keys and gives the text that Enter took).

    The function types its arguments one after the other; after each it waits until a picture was drawn, and until the
    argument's condition holds, if it is a pair of keys and condition. Then it presses Enter.
    """
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        made = Console(session, settings)
        app = made.prompt.app
        drawn = []
        app.after_render += lambda _: drawn.append(made.prompt.default_buffer.text)

        async def type_all(steps):
            for step in steps:
                text, holds = step if isinstance(step, tuple) else (step, lambda: True)
                before = len(drawn)
                keys.send_text(text)
                while len(drawn) == before or not holds():
                    await asyncio.sleep(0.001)
            keys.send_text("\r")

        def typed(*steps):
            return made.prompt.prompt("magenta$ ", pre_run=lambda: app.create_background_task(type_all(steps)))

        yield made, typed
