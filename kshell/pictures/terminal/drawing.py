"""Scenes for the terminal: each kind has a file that lays it out, here it is looked up and painted."""

from __future__ import annotations

from kshell.pictures.scene import Scene
from kshell.pictures.terminal.look import ASCII, Look, Row, cropped
from kshell.text import COLUMNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    # Lays a scene out in rows for so many columns.
    Drawer = Callable[[Scene, int, Look], list[Row]]

# No picture is narrower: what does not fit then is cut off.
NARROWEST = 20


def draw(scene: Scene, columns: int = COLUMNS, look: Look = ASCII) -> str:
    """The scene as text of at most `columns` columns, in the characters and colours of `look`."""
    columns = max(columns, NARROWEST)
    rows = DRAWERS[scene.kind]()(scene, columns, look)
    return "".join(f"{look.painted(cropped(row, columns))}\n" for row in rows)


def _pages() -> Drawer:
    from kshell.pictures.terminal.pages import rows

    return rows


def _space() -> Drawer:
    from kshell.pictures.terminal.space import rows

    return rows


def _clones() -> Drawer:
    from kshell.pictures.terminal.clones import rows

    return rows


def _treemap() -> Drawer:
    from kshell.pictures.terminal.treemap import rows

    return rows


def _links() -> Drawer:
    from kshell.pictures.terminal.links import rows

    return rows


# What draws each kind of scene, loaded when one is to be drawn.
DRAWERS: dict[str, Callable[[], Drawer]] = {
    "pages": _pages,
    "space": _space,
    "clones": _clones,
    "treemap": _treemap,
    "links": _links,
}
