"""What a picture shows as changed: what was not so before the last line that changed anything.

what is shown  --- kept when the command runs
what was then  --- made, and compared, when somebody looks: running lines again never does
"""

from __future__ import annotations

from kshell.kernel.machine import Machine
from kshell.pictures.scene import Scene
from kshell.shell.past import Past

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Marked:
    """A scene with what changed in it marked: calling it makes it, once.

    `plain` makes it where no line has changed anything; `look` says what was there in the machine of an earlier moment,
    or None, and `made` makes the scene from what that said.
    """

    __slots__ = ("_scene", "_past", "_lines", "_plain", "_look", "_made")

    def __init__(
        self,
        past: Past,
        plain: Callable[[], Scene],
        look: Callable[[Machine], Any],
        made: Callable[[Any], Scene],
    ) -> None:
        self._scene: Scene | None = None
        self._past = past
        # Whenever somebody looks, it is the lines before this one that count.
        self._lines = past.lines_before()
        self._plain = plain
        self._look = look
        self._made = made

    def __call__(self) -> Scene:
        if self._scene is None:
            count = self._past.last_change(self._lines)
            self._scene = self._plain() if count is None else self._made(self._past.glimpse(count, self._look))
            # The session, and what is in its machine, are not kept alive by a result.
            self._past = Past()
            self._plain = self._look = self._made = _nothing
        return self._scene


def _nothing(*_: object) -> Scene:
    raise AssertionError("a scene is made once")
