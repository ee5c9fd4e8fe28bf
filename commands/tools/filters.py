"""What `ps`, `vmaps` and `vmos` can be asked to leave out or to sort. Without options they print what the real
tools print."""

from __future__ import annotations

from kshell.shell.arguments import Choice, Parameter, Size, Word
from kshell.shell.errors import UsageError
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Row = TypeVar("Row")


class Column(Parameter[str]):
    """A column to sort by."""

    __slots__ = ("columns",)

    closed = True

    def __init__(self, *columns: str) -> None:
        super().__init__("COLUMN", None, option="--sort")
        self.columns = columns

    @property
    def about(self) -> str:
        """What can be written."""
        return f"sort by {', '.join(self.columns)}; sizes with the largest first"

    def parse(self, state: State, word: str) -> str:
        if word.lower() not in self.columns:
            raise UsageError(f"--sort takes one of {', '.join(self.columns)}, not {word!r}")
        return word.lower()

    def choices(self, state: State) -> list[Choice]:
        return [(name, "") for name in self.columns]


class NamePart(Word):
    """A part of a name."""

    __slots__ = ()

    explain = "only rows with this in their name"

    def __init__(self) -> None:
        super().__init__("TEXT", None, option="--name")


class Smallest(Size):
    """The smallest size that is shown."""

    __slots__ = ("what",)

    def __init__(self, what: str) -> None:
        super().__init__("SIZE", None, option="--min")
        self.what = what

    @property
    def about(self) -> str:
        """What is left out."""
        return f"only rows whose {self.what} is at least this"


def named(text: str | None, name: str) -> bool:
    """Whether a row of that name is wanted."""
    return text is None or text.lower() in name.lower()


def sort_rows(rows: list[Row], column: str | None, keys: dict[str, Callable[[Row], int | str]]) -> list[Row]:
    """The rows by a column: sizes descending, everything else ascending; as they are if `column` is None."""
    if column is None:
        return rows
    key = keys[column]
    return sorted(rows, key=key, reverse=column not in ("koid", "name", "base", "parent"))
