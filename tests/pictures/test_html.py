"""The page of a scene: self-contained, the picture and the same in words, whatever things are called."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from kshell.pictures.html import MOST_ROWS, fragment, html
from kshell.pictures.scene import Box, Cell
from tests.pictures.drawn import HOSTILE, SCENES, clones, links, markup, pages, parsed

VOID = ("meta",)


class Page(HTMLParser):
    """Every element with its attributes, every cell's text, and whether all that was opened was closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.cells = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "td":
            self.cells[-1] += data

    def rows(self):
        return [[cell.strip("\xa0") for cell in self.cells[at : at + 6]] for at in range(0, len(self.cells), 6)]


@pytest.mark.parametrize("kind", SCENES)
def test_a_policy_allows_its_own_style_and_nothing_else(kind):
    text = html(SCENES[kind]())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"
    tags = {tag for tag, _ in Page(text).elements}
    assert not tags & {"script", "img", "link", "iframe", "object"} and " style=" not in text
    assert set(re.findall(r'https?://[^"<]*', text)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("kind", SCENES)
def test_what_can_be_pointed_at_is_reached_by_key_and_leads_to_its_row(kind):
    page = Page(html(SCENES[kind]()))
    ids = {attributes.get("id") for _, attributes in page.elements}
    anchors = [attributes for tag, attributes in page.elements if tag == "a"]
    assert anchors and all(anchor["href"][1:] in ids and anchor["aria-label"] for anchor in anchors)
    assert all(anchor["href"].startswith("#row-") for anchor in anchors)


def test_the_table_says_what_the_picture_shows():
    rows = Page(html(pages())).rows()
    assert rows[0] == ["rw- VMO 3183", "0x1200000", "256k", "24k", "", "VMO 3183 has 6 pages of its own."]
    assert rows[1:5] == [
        ["pages", "0x1200000", "20k", "", "own", "VMO 3183 has them"],
        ["pages", "0x1205000", "28k", "", "parent", "VMO 3170 has them"],
        ["pages", "0x120c000", "4k", "", "own, changed", "VMO 3183 has them"],
        ["pages", "0x120d000", "108k", "", "absent", ""],
    ]
    family = [row[:4] for row in Page(html(clones())).rows() if row[0] != "pages"]
    assert family[0] == ["VMO 3170", "0x0", "128k", "80k"] and family[2] == ["VMO 3170", "0x4000", "32k", "0B"]
    assert Page(html(links())).rows()[-1][0] == "peer from channel:4 to channel:3"


@pytest.mark.parametrize("kind", SCENES)
def test_a_hostile_name_is_only_text(kind):
    text = html(SCENES[kind](HOSTILE))
    text.encode()
    assert markup(text.replace(HOSTILE, "")) and "<script" not in text and "\x1b" not in text and "\0" not in text
    assert {tag for tag, _ in Page(text).elements} == {tag for tag, _ in Page(html(SCENES[kind]())).elements}


def test_pages_and_rows_are_bounded():
    scene = pages()
    scene.boxes[0].cells = [Cell(at * 2, at * 2 + 2, ("own", "absent")[at % 2]) for at in range(2000)]
    assert len(Page(html(scene)).rows()) < 70
    scene.boxes += [Box(f"vmo:{at}", "vmo", str(at), 4096) for at in range(5000)]
    text = html(scene)
    assert len(Page(text).rows()) == MOST_ROWS and "more rows are not shown" in text


def test_a_fragment_is_the_picture_alone():
    text = fragment(pages())
    assert text.startswith("<div><svg ") and text.endswith("</svg></div>")
    parsed(text)
    assert pages()._repr_html_() == text
