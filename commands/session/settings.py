"""`set`: the settings of the console, while it runs."""

from __future__ import annotations

from kshell.shell.arguments import Choice, Raw
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.settings import SETTINGS, check, find
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SettingName(Raw):
    """The name of a setting."""

    __slots__ = ()

    explain = "a setting of the console"

    def parse(self, state: State, word: str) -> str:
        find(word)
        return word

    def choices(self, state: State) -> Iterable[Choice]:
        return [(name, setting.about) for name, setting in SETTINGS.items()]


class SettingValue(Raw):
    """What a setting is set to: the words after its name."""

    __slots__ = ()

    explain = "a value of the setting"

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        setting = SETTINGS.get(words[0])
        if setting is None or not setting.words:
            return
        check(words[0], words[at])
        if at > 1:
            raise UsageError(f"{words[0]} takes one word")

    def completions(self, state: State, words: Sequence[str], at: int) -> Iterable[Choice]:
        setting = SETTINGS.get(words[0])
        return [(word, "") for word in setting.words] if setting is not None and at == 1 else []

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        return any(text.startswith(words[at]) for text, _ in self.completions(state, words, at))


@command(
    "set",
    category="session",
    summary="the settings of the console, or one; with a VALUE it is changed, at once and for this session",
    params=(SettingName("NAME", None), SettingValue("VALUE", many=True)),
    examples=(
        ("set colour loud", "set: colour is auto, on or off, not 'loud'\n"),
        ("set editing", "set: a script has no settings: they are the console's\n"),
    ),
    details="`help console` explains each. Settings that last are lines of ~/.config/kshell/config, such as "
    "`editing = vi`.",
    unrecorded=True,
)
def set_(session: Session, name: str | None, words: list[str]) -> Result:
    value = " ".join(words)
    if name is not None and words:
        # A script hears of a wrong value first, as a console does.
        check(name, value)
    settings = session.settings
    if settings is None:
        raise ShellError("a script has no settings: they are the console's")
    if name is not None and words:
        settings.change(name, value)
        return Result(value, {"settings": {name: value}})
    chosen = settings.values if name is None else {name: settings[name]}
    text = "".join(f"{found} = {settings[found]}".ljust(24) + f"# {SETTINGS[found].wanted}\n" for found in chosen)
    return Result(None if name is None else settings[name], {"settings": dict(chosen)}, text)
