"""The one reader of digits."""

import ast

import pytest

from kshell.kernel.boot import ImageError, boot
from kshell.kernel.numbers import MAX_DIGITS, decimal, numeral
from tests.test_floors import PATHS

# Digits to `str.isdigit` or `int`, and none of ours; the longest is more than `int` reads.
FOREIGN = ("²", "1²", "٣", "\uff11", "1_0", " 1", "1\n", "+1", "-1", "", "9" * 5000)


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("base", [8, 10, 16])
def test_only_a_few_ascii_digits_are_a_number(text, base):
    """N3: what is no ASCII digit, and what is longer than any number, is None in every base."""
    assert numeral(text, base) is None and decimal(text) is None


def test_the_digits_of_each_base():
    assert (decimal("0"), decimal("007"), decimal("18446744073709551616")) == (0, 7, 1 << 64)
    assert (numeral("17", 8), numeral("17", 10), numeral("1fF", 16)) == (15, 17, 511)
    assert (numeral("8", 8), numeral("a", 10), decimal("a"), numeral("g", 16)) == (None,) * 4
    assert decimal("1" * MAX_DIGITS) == int("1" * MAX_DIGITS) and numeral("f" * MAX_DIGITS, 16) == 16**MAX_DIGITS - 1
    assert decimal("1" * (MAX_DIGITS + 1)) is None and numeral("f" * (MAX_DIGITS + 1), 16) is None


@pytest.mark.parametrize("word", [word for word in FOREIGN if word.strip() == word and word not in ("", "-1")])
def test_a_boot_image_is_read_by_the_same_rule(word):
    """N3: an image's numbers are ASCII digits, too."""
    with pytest.raises(ImageError, match=r"line 2.*is not a number"):
        boot(f"kshell-image 1\nvmo 1025 {word} - x\n")


def test_nobody_else_asks_what_digits_are_and_reads_them():
    """N3: no function tests for digits itself and then calls `int`: `int` reads more, and less, than was tested."""
    tests = {"isdigit", "isdecimal", "isnumeric", "isalnum"}
    found = []
    for module, path in PATHS.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and module != "kshell.kernel.numbers":
                calls = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
                asks = any(isinstance(call, ast.Attribute) and call.attr in tests for call in calls)
                reads = any(isinstance(call, ast.Name) and call.id == "int" for call in calls)
                if asks and reads:
                    found.append(f"{module}.{node.name}")
    assert found == []
