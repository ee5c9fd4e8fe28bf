"""A line while it is typed: what colours, hints and completion know is what Enter does."""

import sys
from random import Random

import pytest

from kshell.console.highlight import colours
from kshell.shell import registry
from kshell.shell.host import Sandbox
from kshell.shell.reading import read
from tests.commands.support import fresh, output

WORDS = (
    "4k", "0", "-1", "0x1000", "$v", "$self", "$vmar", "$nothing", "$v.koid", "v", "3020", "p:3020", "j:1068", "demo",
    "sh:vc", "rw", "read,map", "cow", "commit", "process", "name", "on", "w", "--len", "--len=4k", "--fill", "--format",
    "--format=csv", "csv", "--calls", "--", "--sort", "res", "--nothing", "'--calls'", '"$v"', "'$v'", "=", "!",
    "expect", "as", "NO_ERROR", "ERR_BAD_HANDLE", "ps", "zzz", ">", "/tmp/x", "&", "<", "'", "\\", "1.5", "#", "²",
)  # fmt: skip
# They take long, or their time, or end the session that the test goes on with.
LEFT_OUT = {"watch", "repeat", "exit", "reset", "undo", "redo", "time"}


def lines(random, count):
    """Examples of commands, whole and mutated by words."""
    examples = [line for name, found in registry.COMMANDS.items() if name not in LEFT_OUT for line, _ in found.examples]
    for _ in range(count):
        words = random.choice(examples).split(" ")
        for _ in range(random.randrange(4)):
            at = random.randrange(len(words) + 1)
            words[at : at + random.randrange(2)] = random.sample(WORDS, random.randrange(2)) or []
        line = " ".join(words)
        if not LEFT_OUT & set(words) and ";" not in line and "|" not in line and "&&" not in line:
            yield line


@pytest.fixture
def called(monkeypatch):
    """The commands whose functions were called."""
    registry.every()
    names = []
    for name, found in registry.COMMANDS.items():

        def function(*arguments, name=name, real=found.function):
            names.append(name)
            return real(*arguments)

        monkeypatch.setattr(found, "function", function)
    return names


@pytest.mark.parametrize("seed", range(4))
def test_what_is_coloured_valid_is_never_refused_and_the_other_way_round(seed, called):
    """A line is refused when no command's function was called for it. What is missing shows as a hint, not a colour."""
    session = fresh(host=Sandbox())
    output(session, "spawn demo")
    refused = accepted = 0
    for line in lines(Random(seed), 700):
        if session.state.process is not session.state.shell:
            output(session, "detach")
        output(session, "v = vmo_create 64k")
        session.timeline.lines.clear()
        reading = read(session.state, line)
        wrong = [text for kind, text in colours(session, line, finished=True) if str(kind) == "Token.Error"]
        given = reading.assignment
        incomplete = given is not None and given.error is not None
        del called[:]
        printed = output(session, line)
        if not line.split("#")[0].strip() and not printed:
            continue
        assert bool(wrong or incomplete) == (not called), (line, wrong, incomplete, printed)
        refused += not called
        accepted += bool(called)
    assert min(refused, accepted) > 100


def valid(session, line):
    return "Token.Error" not in {str(kind) for kind, _ in colours(session, line, finished=True)}


@pytest.mark.parametrize(
    "line",
    ["as 3020 x = vmo_create 4k", "1x = ps", "ps > a b", "ps >", "x = undo", "ps; undo", "vmo_create 4k 0 1", "!zz"],
)
def test_what_is_refused_is_underlined(line):
    assert not valid(fresh(), line)


def test_an_abbreviation_is_coloured_as_what_it_stands_for():
    session = fresh()
    output(session, "vmo_create 4k")
    assert [text for kind, text in colours(session, "!vmo 0") if str(kind) == "Token.Keyword"] == ["!vmo"]
    assert valid(session, "!vmo 0") and not valid(session, "!vmo 0 1")
    assert valid(session, "!!") and valid(session, "! vmo_create 4k 1")


def test_a_quoted_word_is_never_an_option():
    session = fresh()
    assert output(session, "echo '--calls' x") == "--calls x\n"
    assert output(session, 'echo "--format" csv') == "--format csv\n"
    assert output(session, "echo \\--calls") == "--calls\n"
    assert output(session, "echo -- --calls x") == "--calls x\n"


def test_options_of_every_command():
    session = fresh()
    assert output(session, "vmo_create 4k --format=csv") == output(fresh(), "vmo_create 4k --format csv")
    assert output(session, "vmo_create --calls 4k").startswith("mx_vmo_create(4096, 0, &out0);  // NO_ERROR: out0 = ")
    assert "--format takes one of json, csv, table, not 'xml'" in output(session, "ps --format xml")
    assert "--format needs FORM" in output(session, "ps --format")
    # What comes after an inner command is the inner command's.
    output(session, "alias rows ps --format csv")
    assert output(session, "rows").startswith("type,koid,depth,name,virt,res\n")
    assert output(session, "time vmo_create 4k --format csv").startswith("handle,koid\n")


def calls_made(session, line):
    """How many functions reading and colouring a line calls."""
    count = 0

    def hear(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(hear)
    try:
        list(colours(session, line))
        assert read(session.state, line).words
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", ["word ", "$v ", "'q' ", "4k --x ", "; ps ", "| x "])
def test_work_is_linear_in_the_line(piece):
    session = fresh()
    output(session, "v = vmo_create 4k")
    few, many = (calls_made(session, "echo " + piece * count) for count in (200, 800))
    assert many < 4.2 * few


HINTS = {
    "vmo_create": ["SIZE", "[OPTIONS]"],
    "vmo_create ": ["SIZE", "[OPTIONS]"],
    "vmo_create 4k": ["[OPTIONS]"],
    "x = as 3020 vmar_map $vmar 0 ": ["VMO", "VMO_OFFSET", "LEN", "FLAGS"],
    "vmo_write $v --len 4k ": ["OFFSET", "[DATA]"],
    "time ": ["COMMAND [WORD ...]"],
    "time ps ": [],
    "ps | ": [],
    "echo a; vmo_get_size ": ["VMO"],
    "zzz ": [],
}


@pytest.mark.parametrize("line", HINTS)
def test_what_is_missing(line):
    assert read(fresh().state, line).missing == HINTS[line]
