"""`help` teaches: the overview fits a screen, every word that tools and messages use resolves, every text is short."""

import re

import pytest

from kshell.commands.help.columns import COLUMNS, GENERAL
from kshell.commands.help.help import PAGES, overview, status_reasons, text_about
from kshell.commands.help.kernel import KERNEL
from kshell.commands.help.words import TABLES, meanings, words
from kshell.commands.kernel_console import line as kernel_console
from kshell.commands.kernel_console.mx import PS_HEADER
from kshell.console.highlight import colours
from kshell.documents.checking import matches
from kshell.kernel import abi
from kshell.kernel.syscalls import Syscalls
from kshell.options import SHORT, SWITCHES, VALUE_OPTIONS
from kshell.shell import registry
from kshell.shell.call_arguments import FLAG_LETTERS, FLAG_WORDS, RIGHT_WORDS, CloneOptions, VmoOp
from kshell.shell.command import Command
from kshell.shell.errors import ShellError
from kshell.shell.header import MACHINE_OPTIONS
from kshell.shell.settings import SETTINGS
from kshell.text import COLUMNS as COLUMNS_OF_A_TERMINAL
from tests import docstrings
from tests.commands.support import fresh, output, run, spelled

registry.load()

# Commands with nothing to vary: they take no argument and always answer the same.
ONE_EXAMPLE = {"clear", "detach", "exit", "system_get_physmem", "system_get_num_cpus", "system_get_version"}


def resolves(word):
    """What `help WORD` says, in lines of at most 80 columns."""
    text = text_about(word)
    assert all(len(line) <= COLUMNS_OF_A_TERMINAL for line in text.splitlines()), text
    return text


# The overview


def test_the_overview_fits_a_screen_and_names_every_command():
    """T1: whole on a terminal of 24 rows, with the prompt and the toolbar below it."""
    lines = overview().splitlines()
    assert len(lines) <= 22 and all(len(line) <= COLUMNS_OF_A_TERMINAL for line in lines)
    assert set(registry.COMMANDS) <= set(spelled(overview()))
    assert {"quirks", "ERR_BAD_STATE", "COMMAND", "limitations"} <= set(lines[-1].split())


# Commands


@pytest.mark.parametrize("name", sorted(registry.COMMANDS))
def test_a_command_in_full(name):
    command = registry.COMMANDS[name]
    text = resolves(name)
    assert " ".join(text.split("\n\n")[0].split()) == command.usage()
    least = 1 if name in ONE_EXAMPLE else 2
    assert least <= len(command.examples) <= 5
    for status, why in status_reasons(command).items():
        assert status in abi.STATUS_CODES and why and f"  {status} " in text


CALLERS = sorted(name for name, found in registry.COMMANDS.items() if found.failures is not None)


def test_every_call_declares_how_it_can_fail():
    """A call whose docstring names a status has a command that declares its failures, and no other has one."""
    calls = {name for name in registry.COMMANDS if hasattr(Syscalls, name)}
    assert set(CALLERS) & calls == {name for name in calls if "ERR_" in docstrings.of_calls()[name]}


@pytest.mark.parametrize("name", [name for name in CALLERS if name != "object_get_info"])
def test_a_result_has_the_fields_that_are_declared(name):
    """Those of object_get_info are the topic's."""
    command, session = registry.COMMANDS[name], fresh()
    given = {
        field
        for line, _ in command.examples
        for outcome in session.run(line)
        if outcome.command == name and outcome.ok and outcome.result is not None
        for field in outcome.result.fields
    }
    assert given <= set(command.gives) and (given or command.gives in ((), ("pages",)))


@pytest.mark.parametrize("name", sorted(set(CALLERS) & set(dir(Syscalls))))
def test_the_statuses_are_those_that_the_call_documents(name):
    """A console's command always has room for the answer; what a call documents beside that, its help explains."""
    documented = set(re.findall(r"ERR_[A-Z_]+", docstrings.of_calls()[name]))
    declared = set(registry.COMMANDS[name].reasons)
    assert documented - declared <= ({"ERR_BUFFER_TOO_SMALL"} if name != "channel_read" else set())


@pytest.mark.parametrize("name", CALLERS)
def test_no_reason_repeats_what_follows_from_the_handles(name):
    """What every look-up of a handle can end with is said once, in the registry."""
    command = registry.COMMANDS[name]
    for status, why in command.failures.items():
        plain = Command(
            name,
            command.function,
            category=command.category,
            summary="",
            params=tuple(command.params),
            examples=(),
            details="",
            needs="",
            gives=(),
            failures={},
            unrecorded=False,
        )
        assert not why or plain.reasons.get(status) != why


def test_the_rights_are_told():
    assert "DUPLICATE and READ on VMO" in text_about("vmo_clone")
    assert "no right" in text_about("vmo_op_range")
    assert "MAP on VMO" in text_about("vmar_map")


@pytest.mark.parametrize("name", sorted(KERNEL))
def test_a_command_of_the_kernels_console(name):
    usage, _, line, expected = KERNEL[name]
    assert name.split()[1] in kernel_console.COMMANDS
    assert resolves(name).startswith(f"{usage}\n")
    printed = output(fresh(), line)
    assert matches(expected.splitlines(), printed.splitlines()), printed
    assert resolves(name.removeprefix("k "))


def test_every_command_of_the_kernels_console_is_explained():
    assert {f"k {name}" for name in kernel_console.COMMANDS} <= set(KERNEL)


# Words


def test_every_status_resolves_by_name_short_name_and_number():
    for code, name in abi.STATUS_NAMES.items():
        for word in (name, name.lower(), name.removeprefix("ERR_"), str(code)):
            assert f"{name}, a status ({code}): " in resolves(word), word
    assert "ERR_PEER_CLOSED" in resolves("ERR_REMOTE_CLOSED") and "ERR_CANCELED" in resolves("err_handle_closed")


def test_every_right_resolves_with_its_number():
    for word, bit in RIGHT_WORDS.items():
        text = resolves(word)
        assert ", a right: " in text and (f"{bit:#x}," in text if bit else True), word
    for letter, bit in abi.RIGHT_LETTERS.items():
        assert f"{abi.RIGHT_NAMES[bit]}, a right: {bit:#x}," in resolves(letter)


def test_every_flag_resolves_with_its_number():
    for word, bit in FLAG_WORDS.items():
        text = resolves(word)
        assert ", a flag of the vmar calls: " in text and (f"{bit:#x}," in text if bit else True), word
    for letter, bit in FLAG_LETTERS.items():
        assert f": {bit:#x}," in resolves(letter)
    for name in abi.VM_FLAG_NAMES.values():
        assert ", a flag" in resolves(name) and ", a flag" in resolves(f"MX_VM_FLAG_{name}")


def test_every_type_topic_property_and_operation_resolves():
    for name in abi.TYPE_NAMES.values():
        assert f"{name}, an object: " in resolves(name)
    for name in abi.TOPIC_NAMES.values():
        assert f"{name}, a topic of object_get_info: " in resolves(name) and resolves(f"MX_INFO_{name}")
    for name in abi.PROP_NAMES.values():
        assert f"{name}, a property: " in resolves(name)
    for name in VmoOp("OP").shown():
        assert f"{name}, an operation of vmo_op_range: " in resolves(name)
    for name in CloneOptions("OPTIONS").shown():
        assert resolves(name)


def test_every_word_of_the_trade_resolves():
    told = "mapping handle koid clone page guard_gap zero_page page_fault task rights status job port split snapshot"
    for word in told.split():
        assert resolves(word.replace("_", " "))


def test_every_operator_resolves():
    named = ("expect", "as", "!", "=", "#", "numbers", "$name", "$?", "$_", "$self", "$vmar", "$job")
    for word in (";", "&&", "||", ">", ">>", "|", *named):
        assert resolves(word), word


@pytest.mark.parametrize(
    ("line", "table", "at"),
    [
        ("ps -T", "ps", 0),
        ("ps --units=M", "ps", 0),
        ("vmos 3020", "vmos", 0),
        ("k mx vmos 3020", "k mx vmos", 2),
        ("handles", "handles", 0),
        ("top", "top", 0),
        ("kstats -m", "kstats", 2),
        ("kstats -c", "kstats", 2),
    ],
)
def test_every_column_of_a_header_resolves(line, table, at):
    header = output(fresh(), line).splitlines()[at]
    for column in re.findall(r"[^\s()]+", header):
        assert f" of {table}: " in resolves(f"{table}.{column}"), column
        assert resolves(column)


def test_every_column_of_the_other_tables_resolves():
    for column in PS_HEADER.replace("id-s", "id -s").replace("[", "").replace("]", "").replace(":", " ").split():
        assert ", a column of k mx ps: " in resolves(f"k mx ps.{column}"), column
    for column in ("sz", "res", "perms", "name"):
        assert ", a column of vmaps: " in resolves(f"vmaps.{column}")
    for column in ("handle", "koid", "type"):
        assert resolves(f"k mx ht.{column}")
    for letter in ("/A", "/R", "R", "M"):
        assert "a row of `vmaps`" in resolves(letter)


@pytest.mark.parametrize("line", ["stat", "memory", "ps", "vmaps 3020", "k mx ps", "k mx ht 3020", "vmos 3020"])
def test_every_field_that_is_a_column_resolves(line):
    for name in run(fresh(), line).result.names():
        if name not in ("tasks", "maps", "processes", "count", "vmos") and not name.isdigit():
            assert resolves(name), name


def test_every_key_of_memgraph_resolves():
    text = output(fresh(), "memgraph -t") + output(fresh(), "memgraph -v")
    for key in set(re.findall(r'"(\w+)":', text)):
        assert ", a column of memgraph: " in resolves(f"memgraph.{key}")


@pytest.mark.parametrize("option", ["-c", "--args", *SHORT, *SWITCHES, *VALUE_OPTIONS, *MACHINE_OPTIONS])
def test_every_option_of_the_command_line_resolves(option):
    """Who reads a script's first line, or has forgotten what `-k` was, asks the console."""
    assert "`kshell " in resolves(option) or "(kshell " in resolves(option)


def test_every_setting_and_all_that_a_line_may_hold_resolves():
    """Settings, what scripts are given, what only the console takes."""
    for word in (*SETTINGS, "$1", "$#", "~", "\\", "!!", "keys", "F1", "scripts", "documents", "transcript", "plugins"):
        assert resolves(word), word


def test_what_has_help_is_offered_and_not_underlined():
    """T6: `help console` was, though it is in the last line of `help`."""
    session = fresh()
    output(session, "alias ll ps --sort res")
    about = registry.COMMANDS["help"].rest
    offered = {word for word, _ in about.choices(session.state)}
    assert {*PAGES, "ll"} <= offered
    for line in ("help console", "help keys", "help quirks", "help Console", "help ll"):
        assert not [text for kind, text in colours(session, line, finished=True) if str(kind) == "Token.Error"], line
        assert output(session, line)
    assert output(session, "help ll") == "ll: an alias: ps --sort res\n"


# The texts


def test_every_meaning_takes_at_most_three_lines():
    for written in words().values():
        for word, _ in meanings(written):
            assert word
        if written.lower() in PAGES:
            continue
        blocks = text_about(written) if written.lower() not in registry.COMMANDS else ""
        for block in re.split(r"\n(?! )", blocks.rstrip("\n")):
            if written.lower() not in KERNEL and not blocks.startswith("k "):
                assert block.count("\n") <= 2, block


def test_a_plain_column_name_gives_at_most_four_meanings_of_columns():
    """Where more tables have a column of that name, there is a general text for it."""
    for columns in COLUMNS.values():
        for key in columns:
            for name in key.split(", "):
                found = [label for label, _ in meanings(name) if ", a column of" in label]
                assert len(found) <= 3, (name, found)


def test_names_are_told_apart_within_a_table():
    for table, kind in TABLES:
        names = [name.lower() for key in table for name in key.split(", ")]
        twice = {name for name in names if names.count(name) > 1}
        assert twice <= {"port"}, (kind, twice)


def test_the_tables_do_not_repeat_a_general_text():
    for columns in COLUMNS.values():
        assert not set(columns.values()) & set(GENERAL.values())


# The command


def test_case_and_prefixes_do_not_matter():
    assert output(fresh(), "help res") == output(fresh(), "help RES")
    assert output(fresh(), "help MX_RIGHT_DUPLICATE") == output(fresh(), "help duplicate")
    assert output(fresh(), "help K MX PS") == output(fresh(), "help k mx ps") == output(fresh(), "help mx ps")
    assert output(fresh(), "help pg") == output(fresh(), "help '#pg'") == output(fresh(), "help k mx ps.#pg")
    assert output(fresh(), "help vmaps res") == output(fresh(), "help vmaps.res")


def test_a_command_that_is_a_word_too_tells_both():
    text = output(fresh(), "help map")
    assert text.startswith("map SIZE [FLAGS]") and "\nAlso:\nMAP, a right: " in text


def test_a_word_with_several_meanings_tells_all():
    text = output(fresh(), "help read")
    assert "READ, a right: " in text and "read, a flag of the vmar calls: " in text


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("vmap", "vmaps"),
        ("mmap", "map"),
        ("ERR_BAD_STAT", "help ERR_BAD_STATE"),
        ("k mx pss", "help k mx ps"),
        ("can-map-reed", "help can-map-read"),
        ("vmaps.rez", "help vmaps.res"),
        ("koids", "help koid"),
        ("gibberish", "`help` alone"),
        ("x" * 1000, "`help` alone"),
    ],
)
def test_an_unknown_word_suggests_in_one_line(word, hint):
    outcome = run(fresh(), f"help {word}")
    assert not outcome.ok and outcome.exit == 1
    assert outcome.error.count("\n") == 1 and hint in outcome.error


def test_an_unknown_word_raises_nothing_but_a_shell_error():
    for word in ("", " ", ".", "..", "k", "k mx ", "ps.", ".ps", "'", "$", "-", "-99", "\x00"):
        try:
            assert text_about(word)
        except ShellError as error:
            assert error.message


def test_json_has_the_topic_and_the_text():
    fields = run(fresh(), "help vmaps res").result.fields
    assert fields["topic"] == "vmaps res" and fields["text"].startswith("res, a column of vmaps: ")
    assert run(fresh(), "help").result.fields["text"] == overview()


def test_completion_offers_commands_and_words():
    about = registry.COMMANDS["help"].rest
    offered = {word for word, _ in about.choices(fresh().state)}
    assert {"ps", "vmo_create", "ERR_BAD_STATE", "koid", "can-map-read", "vmaps.res"} <= offered


def test_help_is_loaded_only_when_asked_for():
    import subprocess
    import sys

    code = (
        "import sys; from kshell.__main__ import main; main(['-c', 'ps'])\n"
        "assert not [name for name in sys.modules if name.startswith('kshell.commands.help.words')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
