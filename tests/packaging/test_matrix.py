"""`scripts/dev/install-matrix` notices what does not start, and says what is not here."""

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest

from tests.packaging.ways import NotHere, Place, checkout, find_python
from tests.program import ROOT


@pytest.fixture(scope="module")
def matrix():
    """The script as a module, which leaves no bytecode beside it."""
    path = str(ROOT / "scripts/dev/install-matrix")
    loader = SourceFileLoader("install_matrix", path)
    module = module_from_spec(spec_from_loader("install_matrix", loader))
    exec(compile(loader.get_data(path), path, "exec"), vars(module))
    return module


def talking(code):
    """A way that starts kshell and lets it end as `code` says, but for the console."""
    return lambda workshop: Place([sys.executable, "-c", f"{code}\nfrom kshell.__main__ import entry\nentry()"], ROOT)


def absent(workshop):
    raise NotHere("a thing")


def broken(workshop):
    raise AssertionError("pip is ill")


def table(printed):
    """The cells of each row by its name."""
    rows = [line for line in printed.split("\n\n")[0].splitlines()[1:] if line]
    return {line[:37].rstrip(): line[37:].split() for line in rows}


def test_what_starts_as_the_checkout_and_what_is_not_here_are_no_faults(matrix, capsys):
    assert matrix.run({"good": checkout, "gone": absent}) == 0
    printed = capsys.readouterr().out
    assert table(printed) == {"good": ["ok"] * 7, "gone": ["not", "here:", "a", "thing"]}
    assert printed.endswith("\n\n1 of 2 ways work, 1 are not here\n")


def test_what_prints_or_ends_otherwise_or_cannot_be_made_fails(matrix, capsys):
    noisy = talking("import sys; '--version' in sys.argv and print('hello')")
    deaf = talking("import os, sys; sys.argv[1:] or os._exit(3)")
    ways = {"noisy": noisy, "deaf": deaf, "ill": broken}
    assert matrix.run(ways) == 1
    printed = capsys.readouterr().out
    assert table(printed) == {
        "noisy": ["ok"] * 3 + ["FAIL"] + ["ok"] * 3,
        "deaf": ["ok"] * 6 + ["FAIL"],
        "ill": ["FAIL"] * 7,
    }
    assert "noisy: kshell --version ended with 0, in the checkout with 0; the first other line is b'hello'" in printed
    assert "\ndeaf: the console" in printed and printed.count("ill: cannot be made: pip is ill\n") == 1
    assert printed.endswith("\n0 of 3 ways work, 0 are not here\n")


def test_the_checkout_itself_starts(matrix, tmp_path):
    """All others are compared with it."""
    workshop = matrix.Workshop(tmp_path)
    (workshop.home / "lesson.md").write_text(matrix.LESSON)
    ends = [
        matrix.start(workshop, checkout(workshop), arguments)[0]
        for starts in matrix.STARTS.values()
        for arguments in starts
    ]
    assert ends == [0, 127, 0, 0, 0, 2, 0, 0, 0, 0, 0]


def test_wrong_words_are_answered_with_the_usage(matrix, capsys):
    assert matrix.main(["--shrot"]) == 2
    assert capsys.readouterr().err.count("install-matrix") == 2


def test_a_python_is_found_by_its_version_or_said_to_be_missing():
    assert find_python("{}.{}".format(*sys.version_info)) == sys.executable
    with pytest.raises(NotHere, match=r"Python 2\.0"):
        find_python("2.0")
