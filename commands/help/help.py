"""`help`: the commands by what one wants to do, one command in full, and what every other word means.

What it knows besides the commands' own texts is in the tables beside it, which are loaded when somebody asks for them.
"""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.arguments import Choice, Raw
from kshell.shell.command import CATEGORIES, COMMON, Command, Example
from kshell.shell.errors import ShellError
from kshell.shell.grammar import written
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.text import GLUE, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# What a category shows first; the others follow in the order of their files.
FIRST = (
    *(
        "ps",
        "vmaps",
        "k",
        "stat",
        "top",
        "threads",
        "memgraph",
        "vmos",
        "clones",
        "memory",
        "kstats",
        "map",
        "touch",
        "spawn",
    ),
    *("kill", "killall", "handles", "give", "help", "trace", "time", "watch", "alias", "unalias", "clear", "set"),
    *("attach", "detach", "vars", "print", "p/x", "p/d", "echo", "assert", "exit", "repeat"),
)
# Commands of the kernel's console that stand before those of a category.
BEFORE = {"whose": ("k mx vmos hidden",)}
# Topics that are a page, and what each is about.
PAGES = {
    "start": "two minutes, from nothing to memory that moves",
    "lessons": "the lessons that ship, and how to start one",
    "scripts": "the scripts that ship, and how to run and write one",
    "limitations": "what ps and vmaps do not show, and what does",
    "quirks": "what may surprise in the reference kernel",
    "console": "the keys, what may be pasted, the settings",
    "keys": "the keys of the console",
}
# No topic has more characters.
LONGEST = 100
LANGUAGE = """\
name = COMMAND or 16k, 0x10, $a+4k: $name, $name.field, $?, $_  ; && || # > >> |
$self $vmar $job: own handles  ! COMMAND, expect STATUS COMMAND, as TASK COMMAND
See help COMMAND ERR_BAD_STATE start lessons scripts limitations quirks console
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
        if topic not in state.aliases and topic.lower() not in PAGES and not any(_look_up(topic)):
            raise ShellError(f"there is no help for {topic!r}")

    def choices(self, state: State) -> list[Choice]:
        return self.completions(state, [""], 0)

    def completions(self, state: State, words: Sequence[str], at: int) -> list[Choice]:
        """The next word of every topic that begins with the words before it."""
        from kshell.commands.help.kernel import KERNEL
        from kshell.commands.help.words import words as known

        topics = {found.name: found.summary for found in registry.every()}
        topics.update((name, about) for name, (_, about, _, _) in KERNEL.items())
        topics.update(PAGES)
        topics.update((name, f"alias: {' '.join(said)}") for name, said in state.aliases.items())
        for word in known().values():
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
            "help /R",
            "/R: a row of `vmaps`: the root VMAR, which covers the whole address space.\n",
        ),
    ),
    details="`help limitations` leads to what sees through those of `ps`, `help quirks` lists what may surprise. "
    "Quote an operator: help ';'.",
)
def help_(state: State, words: list[str]) -> Result:
    topic = " ".join(words)
    said = state.aliases.get(topic)
    text = (
        text_about(topic) if said is None else wrap(f"{topic}: an alias: {' '.join(map(written, said))}", indent="  ")
    )
    return Result(None, {"topic": topic or "overview", "text": text}, text)


def text_about(topic: str) -> str:
    """What `help TOPIC` prints; without a topic the overview. Raises ShellError for a word without a meaning."""
    if not topic:
        return overview()
    if topic.lower() in PAGES:
        return _page(topic.lower())
    found, kernel, entries = _look_up(topic)
    if found is None and not kernel and not entries:
        raise ShellError(f"there is no help for {topic!r}; {_suggestion(topic)}")
    text = in_full(found) if found is not None else _kernel_command(kernel) if kernel else ""
    if text and entries:
        text += "\nAlso:\n"
    return text + "".join(map(explained, entries))


def _page(topic: str) -> str:
    """A text of its own: one of PAGES."""
    if topic == "quirks":
        from kshell.commands.help.quirks import QUIRKS

        return "".join(wrap(line, "- ") for line in QUIRKS)
    if topic == "limitations":
        from kshell.commands.help.limitations import INTRODUCTION, LIMITATIONS

        rows = (
            wrap(missing, "- ") + f"  {'shown by':<9} {shown}\n  {'script':<9} {script}\n"
            for missing, shown, script in LIMITATIONS
        )
        return wrap(INTRODUCTION) + "".join(rows)
    if topic in ("start", "lessons", "scripts"):
        from kshell.commands.help.pages import lessons_page, scripts_page, start

        return {"start": start, "lessons": lessons_page, "scripts": scripts_page}[topic]()
    from kshell.commands.help import console

    return console.KEYS if topic == "keys" else console.in_full()


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
    """All commands by category, and what else a line can be made of: on one screen, with the prompt below it."""
    lines: list[str] = []
    width = max(map(len, CATEGORIES.values()))
    for category, title in CATEGORIES.items():
        names = [found.name for found in registry.every() if found.category == category]
        names.sort(key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
        words = [*(word.replace(" ", GLUE) for word in BEFORE.get(category, ())), *families(names)]
        lines.append(wrap(" ".join(words), f"{title:<{width}} "))
    return "".join(lines) + LANGUAGE


def families(names: list[str]) -> list[str]:
    """Names with those of one family together, and its name only in the first: `port_create _queue _wait`."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.partition("_")[0], []).append(name)
    return [
        name if index == 0 else name.removeprefix(family)
        for family, own in found.items()
        for index, name in enumerate(own)
    ]


def explained(entry: tuple[str, str]) -> str:
    """A word's meaning in a few lines."""
    word, text = entry
    return wrap(f"{word}: {text}", indent="  ")


def in_full(found: Command) -> str:
    """Usage, what it does, arguments, rights, statuses with their reasons, examples."""
    from kshell.commands.help.kernel import KERNEL

    lines = [usage(found), "\n", wrap(found.summary, "  ")]
    if found.details:
        lines.append(wrap(found.details, "  "))
    arguments = {f"{param.option} {param.name}".strip(): param.about for param in found.params}
    if arguments:
        lines.append("\nArguments:\n" + table(arguments))
    common = ", ".join(f"{option.option} {option.name}".strip() for option in COMMON.values())
    lines.append(f"\nOptions of every command (`help '--format'` explains one):\n  {common}\n")
    if found.needs:
        lines.append("\nRights it needs:\n" + wrap(found.needs, "  "))
    if found.gives:
        lines.append("\nFields of its result ($x.NAME):\n" + wrap(" ".join(found.gives), "  "))
    reasons = status_reasons(found)
    if reasons:
        lines.append("\nCan end with:\n" + table(reasons))
    lines.append(_columns(found.name))
    if found.name == "k":
        # A name of two words stays on its line.
        names = ", ".join(name.removeprefix("k ").replace(" ", GLUE) for name in KERNEL)
        lines.append("\nKernel commands (`help k mx ps` explains one):\n" + wrap(names, "  "))
    lines.append(_examples(found.examples))
    return "".join(lines)


def usage(found: Command) -> str:
    """The command with its parameters; one that goes on in a further line is indented, and an option stays whole."""
    text = "".join(GLUE if char == " " and depth else char for char, depth in _depths(found.usage()))
    return wrap(text, indent="    ")


def _depths(text: str) -> list[tuple[str, int]]:
    """Each character with the number of brackets that are open there."""
    depths: list[tuple[str, int]] = []
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        depths.append((char, depth))
    return depths


def table(rows: dict[str, str]) -> str:
    """Labels in a column as wide as the widest, and what each means in a column of its own."""
    width = max(map(len, rows))
    return "".join(wrap(text, f"  {label:<{width}}  ") for label, text in rows.items())


def status_reasons(found: Command) -> dict[str, str]:
    """Each status the command can end with, and why: in its own words, or what the status means in general."""
    from kshell.commands.help.statuses import STATUSES

    general = {key.split(", ")[0]: text for key, text in STATUSES.items()}
    return {status: why or general.get(status, "") for status, why in found.reasons.items()}


def _kernel_command(name: str) -> str:
    """Usage, what it does, an example and the columns of a command of the kernel's console."""
    from kshell.commands.help.kernel import KERNEL

    said, about, line, output = KERNEL[name]
    return f"{said}\n\n" + wrap(about, "  ") + _columns(name) + _examples(((line, output),))


def _columns(name: str) -> str:
    """The columns of what a command prints, if there are any."""
    from kshell.commands.help.columns import COLUMNS

    if name not in COLUMNS:
        return ""
    names = [column.split(", ")[0] for column in COLUMNS[name]]
    return f"\nColumns (`help {name}.{names[0]}` explains one):\n" + wrap(" ".join(names), "  ")


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
