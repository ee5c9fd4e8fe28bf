"""What `help WORD` knows besides the commands: a word, its kind, and what it means here, in two lines.

    types, ideas, flags, rights, statuses     nouns of the kernel
    columns                                   what the tables of the tools show
    topics                                    topics, properties and VMO operations
    language                                  what a line of the console may be made of
    using                                     kshell itself: keys, settings, scripts, options
    kernel                                    the kernel console's commands (`k mx ps` ...)
    calls                                     per command: the rights it needs, and why it ends with a status

Every file is a table of texts. A key is all the names of an entry, joined by ", "; the first one is shown. Loaded when
somebody asks for help, never at start.
"""

from __future__ import annotations

from kshell.commands.help.columns import COLUMNS, GENERAL
from kshell.commands.help.flags import FLAGS
from kshell.commands.help.ideas import IDEAS
from kshell.commands.help.language import LANGUAGE
from kshell.commands.help.rights import RIGHTS
from kshell.commands.help.statuses import STATUSES
from kshell.commands.help.topics import OPERATIONS, PROPERTIES, TOPICS
from kshell.commands.help.types import TYPES
from kshell.commands.help.using import USING
from kshell.kernel.abi import STATUS_CODES
from kshell.shell import registry

# The tables, and what stands between the word and its text.
TABLES: tuple[tuple[dict[str, str], str], ...] = (
    (LANGUAGE, ""),
    (TYPES, ", an object"),
    (IDEAS, ""),
    (USING, ""),
    (RIGHTS, ", a right"),
    (FLAGS, ", a flag of the vmar calls"),
    (STATUSES, ", a status"),
    (TOPICS, ", a topic of object_get_info"),
    (PROPERTIES, ", a property"),
    (OPERATIONS, ", an operation of vmo_op_range"),
    (GENERAL, ", a column"),
)
PREFIXES = ("mx-", "zx-", "vm-flag-", "right-", "info-", "prop-", "vmo-op-")

# An entry: the word as it is shown, with its kind, and the text.
Entry = tuple[str, str]


def meanings(word: str) -> list[Entry]:
    """Everything that `word` means: nothing, one thing, or several."""
    found = _column_of(word)
    if found:
        return found
    wanted = normal(word)
    for table, kind in TABLES:
        for key, text in table.items():
            names = key.split(", ")
            if not _bears(key, wanted) and not (table is STATUSES and _is_status(names, wanted)):
                continue
            label = f"{names[0]}{kind}"
            if table is STATUSES:
                label += f" ({STATUS_CODES[names[0]]})"
            elif table is GENERAL:
                label += _where(names)
            found.append((label, text))
    if not any(", a column" in label for label, _ in found):
        for command, columns in COLUMNS.items():
            found.extend(_entry(command, name, text) for name, text in columns.items() if _bears(name, wanted))
    return found


def _column_of(word: str) -> list[Entry]:
    """The column that `vmaps.res` or `vmaps res` names, if it is one."""
    for separator in (".", " "):
        command, _, column = word.lower().rpartition(separator)
        columns = COLUMNS.get(command.strip(), {})
        found = [_entry(command, name, text) for name, text in columns.items() if _bears(name, _fold(column))]
        if found:
            return found
    return []


def _where(names: list[str]) -> str:
    """The commands that have the column, as many as fit on a line."""
    tables = [
        command for command, columns in COLUMNS.items() if any(_bears(key, _fold(n)) for key in columns for n in names)
    ]
    return f" of {', '.join(tables[:3])}{' ...' if len(tables) > 3 else ''}"


def _entry(command: str, names: str, text: str) -> Entry:
    return f"{names.split(', ')[0]}, a column of {command}", text


def _bears(names: str, wanted: str) -> bool:
    return any(wanted == _fold(name) for name in names.split(", "))


def _is_status(names: list[str], wanted: str) -> bool:
    """Whether `bad_state` or -20 means the status."""
    return f"err-{wanted}" in map(_fold, names) or wanted == str(STATUS_CODES[names[0]])


def normal(word: str) -> str:
    """The word in the form in which words are compared: lower case, `-` for `_`, without MX_ and the like."""
    folded = _fold(word)
    if registry.find(word.lower()):
        return folded
    for prefix in PREFIXES:
        folded = folded.removeprefix(prefix)
    return folded


def _fold(word: str) -> str:
    return word.lower().replace("_", "-")


def words() -> dict[str, str]:
    """Every word that has a meaning: as it is compared, and as it is written."""
    found: dict[str, str] = {}
    for table, _ in TABLES:
        found.update((_fold(name), name) for key in table for name in key.split(", "))
    for command, columns in COLUMNS.items():
        for key in columns:
            for name in key.split(", "):
                found.setdefault(_fold(name), name)
                found[_fold(f"{command}.{name}")] = f"{command}.{name}"
    return found


def near(word: str) -> list[str]:
    """Up to two words that look like `word`."""
    from difflib import get_close_matches

    known = words()
    return [known[name] for name in get_close_matches(normal(word), known, n=2, cutoff=0.7)] if len(word) < 40 else []
