"""Colours of what commands print. The text under them stays."""

import re

import pytest

from kshell.pictures.terminal.paint import BLUE, BOLD, CYAN, DIM, RESET, UNDERLINE, YELLOW, changes, paint
from tests.commands.support import fresh, output, run

CHANGED = BOLD + UNDERLINE


def plain(text):
    return re.sub("\x1b\\[[0-9]*m", "", text)


@pytest.mark.parametrize("line", ["ps", "vmaps 3020", "k mx ps", "vmos 3020", "kstats -m", "top -a", "memory", "help"])
def test_the_text_stays(line):
    session = fresh()
    before, outcome = output(session, "memory"), run(session, line)
    marks = outcome.result.marks
    marks = marks if isinstance(marks, list) else marks()
    for old in (None, before, outcome.output, outcome.output.replace("1", "2")):
        assert plain(paint(outcome.command, outcome.output, marks, old)) == outcome.output


def test_headers_are_bold():
    text = "TASK VIRT\nx TASK\nID 1\n rights koid\n"
    bold = f"{BOLD}TASK VIRT{RESET}\nx TASK\n{BOLD}ID 1{RESET}\n{BOLD} rights koid{RESET}\n"
    for command in ("ps", "vmos", "top", "kstats"):
        assert paint(command, text, [], None) == bold
    assert paint("echo", text, [], None) == paint(None, text, [], None) == text


def test_traces_are_dim_and_prompts_bold():
    assert paint("touch", "trace: commit\n1 fault\n", [], None) == f"{DIM}trace: commit{RESET}\n1 fault\n"
    assert paint(None, "magenta$ ps\nmagenta[a]$ ps\nmagenta\n$ ps", [], None) == (
        f"{BOLD}magenta$ ps{RESET}\n{BOLD}magenta[a]$ ps{RESET}\nmagenta\n$ ps"
    )


@pytest.mark.parametrize(
    ("perms", "colour"),
    [("rw-", YELLOW), ("r-x", CYAN), ("rwx", BOLD + YELLOW), ("---", DIM), ("--x", CYAN), ("r--", ""), ("rw", "")],
)
def test_permissions_of_vmaps(perms, colour):
    painted = f"{colour}{perms}{RESET}" if colour else perms
    assert paint("vmaps", f"M {perms} 4k", [], None) == f"M {painted} 4k"
    assert paint("ps", f"M {perms} 4k", [], None) == f"M {perms} 4k"


def test_marks_colour_the_names_of_mappings():
    text = "M useralloc\nM useralloc\nM useralloc\nM other"
    assert paint("vmaps", text, ["", "shared", "cow"], None) == (
        f"M useralloc\nM {BLUE}useralloc{RESET}\nM {BOLD + BLUE}useralloc{RESET}\nM other"
    )
    assert paint("vmaps", "M other", ["cow"], None) == "M other"


def test_the_marks_that_vmaps_gives():
    session = fresh()
    run(session, "v = vmo_create 4k", "vmar_map $vmar 0 $v 0 4k r", "vmar_map $vmar 0 $v 0 4k r")
    run(
        session,
        "c = vmo_clone $v cow 0 4k",
        "vmar_map $vmar 0 $c 0 4k r",
        "w = vmo_create 4k",
        "vmar_map $vmar 0 $w 0 4k r",
    )
    outcome = run(session, "vmaps sh:console")
    marks = outcome.result.marks()
    lines = outcome.output.splitlines()
    assert len(marks) == len(lines)
    (at,) = [number for number, line in enumerate(lines) if line.split()[1].startswith("________012fd000")]
    assert marks[at : at + 4] == ["shared", "shared", "cow", ""] and marks[:3] == ["", "", ""]


def test_figures_that_changed_are_underlined():
    assert paint("stat", "res 8k\nvirt 1M", [], "res 4k\nvirt 1M") == f"res {CHANGED}8k{RESET}\nvirt 1M"
    # What moved within its line did not change, and what is the same is not painted at all.
    assert paint("stat", "a  1 2", [], "a 1 2") == "a  1 2"
    assert paint("stat", "res 8k", [], "res 8k") == paint("stat", "res 8k", [], None) == "res 8k"


def test_a_line_that_was_not_there_has_nothing_to_compare():
    assert paint("stat", "new 8k", [], "old 4k") == "new 8k"


def test_a_line_among_many_of_the_same_first_word_is_known_as_a_whole():
    assert paint("x", "M 1\nM 3", [], "M 1\nM 2") == f"M 1\n{CHANGED}M{RESET} {CHANGED}3{RESET}"


def test_a_line_that_was_not_there_is_marked_where_that_is_asked_for():
    assert paint("stat", "a 1\nnew 8k", [], "a 1", new=True) == f"a 1\n{CHANGED}new{RESET} {CHANGED}8k{RESET}"


def test_without_colours_whole_lines_are_marked():
    assert changes(["a 1", "b 2", "c 3", "M 1", "M 3", ""], "a 1\nb 1\nM 1\nM 2") == [
        *(False, True, True, False, True, False),
    ]
