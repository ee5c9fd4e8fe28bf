"""Argument types: what a word of a line means to the command that gets it.

Each type is a small object that parses a word, explains itself in one line, and offers completions. A type
raises UsageError with what was wrong and what would be right.
"""

from __future__ import annotations

from kshell.kernel.tasks import Job, Process
from kshell.shell.expressions import evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kshell.shell.context import Context

# A completion: the word, and a few words about it.
Choice = tuple[str, str]
REQUIRED = object()


class Parameter:
    """A parameter of a command.

    `name` is shown in the usage; `default` makes it optional; `many` takes all remaining words; `option` is the
    word that introduces it (`--len`), and an option without a name is a switch.
    """

    __slots__ = ("name", "default", "option", "many")

    explain = "a word"

    def __init__(self, name: str, default: object = REQUIRED, *, option: str = "", many: bool = False) -> None:
        self.name = name
        self.default = default
        self.option = option
        self.many = many

    @property
    def optional(self) -> bool:
        """Whether the word may be left out."""
        return self.default is not REQUIRED

    def parse(self, session: Context, word: str) -> object:
        """The value that `word` stands for. Raises UsageError."""
        raise NotImplementedError

    def choices(self, session: Context) -> Iterable[Choice]:
        """What could be written here, with a few words about each."""
        return []

    def completions(self, session: Context, word: str) -> Iterable[Choice]:
        """The choices in the form that `word`, which is being typed, has begun."""
        return self.choices(session)


class Word(Parameter):
    """Text as it stands; `$name` in it is replaced by the variable."""

    __slots__ = ()

    explain = "text; quote it when it has blanks"

    def parse(self, session: Context, word: str) -> str:
        return session.expand(word)


class Raw(Parameter):
    """Text as it stands, nothing replaced: for what is a name and not a value."""

    __slots__ = ()

    explain = "a word"

    def parse(self, session: Context, word: str) -> str:
        return word


class Switch(Parameter):
    """An option without a value."""

    __slots__ = ("about",)

    explain = "a switch"

    def __init__(self, option: str, about: str) -> None:
        super().__init__("", False, option=option)
        self.about = about


class Number(Parameter):
    """A number of 64 bits."""

    __slots__ = ()

    explain = "a number: 4096, 0x1000, 16k, 2M, $name, and sums such as $addr+4k"

    def parse(self, session: Context, word: str) -> int:
        if word.isdigit() and len(word) < 20 and word.isascii():
            return int(word)
        return evaluate(word, session.number)


class Size(Number):
    """A size in bytes."""

    __slots__ = ()

    explain = "a size in bytes: 4096, 16k, 2M, 1G"

    def choices(self, session: Context) -> Iterable[Choice]:
        return [("4k", "one page"), ("64k", "16 pages"), ("2M", "512 pages"), ("1G", "262,144 pages")]


class Address(Number):
    """An address of the current process."""

    __slots__ = ()

    explain = "an address: 0x1000000, $addr, $addr+4k"

    def choices(self, session: Context) -> Iterable[Choice]:
        return (
            (f"{mapping.base:#x}", f"mapping of {mapping.size >> 10}k, {mapping.name}")
            for mapping in session.process.root_vmar.mappings()
        )


class Handle(Parameter):
    """A handle of the current process."""

    __slots__ = ()

    explain = "a handle: a variable ($name or name) or a number"

    def parse(self, session: Context, word: str) -> int:
        variable = session.variables.get(word)
        if variable is not None:
            return session.value_of(variable, word)
        if word in ("self", "vmar", "job"):
            return session.number(word)
        return evaluate(word, session.number)

    def choices(self, session: Context) -> Iterable[Choice]:
        from kshell.kernel.abi import TYPE_NAMES

        found: list[Choice] = []
        for name in [*session.variables, "self", "vmar", "job"]:
            value = session.handle_value(name)
            handle = session.process.handles.get(value) if value is not None else None
            if handle is not None:
                found.append((f"${name}", f"{TYPE_NAMES[handle.object.type]} {handle.object.koid}"))
        return found


class Task(Parameter):
    """A process or job: a koid, `p:KOID`, `j:KOID`, or the name of a single one."""

    __slots__ = ()

    explain = "a task: its koid, p:3020, j:1068, or its name if no other task has it"

    def parse(self, session: Context, word: str) -> Process | Job:
        return session.task(word)

    def choices(self, session: Context) -> Iterable[Choice]:
        return ((str(task.koid), name) for task, name in session.task_names())

    def completions(self, session: Context, word: str) -> Iterable[Choice]:
        """Tasks as `ps` writes them behind `p:` or `j:`, else koids."""
        if word[:2] not in ("p:", "j:"):
            return self.choices(session)
        kind = Process if word[0] == "p" else Job
        return ((f"{word[:2]}{task.koid}", name) for task, name in session.task_names() if isinstance(task, kind))


class TaskWord(Task):
    """The word for a task, left to a tool that says in its own words what is wrong with it."""

    __slots__ = ()

    def parse(self, session: Context, word: str) -> str:  # type: ignore[override]
        return session.expand(word)
