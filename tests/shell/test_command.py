"""A command's record: which parameter each word belongs to, and what help says of it."""

import pytest

from kshell.shell import registry
from kshell.shell.errors import UsageError
from kshell.shell.quoting import Literal
from tests.commands.support import fresh


def found(name):
    command = registry.find(name)
    assert command is not None
    return command


def assigned(name, *words):
    """The name of each word's parameter: `--len` for an option's own word, `<--len>` for its value, `?` for none."""
    given = found(name).assign(words)
    names = []
    for param, head in zip(given.params, given.heads, strict=True):
        if param is None:
            names.append("?")
        else:
            names.append(param.option if head else f"<{param.option}>" if param.option else param.name)
    return " ".join(names)


@pytest.fixture(autouse=True)
def loaded():
    fresh()


@pytest.mark.parametrize(
    ("line", "params"),
    [
        ("vmo_create 4k", "SIZE"),
        ("vmo_create 4k 0 1", "SIZE OPTIONS ?"),
        ("vmo_write v 0 --len 4k --fill 7", "VMO OFFSET --len <--len> --fill <--fill>"),
        ("vmo_write --len=4k v 0", "--len VMO OFFSET"),
        ("vmo_write v --len --fill 0", "VMO --len <--len> OFFSET"),
        ("channel_write c hello a b --options 1 d", "CH DATA HANDLE HANDLE --options <--options> HANDLE"),
        ("echo a -- --calls", "WORD -- WORD"),
        ("echo --nothing --calls", "WORD --calls"),
        ("time --calls ps --calls --sort res", "--calls COMMAND COMMAND COMMAND COMMAND"),
        ("repeat 3 ps --format csv", "N COMMAND COMMAND COMMAND"),
        ("watch -n 1 --times 2 ps -T", "-n <-n> --times <--times> COMMAND COMMAND"),
        ("alias ll ps --sort res", "NAME WORD WORD WORD"),
    ],
)
def test_each_word_has_its_parameter(line, params):
    assert assigned(*line.split()) == params


def test_a_quoted_word_is_never_an_option():
    assert assigned("vmo_write", "v", "0", Literal("--len")) == "VMO OFFSET DATA"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("vmo_create", "SIZE is missing; usage: vmo_create SIZE [OPTIONS]"),
        ("vmo_create 1 2 3", "'3' is one word too many; usage: vmo_create SIZE [OPTIONS]"),
        ("vmo_write v 0 --len", "--len needs N\nusage: vmo_write VMO OFFSET [DATA] [--len N] [--fill B]"),
        ("time", "COMMAND is missing; usage: time COMMAND [WORD ...]"),
        ("repeat 3", "COMMAND is missing; usage: repeat N COMMAND [WORD ...]"),
    ],
)
def test_what_is_wrong_with_the_words(line, why):
    name, *words = line.split()
    assert found(name).assign(words).error.message == why
    with pytest.raises(UsageError, match="usage: "):
        found(name).bind(fresh().state, words)


def test_binding_gives_the_functions_arguments():
    state = fresh().state
    assert found("vmo_create").bind(state, ["16k"]) == ([16384, 0], None)
    assert found("vmo_create").bind(state, ["16k", "7"]) == ([16384, 7], None)
    arguments, given = found("vmo_create").bind(state, ["16k", "--calls"])
    assert arguments == [16384, 0] and given.options == {"--calls": None}
    arguments, given = found("touch").bind(state, ["0x1000", "--fatal"])
    assert arguments == [4096, 1, "w", True] and given is None
    arguments, given = found("echo").bind(state, ["a", "--", "--format"])
    assert arguments == [["a", "--format"]] and given is None


def test_what_a_further_word_would_be():
    def next_of(line):
        name, *words = line.split()
        command = found(name)
        param = command.next_param(command.assign(words))
        return param.option or param.name if param is not None else None

    assert next_of("vmo_create") == "SIZE" and next_of("vmo_create 4k") == "OPTIONS"
    assert next_of("vmo_create 4k 0") is None and next_of("echo a b") == "WORD"
    assert next_of("vmo_write v --len") == "--len" and next_of("vmo_write v --len=4k") == "OFFSET"
    assert next_of("touch 0 --fatal") == "LEN"


def test_what_follows_from_the_handles_is_said_once():
    assert found("vmo_get_size").reasons == {
        "ERR_BAD_HANDLE": "VMO is not a handle of this process",
        "ERR_WRONG_TYPE": "VMO is not a VMO",
    }
    assert found("task_kill").reasons == {
        "ERR_BAD_HANDLE": "HANDLE is not a handle of this process",
        "ERR_ACCESS_DENIED": "HANDLE lacks WRITE",
        "ERR_WRONG_TYPE": "HANDLE is not a job, process or thread",
    }
    assert list(found("process_read_memory").reasons) == [
        *("ERR_INVALID_ARGS", "ERR_BAD_HANDLE", "ERR_ACCESS_DENIED", "ERR_WRONG_TYPE", "ERR_NO_MEMORY"),
        *("ERR_OUT_OF_RANGE", "ERR_NOT_SUPPORTED"),
    ]
    assert found("process_read_memory").reasons["ERR_ACCESS_DENIED"] == "PROC's handle lacks READ or WRITE"
    assert found("vmar_map").reasons["ERR_WRONG_TYPE"] == "VMAR is not a VMAR, or VMO is not a VMO"
    assert found("echo").reasons == {}


def test_the_rights_a_call_needs():
    assert found("process_read_memory").needs == "READ and WRITE on PROC"
    assert found("channel_write").needs.startswith("WRITE on CH; TRANSFER on")
    assert found("vmar_unmap").needs == "no right: any handle to it will do"
    assert found("vmo_create").needs == found("echo").needs == ""
