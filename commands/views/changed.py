"""What a picture shows as changed: what was not so before the last line that changed anything.

what is shown  --- taken when somebody looks, or when the result is given a name
what was then  --- made, and compared, when somebody looks: running lines again never does
"""

from __future__ import annotations

from kshell.kernel.light import Generic
from kshell.kernel.machine import Machine
from kshell.pictures.scene import Scene
from kshell.shell.past import Past
from kshell.shell.results import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Now = TypeVar("Now")
    Then = TypeVar("Then")
else:
    Now = Then = None


class Marked(Generic[Now, Then]):
    """A scene with what changed in it marked: calling it makes it, once.

    `take` takes what is needed of the machine as it is, `look` what was there in that of an earlier moment; `made`
    makes the scene of both, the second None where no line has changed anything yet.
    """

    __slots__ = ("_scene", "_past", "_lines", "_now", "_take", "_look", "_made")

    def __init__(
        self,
        past: Past,
        take: Callable[[], Now],
        look: Callable[[Machine], Then],
        made: Callable[[Now, Then | None], Scene],
    ) -> None:
        self._scene: Scene | None = None
        self._past: Past | None = past
        # Whenever somebody looks, it is the lines before this one that count.
        self._lines = past.lines_before()
        self._now: Now | None = None
        self._take = take
        self._look = look
        self._made = made

    def show_in(self, result: Result) -> None:
        """Makes this the picture of a result."""
        result.scene = self
        result.settle = self.settle

    def settle(self) -> None:
        """Takes what is needed of the machine, which is going to change."""
        if self._past is not None and self._now is None:
            self._now = self._take()

    def __call__(self) -> Scene:
        past = self._past
        if past is not None:
            self.settle()
            count = past.last_change(self._lines) if past.compares else None
            assert self._now is not None
            self._scene = self._made(self._now, None if count is None else past.glimpse(count, self._look))
            # A result does not keep the session alive.
            self._past = self._now = None
        assert self._scene is not None
        return self._scene

    def html(self) -> str:
        """The picture as a piece of HTML."""
        from kshell.pictures.vector.html import fragment

        return fragment(self())
