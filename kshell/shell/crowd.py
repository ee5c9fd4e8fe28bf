"""Which tasks can be meant while one is typed: a few of very many, found without a look at each.

    \\n3020\\n3183\\n31302\\n44       all koids as one text, in which "302" is 3020 and, its digits in order, 31302

A menu shows the tasks whose koid begins with the word, holds it or has its digits in their order, and those whose name
holds it; which of them come first is the menu's to say. Nothing tells a crowd that a task has come, gone or got another
name: whoever keeps one asks whether it still fits.
"""

from __future__ import annotations

import re

from kshell.kernel.tasks import Job, Process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A menu shows no more.
MOST = 200
# The digits of the largest koid.
DIGITS = 20


class Crowd:
    """Tasks by what is typed of them; a place is a task's index in the list."""

    __slots__ = ("_tasks", "_names", "_koids", "_text", "_places", "_shown", "_shown_text")

    def __init__(self, tasks: Sequence[Process | Job], shown: Callable[[list[bytes]], dict[bytes, str]]) -> None:
        """`shown` gives the forms of names for people."""
        self._tasks = [*tasks]
        self._names = [task.name for task in tasks]
        self._koids = [str(task.koid) for task in tasks]
        self._text = "\n".join(["", *self._koids])
        self._places = {koid: place for place, koid in enumerate(self._koids)}
        self._shown = shown(self._names)
        self._shown_text = "\n".join(["", *self._shown.values()])

    def fits(self, tasks: Sequence[Process | Job]) -> bool:
        """Whether it is that of `tasks`, as they are named now."""
        return self._tasks == tasks and self._names == [task.name for task in tasks]

    def likely(self, koid: str, name: str) -> Iterator[tuple[str, str]]:
        """The koids and names of those, in their order, whose koid has the characters of `koid` in their order or whose
        name holds `name`, in whatever case; none has the name "".

        Where a menu can show no others, no more than MOST.
        """
        low = name.lower()
        meant = {raw for raw, shown in self._shown.items() if low in shown.lower()} if low else set()
        places = [place for place, raw in enumerate(self._names) if raw in meant] if meant else []
        if koid.isascii() and koid.isdigit() and len(koid) <= DIGITS:
            in_order = "".join(f"[^{digit}\n]*{digit}" for digit in koid)
            by_koid = [self._places[found] for found in re.findall(f"\n({in_order}.*)", self._text)]
            places = sorted({*places, *by_koid})
        elif koid:
            places = places[:MOST]
        else:
            places = [*range(min(MOST, len(self._koids)))]
        for place in places:
            yield self._koids[place], self._shown[self._names[place]]

    def begins(self, koid: str, name: str) -> bool:
        """Whether `koid` begins the koid of one of them, or `name` the name."""
        if (koid.isdigit() or not koid) and f"\n{koid}" in self._text:
            return True
        # What is shown of a name is on one line.
        return name.isprintable() and f"\n{name}" in self._shown_text
