"""The registry: every command by its name, loaded when it is first asked for.

    @command("vmo_set_size", category="memory", ...)      registers the function below it
    find("vmo_set_size")                                  loads the file its name leads to, and gives the Command

Whoever has commands hands in how they are loaded (`use`); plugins of other packages are asked last.
"""

from __future__ import annotations

from kshell.shell.arguments import Parameter
from kshell.shell.command import Command, Example
from kshell.shell.errors import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    CommandFunction = Callable[..., Any]

COMMANDS: dict[str, Command] = {}
ALIASES: dict[str, str] = {}
# The commands of plugins, and the plugin each is of.
PLUGINS: dict[str, str] = {}
# What is to be reported about plugins that could not be loaded.
WARNINGS: list[str] = []
_loaded = False
_plugged = False
# How to import what a command's name leads to, and everything; `use` sets it.
_loaders: tuple[Callable[[str], None], Callable[[], None]] | None = None


def command(
    name: str,
    /,
    *,
    category: str,
    summary: str,
    params: tuple[Parameter[Any], ...] = (),
    examples: tuple[Example, ...] = (),
    details: str = "",
    needs: str = "",
    gives: tuple[str, ...] = (),
    failures: dict[str, str] | None = None,
    aliases: tuple[str, ...] = (),
    unrecorded: bool = False,
) -> Callable[[CommandFunction], CommandFunction]:
    """Registers the function below it as the command `name`, a line of the session that gets its State.

    `summary` is one line for `help`, `details` more of it. `failures` maps each status of the kernel it can end with to
    the reason, in the order in which the kernel checks; what follows from the handles it takes can be left out, so can
    `needs`, the rights in words, where the handles say them all. `gives` names the fields that the result can have.
    `unrecorded` is for commands that move in the session or only look at it: they get
    the Session and are not lines of it. Raises TypeError when parameters and function do not fit together, ValueError
    for a name that is taken.
    """

    def register(function: CommandFunction) -> CommandFunction:
        if name in COMMANDS or name in ALIASES:
            raise ValueError(f"there is a command {name} already")
        COMMANDS[name] = Command(
            name,
            function,
            category=category,
            summary=summary,
            params=params,
            examples=examples,
            details=details,
            needs=needs,
            gives=gives,
            failures=failures,
            unrecorded=unrecorded,
        )
        for alias in aliases:
            if alias in ALIASES or alias in COMMANDS:
                raise ValueError(f"{alias} is another command already")
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
    """Loads every command of kshell's own; once is enough."""
    global _loaded
    if _loaded:
        return
    if _loaders is not None:
        _loaders[1]()
    # The order of the files, whichever of them was loaded first; a file's own come one after the other.
    ordered = {name: COMMANDS[name] for name in sorted(COMMANDS, key=lambda name: COMMANDS[name].function.__module__)}
    COMMANDS.clear()
    COMMANDS.update(ordered)
    _loaded = True


def load_plugins() -> None:
    """Loads what other packages offer under the entry point group `kshell.commands`; once is enough.

    One that cannot be loaded gives a warning and nothing else. Looking for them takes as long as starting kshell, so it
    is not done before somebody asks for all commands, or for one that is not kshell's own.
    """
    global _plugged
    if _plugged:
        return
    _plugged = True
    import contextlib
    import sys
    from importlib.metadata import entry_points

    from kshell.shell.plugins import guarded

    for plugin in entry_points(group="kshell.commands"):
        commands, aliases = COMMANDS.copy(), ALIASES.copy()
        try:
            # What a plugin prints is not an answer to anything.
            with contextlib.redirect_stdout(sys.stderr):
                plugin.load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # What it had registered before it failed would only half work.
            _restore(commands, aliases)
            WARNINGS.append(f"kshell: the plugin {plugin.value} is skipped: {told(error)}")
            continue
        if any(COMMANDS.get(name) is not found for name, found in commands.items()):
            _restore(commands, aliases)
            WARNINGS.append(f"kshell: the plugin {plugin.value} is skipped: it replaces commands that are not its own")
        for name in COMMANDS.keys() - commands.keys():
            PLUGINS[name] = plugin.value
            COMMANDS[name].function = guarded(COMMANDS[name].function)


def _restore(commands: dict[str, Command], aliases: dict[str, str]) -> None:
    """Makes the registry what it was."""
    COMMANDS.clear()
    COMMANDS.update(commands)
    ALIASES.clear()
    ALIASES.update(aliases)


def every() -> list[Command]:
    """All commands: kshell's own in the order of their files, then those of plugins."""
    load()
    load_plugins()
    return list(COMMANDS.values())
