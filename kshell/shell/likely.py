"""Which names can be meant while one is typed: a few of very many, found without a look at each.

    \\nm\\nvmo\\nv0\\nv1\\nv2\\n        all names as one text, oldest first: "\\nv" is searched in it, latest first

A session's names only come, so the text only grows; a state of another session has a text of its own.
"""

from __future__ import annotations

from itertools import islice

from kshell.kernel.tasks import Job, Process
from kshell.shell.crowd import Crowd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

# No more names are looked at for a menu, which shows no more.
MOST = 200


class Likely:
    """The names of `variables`, a dictionary from which nothing is taken, and of `others`, which come after them."""

    __slots__ = ("variables", "others", "_crowd", "_count", "_text", "_low")

    def __init__(self, variables: dict[str, Any], others: tuple[str, ...]) -> None:
        self.variables = variables
        self.others = others
        # The tasks that were last asked for.
        self._crowd: Crowd | None = None
        self._count = 0
        self._text = self._low = "\n"

    def names(self, word: str) -> list[str]:
        """The names that can be meant by `word`, the beginning of one or letters of it, in their order.

        All of them, or where there are very many the latest MOST: of those that begin so, and then of all.
        """
        latest = [*reversed([*islice(reversed(self.variables), MOST)]), *self.others]
        if not word or len(self.variables) <= MOST:
            return latest
        self._catch_up()
        low, text = self._low, self._text
        begin = f"\n{word.lower()}"
        found: list[str] = []
        at = low.rfind(begin)
        while at >= 0 and len(found) < MOST:
            found.append(text[at + 1 : text.index("\n", at + 1)])
            at = low.rfind(begin, 0, at + 1)
        known = set(found)
        return [*reversed(found), *(name for name in latest if name not in known)]

    def any_begins(self, word: str) -> bool:
        """Whether a name begins with `word` and goes on."""
        if any(name.startswith(word) and name != word for name in self.others):
            return True
        self._catch_up()
        begin = f"\n{word}"
        at = self._text.find(begin)
        # The name itself is there once.
        while 0 <= at < len(self._text) - len(begin) and self._text[at + len(begin)] == "\n":
            at = self._text.find(begin, at + len(begin))
        return 0 <= at < len(self._text) - len(begin)

    def crowd(self, tasks: Sequence[Process | Job], shown: Callable[[list[bytes]], dict[bytes, str]]) -> Crowd:
        """Tasks by what is typed of them. The latest are kept: a word is typed letter by letter.

        `shown` gives the forms of names for people.
        """
        if self._crowd is None or not self._crowd.fits(tasks):
            self._crowd = Crowd(tasks, shown)
        return self._crowd

    def _catch_up(self) -> None:
        new = len(self.variables) - self._count
        if new:
            added = "\n".join([*reversed([*islice(reversed(self.variables), new)]), ""])
            self._text += added
            self._low += added.lower()
            self._count += new
