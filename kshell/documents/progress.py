"""Where somebody is in a lesson: a file for each lesson in the folder of kshell's state.

    ~/.local/state/kshell/learn/02-demand-paging.json

The machine is not in it: its lines rebuild it. A file is replaced as a whole, and what cannot be read counts for
nothing: then the lesson begins anew.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256

from kshell.kernel.numbers import decimal
from kshell.shell.files import read_text, reason, replace_file
from kshell.shell.folders import user_folder

FORM = 1
# No more is read of a file, in bytes.
MOST = 1 << 20


class Progress:
    """What is noted of a lesson.

    seed      what its questions are drawn from
    place     how many of its stops are behind the person
    stops     how many there are
    guesses   whether each question, by its number, was answered right; None where it was left out
    tries     the lines of each exercise, by its number
    points    (got, of) of each exercise that has been checked
    """

    __slots__ = ("seed", "place", "stops", "guesses", "tries", "points")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.place = self.stops = 0
        self.guesses: dict[int, bool | None] = {}
        self.tries: dict[int, list[str]] = {}
        self.points: dict[int, tuple[int, int]] = {}

    @property
    def done(self) -> bool:
        """Whether the lesson has been taken to its end."""
        return 0 < self.stops <= self.place

    @property
    def predicted(self) -> str:
        """How many predictions were right, in words; "" where there were none."""
        right = sum(guess is True for guess in self.guesses.values())
        return f"{right} of {len(self.guesses)} predicted" if self.guesses else ""


class Notebook:
    """The file in which the progress of a lesson is kept, or, without a path, none."""

    def __init__(self, name: str, text: str, machine: list[str], folder: str | None) -> None:
        """`name` is the lesson's, `text` its document; `machine` are the options of the machine, but for the seed."""
        self.path = "" if folder is None else os.path.join(folder, f"{name}.json")
        self._digest = sha256("\0".join([text, *machine]).encode("utf-8", "surrogateescape")).hexdigest()
        self.trouble = ""

    def read(self) -> tuple[Progress | None, str]:
        """(what is noted, why it does not count); None for a lesson that was never begun, or has changed since."""
        if not self.path:
            return None, ""
        try:
            found = json.loads(read_text(self.path, MOST))
        except FileNotFoundError:
            return None, ""
        except (OSError, ValueError, RecursionError):
            return None, "the note of where you were cannot be read"
        progress = _progress(found)
        if progress is None:
            return None, "the note of where you were cannot be read"
        if found.get("lesson") != self._digest:
            return None, "the lesson has changed since you were here"
        return progress, ""

    def write(self, progress: Progress) -> None:
        """Keeps the progress, durably. What goes wrong is in `trouble`, once."""
        if not self.path:
            return
        noted = {
            "form": FORM,
            "lesson": self._digest,
            "seed": progress.seed,
            "place": progress.place,
            "stops": progress.stops,
            "guesses": progress.guesses,
            "tries": progress.tries,
            "points": progress.points,
        }
        try:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            replace_file(self.path, (json.dumps(noted) + "\n").encode(), 0o600)
        except OSError as error:
            self.path = ""
            self.trouble = f"where you are is not kept: {reason(error)}"


def notes_folder() -> str | None:
    """Where progress is kept; None for a user without a home."""
    folder = user_folder("XDG_STATE_HOME", ".local", "state")
    return None if folder is None else os.path.join(folder, "learn")


def _progress(found: object) -> Progress | None:
    """The progress that a file holds, None if it is something else."""
    if not isinstance(found, dict) or found.get("form") != FORM:
        return None
    place, stops, seed = (found.get(key) for key in ("place", "stops", "seed"))
    guesses, tries, points = (found.get(key) for key in ("guesses", "tries", "points"))
    if type(place) is not int or type(stops) is not int or type(seed) is not int or min(place, stops, seed) < 0:
        return None
    if not (isinstance(guesses, dict) and isinstance(tries, dict) and isinstance(points, dict)):
        return None
    progress = Progress(seed)
    progress.place, progress.stops = place, stops
    for key, guess in guesses.items():
        progress.guesses[decimal(key) or 0] = guess if isinstance(guess, bool) else None
    for key, lines in tries.items():
        if isinstance(lines, list):
            progress.tries[decimal(key) or 0] = [line for line in lines if isinstance(line, str)]
    for key, pair in points.items():
        if isinstance(pair, list) and len(pair) == 2 and all(map(_count, pair)):
            progress.points[decimal(key) or 0] = (pair[0], pair[1])
    return progress


def _count(value: object) -> bool:
    return type(value) is int and value >= 0
