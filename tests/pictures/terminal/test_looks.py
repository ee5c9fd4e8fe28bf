"""Which look fits a terminal."""

import pytest

from kshell.pictures.terminal.look import ASCII, COLOURS, FEW_COLOURS, UNICODE
from kshell.pictures.terminal.looks import look_for


@pytest.mark.parametrize(
    ("environ", "signs"),
    [
        ({}, ASCII),
        ({"LANG": "C"}, ASCII),
        ({"LANG": "en_US.UTF-8"}, UNICODE),
        ({"LANG": "C.utf8"}, UNICODE),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, ASCII),
        ({"LANG": "en_US.UTF-8", "LC_CTYPE": "POSIX"}, ASCII),
    ],
)
def test_the_locale_says_which_characters_there_are(environ, signs):
    assert look_for(environ, False) is signs
    assert look_for(environ, True).signs is signs.signs


def test_the_terminal_says_how_many_colours_there_are():
    assert look_for({"TERM": "xterm-256color"}, True).colours is COLOURS
    assert look_for({"TERM": "xterm", "COLORTERM": "truecolor"}, True).colours is COLOURS
    assert look_for({"TERM": "linux"}, True).colours is FEW_COLOURS
    assert look_for({"TERM": "linux"}, False).colours == {}
