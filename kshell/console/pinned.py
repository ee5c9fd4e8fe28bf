"""The pane of what is pinned, as a part of the prompt: between the line that is typed and the toolbar.

It belongs to the prompt and goes with it, so the terminal's own history keeps lines and answers only. It is made anew
when a line has run, and not while one is typed; where a menu wants the rows they are the menu's.
"""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import ANSI, StyleAndTextTuples, to_formatted_text
from prompt_toolkit.layout.containers import ConditionalContainer, HSplit, Window
from prompt_toolkit.layout.controls import GetLinePrefixCallable, UIContent, UIControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.layout import Layout


class PaneControl(UIControl):
    """What `draw(columns, room)` gives, lines for so many columns, in at most `room` rows if that is not None."""

    def __init__(self, draw: Callable[[int, int | None], list[str]]) -> None:
        self.draw = draw

    def preferred_height(
        self,
        width: int,
        max_available_height: int,
        wrap_lines: bool,
        get_line_prefix: GetLinePrefixCallable | None,
    ) -> int:
        """How many rows it would take."""
        return len(self.draw(width, None))

    def create_content(self, width: int, height: int) -> UIContent:
        """The lines for the rows that there are."""
        lines = self.draw(width, height)

        def line(at: int) -> StyleAndTextTuples:
            return to_formatted_text(ANSI(lines[at])) if at < len(lines) else []

        return UIContent(line, line_count=len(lines), show_cursor=False)


def put_pane(layout: Layout, draw: Callable[[int, int | None], list[str]], shown: Callable[[], bool]) -> None:
    """Puts a pane above the last row of a prompt's layout, its toolbar."""
    root = layout.container
    assert isinstance(root, HSplit)

    # None of its rows is one that the prompt must have.
    window = Window(PaneControl(draw), height=lambda: Dimension(min=0), dont_extend_height=True)
    root.children.insert(len(root.children) - 1, ConditionalContainer(window, Condition(shown) & ~is_done))
