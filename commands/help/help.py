"""`help`: the commands by what one wants to do, one command in full, and what every other word means.

What it knows besides the commands' own texts is in the tables beside it, which are loaded when somebody asks for them.
"""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.arguments import Choice, Raw
from kshell.shell.command import CATEGORIES, COMMON, Command, Example
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Columns of a text: the overview's and all others'.
NARROW = 80
WIDE = 100
# What a category shows first; the others follow in the order of their files.
FIRST = (
    *("ps", "vmaps", "k", "stat", "top", "threads", "memgraph", "vmos", "memory", "kstats", "map", "touch", "spawn"),
    *("kill", "killall", "handles", "help", "trace", "time", "watch", "alias", "unalias", "clear", "set"),
    *("attach", "detach", "vars", "echo", "assert", "exit", "repeat"),
)
# No topic has more characters.
LONGEST = 100
LANGUAGE = """\
name = COMMAND keeps the result: $name, $name.field, $?, $_     ; && || # > >> |
$self $vmar $job: the process's own handles    numbers: 4096 0x1000 16k $addr+4k
! COMMAND has to fail, expect STATUS COMMAND to end so; as TASK COMMAND
More: help COMMAND   help RES   help ERR_BAD_STATE   help quirks   help console
"""


class About(Raw):
    """A word that help knows something about."""

    __slots__ = ()

    explain = "a command, or any word that the tables and messages use"
    closed = True

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        # A topic is all the words together, so the last one is where it is right or wrong.
        if at < len(words) - 1:
            return
        topic = " ".join(words)
        if topic.lower() != "quirks" and not any(_look_up(topic)):
            raise ShellError(f"there is no help for {topic!r}")

    def choices(self, state: State) -> list[Choice]:
        return self.completions(state, [""], 0)

    def completions(self, state: State, words: Sequence[str], at: int) -> list[Choice]:
        """The next word of every topic that begins with the words before it."""
        from kshell.commands.help.kernel import KERNEL
        from kshell.commands.help.words import words as known

        topics = {found.name: found.summary for found in registry.every()}
        topics.update((name, about) for name, (_, about, _, _) in KERNEL.items())
        for word in ("quirks", *known().values()):
            topics.setdefault(word, "what it means")
        if not at:
            return [(topic, about) for topic, about in topics.items() if " " not in topic]
        begin = " ".join(words[:at]) + " "
        more = ((topic.removeprefix(begin), about) for topic, about in topics.items() if topic.startswith(begin))
        return [(word, about) for word, about in more if " " not in word]


@command(
    "help",
    category="session",
    summary="the commands; or all about one COMMAND, column, status, right, flag, type",
    params=(About("WORD", many=True),),
    aliases=("man",),
    examples=(
        ("help vmo_create", "vmo_create SIZE [OPTIONS]\n...\n"),
        (
            "help vmaps.perms",
            "perms, a column of vmaps: what the mapping allows: r, w, x, with - for each that it does not.\n",
        ),
    ),
    details="`help quirks` lists what may surprise. Quote an operator: help ';'.",
)
def help_(state: State, words: list[str]) -> Result:
    topic = " ".join(words)
    text = text_about(topic)
    return Result(None, {"topic": topic or "overview", "text": text}, text)


def text_about(topic: str) -> str:
    """What `help TOPIC` prints; without a topic the overview. Raises ShellError for a word without a meaning."""
    if not topic:
        return overview()
    if topic.lower() == "quirks":
        from kshell.commands.help.quirks import QUIRKS

        return "".join(f"- {line}\n" for line in QUIRKS)
    if topic.lower() == "console":
        from kshell.commands.help import console

        return console.in_full()
    found, kernel, entries = _look_up(topic)
    if found is None and not kernel and not entries:
        raise ShellError(f"there is no help for {topic!r}; {_suggestion(topic)}")
    text = in_full(found) if found is not None else _kernel_command(kernel) if kernel else ""
    if text and entries:
        text += "\nAlso:\n"
    return text + "".join(map(explained, entries))


def _look_up(topic: str) -> tuple[Command | None, str, list[tuple[str, str]]]:
    """The command, the kernel command's name and the other meanings of a topic; None, "" and [] for none."""
    from kshell.commands.help.kernel import KERNEL
    from kshell.commands.help.words import meanings

    if len(topic) > LONGEST:
        return None, "", []
    folded = topic.lower()
    found = registry.find(topic) or registry.find(folded)
    entries = [] if folded in KERNEL else meanings(topic)
    kernel = ""
    if found is None and not entries:
        kernel = next((name for name in (folded, f"k {folded}") if name in KERNEL), "")
        # `#` begins a comment, so people leave it out: `help pg` is `help '#pg'`.
        entries = [] if kernel else meanings(f"#{topic}")
    return found, kernel, entries


def overview() -> str:
    """All commands by category, and what else a line can be made of, on one screen."""
    lines: list[str] = []
    for category, title in CATEGORIES.items():
        names = [found.name for found in registry.every() if found.category == category]
        names.sort(key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
        lines.append(_wrap(" ".join(names), f"{title:<19} ", NARROW))
    return "".join(lines) + "\n" + LANGUAGE


def explained(entry: tuple[str, str]) -> str:
    """A word's meaning in at most two lines."""
    word, text = entry
    return _wrap(f"{word}: {text}", "", WIDE, "  ")


def in_full(found: Command) -> str:
    """Usage, what it does, arguments, rights, statuses with their reasons, examples."""

    from kshell.commands.help.columns import COLUMNS
    from kshell.commands.help.kernel import KERNEL

    lines = [f"{found.usage()}\n\n", _wrap(found.summary, "  ", WIDE)]
    if found.details:
        lines.append(_wrap(found.details, "  ", WIDE))
    arguments = [(f"{param.option} {param.name}".strip(), param.about) for param in found.params]
    if arguments:
        lines.append("\nArguments:\n")
        lines.extend(_wrap(about, f"  {label:<12} ", WIDE) for label, about in arguments)
    common = ", ".join(f"{option.option} {option.name}".strip() for option in COMMON.values())
    lines.append(f"\nOptions of every command (`help --format` explains one):\n  {common}\n")
    if found.needs:
        lines.append("\nRights it needs:\n" + _wrap(found.needs, "  ", WIDE))
    if found.gives:
        lines.append("\nFields of its result ($x.NAME):\n" + _wrap(" ".join(found.gives), "  ", WIDE))
    reasons = status_reasons(found)
    if reasons:
        lines.append("\nCan end with:\n")
        width = max(map(len, reasons))
        lines.extend(_wrap(why, f"  {status:<{width}}  ", WIDE) for status, why in reasons.items())
    if found.name in COLUMNS:
        names = " ".join(name.split(", ")[0] for name in COLUMNS[found.name])
        first = next(iter(COLUMNS[found.name])).split(", ")[0]
        lines.append(f"\nColumns (`help {found.name}.{first}` explains one):\n" + _wrap(names, "  ", WIDE))
    if found.name == "k":
        lines.append("\nKernel commands (`help k mx ps` explains one):\n")
        # A name of two words stays on its line.
        names = ", ".join(name.removeprefix("k ").replace(" ", "\0") for name in KERNEL)
        lines.append(_wrap(names, "  ", WIDE).replace("\0", " "))
    lines.append(_examples(found.examples))
    return "".join(lines)


def status_reasons(found: Command) -> dict[str, str]:
    """Each status the command can end with, and why: in its own words, or what the status means in general."""
    from kshell.commands.help.statuses import STATUSES

    general = {key.split(", ")[0]: text for key, text in STATUSES.items()}
    return {status: why or general.get(status, "") for status, why in found.reasons.items()}


def _kernel_command(name: str) -> str:
    """Usage, what it does, an example and the columns of a command of the kernel's console."""
    from kshell.commands.help.columns import COLUMNS
    from kshell.commands.help.kernel import KERNEL

    usage, about, line, output = KERNEL[name]
    text = f"{usage}\n\n" + _wrap(about, "  ", WIDE)
    if name in COLUMNS:
        names = " ".join(column.split(", ")[0] for column in COLUMNS[name])
        first = next(iter(COLUMNS[name])).split(", ")[0]
        text += f"\nColumns (`help {name}.{first}` explains one):\n" + _wrap(names, "  ", WIDE)
    return text + _examples(((line, output),))


def _examples(examples: tuple[Example, ...]) -> str:
    lines = ["\nExamples:\n"] if examples else []
    for line, output in examples:
        lines.append(f"  magenta$ {line}\n")
        lines.extend(f"  {row}".rstrip() + "\n" for row in output.expandtabs().rstrip("\n").split("\n") if output)
    return "".join(lines)


def _suggestion(topic: str) -> str:
    """What a word without a meaning may have been meant to be."""
    from kshell.commands.help.kernel import KERNEL
    from kshell.commands.help.words import near
    from kshell.shell.suggest import suggestion

    hint = suggestion(topic)
    if hint.startswith("did you mean") and "." not in topic:
        return hint
    from difflib import get_close_matches

    kernel = get_close_matches(topic.lower(), KERNEL, n=1, cutoff=0.8) if len(topic) < 40 else []
    close = kernel or near(topic)
    if not close:
        return "`help` alone lists what there is"
    return "did you mean " + " or ".join(f"`help {name}`" for name in close) + "?"


def _wrap(text: str, begin: str, width: int, indent: str | None = None) -> str:
    """`text` after `begin`, in lines of at most `width` columns, the further ones indented as far, or by `indent`."""
    from textwrap import wrap

    rest = " " * len(begin) if indent is None else indent
    lines = wrap(
        text, width, initial_indent=begin, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return "".join(f"{line}\n" for line in lines)
