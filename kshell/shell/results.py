"""What commands return: a main value, fields for programs, and text for people.

Text, JSON and variables show one result. The text may be a function: it is called only when somebody
is going to read it.
"""

from __future__ import annotations

from kshell.kernel.abi import NO_ERROR, KernelError, status_name
from kshell.kernel.numbers import decimal
from kshell.shell.errors import EXIT_FAILED, EXIT_NOT_FOUND
from kshell.shell.values import FIELDS, HANDLE
from kshell.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Text = str | Callable[[], str]
    Fields = dict[str, object] | Callable[[], dict[str, object]]
    Marks = list[str] | Callable[[], list[str]]


class Result:
    """The outcome of a command that ran.

    value   what `$name` means: a handle, an address, a number, a koid; None when there is nothing to name
    kind    what the value is: HANDLE, ADDRESS, SIZE, KOID or COUNT of `values.py`; "" for a plain number or a text
    owner   the koid of the process whose handles it has, 0 where that is not known
    space   the koid of the process whose addresses it has, 0 where that is not known
    fields  the JSON result, and what `$name.field` can ask for; it may be given as a function too
    extra   further names for `$name.field` that are not part of the JSON result
    marks   what each line of the text means beyond its words ("shared", "cow", "guard"), for colours
    scene   makes the picture (`kshell.pictures.scene`) that the text draws; None where there is none. Its method
            `html`, if it has one, gives what a notebook shows
    file    (path, what makes the text): a file of the host that is to have that text, as a whole; None for most
    settle  takes what fields and scene need of the machine, which goes on; called when the result is given a name
    text    standard output; `err` standard error
    exit    the raw exit value, as `$?` shows it; the real tools' may be negative
    reason  why the command failed, for programs; what it printed if that is not given
    """

    __slots__ = ("value", "kind", "owner", "space", "_fields", "_extra", "text", "err", "exit", "reason", "marks",
                 "scene", "file", "settle")  # fmt: skip

    def __init__(
        self,
        value: int | str | None = None,
        fields: Fields | None = None,
        text: Text = "",
        err: str = "",
        exit_: int = 0,
        extra: Fields | None = None,
        reason: str | None = None,
        kind: str = "",
        owner: int = 0,
        space: int = 0,
    ) -> None:
        self.value = value
        self.kind = kind
        self.owner = owner
        self.space = space
        self._fields: Fields | None = fields
        self.text = text
        self.err = err
        self.exit = exit_
        self._extra: Fields | None = extra
        self.reason = reason
        self.marks: Marks = []
        self.scene: Callable[[], object] | None = None
        self.file: tuple[str, Callable[[], str]] | None = None
        self.settle: Callable[[], None] | None = None

    @property
    def fields(self) -> dict[str, object]:
        """The JSON result, made now if it has not been made yet."""
        if not isinstance(self._fields, dict):
            self._fields = self._fields() if self._fields is not None else {}
        return self._fields

    @property
    def extra(self) -> dict[str, object]:
        """The further names, made now if they have not been made yet."""
        if not isinstance(self._extra, dict):
            self._extra = self._extra() if self._extra is not None else {}
        return self._extra

    def output(self) -> str:
        """The text, made now if it has not been made yet."""
        if not isinstance(self.text, str):
            self.text = self.text()
        return self.text

    def field(self, path: str) -> object:
        """What `$name.PATH` means: names and list indexes joined by dots. Raises KeyError with the step."""
        return self.field_and_kind(path)[0]

    def field_and_kind(self, path: str) -> tuple[object, str]:
        """What `$name.PATH` means, and what kind of value it is, by the last name on the path.

        Raises KeyError with the step that leads nowhere, the path to it, and what there is instead, in words.
        """
        found: object = {**self.fields, **self.extra}
        name = ""
        steps = path.split(".")
        for at, step in enumerate(steps):
            try:
                if isinstance(found, dict) and step in found:
                    found, name = found[step], step
                elif isinstance(found, dict) and len(found) == 1:
                    # `$pair.0` is short for `$pair.handles.0`.
                    name, rows = next(iter(found.items()))
                    found = _item(rows, step)
                else:
                    found = _item(found, step)
            except KeyError:
                raise KeyError(step, "".join(f".{before}" for before in steps[:at]), _instead(found)) from None
        if isinstance(found, dict) and "handle" in found:
            return found["handle"], HANDLE
        return found, FIELDS.get(name, "")

    def names(self) -> list[str]:
        """The names of the fields that can be asked for."""
        return [*self.fields, *self.extra]


# No more names are listed in a message.
MOST_NAMES = 12


def listed(names: Collection[str], before: str = "") -> str:
    """Names of fields for a message, each after `before`: of those that are koids, one for each task, only that they
    are there."""
    words = [name for name in names if decimal(name) is None]
    shown = [f"{before}{name}" for name in words[:MOST_NAMES]]
    more = ["..."] if len(words) > MOST_NAMES else []
    return ", ".join([*shown, *more, *([f"{before}KOID"] if len(words) < len(names) else [])])


def _instead(found: object) -> str:
    """What can be asked for where a step leads nowhere."""
    if isinstance(found, dict) and found:
        return f"its fields are {listed(found)}"
    if isinstance(found, list) and found:
        return "its entry is 0" if len(found) == 1 else f"its entries are 0 to {len(found) - 1}"
    return "it has none"


def _item(found: object, step: str) -> object:
    index = decimal(step)
    if index is None or not isinstance(found, list) or index >= len(found):
        raise KeyError(step)
    return found[index]


class Outcome:
    """One command of a line, run: the JSON object of `--json`, and what is to be shown.

    `ok` and `exit` are the whole clause's, with `!` and `expect` applied; the rest is the inner command's.
    """

    __slots__ = (
        "line",
        "command",
        "ok",
        "exit",
        "status",
        "reason",
        "result",
        "output",
        "error",
        "forgiven",
        "place",
        "notes",
        "tick",
        "last",
    )

    def __init__(self, line: str, command: str | None, result: Result | None = None) -> None:
        """An outcome of `command` in `line`, which ran and gave `result`, or is good so far; `failed` and `refused`
        make the others."""
        self.line = line
        self.command = command
        self.result = result
        self.ok = True
        self.exit = 0
        # The kernel's status, or None if it was not the kernel that refused.
        self.status: int | None = None if result is None else NO_ERROR
        self.reason: str | None = None
        self.output = ""
        self.error = ""
        # The command failed, and the `||` after it takes over.
        self.forgiven = False
        # FILE:LINE of a script that another line has loaded.
        self.place = ""
        # What is shown before the output: events, calls.
        self.notes = ""
        # Which run of a watched command this is, from 1; 0 for any other command.
        self.tick = 0
        # The line has no further outcome.
        self.last = False
        if result is not None and result.exit:
            # It says, in its own way, that it failed.
            self.ok = False
            self.exit = result.exit
            self.status = None
            self.reason = result.reason or (result.err or result.output()).strip() or None

    @classmethod
    def failed(cls, line: str, command: str | None, exit_: int, error: str, reason: str) -> Outcome:
        """A command that failed, or a line that is not one: what is said, and why in a few words."""
        outcome = cls(line, command)
        outcome.fail(exit_, error, reason)
        return outcome

    @classmethod
    def refused(cls, line: str, command: str, error: str, failure: KernelError) -> Outcome:
        """A command whose call the kernel refused."""
        outcome = cls.failed(line, command, EXIT_FAILED, error, failure.reason)
        outcome.status = failure.status
        return outcome

    def fail(self, exit_: int, error: str, reason: str) -> None:
        """The command failed after all."""
        self.ok = False
        self.exit = exit_
        self.error = f"{error}\n"
        self.reason = reason

    def complaint(self, place: str = "") -> str:
        """What goes to standard error; `place` is the FILE:LINE of the line."""
        place = self.place or place
        if self.ok or self.forgiven or not place:
            return self.error
        if (self.result is not None and self.result.exit) or self.exit == EXIT_NOT_FOUND:
            # A tool of the real machine, or its shell, has said it in its own words; the place follows.
            reason = (self.reason or "").split("\n", 1)[0]
            return shown(f"{self.error}{place}: {self.command}: {reason or f'exit {self.exit}'}\n")
        return f"{place}: {self.error}"

    def _repr_html_(self) -> str:
        """How a notebook shows it: the picture if it has one, otherwise its text; errors below."""
        scene = self.result.scene if self.result is not None and self.ok else None
        picture = getattr(scene, "html", None)
        text = shown((self.output if picture is None else "") + self.error)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped = escaped.encode("utf-8", "backslashreplace").decode()
        return (picture() if picture is not None else "") + (f"<pre>{escaped}</pre>" if escaped else "")

    def to_json(self, number: int = 0, number_strings: bool = False) -> str:
        """The outcome as one line of JSON, whole in ASCII; `number` is that of its line in the input.

        Bytes that are not UTF-8 are written as escapes, `\\xe9`. With `number_strings` integers that a double cannot
        hold exactly are strings.
        """
        import json

        try:
            fields: object = self.result.fields if self.result is not None else {}
            entries = self._entries(_with_strings(fields) if number_strings else fields, number)
            text = json.dumps(entries)
        except Exception as error:
            # The command has run; only its result is not what a result can be, as a plugin's may be.
            self.ok, self.exit = False, EXIT_FAILED
            self.reason = f"the result of {self.command} cannot be shown as JSON: {type(error).__name__}: {error}"
            entries = self._entries({}, number)
            text = json.dumps(entries)
        return json.dumps(_whole(entries)) if "\\ud" in text else text

    def _entries(self, result: object, number: int) -> dict[str, object]:
        """The object of `--json`."""
        return {
            "line": self.line,
            "command": self.command,
            "ok": self.ok,
            "exit": self.exit,
            "status": None if self.status is None else status_name(self.status),
            "code": self.status,
            "reason": self.reason,
            "result": result,
            "output": self.output,
            "number": number,
            "last": self.last,
        }


# Every integer up to here is a double of its own.
EXACT = 1 << 53


def _with_strings(found: object) -> object:
    """The value with strings for the integers that a double cannot hold."""
    if isinstance(found, dict):
        return {name: _with_strings(value) for name, value in found.items()}
    if isinstance(found, list):
        return [_with_strings(value) for value in found]
    return str(found) if isinstance(found, int) and not isinstance(found, bool) and abs(found) > EXACT else found


def _whole(found: object) -> object:
    """The value with escapes for bytes that are not UTF-8, which strict readers of JSON would refuse."""
    if isinstance(found, dict):
        return {_whole(name): _whole(value) for name, value in found.items()}
    if isinstance(found, list):
        return [_whole(value) for value in found]
    if isinstance(found, str):
        return "".join(f"\\x{ord(char) & 0xFF:02x}" if 0xD800 <= ord(char) <= 0xDFFF else char for char in found)
    return found
