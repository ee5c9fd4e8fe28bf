"""The colours of a line while it is typed: what is valid, and what is not."""

import pytest

from kshell.console.completion import suggestions
from kshell.console.highlight import colours
from tests.commands.support import fresh, run


@pytest.mark.parametrize(
    "text", ["", " ", "=", "x =", "'", "'vmo", "a < b", "| ", "> /no/such/", "$a.b.c.", "k mx ht ", "foo ", "# x"]
)
def test_completion_survives_any_half_line(text):
    session = fresh()
    for end in range(len(text) + 1):
        suggestions(session, text[:end])
    assert "".join(piece for _, piece in colours(session, text)) == text


def test_colours_tell_what_is_valid():
    session = fresh()
    run(session, "v = vmo_create 4k")
    kinds = {
        text: str(kind).removeprefix("Token.")
        for kind, text in colours(session, "x = vmo_read $v 0x10 $w;echo 'a' # end")
    }
    assert kinds["vmo_read"] == "Keyword" and kinds["$v"] == "Name.Variable" and kinds["0x10"] == "Literal.Number"
    assert kinds["$w"] == "Error" and kinds["'a'"] == "Literal.String" and kinds["# end"] == "Comment"
    assert {text: str(kind) for kind, text in colours(session, "vmo_rea 1")}["vmo_rea"] == "Token.Error"
