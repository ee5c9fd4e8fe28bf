"""Whatever options a looking command is given, alone or together: it prints the rows that fit, and copes with none."""

import random

import pytest

from kshell.commands.tools.filters import Column, NamePart
from kshell.shell import registry
from kshell.shell.arguments import Address, OneOf, Size, Switch
from kshell.shell.command import COMMON
from kshell.shell.formats import view
from tests.commands.support import fresh

registry.load()
# What comes before the options: tasks with much, little and nothing in them.
WORDS = {
    "ps": ("", "-T", "--units=M", "--units=", "-T --units=k"),
    "vmaps": ("3020", "1041", "bare", "gone", "1068", ""),
    "vmos": ("3020", "1041", "bare", "gone", "1068", ""),
    "handles": ("3020", "bare", ""),
    "threads": ("3020", "bare"),
    "stat": ("3020", "bare", ""),
    "top": ("", "-a", "-a -c 1"),
    "memgraph": ("", "-t", "-v"),
    "k": ("mx ps", "mx ht 3020", "mx vmos hidden", "mx vmos all", "pmm dump_alloced", "pmm arenas"),
}
# Values that match all, some and nothing.
NUMBERS = ("0", "1", "4k", "0x1000000", "0x1021004", "2M", "1P", "0xffffffffffffffff")
VALUES = {
    "NAME": ("sh", "e", "zzz", "''", "free", "useralloc"),
    "PERMS": ("r", "rw", "x", "rwx", "r--"),
    "FORM": ("json", "csv", "table"),
}
LOOKING = sorted(found.name for found in registry.COMMANDS.values() if found.category in ("look", "machine", "handles")
                 and not found.name.startswith("handle_"))  # fmt: skip


def values(option):
    """What can be written after an option, by what it says of itself."""
    if isinstance(option, Switch):
        return ("",)
    if isinstance(option, Column):
        return option.columns
    if isinstance(option, NamePart):
        return VALUES["NAME"]
    if isinstance(option, Size | Address):
        return NUMBERS
    if option.name not in VALUES and isinstance(option, OneOf):
        return option.words
    return VALUES[option.name]


def drawn(chance, command):
    """The options of a line, {option: value}, drawn from the command's own declaration."""
    offered = {**command.options, "--format": COMMON["--format"]}
    chosen = chance.sample(sorted(offered), chance.randint(0, len(offered)))
    return {name: chance.choice(values(offered[name])) for name in chosen}


def fits(row, chosen):
    """Whether a row of the result is one that the options ask for."""
    size = row.get("size") if "size" in row else row.get("res")
    if "--name" in chosen and chosen["--name"].strip("'") not in row["name"]:
        return False
    if "--at" in chosen and not row["base"] <= amount(chosen["--at"]) < row["base"] + row["size"]:
        return False
    if "--perms" in chosen and not set(chosen["--perms"].replace("-", "")) <= set(row["perms"] or ""):
        return False
    return "--min" not in chosen or (size is not None and size >= amount(chosen["--min"]))


def amount(word):
    """The number that one of NUMBERS stands for."""
    units = {"k": 1 << 10, "M": 1 << 20, "P": 1 << 50}
    return int(word[:-1]) * units[word[-1]] if word[-1] in units else int(word, 0)


@pytest.fixture(scope="module")
def session():
    made = fresh()
    for line in ("p = process_create $job bare", "spawn gone --exit"):
        assert all(outcome.ok for outcome in made.run(line))
    return made


@pytest.mark.parametrize("name", LOOKING)
def test_filters_cope_with_everything_and_nothing(session, name):
    """W4: options of every looking command, drawn from its declaration."""
    command = registry.COMMANDS[name]
    chance = random.Random(name)
    rows_of = {}
    for _ in range(60 if command.options else 8):
        chosen = drawn(chance, command)
        begin = chance.choice(WORDS.get(name, ("",)))
        options = " ".join(f"{option} {value}".strip() for option, value in chosen.items())
        (outcome,) = session.run(f"{name} {begin} {options}")
        assert "bug" not in outcome.error and "Traceback" not in outcome.error, (outcome.line, outcome.error)
        assert outcome.to_json()
        if not outcome.ok:
            continue
        for form in VALUES["FORM"]:
            assert isinstance(view(outcome.result, form), str)
        # What has several lists has no options that leave rows out.
        rows = next((value for value in outcome.result.fields.values() if isinstance(value, list)), [])
        if command.options:
            assert all(fits(row, chosen) for row in rows), outcome.line
            rows_of.setdefault(bool(rows), []).append(outcome.line)
            if not rows and "--gaps" not in chosen and chosen.get("--format") != "json" and name != "vmos":
                assert outcome.output == "", outcome.line
    # Sorting leaves nothing out.
    filters = [option for option in command.options.values() if not isinstance(option, Column | OneOf)]
    assert not filters or set(rows_of) == {True, False}, "the draw has to match something, and nothing"


@pytest.mark.parametrize("words", ["-T", "--units=k", "-T --units="])
def test_the_later_tables_of_ps_are_filtered_and_sorted_as_well(words):
    """W4: a filter is not dropped because another table was asked for."""
    session = fresh()
    (outcome,) = session.run(f"ps {words} --name sh: --sort koid")
    tasks = [line.split()[0] for line in outcome.output.splitlines()[1:-1]]
    assert [task for task in tasks if task[0] != "t"] == ["p:2988", "p:3020"]
    assert ("t:" in outcome.output) == ("-T" in words)
    (outcome,) = session.run(f"ps {words} --min 1700k --sort res")
    sizes = [row["res"] for row in outcome.result.fields["tasks"]]
    shown = [line.split()[0] for line in outcome.output.splitlines()[1:-1]]
    assert sizes == sorted(sizes, reverse=True)
    assert [task for task in shown if task[0] != "t"] == [f"p:{row['koid']}" for row in outcome.result.fields["tasks"]]
    (outcome,) = session.run(f"ps {words} --name zzz")
    assert outcome.ok and outcome.output == ""
