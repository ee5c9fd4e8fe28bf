"""The README's pictures: sound XML with the screen's text in it, drawn from the real console and from real sessions."""

import xml.etree.ElementTree as ElementTree

import pyte
import pytest

from kshell.scripts.dev.screenshots import SCENES, SESSIONS, draw, scene
from tests.program import ROOT


def test_a_screen_is_drawn_with_its_text_and_looks():
    screen = pyte.Screen(20, 3)
    pyte.Stream(screen).feed("a <b> & c\r\n\x1b[1;34mblue\x1b[0m \x1b[7mturned\x1b[0m")
    tree = ElementTree.fromstring(draw(screen, "a title"))
    texts = {node.text: node for node in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert set(texts) == {"a <b> & c", "blue", "turned"}
    assert texts["blue"].get("font-weight") == "bold" and texts["blue"].get("fill") == "#79b8ff"


def test_every_session_has_its_picture():
    for name in SESSIONS:
        tree = ElementTree.parse(ROOT / f"docs/pictures/{name}.svg")
        assert "magenta" in "".join(tree.getroot().itertext())


@pytest.mark.parametrize("name", SCENES)
def test_every_picture_of_memory_is_what_its_session_shows_today(name):
    """If this fails because pictures look different now, scripts/dev/screenshots.py draws them anew: look at them."""
    stored = (ROOT / f"docs/pictures/{name}.svg").read_text(encoding="utf-8")
    assert stored == scene(name)
    assert SCENES[name][-1].startswith(name)
