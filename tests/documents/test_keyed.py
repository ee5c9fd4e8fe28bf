"""Blocks of `key: value` lines: what they say, and at which line they are wrong."""

import pytest

from kshell.documents.keyed import BlockError, read_keyed
from kshell.documents.reading import read

KEYS = ("pick", "question", "run", "because")


def entries(text, keys=KEYS, once=("question",)):
    document = read(f"Prose.\n\n```quiz\n{text}```\n")
    found = read_keyed(document.blocks[-1], keys, once)
    return [(entry.line, entry.key, entry.value) for entry in found]


def error(text, keys=KEYS):
    with pytest.raises(BlockError) as failure:
        entries(text, keys)
    return failure.value.told("a.md")


def test_values_go_on_and_keys_repeat():
    text = "pick n 2..9\nquestion: How many bytes\n  are $n pages?\n\n\tAll of them.\nrun: a = map 4k\nrun: b: c\n"
    assert entries(text) == [
        (4, "pick", "n 2..9"),
        (5, "question", "How many bytes are $n pages? All of them."),
        (9, "run", "a = map 4k"),
        (10, "run", "b: c"),
    ]


def test_a_value_may_begin_in_the_next_line():
    assert entries("question:\n  So?\n") == [(4, "question", "So?")]


def test_lines_of_a_block_in_a_list_are_those_of_the_document():
    document = read("- item\n\n  ```quiz\n  question: What\n    is it?\n  run: ps\n  ```\n")
    found = read_keyed(document.blocks[-1], KEYS)
    assert [(entry.line, entry.value) for entry in found] == [(4, "What is it?"), (6, "ps")]


NO_KEY = "this is no `key: value`, and more of the value before it begins with blanks: "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("run: ps\nwhy: so\n", "a.md:5: there is no key 'why' here; there are question, run, because"),
        ("run: ps\n\nrun ps\n", f"a.md:6: {NO_KEY}run ps"),
        ("run ps: 4\n", f"a.md:4: {NO_KEY}run ps: 4"),
        (": 4\n", f"a.md:4: {NO_KEY}: 4"),
        ("  more\n", "a.md:4: there is no value before this line that it could go on"),
        ("run:\nrun: ps\n", "a.md:4: `run:` has no value"),
        ("question: a\nrun: ps\nquestion: b\n", "a.md:6: a second `question:`; the first is in line 4"),
        ("pick: n 2..9\n", "a.md:4: there is no key 'pick' here; there are question, run, because"),
        ("\x1b[2J: a\n", r"a.md:4: there is no key '\\x1b[2J' here; there are question, run, because"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_of_its_line(text, told):
    assert error(text) == told


def test_pick_is_a_key_only_where_it_may_stand():
    assert error("pick n 2..9\n", ("run",)).startswith("a.md:4: this is no `key: value`")
