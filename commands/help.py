"""`help`: the commands by what one wants to do, and one command in full."""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.arguments import Raw, Switch
from kshell.shell.errors import ShellError
from kshell.shell.registry import Command, command
from kshell.shell.results import Result
from kshell.shell.session import Session

CATEGORIES = (
    ("look", "Look at the machine"),
    ("machine", "Memory and system"),
    ("memory", "Memory objects"),
    ("address space", "Address spaces"),
    ("handles", "Handles"),
    ("tasks", "Jobs, processes, threads"),
    ("objects", "Objects"),
    ("messages", "Channels and other small objects"),
    ("session", "The session"),
)
LANGUAGE = """\
  name = COMMAND      keep the result as $name; $name.field, $? and $_ too
  $self $vmar $job    handles of the current process    16k 2M $a+4k   numbers
  ! COMMAND           succeeds when COMMAND fails       ; && || # > >> |  as in a shell
  expect STATUS COMMAND, as TASK COMMAND                help COMMAND   more
"""


@command(
    "help",
    "session",
    "the commands, or one COMMAND in full; `help quirks` tells what may surprise",
    params=(Raw("COMMAND", None),),
    aliases=("man",),
    examples=(("help vmo_create", "vmo_create SIZE [OPTIONS]\n...\n"),),
)
def help_(session: Session, name: str | None) -> Result:
    if name is None:
        return Result(text=overview())
    if name == "quirks":
        from commands.quirks import QUIRKS

        return Result(text="".join(f"- {line}\n" for line in QUIRKS))
    found = registry.find(name)
    if found is None:
        from kshell.shell.suggest import suggestion

        raise ShellError(f"there is no command {name!r}; {suggestion(name)}")
    return Result(text=in_full(found))


def overview() -> str:
    """All commands by category, on one screen."""
    lines: list[str] = []
    for category, title in CATEGORIES:
        names = [found.name for found in registry.COMMANDS.values() if found.category == category]
        lines.append(f"{title}:\n  {_wrap(' '.join(names), 76)}\n")
    return "".join(lines) + "The language:\n" + LANGUAGE


def _wrap(text: str, width: int) -> str:
    from textwrap import wrap

    return "\n  ".join(wrap(text, width, break_long_words=False, break_on_hyphens=False))


def in_full(found: Command) -> str:
    """Usage, what it does, its arguments, its statuses, its examples."""
    lines = [f"{found.usage()}\n\n  {found.summary}\n"]
    if found.details:
        lines.append("".join(f"  {line}\n" for line in found.details.split("\n")))
    params = [*found.positional, *([found.rest] if found.rest else []), *found.options.values()]
    if params:
        lines.append("\nArguments:\n")
        for param in params:
            label = f"{param.option} {param.name}".strip() if param.option else param.name
            about = param.about if isinstance(param, Switch) else param.explain
            lines.append(f"  {label:<12} {about}\n")
    if found.statuses:
        lines.append(f"\nCan end with:\n  {_wrap(found.statuses, 76)}\n")
    if found.examples:
        lines.append("\nExamples:\n")
        for line, output in found.examples:
            lines.append(f"  magenta$ {line}\n")
            lines.extend(f"  {row}\n" for row in output.rstrip("\n").split("\n") if output)
    return "".join(lines)
