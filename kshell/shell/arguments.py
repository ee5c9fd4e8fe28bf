"""Argument types: what a word of a line means to the command that gets it.

Each type is a small object that parses a word, explains itself in one line, offers completions, and says while a line
is typed whether Enter would take the word. A type raises UsageError, which says what was wrong and what would be right.
"""

from __future__ import annotations

from kshell.kernel.abi import TYPE_NAMES
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.handles import Handle as KernelHandle
from kshell.kernel.light import Generic, T
from kshell.kernel.tasks import Job, Process
from kshell.kernel.vmar import Mapping
from kshell.shell.errors import KernelRefusal, ShellError, UsageError
from kshell.shell.expressions import appraise, evaluate
from kshell.shell.state import OWN, State
from kshell.shell.values import ADDRESS, COUNT, HANDLE, KOID, NUMBER, OFFSET, QUANTITIES, SIZE, Misfit, Value
from kshell.text import alternatives

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import ClassVar

# A completion: the word, and a short remark about it.
Choice = tuple[str, str]
REQUIRED = object()


@mypyc_attr(allow_interpreted_subclasses=True)
class Parameter(Generic[T]):
    """A parameter of a command, whose words stand for values of type T.

    `name` is shown in the usage; `default` makes it optional; `many` takes all remaining words; `option` is the
    word that introduces it (`--len`), and an option without a name is a switch.
    """

    __slots__ = ("name", "default", "option", "many")

    explain: ClassVar[str] = "a word"
    # The type T as it is written in an annotation.
    type_name: ClassVar[str] = "str"
    # Whether the words after this one are another command's, options included.
    verbatim: ClassVar[bool] = False
    # Whether one word is right although it takes `many`: the tool itself says what is wrong with none or two.
    single: ClassVar[bool] = False
    # Whether the choices are expressions, written as they stand; all others are values, quoted where that is needed.
    expressions: ClassVar[bool] = False
    # Whether nothing but the choices can be written.
    closed: ClassVar[bool] = False

    def __init__(self, name: str, default: object = REQUIRED, *, option: str = "", many: bool = False) -> None:
        self.name = name
        self.default = default
        self.option = option
        self.many = many

    @property
    def optional(self) -> bool:
        """Whether the word may be left out."""
        return self.default is not REQUIRED

    @property
    def annotation(self) -> str:
        """How a command's function annotates the argument."""
        if self.many:
            return f"list[{self.type_name}]"
        return f"{self.type_name} | None" if self.default is None else self.type_name

    @property
    def shown_rest(self) -> str:
        """How the usage shows a parameter that takes all remaining words."""
        return self.name if self.single else f"[{self.name} ...]"

    @property
    def about(self) -> str:
        """What it is, for `help` and the menu."""
        return self.explain

    def parse(self, state: State, word: str) -> T:
        """The value that `word` stands for. Raises UsageError."""
        raise NotImplementedError

    def choices(self, state: State) -> Iterable[Choice]:
        """What could be written here, with a short remark about each."""
        return []

    # While a line is typed; `words` are the command's words so far, without its options, and the word is `words[at]`.

    def completions(self, state: State, words: Sequence[str], at: int) -> Iterable[Choice]:
        """The choices for the word, whole, in the form that what is typed of it has taken."""
        return self.choices(state)

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        """Raises ShellError where the word cannot work: `parse`, and what else the command looks at before it begins.

        Takes no longer than reading the argument does.
        """
        self.parse(state, words[at])

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """As `check`, as far as no command before this one in the line could change the answer."""
        self.check(state, words, at)

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        """Whether a word that is wrong could become right by more typing."""
        if not self.closed:
            return True
        low = words[at].lower()
        return any(text.lower().startswith(low) for text, _ in self.completions(state, words, at))


@mypyc_attr(allow_interpreted_subclasses=True)
class Word(Parameter[str]):
    """Text as it stands; `$name` in it is replaced by the variable."""

    __slots__ = ()

    explain = "text; quote it if it has blanks"

    def parse(self, state: State, word: str) -> str:
        return state.expand(word)


@mypyc_attr(allow_interpreted_subclasses=True)
class Raw(Parameter[str]):
    """Text as it stands, with nothing replaced: for names rather than values."""

    __slots__ = ()

    explain = "a word"

    def parse(self, state: State, word: str) -> str:
        return word


@mypyc_attr(allow_interpreted_subclasses=True)
class Switch(Parameter[bool]):
    """An option without a value."""

    __slots__ = ("_about",)

    type_name = "bool"
    explain = "a switch"

    def __init__(self, option: str, about: str) -> None:
        super().__init__("", False, option=option)
        self._about = about

    @property
    def about(self) -> str:
        return self._about


@mypyc_attr(allow_interpreted_subclasses=True)
class OneOf(Parameter[str]):
    """One of a few words."""

    __slots__ = ("words", "_about")

    closed = True

    def __init__(
        self, name: str, words: tuple[str, ...], about: str, default: object = REQUIRED, *, option: str = ""
    ) -> None:
        super().__init__(name, default, option=option)
        self.words = words
        self._about = about

    @property
    def about(self) -> str:
        return self._about

    def parse(self, state: State, word: str) -> str:
        if word not in self.words:
            wanted = ", ".join(self.words)
            raise UsageError(
                f"{self.option} takes one of {wanted}, not {str(word)!r}"
                if self.option
                else f"{str(word)!r} is not one of {wanted}"
            )
        return word

    def choices(self, state: State) -> Iterable[Choice]:
        return [(word, "") for word in self.words]


@mypyc_attr(allow_interpreted_subclasses=True)
class CommandLine(Parameter[str]):
    """Another command with its words: everything after it is its own, options included.

    `done` is what becomes of that command now, for messages ("timed"); "" if nothing does. With `lines` the words may
    be any line: a name for the result, an alias, or one quoted word that is a line of its own.
    """

    __slots__ = ("done", "lines")

    explain = "a command with its words"
    verbatim = True
    # Whether the first word is a command of this console, which a menu can offer.
    known: ClassVar[bool] = True

    def __init__(
        self, name: str = "COMMAND", default: object = REQUIRED, *, done: str = "", lines: bool = False
    ) -> None:
        """With a default the command may be left out."""
        super().__init__(name, default, many=True)
        self.done = done
        self.lines = lines

    @property
    def annotation(self) -> str:
        return "list[str]"

    @property
    def shown_rest(self) -> str:
        return super().shown_rest if self.optional else f"{self.name} [WORD ...]"

    def parse(self, state: State, word: str) -> str:
        return word


def fitting(state: State, word: str, kinds: tuple[str, ...], wanted: str) -> Value:
    """The value of an expression for a parameter that takes values of `kinds`, and plain numbers.

    Raises UsageError: a Misfit, which says that the word is not `wanted`, for a value of another kind.
    """
    value = appraise(word, state.value)
    if value.kind and value.kind not in kinds:
        raise Misfit(word, value, wanted)
    return value


@mypyc_attr(allow_interpreted_subclasses=True)
class Number(Parameter[int]):
    """A number of 64 bits. `kinds` are those of the values that fit, `wanted` is what it is in words."""

    __slots__ = ()

    type_name = "int"
    explain = "a number: 4096, 0x1000, 16k, 2M, $name, and sums such as $addr+4k"
    kinds: ClassVar[tuple[str, ...]] = (*QUANTITIES, ADDRESS, KOID)
    wanted: ClassVar[str] = NUMBER
    expressions = True

    def parse(self, state: State, word: str) -> int:
        # What is typed as digits has no kind.
        if "$" not in word:
            return evaluate(word, state.number)
        return fitting(state, word, self.kinds, self.wanted).number

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        return _begins_a_number(self, state, words[at])


@mypyc_attr(allow_interpreted_subclasses=True)
class Offset(Number):
    """An offset in bytes from the start of a VMO or a VMAR."""

    __slots__ = ()

    explain = "an offset in bytes: 0, 4k, 0x1000"
    kinds = QUANTITIES
    wanted = OFFSET


@mypyc_attr(allow_interpreted_subclasses=True)
class Count(Number):
    """How many, or how often. -1 is refused: as a number of 64 bits it would be more than anybody waits for."""

    __slots__ = ()

    explain = "how many: 3, 1000, 2*50"
    kinds = QUANTITIES
    wanted = COUNT

    def parse(self, state: State, word: str) -> int:
        number = super().parse(state, word)
        if number >> 63:
            raise UsageError(f"{word if len(word) <= 40 else 'this'} is not a count: give 0 or more")
        return number


@mypyc_attr(allow_interpreted_subclasses=True)
class Anything(Number):
    """A number that means nothing to the kernel: what a thread finds in its registers, a handle for example."""

    __slots__ = ()

    kinds = (*QUANTITIES, ADDRESS, KOID, HANDLE)


@mypyc_attr(allow_interpreted_subclasses=True)
class Koid(Number):
    """The koid of a kernel object."""

    __slots__ = ()

    explain = "a koid: 3020, $p.koid"
    kinds = (KOID,)
    wanted = KOID


def _begins_a_number(param: Parameter[int], state: State, word: str) -> bool:
    """Whether a word that `param` does not take becomes a number that it takes with a digit more."""
    for more in ("0", "x0"):
        try:
            param.parse(state, word + more)
        except ShellError:
            continue
        return True
    return False


@mypyc_attr(allow_interpreted_subclasses=True)
class Size(Number):
    """A size in bytes."""

    __slots__ = ()

    explain = "a size in bytes: 4096, 16k, 1.5M, 1G"
    kinds = QUANTITIES
    wanted = SIZE

    def choices(self, state: State) -> Iterable[Choice]:
        return [("4k", "one page"), ("64k", "16 pages"), ("2M", "512 pages"), ("1G", "262,144 pages")]


@mypyc_attr(allow_interpreted_subclasses=True)
class Address(Number):
    """An address of the current process, or of the one that another argument is about.

    `of` is the name of that argument: a handle to a VMAR or a process, or a task. `handle` is the parameter of a handle
    and its place, which the command knows.
    """

    __slots__ = ("of", "handle")

    explain = "an address: 0x1000000, $addr, $addr+4k"
    kinds = (ADDRESS,)
    wanted = ADDRESS

    def __init__(self, name: str, default: object = REQUIRED, *, option: str = "", of: str = "") -> None:
        super().__init__(name, default, option=option)
        self.of = of
        self.handle: tuple[Handle, int] | None = None

    def parse(self, state: State, word: str) -> int:
        if "$" not in word:
            return evaluate(word, state.number)
        value = fitting(state, word, self.kinds, self.wanted)
        if not self.of:
            require_space(state, word, value, state.process.koid)
        return value.number

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        self.parse(state, words[at])
        if self.handle is None or "$" not in words[at]:
            return
        param, place = self.handle
        try:
            number = param.parse(state, words[place])
        except UsageError:
            # That word is the wrong one.
            return
        self.require_of(state, words[at], number)

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        # Whose addresses are meant an earlier command may change: `detach`.
        super().parse(state, words[at])

    def require_of(self, state: State, word: str, handle: int) -> None:
        """Raises UsageError for an address of another process than that of the handle it goes with."""
        value = appraise(word, state.value)
        koid = state.space_of(handle) if value.owner else 0
        if koid:
            require_space(state, word, value, koid)

    def choices(self, state: State) -> Iterable[Choice]:
        return self.completions(state, [""], 0)

    def completions(self, state: State, words: Sequence[str], at: int) -> Iterable[Choice]:
        """First the variables that hold an address of a mapping, then all mappings."""
        process = state.process
        for name in state.likely.names(words[at].removeprefix("$")):
            value = state.handle_value(name)
            found = process.root_vmar.locate(value) if value is not None and not process.handles.get(value) else None
            if found is not None:
                yield f"${name}", f"{value:#x}, {_mapping(found[0])}"
        for mapping in process.root_vmar.mappings():
            yield f"{mapping.base:#x}", _mapping(mapping)


def _mapping(mapping: Mapping) -> str:
    return f"mapping of {mapping.size >> 10}k, {mapping.name}"


@mypyc_attr(allow_interpreted_subclasses=True)
class Handle(Parameter[int]):
    """A handle of the current process.

    `types` are the object types (OBJ_TYPE_*) the call takes, none for any; `rights` (RIGHT_*) what the handle needs.
    """

    __slots__ = ("types", "rights")

    type_name = "int"
    explain = "a handle: a variable ($name or name) or a number"
    expressions = True

    def __init__(self, name: str, *types: int, rights: int = 0, many: bool = False) -> None:
        super().__init__(name, many=many)
        self.types = types
        self.rights = rights

    def parse(self, state: State, word: str) -> int:
        # Most handles are a variable.
        known = state.variables.get(word[1:] if word[:1] == "$" else word)
        if known is not None and known.kind == HANDLE and known.value.__class__ is int:
            return known.value
        if word in state.variables or word in OWN:
            word = f"${word}"
        elif "$" not in word:
            return evaluate(word, state.number)
        return fitting(state, word, (HANDLE,), HANDLE).number

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        """A variable has to hold a handle that the call takes; a number is for the kernel to refuse."""
        word = words[at]
        value = self.parse(state, word)
        if word[:1].isdigit():
            return
        handle = state.process.handles.get(value)
        if handle is None:
            raise KernelRefusal(f"{word} is not a handle of this process")
        if not self._takes(handle):
            raise KernelRefusal(f"{word} cannot be {self.name}: it is of another type, or lacks a right")

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        self.parse(state, words[at])

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        return state.likely.any_begins(words[at]) or _begins_a_number(self, state, words[at])

    def _takes(self, handle: KernelHandle) -> bool:
        """Whether the kernel takes a handle of this type, with these rights."""
        return (not self.types or handle.object.type in self.types) and handle.rights & self.rights == self.rights

    def choices(self, state: State) -> Iterable[Choice]:
        return self.completions(state, [""], 0)

    def completions(self, state: State, words: Sequence[str], at: int) -> Iterable[Choice]:
        """The variables that hold such a handle."""
        for name in state.likely.names(words[at].removeprefix("$")):
            value = state.handle_value(name)
            handle = state.process.handles.get(value) if value is not None else None
            if handle is not None and self._takes(handle):
                yield f"${name}", f"{TYPE_NAMES[handle.object.type]} {handle.object.koid}"


def require_space(state: State, word: str, value: Value, koid: int) -> None:
    """Raises UsageError when the address `value`, which `word` gave, is of another process than `koid`."""
    if value.owner and value.owner != koid:
        raise Misfit(word, value, ADDRESS, f"an address {state.another(value.owner, koid)}")


@mypyc_attr(allow_interpreted_subclasses=True)
class Task(Parameter["Process | Job"]):
    """A process or job: a koid, `p:KOID`, `j:KOID`, or a name that only one has."""

    __slots__ = ()

    type_name = "Process | Job"
    explain = "a task: its koid, p:3020, j:1068, or its name if no other task has it"

    def parse(self, state: State, word: str) -> Process | Job:
        return state.task(word)

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """Tasks come and go with every command."""

    def choices(self, state: State) -> Iterable[Choice]:
        return self.completions(state, [""], 0)

    def completions(self, state: State, words: Sequence[str], at: int) -> Iterable[Choice]:
        """Tasks as `ps` writes them after `p:` or `j:`, otherwise koids."""
        return task_choices(state, self.tasks(state), words[at])

    def tasks(self, state: State) -> list[Process | Job]:
        """Those that it can be."""
        return state.tasks()

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        return begins_a_task(state, self.tasks(state), words[at])


def processes_of(state: State) -> list[Process | Job]:
    """All processes below the kernel's root job."""
    return [task for task in state.tasks() if isinstance(task, Process)]


def task_choices(state: State, tasks: Sequence[Process | Job], word: str) -> Iterable[Choice]:
    """The tasks that can be meant by `word`, which is being typed, in the form that it has taken."""
    prefix, koid, of_kind = _of_kind(tasks, word)
    likely = _likely(state, of_kind, koid, "" if prefix else word)
    for text, name in likely:
        yield prefix + text, name


def koid_choices(state: State, tasks: Sequence[Process | Job], word: str) -> Iterable[Choice]:
    """The same where a task is written as its koid and in no other form."""
    return _likely(state, tasks, word, word)


def _likely(state: State, tasks: Sequence[Process | Job], koid: str, name: str) -> Iterable[Choice]:
    # By one letter nothing is known but what begins with it.
    return state.likely.crowd(tasks, state.shown_names).likely(koid, name if len(name) > 1 else "")


def begins_a_task(state: State, tasks: Sequence[Process | Job], word: str) -> bool:
    """Whether `word` begins the koid or the name of one of these tasks."""
    _, koid, of_kind = _of_kind(tasks, word)
    return state.likely.crowd(of_kind, state.shown_names).begins(koid, word)


def _of_kind(tasks: Sequence[Process | Job], word: str) -> tuple[str, str, Sequence[Process | Job]]:
    """(`p:` or `j:` where the word begins so, the rest of it, the tasks of that kind)."""
    if word[:2] not in ("p:", "j:"):
        return "", word, tasks
    kind = Process if word[0] == "p" else Job
    return word[:2], word[2:], [task for task in tasks if isinstance(task, kind)]


@mypyc_attr(allow_interpreted_subclasses=True)
class ProcessTask(Task):
    """A task that has to be a process: `jobs` says what jobs do not do ("makes no syscalls")."""

    __slots__ = ("jobs",)

    type_name = "Process"
    explain = "a process: its koid, p:3020, or its name if no other task has it"

    def __init__(self, name: str, default: object = REQUIRED, *, jobs: str) -> None:
        super().__init__(name, default)
        self.jobs = jobs

    def tasks(self, state: State) -> list[Process | Job]:
        return processes_of(state)

    def parse(self, state: State, word: str) -> Process:
        task = super().parse(state, word)
        if not isinstance(task, Process):
            raise ShellError(f"a job {self.jobs}: give a process")
        return task


@mypyc_attr(allow_interpreted_subclasses=True)
class JobTask(Task):
    """A task that has to be a job."""

    __slots__ = ()

    type_name = "Job"
    explain = "a job: its koid, j:1068, or its name if no other task has it"

    def tasks(self, state: State) -> list[Process | Job]:
        return [job for _, job in state.machine.walk_jobs()]

    def parse(self, state: State, word: str) -> Job:
        task = super().parse(state, word)
        if not isinstance(task, Job):
            raise ShellError(f"{self.option or self.name} takes a job, not a process")
        return task


@mypyc_attr(allow_interpreted_subclasses=True)
class File(Word):
    """The path of a file of the host; with `exists` it has to be there already, with `endings` its name ends in
    one of them.

    What is in a folder, and whether a file is there, is the host's to say: whoever reads the line asks it.
    """

    __slots__ = ("exists", "endings")

    explain = "a file; quote it if it has blanks"

    def __init__(self, name: str = "FILE", *, exists: bool = False, endings: tuple[str, ...] = ()) -> None:
        super().__init__(name)
        self.exists = exists
        self.endings = endings

    @property
    def about(self) -> str:
        return f"a file whose name ends in {alternatives(self.endings)}" if self.endings else self.explain

    def fits(self, path: str) -> bool:
        """Whether the name of a file ends as it should."""
        return not self.endings or path.lower().endswith(self.endings)

    def parse(self, state: State, word: str) -> str:
        path = super().parse(state, word)
        if not self.fits(path):
            raise UsageError(f"{path[-40:]!r} should end in {alternatives(self.endings)}")
        return path


# Options of every command: how its result is shown, and an end to options.
FORMAT = OneOf("FORM", ("json", "csv", "table"), "the result as json, csv or table", None, option="--format")
CALLS = Switch("--calls", "show the syscalls it makes, in C")
END = Switch("--", "what follows is not an option")
