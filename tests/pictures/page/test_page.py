"""The page's text: whole, by itself, and safe whatever a session is made of."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from kshell.pictures.page.page import Step, page
from kshell.pictures.page.reel import Frame, Reel, View
from kshell.pictures.scene import Box, Scene
from kshell.pictures.vector.layout import lay_out
from tests.pictures.page.playing import Elements, drawn, frames, reel_of

HOSTILE = (
    *("<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "-->"),
    *("]]>", "@@DATA@@", '"},{"', "&amp;", "' onload='x", '" autofocus onfocus="x', "<svg/onload=x>", "\x1b[31m\0\r"),
    *("\u2028\u2029", "\u202ereversed", "\udce9 not UTF-8", "</style>", "</pre></div>", "javascript:alert(1)", "\\"),
)


def made(text):
    """A page in which everything that comes from a session is `text`."""
    scene = Scene("space", text)
    box = Box(f"mapping:{text}", "mapping", text, size=4096, base=4096, fill=0, state="own")
    box.facts = [text]
    scene.boxes = [box]
    scene.notes = [text]
    scene.legend = [(text, text)]
    reel = Reel()
    for _ in range(2):
        reel.add(Frame({text: [View(scene.title, lay_out(scene, 640))]}, {f"mapping:{text}": text}, text))
    return page(text, [Step(text, text, text, False, text)], reel)


PLAIN = Elements(made("plain")).found


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_element_or_an_attribute(text):
    found = Elements(made(text)).found
    assert [name for name, _ in found] == [name for name, _ in PLAIN]
    assert [sorted(attrs) for _, attrs in found] == [sorted(attrs) for _, attrs in PLAIN]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_shown(text):
    written = made(text)
    written.encode("utf-8")
    data = reel_of(written)
    pictures, answers, _ = list(frames(data))[-1]
    assert answers == {f"mapping:{text}": text}
    [(_, marks)] = drawn(data, pictures[text])
    assert any(key == f"mapping:{text}" for key, *_ in marks)


def test_no_element_does_anything_by_itself():
    for name, attrs in Elements(made("<b onclick=x>")).found:
        assert not [attr for attr in attrs if attr.startswith("on")]
        assert name not in ("img", "iframe", "object", "embed", "link", "base", "audio", "video")
        assert not {"src", "srcset", "style", "action"} & set(attrs)
        assert attrs.get("href", "#").startswith("#")


def test_the_policy_lets_in_the_one_script_and_the_one_style():
    elements = Elements(made("<script>"))
    [policy] = [attrs["content"] for attrs, _ in elements.named("meta") if "http-equiv" in attrs]
    [style] = [text for _, text in elements.named("style")]
    [script] = [text for attrs, text in elements.named("script") if "type" not in attrs]

    def source(text):
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    assert policy.split("; ") == [
        *("default-src 'none'", f"style-src {source(style)}", f"script-src {source(script)}"),
        *("base-uri 'none'", "form-action 'none'"),
    ]
    # It has to stand before what it is about.
    names = [name for name, _ in elements.found]
    assert names.index("meta") < names.index("style") < names.index("script")


def test_the_transcript_can_be_read_where_no_script_runs():
    text = made("<one>")
    body = text[text.index("<body") : text.index('<script type="application/json"')]
    assert body.count("&lt;one&gt;") >= 4


def test_the_same_session_makes_the_same_page():
    assert made("x") == made("x")


def test_what_it_is_made_of_can_be_read():
    text = made("x")
    assert max(map(len, re.split("\n", text))) < 2500
    assert "// The page of a session" in text
