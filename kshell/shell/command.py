"""A command: what it takes, needs and gives, and how it can fail, declared once, beside its function.

    @command("vmo_set_size", category="memory", summary="resizes VMO to SIZE bytes",
             params=(Handle("VMO", OBJ_TYPE_VMO, rights=RIGHT_WRITE), Size("SIZE")),
             failures={"ERR_OUT_OF_RANGE": "SIZE is above 2^64 less one page"},
             examples=(("a = vmo_create 16k", ""), ("vmo_set_size $a 4k", "")))
    def vmo_set_size(state: State, vmo: int, size: int) -> Result: ...

A command is a plain function. Its parameters are objects (`arguments.py`) in the order of the function's own; they are
checked against its annotations when it is registered. Running, help, hints, colours, completion and tests read this one
record. The words of a line are given to the parameters in one place, `Command.assign`.
"""

from __future__ import annotations

from kshell.kernel.abi import RIGHT_NAMES, TYPE_NAMES
from kshell.shell.arguments import CALLS, END, FORMAT, Address, CommandLine, Handle, Parameter
from kshell.shell.errors import UsageError
from kshell.shell.grammar import Clause
from kshell.shell.quoting import Quoted
from kshell.shell.state import State
from kshell.text import COLUMNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    # A command's function gets the State (a session command the Session), then its arguments. It returns a Result; a
    # session command may yield the outcomes of lines that it runs before that.
    CommandFunction = Callable[..., Any]

# An example: a line, and what it prints on a fresh machine ("..." stands for any lines). Examples are tests.
Example = tuple[str, str]
# Where `help` lists commands: the category, and its title, in the order of the overview.
CATEGORIES = {
    "look": "Look",
    "whose": "Whose",
    "machine": "Machine",
    "memory": "VMOs",
    "address space": "Mapping",
    "handles": "Handles",
    "tasks": "Tasks",
    "objects": "Objects",
    "messages": "Messages",
    "session": "Session",
}
# Options of every command: how its result is shown.
COMMON: dict[str, Parameter[Any]] = {option.option: option for option in (FORMAT, CALLS, END)}
NO_RIGHT = "no right: any handle to it will do"
# Object types whose names need "a" before them, in words.
TYPE_WORDS = {"vmo": "a VMO", "vmar": "a VMAR"}


class Assignment:
    """Which parameter each word after a command belongs to.

    `params[i]` takes `words[i]`; None stands for a word too many; `heads[i]` says whether the word is an option's own.
    `missing` are the names of parameters that have to be given and are not. `error` is what is wrong with the words as
    a whole.
    """

    __slots__ = ("words", "params", "heads", "values", "many", "options", "missing", "error")

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.params: list[Parameter[Any] | None] = []
        self.heads: list[bool] = []
        # The words of the positional parameters, of the one that takes many, and of options (None for a switch).
        self.values: list[str] = []
        self.many: list[str] = []
        self.options: dict[str, str | None] = {}
        self.missing: list[str] = []
        self.error: UsageError | None = None


class Command:
    """A registered command. `positional` parameters come first, then the `rest` (or None), then `options`.

    `gives` names the fields that a result can have, `$name.FIELD`; () where there is none, or where they differ.
    """

    __slots__ = (
        "name",
        "category",
        "summary",
        "details",
        "positional",
        "required",
        "rest",
        "options",
        "examples",
        "function",
        "gives",
        "failures",
        "unrecorded",
        "_needs",
        "_plain",
        "_placed",
        "_defaults",
    )

    def __init__(
        self,
        name: str,
        function: CommandFunction,
        *,
        category: str,
        summary: str,
        params: tuple[Parameter[Any], ...],
        examples: tuple[Example, ...],
        details: str,
        needs: str,
        gives: tuple[str, ...],
        failures: dict[str, str] | None,
        unrecorded: bool,
    ) -> None:
        self.name = name
        self.category = category
        self.summary = summary
        self.details = details
        self._needs = needs
        self.gives = gives
        self.failures = failures
        self.examples = examples
        self.function = function
        # The command moves in the session, or only looks at it, and is not a line of it.
        self.unrecorded = unrecorded
        self.positional = [param for param in params if not param.option and not param.many]
        self._defaults = [param.default for param in self.positional]
        self.required = sum(1 for param in self.positional if not param.optional)
        self.rest = next((param for param in params if param.many), None)
        self.options = {param.option: param for param in params if param.option}
        self._plain = self.rest is None and not self.options
        # The addresses that are of another argument's process, each with its place and that handle's.
        handles = {
            param.name: (param, place) for place, param in enumerate(self.positional) if isinstance(param, Handle)
        }
        self._placed: list[tuple[Address, int, int]] = []
        for place, param in enumerate(self.positional):
            if isinstance(param, Address) and param.of in handles:
                param.handle = handles[param.of]
                self._placed.append((param, place, param.handle[1]))
        self._check()

    def _check(self) -> None:
        """Raises TypeError unless the category is known and the parameters are what the function takes."""
        if self.category not in CATEGORIES:
            raise TypeError(
                f"{self.name}: there is no category {self.category!r}; the categories are {', '.join(CATEGORIES)}"
            )
        code = getattr(self.function, "__code__", None)
        if code is None:
            # Machine code does not say what it takes, and was made from what does.
            return
        own = code.co_varnames[1 : code.co_argcount]
        params = self.params
        if len(own) != len(params):
            raise TypeError(f"{self.name}: the function takes {len(own)} arguments, its parameters make {len(params)}")
        annotations = self.function.__annotations__
        for name, param in zip(own, params, strict=True):
            said = annotations.get(name, param.annotation)
            written = said if isinstance(said, str) else said.__name__ if isinstance(said, type) else str(said)
            if written != param.annotation:
                raise TypeError(f"{self.name}: {name} is annotated {written}, its parameter gives {param.annotation}")

    @property
    def params(self) -> list[Parameter[Any]]:
        """All parameters, in the order of the function's own."""
        return [*self.positional, *([self.rest] if self.rest is not None else []), *self.options.values()]

    @property
    def takes_line(self) -> bool:
        """Whether the words after it are a line, redirection and all."""
        return isinstance(self.rest, CommandLine) and self.rest.lines

    @property
    def needs(self) -> str:
        """The rights a call needs, in words; "" where there is no handle to have them."""
        if self._needs:
            return self._needs
        handles = [param for param in self.params if isinstance(param, Handle)]
        asked = [f"{_rights(param.rights, ' and ')} on {param.name}" for param in handles if param.rights]
        return "; ".join(asked) or (NO_RIGHT if handles and self.failures is not None else "")

    @property
    def reasons(self) -> dict[str, str]:
        """Each status of the kernel the command can end with, and why ("" where the status says it all).

        What follows from the handles it takes comes first, unless `failures` gives it another place or other words.
        """
        if self.failures is None:
            return {}
        looking_up = self._looking_up()
        first = {status: why for status, why in looking_up.items() if status not in self.failures}
        return {**first, **{status: why or looking_up.get(status, "") for status, why in self.failures.items()}}

    def _looking_up(self) -> dict[str, str]:
        """How looking up the handles can fail, in the kernel's order."""
        handles = [param for param in self.params if isinstance(param, Handle)]
        found: dict[str, str] = {}
        if handles:
            found["ERR_BAD_HANDLE"] = f"{' or '.join(param.name for param in handles)} is not a handle of this process"
        lacking = [f"{_of_handle(param)} lacks {_rights(param.rights, ' or ')}" for param in handles if param.rights]
        if lacking:
            found["ERR_ACCESS_DENIED"] = ", or ".join(lacking)
        typed = [param for param in handles if param.types]
        if typed:
            found["ERR_WRONG_TYPE"] = ", or ".join(f"{param.name} is not {_types(param.types)}" for param in typed)
        return found

    def usage(self, options: bool = True) -> str:
        """The command with its parameters: `vmo_create SIZE [OPTIONS]`; without its options if those are not wanted."""
        words = [self.name]
        words.extend(f"[{param.name}]" if param.optional else param.name for param in self.positional)
        if self.rest is not None:
            words.append(self.rest.shown_rest)
        for option, param in self.options.items() if options else ():
            words.append(f"[{option} {param.name}]" if param.name else f"[{option}]")
        return " ".join(words)

    def misplaced(self, clauses: Sequence[Clause]) -> str:
        """Why the command cannot stand in a line of these clauses, or "": a session command stands alone."""
        if not self.unrecorded:
            return ""
        alone = len(clauses) == 1 and not clauses[0].name and all(prefix == ("!",) for prefix in clauses[0].prefixes)
        return "" if alone else f"{self.name} needs a line of its own: it is not part of the session"

    def assign(self, words: Sequence[str]) -> Assignment:
        """Gives each word after the command to its parameter. Never fails: what is wrong is in the assignment."""
        found = Assignment(words)
        positional, rest = self.positional, self.rest
        taking: Parameter[Any] | None = None
        ended = False
        for word in words:
            if taking is not None:
                found.params.append(taking)
                found.heads.append(False)
                found.options[taking.option] = word
                taking = None
                continue
            if not ended and word[:1] == "-" and not isinstance(word, Quoted):
                option, value = self._option(word)
                if option is not None:
                    found.params.append(option)
                    found.heads.append(True)
                    if option is END:
                        ended = True
                    elif value is not None or not option.name:
                        found.options[option.option] = value
                    else:
                        taking = option
                    continue
            found.heads.append(False)
            if len(found.values) < len(positional):
                found.params.append(positional[len(found.values)])
                found.values.append(word)
            else:
                found.params.append(rest)
                found.many.append(word)
            # What comes after the first word of another command is that command's, options included.
            ended = ended or (found.params[-1] is not None and found.params[-1].verbatim)
        found.missing = [param.name for param in positional[len(found.values) :] if not param.optional]
        if rest is not None and rest.verbatim and not rest.optional and not found.many:
            found.missing.append(rest.name)
        if taking is not None:
            found.error = self._misuse(f"{taking.option} needs {taking.name}")
        elif found.missing:
            found.error = self._misuse(f"{found.missing[0]} is missing")
        elif found.many and rest is None:
            found.error = self._misuse(f"{str(found.many[0])!r} is one word too many")
        return found

    def _misuse(self, why: str) -> UsageError:
        """`why`, with the usage: in a line of its own where a terminal has no room for both in one."""
        usage = f"usage: {self.usage()}"
        if len(f"{self.name}: {why}; {usage}") <= COLUMNS:
            return UsageError(f"{why}; {usage}")
        if len(usage) > COLUMNS:
            usage = f"usage: {self.usage(options=False)} [OPTION ...]"
        return UsageError(f"{why}\n{usage}")

    def _option(self, word: str) -> tuple[Parameter[Any] | None, str | None]:
        """The option that `word` is or begins (`--len=4k`), and the value it holds."""
        option = self.options.get(word) or COMMON.get(word)
        if option is None and "=" in word:
            name, _, value = word.partition("=")
            option = self.options.get(name) or COMMON.get(name)
            if option is not None and option.name:
                return option, value
            option = None
        return option, None

    def next_param(self, found: Assignment) -> Parameter[Any] | None:
        """The parameter of one more plain word after those of `found`; None if that would be one too many."""
        last = found.params[-1] if found.params else None
        if last is not None and found.heads[-1] and last.name and "=" not in found.words[-1]:
            return last
        given = len(found.values)
        return self.positional[given] if given < len(self.positional) else self.rest

    def bind(self, state: State, words: Sequence[str]) -> tuple[list[Any], Assignment | None]:
        """The function's arguments for the words after the command.

        With them the assignment of the words, for the options of every command; None where there are none of those.
        Raises UsageError.
        """
        state.expanded = 0
        positional = self.positional
        if self._plain and self.required <= len(words) <= len(positional):
            bound: list[Any] = []
            for place, word in enumerate(words):
                if word[:2] == "--":
                    break
                bound.append(positional[place].parse(state, word))
            else:
                if len(bound) < len(positional):
                    bound += self._defaults[len(bound) :]
                if self._placed:
                    self._require_spaces(state, words, bound)
                return bound, None
        found = self.assign(words)
        if found.error is not None:
            raise found.error
        bound = [param.parse(state, word) for param, word in zip(positional, found.values, strict=False)]
        bound += self._defaults[len(bound) :]
        self._require_spaces(state, found.values, bound)
        if self.rest is not None:
            parse = self.rest.parse
            bound.append([parse(state, word) for word in found.many])
        for name, param in self.options.items():
            if name not in found.options:
                bound.append(param.default)
            else:
                value = found.options[name]
                bound.append(True if value is None else param.parse(state, value))
        return bound, found if COMMON.keys() & found.options.keys() else None

    def _require_spaces(self, state: State, words: Sequence[str], bound: list[Any]) -> None:
        """Raises UsageError for an address of another process than the handle's that it goes with."""
        for param, place, handle in self._placed:
            if place < len(words) and "$" in words[place]:
                param.require_of(state, words[place], bound[handle])


def _of_handle(param: Handle) -> str:
    """A handle in words: VMO's handle; a parameter that is called HANDLE is one itself."""
    return f"{param.name}'s handle" if param.types and param.name != "HANDLE" else param.name


def _rights(rights: int, joined: str) -> str:
    """Rights in words: `READ and WRITE`."""
    return joined.join(name for bit, name in RIGHT_NAMES.items() if rights & bit)


def _types(types: tuple[int, ...]) -> str:
    """Object types in words: `a job, process or thread`."""
    names = [TYPE_NAMES[type_] for type_ in types]
    first = TYPE_WORDS.get(names[0], f"a {names[0]}")
    return first if len(names) == 1 else ", ".join([first, *names[1:-1]]) + f" or {names[-1]}"
