"""Which lines only look."""

import pytest

from kshell.shell.looks import only_looks


@pytest.mark.parametrize(
    ("line", "looks"),
    [
        ("draw x.txt ps", True), ("draw x.svg pages $a; ps", True), ("draw x.txt vmo_create 4k", False),
        ("draw x.txt", False), ("f = draw x.txt ps", False), ("draw x.txt ps > f", True), ("ps", True),
        ("ps; map 4k", False), ("", False),
        ("k mx ps", True), ("k mx vmos all; ps", True), ("k mx kill 3020", False), ("k 'mx ps; mx kill 3020'", False),
        ("k mx ps '; mx kill 3020'", False), ("k", False), ("k mx", False), ("x = k mx ps", False),
    ],
)  # fmt: skip
def test_what_is_drawn_and_asked_of_the_kernel_decides(line, looks):
    assert only_looks(line) is looks
