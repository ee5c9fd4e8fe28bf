"""Prose as a terminal shows it."""

import pytest

from kshell.documents.reading import read
from kshell.documents.rendering import Renderer, notes_of, seen_width


def rows(text, columns=40, painted=False):
    renderer = Renderer(columns, painted)
    return [row for block in read(text).blocks for row in renderer.rows(block)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## A *b* `c`\n", ["## A *b* `c`"]),
        ("one\ntwo  \nthree\\\nfour\n", ["one two", "three", "four"]),
        ("aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii\n", ["aaaa bbbb cccc dddd eeee ffff gggg hhhh", "iiii"]),
        ("- a\n  - b\n\n    c\n- d\n", ["- a", "  - b", "    c", "- d"]),
        ("10. a\n11. b\n", ["10. a", "11. b"]),
        ("> - " + "word " * 9, ["> - word word word word word word word", ">   word word"]),
        ("***\n", ["-" * 40]),
        ("```sh\na\n\nb\n```\n", ["    a", "    ", "    b"]),
        ("a [link](http://x 'y') ![picture](z) <b>c</b> d&amp;e\n", ["a link [picture: picture] c d&e"]),
        ("a <!-- b --> c\n", ["a c"]),
        ("<p>a</p> <!-- b -->\n", ["<p>a</p> "]),
        ("<!-- a -->\n", []),
        ("\x1b[31m `\x1b` a\x07\n", ["\\x1b[31m `\\x1b` a\\x07"]),
        ("[\x1b](\ud800)\n", ["\\x1b"]),
        ("|a|long header|\n|-|-|\n|1|`x y`|\n|3|\n", ["a  long header", "1  `x y`", "3"]),
        (
            "|key|meaning|\n|-|-|\n|a|" + "word " * 12 + "|\n|b|c|\n",
            ["key  meaning", "a    word word word word word word word", "     word word word word word", "b    c"],
        ),
        ("x" * 50 + " y\n", ["x" * 50, "y"]),
        ("\u4e2d" * 15 + " " + "\u4e2d" * 6 + "\n", ["\u4e2d" * 15, "\u4e2d" * 6]),
    ],
)
def test_rows_of_prose(text, expected):
    assert rows(text) == expected


def test_colours_take_no_columns():
    text = "# T\n\n**bold *both*** `code` [link](x) word word word word word word\n\n|a|\n|-|\n|**b**|\n"
    plain = ["T", "bold both code link word word word word", "word word", "a", "b"]
    painted = rows(text, painted=True)
    assert [seen_width(row) for row in painted] == [len(row) for row in plain]
    assert painted[0] == "\x1b[1m\x1b[4mT\x1b[0m"
    assert painted[1].startswith("\x1b[1mbold\x1b[0m \x1b[1m\x1b[3mboth\x1b[0m \x1b[36mcode\x1b[0m \x1b[4mlink\x1b[0m")


def test_the_notes_of_a_block():
    text = "<!-- a -->\n\nb <!-- c --> d <!--e-->\n\n<p>f</p> <!-- g -->\n\nnone\n"
    assert [notes_of(block) for block in read(text).blocks] == ["a", "c\ne", "g", ""]
