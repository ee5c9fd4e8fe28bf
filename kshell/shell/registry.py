"""The registry: every command with its name, place in the help, typed parameters and examples.

    @command("vmo_create", "memory", "A new VMO of SIZE bytes.", params=(Size("SIZE"), Number("OPTIONS", 0)),
             examples=(("a = vmo_create 4k", ""),))
    def vmo_create(session: Session, size: int, options: int) -> Result: ...

A command is a plain function; what it takes is told by parameter objects (`arguments.py`), in the order of the
function's own parameters. The words of a line are bound to them here: too many, too few, or one that does not
parse is one line that says what would have been right.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError
from kshell.shell.results import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kshell.shell.arguments import Parameter
    from kshell.shell.context import Context

    CommandFunction = Callable[..., Result]

# An example: a line, and what it prints on a fresh machine ("..." stands for any lines). Examples are tests.
Example = tuple[str, str]


class Command:
    """A registered command. `positional` parameters come first, then the `rest` (or None), then `options`."""

    __slots__ = (
        "name", "category", "summary", "details", "positional", "required", "rest", "options", "examples", "function",
        "statuses", "moves",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        category: str,
        summary: str,
        function: CommandFunction,
        params: tuple[Parameter, ...],
        examples: tuple[Example, ...],
        details: str,
        statuses: str,
        moves: bool,
    ) -> None:
        self.name = name
        self.category = category
        self.summary = summary
        self.details = details
        self.statuses = statuses
        self.examples = examples
        self.function = function
        # The command moves in the session, or only looks at it, and is no line of it.
        self.moves = moves
        self.positional = [param for param in params if not param.option and not param.many]
        self.required = sum(1 for param in self.positional if not param.optional)
        self.rest = next((param for param in params if param.many), None)
        self.options = {param.option: param for param in params if param.option}
        expected = 1 + len(params)
        count = function.__code__.co_argcount
        assert count == expected, f"{name}: the function takes {count} arguments, its parameters make {expected}"

    def usage(self) -> str:
        """The command with its parameters: `vmo_create SIZE [OPTIONS]`."""
        words = [self.name]
        words.extend(f"[{param.name}]" if param.optional else param.name for param in self.positional)
        if self.rest is not None:
            words.append(f"[{self.rest.name} ...]")
        for option, param in self.options.items():
            words.append(f"[{option} {param.name}]" if param.name else f"[{option}]")
        return " ".join(words)

    def bind(self, session: Context, words: list[str]) -> list[object]:
        """The function's arguments for the words behind the command. Raises UsageError."""
        positional = self.positional
        if self.rest is None and not self.options and self.required <= len(words) <= len(positional):
            bound = [param.parse(session, word) for param, word in zip(positional, words, strict=False)]
            if len(bound) < len(positional):
                bound.extend(param.default for param in positional[len(bound) :])
            return bound
        values: dict[str, object] = {}
        plain: list[str] = []
        at = 0
        while at < len(words):
            word = words[at]
            option = self.options.get(word)
            if option is None and "=" in word and word.partition("=")[0] in self.options:
                word, _, value = word.partition("=")
                option = self.options[word]
                words[at : at + 1] = [word, value]
            if option is None:
                plain.append(word)
            elif not option.name:
                values[word] = True
            else:
                at += 1
                if at >= len(words):
                    raise UsageError(f"{word} wants a {option.name}; usage: {self.usage()}")
                values[word] = option.parse(session, words[at])
            at += 1
        if len(plain) < self.required:
            missing = positional[len(plain)].name
            raise UsageError(f"{missing} is missing; usage: {self.usage()}")
        if len(plain) > len(positional) and self.rest is None:
            raise UsageError(f"{plain[len(positional)]!r} is one word too many; usage: {self.usage()}")
        arguments: list[object] = [param.parse(session, word) for param, word in zip(positional, plain, strict=False)]
        arguments.extend(param.default for param in positional[len(plain) :])
        if self.rest is not None:
            arguments.append([self.rest.parse(session, word) for word in plain[len(positional) :]])
        arguments.extend(values.get(name, param.default) for name, param in self.options.items())
        return arguments


COMMANDS: dict[str, Command] = {}
ALIASES: dict[str, str] = {}
# What is to be told about plugins that could not be loaded.
WARNINGS: list[str] = []
_loaded = False
_plugged = False
# How to import what a command's name leads to, and everything; `use` sets it.
_loaders: tuple[Callable[[str], None], Callable[[], None]] | None = None


def command(
    name: str,
    category: str,
    summary: str,
    params: tuple[Parameter, ...] = (),
    examples: tuple[Example, ...] = (),
    details: str = "",
    statuses: str = "",
    aliases: tuple[str, ...] = (),
    moves: bool = False,
) -> Callable[[CommandFunction], CommandFunction]:
    """Registers the function below it.

    `statuses` names the kernel's statuses the command can end with; a command that `moves` in the session (undo,
    save, load ...) is no line of it.
    """

    def register(function: CommandFunction) -> CommandFunction:
        if name in COMMANDS:
            raise ValueError(f"there is a command {name} already")
        COMMANDS[name] = Command(name, category, summary, function, params, examples, details, statuses, moves)
        for alias in aliases:
            ALIASES[alias] = name
        return function

    return register


def use(load_one: Callable[[str], None], load_everything: Callable[[], None]) -> None:
    """Says how commands are loaded: `load_one` imports what a command's name leads to, `load_everything` all."""
    global _loaders
    _loaders = (load_one, load_everything)


def find(name: str) -> Command | None:
    """The command of that name or alias, or None.

    What its name leads to is loaded first: `kshell -c ps` loads the file of `ps` and what that uses, and no other
    command. Plugins are asked last.
    """
    found = COMMANDS.get(name)
    if found is not None or (_loaded and _plugged):
        return found or COMMANDS.get(ALIASES.get(name, ""))
    if not _loaded:
        if name.isidentifier():
            if _loaders is not None:
                _loaders[0](name)
            found = COMMANDS.get(name) or COMMANDS.get(ALIASES.get(name, ""))
            if found is not None:
                return found
        load()
    elif not name.isidentifier() or name in ALIASES:
        return COMMANDS.get(ALIASES.get(name, ""))
    else:
        load_plugins()
    return find(name)


def load() -> None:
    """Loads every command of kshell's own. Once is enough."""
    global _loaded
    if _loaded:
        return
    if _loaders is not None:
        _loaders[1]()
    # The order of the files, whichever of them was loaded first.
    places = {name: (c.function.__module__, c.function.__code__.co_firstlineno) for name, c in COMMANDS.items()}
    ordered = {name: COMMANDS[name] for name in sorted(COMMANDS, key=lambda name: places[name])}
    COMMANDS.clear()
    COMMANDS.update(ordered)
    _loaded = True


def load_plugins() -> None:
    """Loads what other packages offer under the entry point group `kshell.commands`; once is enough.

    One that cannot be loaded is a warning and nothing else. Looking for them takes as long as starting kshell, so it
    is not done before somebody asks for all commands, or for one that is not kshell's own.
    """
    global _plugged
    if _plugged:
        return
    _plugged = True
    from importlib.metadata import entry_points

    for plugin in entry_points(group="kshell.commands"):
        before = set(COMMANDS)
        try:
            plugin.load()
        except Exception as error:
            # What it had registered before it failed would work by half.
            for name in set(COMMANDS) - before:
                del COMMANDS[name]
            WARNINGS.append(f"kshell: the plugin {plugin.value} is skipped: {type(error).__name__}: {error}")


def every() -> list[Command]:
    """All commands, kshell's own in the order of their files, then those of plugins."""
    load()
    load_plugins()
    return list(COMMANDS.values())
