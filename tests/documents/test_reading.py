"""What is a block of a document, what is a command in it, and where each stands: CommonMark's own examples."""

import html
import re
from pathlib import Path

import pytest

from kshell.documents.reading import Code, Heading, Html, Notes, Prose, Rule, SessionCode, Table, read

SPEC = (Path(__file__).parent.parent / "data" / "commonmark-examples.txt").read_text().replace("→", "\t")
EXAMPLES = re.findall(r"^`{32} example (\d+) [^\n]*\n(.*?)^\.\n(.*?)^`{32}$", SPEC, re.MULTILINE | re.DOTALL)
CODE = re.compile(r'<pre><code(?: class="language-([^"]*)")?>(.*?)</code></pre>', re.DOTALL)
DOCUMENT = """\
# Title

prose with magenta$ in it
```
introduction
magenta$ echo one
one
# a remark
magenta[sh:vc]$ echo two
two

```
~~~ text
magenta$ echo three
```
~~~
"""


@pytest.mark.parametrize(("number", "text", "page"), EXAMPLES)
def test_code_is_what_commonmark_says(number, text, page):
    """Blocks of code, what stands after their fences, headings and rules are those of the specification's own page."""
    blocks = read(text).blocks
    codes = [block for block in blocks if isinstance(block, Code)]
    expected = [(html.unescape(info), html.unescape(code)) for info, code in CODE.findall(page)]
    told = [(block.info.split(" ")[0], "".join(f"{line}\n" for line in block.lines)) for block in codes]
    # A backslash in an info string is taken off only where it is shown.
    assert [(info.replace("\\+", "+"), code) for info, code in told] == expected
    assert sum(isinstance(block, Heading) for block in blocks) == len(re.findall(r"<h\d", page))
    assert sum(isinstance(block, Rule) for block in blocks) == page.count("<hr />")


@pytest.mark.parametrize(("number", "text", "page"), EXAMPLES)
def test_every_line_of_code_stands_at_its_number(number, text, page):
    document = read(text)
    for block in document.blocks:
        if isinstance(block, Code):
            for at, line in enumerate(block.lines, block.first):
                # Part of a tab may be indentation.
                assert document.lines[at - 1].endswith(line.lstrip(" \t")), (number, line)


def seen(text):
    """The commands as plain data."""
    return [(step.line, step.prompt, step.text, step.expected) for step in read(text).steps]


def test_a_document_in_order():
    assert [(type(block), block.line, block.end) for block in read(DOCUMENT).blocks] == [
        (Heading, 1, 1),
        (Prose, 3, 3),
        (SessionCode, 4, 12),
        (SessionCode, 13, 16),
    ]
    assert read(DOCUMENT).sessions[0].intro == ["introduction"]
    assert seen(DOCUMENT) == [
        (6, "magenta$ ", "echo one", [(7, "one")]),
        (9, "magenta[sh:vc]$ ", "echo two", [(10, "two"), (11, "")]),
        # Another fence's mark is a line like any other.
        (14, "magenta$ ", "echo three", [(15, "```")]),
    ]


def test_commands_keep_their_line_numbers():
    lines = read(DOCUMENT).commands
    assert {number: line for number, line in enumerate(lines, 1) if line} == {
        6: "echo one",
        9: "echo two",
        14: "echo three",
    }
    assert len(lines) == DOCUMENT.count("\n") + 1


ONE = [(2, "magenta$ ", "a", [(3, "b")])]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("```\nmagenta$ a\nb", ONE),
        ("`````\nmagenta$ a\nb\n`````\n", ONE),
        ("~~~~ text info\nmagenta$ a\nb\n~~~~~~\n", ONE),
        ("- ```console\n  magenta$ a\n  b\n  ```\n", ONE),
        ("1. > ```\n   > magenta$ a\n   > b\n", ONE),
        ("> ```\n> magenta$ a\n> b\nafter\n", ONE),
        ("  ```\n  magenta$ a\n  b\n  ```\n", ONE),
        ("\ufeff```\nmagenta$ a\nb\n```\n", ONE),
        ("```\r\nmagenta$ a\r\nb\r\n```\r\n", ONE),
        ("````\nmagenta$ a\n```\n````\n", [(2, "magenta$ ", "a", [(3, "```")])]),
        # What shows how a document is written does not run, and neither do blocks with a language of their own.
        ("````markdown\n```\nmagenta$ a\n```\n````\n", []),
        ("```quiz\nmagenta$ a\n```\n", []),
        ("``` exercise\nmagenta$ a\n```\n", []),
        ("    magenta$ a\n", []),
    ],
)
def test_fences_of_every_kind(text, steps):
    assert seen(text) == steps


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("magenta$ ps\n", [1]),
        ("prose\nmagenta$ ps\n", [2]),
        ("    magenta$ ps\n", [1]),
        ("- magenta[a]$ ps\n> 1. magenta$ ps\n", [1, 2]),
        ("```\n  magenta$ ps\nmagenta$ a\n magenta$ b\n```\n", [2, 4]),
        # Forty quotes in one another are more than a reader of Markdown takes.
        (">" * 40 + " ```\n" + ">" * 40 + " magenta$ ps\n", [2]),
        ("`magenta$ ps` and magenta$ ps\n", []),
        ("magenta$\nmagenta$ \n", []),
        ("<!--\nmagenta$ ps\n-->\n", []),
        ("```md\nmagenta$ ps\n```\n```quiz\nmagenta$ ps\n```\n", []),
        (DOCUMENT, []),
    ],
)
def test_a_line_that_looks_like_a_command_and_does_not_run_is_known(text, lines):
    assert [number for number, _ in read(text).unrun] == lines


def test_what_stands_before_a_block_is_kept():
    blocks = read("intro\n\n- one\n\n  two\n- > 10. three\n  >     x\n").blocks
    assert [(block.begin, block.indent, block.apart) for block in blocks[:4]] == [
        ("", "", False),
        ("- ", "  ", True),
        ("  ", "  ", True),
        ("- > 10. ", "  >     ", False),
    ]


def test_notes_html_and_tables():
    def only(text):
        (block,) = read(text).blocks
        return block

    assert only("<!-- a\nb --> <!-- c -->\n").text == "a\nb\n\nc"
    assert isinstance(only("<!-- not closed\n"), Notes)
    block = only("<p>a</p> <!-- b -->\n")
    assert isinstance(block, Html) and block.lines == ["<p>a</p> <!-- b -->"]
    table = only("|a|b|\n|-|-|\n|c|*d*|\n")
    assert isinstance(table, Table) and table.rows == [["a", "b"], ["c", "*d*"]]
