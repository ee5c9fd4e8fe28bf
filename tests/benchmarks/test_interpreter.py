"""What is said of the Python that measures."""

import platform
import re

import pytest

from tests.benchmarks.interpreter import build, lines


def test_three_lines_tell_what_python_costs_and_how_it_was_built():
    start, loop, built = lines()
    number = r"[0-9.,]+ (ms|us|s)"
    assert re.fullmatch(rf"`python3 -S -c pass`, which looks for no packages: {number} \(median of 9\)", start)
    assert re.fullmatch(rf"a loop of 1,000,000 rounds in Python: {number}", loop)
    assert built.startswith(f"{platform.python_implementation()} {platform.python_version()}, ")


@pytest.mark.parametrize(
    ("configured", "said"),
    [
        ("'--enable-shared' '--enable-optimizations' '--with-lto'", "built with PGO and LTO"),
        ("--prefix=/opt --enable-optimizations", "built with PGO"),
        ("'--with-lto=thin'", "built with LTO"),
        ("'--prefix=/x' '--libdir=/x/lib'", "built without PGO and LTO: not optimised"),
        ("'--with-lto=no' '--with-ltoo'", "built without PGO and LTO: not optimised"),
        ("'--with-pydebug'", "built with checks for debugging"),
        ("", "built without PGO and LTO: not optimised"),
        (None, "of an unknown build"),
    ],
)
def test_the_build_is_told_from_what_it_was_configured_with(configured, said):
    assert build(configured) == said
