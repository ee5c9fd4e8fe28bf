"""What a person can set at a console, and what it is set to. `set` and the file of settings change it here.

A console acts on a change at once: it is called back.
"""

from __future__ import annotations

from kshell.kernel.numbers import decimal
from kshell.shell.errors import UsageError
from kshell.text import alternatives

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# The most lines that a history may be set to keep.
MOST_LINES = 1_000_000


class Setting:
    """A setting: what it is at first, the words it can be (none: any text, if `most` is 0), and what it does.

    `most` is for a setting that is a number: the largest one.
    """

    __slots__ = ("default", "words", "about", "most")

    def __init__(self, default: str, words: tuple[str, ...], about: str, most: int = 0) -> None:
        self.default = default
        self.words = words
        self.about = about
        self.most = most

    @property
    def wanted(self) -> str:
        """What it can be, in words."""
        if self.words:
            return alternatives(self.words)
        return f"a number of lines, 0 to {self.most}" if self.most else "auto, off, or a program of the host"

    def takes(self, value: str) -> bool:
        """Whether it can be `value`."""
        if self.most:
            number = decimal(value)
            return number is not None and number <= self.most
        return value in self.words if self.words else bool(value)


SETTINGS = {
    "pager": Setting("auto", (), "shows output that is taller than the terminal"),
    "colour": Setting("auto", ("auto", "on", "off"), "colours; on: whatever NO_COLOR and TERM say"),
    "toolbar": Setting("on", ("on", "off"), "the line at the foot of the terminal"),
    "suggest": Setting("on", ("on", "off"), "suggestions from history while typing"),
    "complete": Setting("tab", ("tab", "typing"), "when the menu opens: on Tab, or while typing"),
    "editing": Setting("emacs", ("emacs", "vi"), "the keys that edit the line"),
    "history": Setting("10000", (), "how many lines are kept from one session to the next", MOST_LINES),
}


class Settings:
    """The settings, and what was wrong with the file they came from."""

    __slots__ = ("values", "complaints", "startup", "changed")

    def __init__(self) -> None:
        self.values = {name: setting.default for name, setting in SETTINGS.items()}
        self.complaints: list[str] = []
        # The file of lines to run at the start, or nothing.
        self.startup = ""
        # Called after each change.
        self.changed: Callable[[], None] | None = None

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def change(self, name: str, value: str) -> None:
        """Sets `name` to `value`. Raises UsageError for what is not a setting, or not one of its values."""
        check(name, value)
        self.values[name] = value
        if self.changed is not None:
            self.changed()


def find(name: str) -> Setting:
    """The setting of that name. Raises UsageError."""
    if name not in SETTINGS:
        raise UsageError(f"there is no setting {str(name)!r}; `help console` lists them")
    return SETTINGS[name]


def check(name: str, value: str) -> None:
    """Raises UsageError for what is not a setting, or not one of its values."""
    setting = find(name)
    if not setting.takes(value):
        raise UsageError(f"{name} is {setting.wanted}, not {str(value)!r}")
