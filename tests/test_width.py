"""Everything that kshell writes is read at a terminal of 80 columns: what it writes is measured here.

What the tools of the real machine print is as wide as the machine prints it: `TOOLS` below is the only exception.
"""

import re

import pytest

from kshell.commands.help.help import PAGES, text_about
from kshell.commands.help.kernel import KERNEL
from kshell.commands.help.words import words
from kshell.options import USAGE
from kshell.shell import registry
from kshell.text import COLUMNS, fold
from tests.commands.support import fresh, output, run
from tests.program import ROOT, kshell
from tests.screen import Console

registry.load()
# Commands that print what the real ones print, byte for byte, refusals included.
TOOLS = ("ps", "vmaps", "vmos", "k", "kill", "killall", "kstats", "memgraph", "top", "dlog")
# Words to be refused: each too short, too many, or wrong somewhere.
WRONG = (
    *("@@", "0", "1", "12q", "-1", "9" * 23, "''", "--nosuch", "nosuch", "$nosuch", "r", "rwx", "0x1001", "$self"),
    *("$vmar", "$job", "3020", "1068", "1T", "--format", "--format x", "zzz,rwx"),
)
# Not for this: it ends the session; it goes on until Ctrl-C.
LEFT_OUT = ("exit", "watch")


def too_wide(text, begin=""):
    """The lines of a text that do not fit."""
    return [line for line in text.splitlines() if len(begin + line) > COLUMNS]


@pytest.mark.parametrize("topic", ["", *PAGES, *registry.COMMANDS, *KERNEL])
def test_help_fits(topic):
    """T1: all of it, with no word broken."""
    assert not too_wide(text_about(topic))


def test_every_meaning_fits():
    """T1: words, statuses, rights, types, flags, columns, topics."""
    for word in words().values():
        assert not too_wide(text_about(word)), word


def test_words_are_not_broken_and_columns_are_aligned():
    """T1: what stands in a column begins where the column begins, in further lines too."""
    for name in registry.COMMANDS:
        for block in re.findall(r"^(?:Arguments|Can end with):\n((?:  .*\n)+)", text_about(name), re.MULTILINE):
            label = re.match(r"  \S.*?  (?=\S)", max(block.splitlines(), key=lambda row: len(row.partition("   ")[0])))
            assert label, block
            starts = {len(re.match(r"  \S+(?: \S+)?\s\s+|\s+", row)[0]) for row in block.splitlines()}
            assert len(starts) == 1, block


def test_the_usage_and_what_is_listed_fit():
    """T1: `kshell --help`, `--list-scripts`."""
    assert not too_wide(USAGE)
    assert not too_wide(kshell("--list-scripts").stdout)


def test_the_greeting_fits():
    """T1: the first thing that a person reads."""
    from kshell.console.opening import GREETING

    assert not too_wide(GREETING)


def test_the_man_page_is_made_to_be_laid_out():
    """T1: no line of the man page is laid out by hand, except the examples."""
    for line in (ROOT / "kshell/man/kshell.1").read_text().splitlines():
        assert not line.startswith(" ") and (not line.startswith(".Dl") or len(line) <= COLUMNS)


def lines_of(command):
    """Lines of a command with too few, too many and wrong words."""
    good = [line.split(" | ")[0].split() for line, _ in command.examples]
    good = [found[found.index(command.name) + 1 :] for found in good if command.name in found] or [[]]
    for found in [*good, *([wrong] * count for wrong in WRONG for count in range(len(command.positional) + 2))]:
        yield " ".join(found)
    for found in good:
        for at in range(len(found) + 1):
            yield " ".join(found[:at])
            yield from (" ".join([*found[:at], wrong, *found[at + 1 :]]) for wrong in WRONG)
    for option in command.options:
        yield f"{' '.join(good[0])} {option}"
        yield from (f"{' '.join(good[0])} {option} {wrong}" for wrong in WRONG)


def without_quotes(said, line):
    """A message with a letter in the place of each word that it quotes; a call's own name is the kernel's to choose."""
    name = line.split()[0]
    said = said.replace(f"{name}: ", f"{name[:NAME_WIDTH]}: ", 1)
    for word in sorted({*line.split(), *re.split(r"[\s,='\"$]+", line)}, key=len, reverse=True):
        said = (
            said.replace(repr(word), "'x'").replace(f"${word}", "$x").replace(f" in {word} ", " in x ")
            if word
            else said
        )
    return said


# As long as the names of all calls but one.
NAME_WIDTH = 24


@pytest.mark.parametrize("name", sorted(set(registry.COMMANDS) - {*TOOLS, *LEFT_OUT}))
def test_what_is_said_of_a_wrong_line_fits(name, tmp_path, monkeypatch):
    """T1: whatever words of it are missing, too many or wrong, apart from the words it quotes."""
    monkeypatch.chdir(tmp_path)
    session = fresh()
    for line in sorted({f"{name} {found}" for found in lines_of(registry.COMMANDS[name])}):
        for outcome in session.run(line):
            if outcome.exit == 2:
                assert not too_wide(without_quotes(outcome.error, line)), (line, outcome.error)


def test_a_refusal_of_the_kernel_is_folded_on_the_screen(tmp_path):
    """T1: its reason may be a long sentence; it ends between words."""
    terminal = Console(tmp_path, columns=80, lines=24, PAGER="cat")
    try:
        terminal.wait_prompt()
        terminal.run("a = vmo_create 4k; ro = handle_duplicate $a read,map")
        terminal.run("vmar_map $vmar 0 $ro 0 4k rw")
        first = next(at for at, line in enumerate(terminal.lines) if line.startswith("vmar_map: ERR_ACCESS_DENIED"))
        rows = terminal.lines[first : terminal.lines.index("magenta$", first)]
        assert "the VMO's has READ|MAP" in " ".join(row.strip() for row in rows)
        assert len(rows) > 1 and all(row.startswith("  ") for row in rows[1:])
    finally:
        terminal.process.close(force=True)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_messages_are_folded_between_words(width):
    """T1: further lines are indented, short ones stay as they are, a long word has its own line."""
    text = (
        "short\n" + "vmar_map: ERR_ACCESS_DENIED (-30): rw- needs these rights on both handles; " * 3 + "x" * 90 + "\n"
    )
    lines = fold(text, width).split("\n")
    assert fold(text, width).split() == text.split() and lines[0] == "short" and lines[-1] == ""
    assert all(len(line) <= width or " " not in line.strip() for line in lines)
    assert all(line.startswith("  ") for line in lines[2:-1])
    assert fold("a  b\n", width) == "a  b\n"


# What shows figures and names: of a machine where they are long.
LONG = "x" * 31


@pytest.fixture(scope="module")
def large():
    session = fresh(memory=64 << 30)
    run(session, f"p = spawn {LONG}", "v = vmo_create 2035703808", "vmo_op_range $v commit 0 2035703808")
    return session


@pytest.mark.parametrize(
    "line",
    [
        *("kmem", f"kmem {LONG}", "handles", f"handles {LONG}", "why $v", f"why {LONG}", "why $self", "audit"),
        *("audit --by process", "audit --by vmo", "audit --by job", "audit --rule pss", "memory", f"stat {LONG}"),
        *("links", f"links {LONG}", "space", f"space {LONG}", "treemap", "threads", "pages $v", "clones $v"),
    ],
)
def test_what_is_shown_of_large_things_fits(large, line):
    """T1: rows that have no room for all go on below."""
    assert not too_wide(output(large, line))


def test_the_margin_of_what_frees_is_as_wide_as_its_sizes(large):
    """T1: no size runs into the line beside it."""
    rows = output(large, "why $v").splitlines()
    sizes = [row for row in rows if row.startswith(("  frees ", "  or "))]
    assert sizes and all(re.match(r"  (frees|or) +194\d\.\dM +(handle_close|kill) ", row) for row in sizes), sizes
