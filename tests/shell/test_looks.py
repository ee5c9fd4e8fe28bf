"""Which lines only look."""

import pytest

from kshell.shell.looks import only_looks


@pytest.mark.parametrize(
    ("line", "looks"),
    [
        ("draw x.txt ps", True), ("draw x.svg pages $a; ps", True), ("draw x.txt vmo_create 4k", False),
        ("draw x.txt", False), ("f = draw x.txt ps", False), ("draw x.txt ps > f", True), ("ps", True),
        ("ps; map 4k", False), ("", False),
    ],
)  # fmt: skip
def test_what_is_drawn_decides_whether_drawing_only_looks(line, looks):
    assert only_looks(line) is looks
