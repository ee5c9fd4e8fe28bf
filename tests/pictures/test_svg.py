"""SVG: well-formed whatever it is called, its numbers those of the scene, its colours readable."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kshell.pictures.layout import lay_out
from kshell.pictures.palette import DARK, DARK_PAGE, HUES, LIGHT, LIGHT_PAGE
from kshell.pictures.style import STYLE
from kshell.pictures.svg import svg
from tests.pictures.drawn import HOSTILE, SCENES, SVG, numbers, pages, parsed, space, titles

GOLDEN_BAR = (
    '<rect class="cell own" x="93.6" y="52" width="110" height="22">'
    "<title>0x1200000 to 0x1205000, 5 pages: own</title></rect>"
)


@pytest.mark.parametrize("kind", SCENES)
def test_it_stands_alone_and_says_what_it_is(kind):
    text = svg(SCENES[kind]())
    tree = parsed(text)
    assert tree.tag == f"{SVG}svg" and tree.get("role") == "img"
    title, desc = tree[0], tree[1]
    assert title.tag == f"{SVG}title" and title.text == tree.get("aria-label") == SCENES[kind]().title
    assert desc.tag == f"{SVG}desc" and desc.text.startswith(f"{kind}: ")
    assert len(list(tree.iter(f"{SVG}style"))) == 1
    # Nothing that runs, nothing from elsewhere, no style that a policy could refuse.
    assert not list(tree.iter(f"{SVG}script")) and "href" not in text and " style=" not in text and " on" not in STYLE
    assert set(re.findall(r"url\(([^)]*)\)", text)) == {"#kshell-stripes", "#kshell-dots", "#kshell-arrow"}
    assert set(re.findall(r'https?://[^"<]*', text)) == {"http://www.w3.org/2000/svg"}
    ids = {node.get("id") for node in tree.iter() if node.get("id")}
    assert ids == {"kshell-stripes", "kshell-dots", "kshell-arrow"}


@pytest.mark.parametrize("kind", SCENES)
def test_its_elements_are_the_marks_of_the_layout(kind):
    scene = SCENES[kind]()
    layout = lay_out(scene, 600)
    tree = parsed(svg(scene, 600))
    assert tree.get("viewBox") == f"0 0 {layout.width} {layout.height}"
    found = [node for node in tree if node.tag in (f"{SVG}rect", f"{SVG}text", f"{SVG}line")]
    assert found[0].get("class") == "page" and len(found) == len(layout.marks) + 1
    for node, mark in zip(found[1:], layout.marks, strict=True):
        assert node.tag == f"{SVG}{mark.kind}" and node.get("class") == mark.cls
        if mark.kind == "rect":
            assert numbers(node, "x", "y", "width", "height") == (mark.x, mark.y, mark.w, mark.h)
        elif mark.kind == "text":
            assert numbers(node, "x", "y") == (mark.x, mark.y) and node.text == mark.text
        else:
            ends = (mark.x, mark.y, mark.x + mark.w, mark.y + mark.h)
            assert numbers(node, "x1", "y1", "x2", "y2") == pytest.approx(ends, abs=0.06)


def test_widths_are_what_the_cells_count():
    scene = pages()
    (box,) = scene.boxes
    widths = {}
    for title, rects in titles(parsed(svg(scene))).items():
        start, end = (int(word, 16) for word in re.findall("0x[0-9a-f]+", title)[:2] or ("0", "0"))
        for rect in rects:
            widths[(start - box.base) // 4096] = (float(rect.get("width")) / 22, (end - start) // 4096)
    assert widths and all(wide == count for wide, count in widths.values())
    assert sum(count for _, count in widths.values()) == box.cells[-1].end


def test_a_small_picture_byte_for_byte():
    lines = svg(pages()).split("\n")
    assert lines[0] == (
        '<svg xmlns="http://www.w3.org/2000/svg" class="kshell" viewBox="0 0 840 172" width="840" height="172" '
        'role="img" aria-label="VMO 3183">'
    )
    assert lines[1:3] == [
        "<title>VMO 3183</title>",
        "<desc>pages: 1 box. rw- VMO 3183</desc>",
    ]
    assert GOLDEN_BAR in lines
    assert lines[-2:] == ["</svg>", ""]


@pytest.mark.parametrize("kind", SCENES)
def test_a_hostile_name_is_only_text(kind):
    text = svg(SCENES[kind](HOSTILE))
    tree = parsed(text)
    assert "<script" not in text and "\x1b" not in text and "\0" not in text and "\u202e" not in text
    assert {node.tag for node in tree.iter()} == {node.tag for node in parsed(svg(SCENES[kind]())).iter()}
    text.encode()
    said = "".join(tree.itertext())
    assert "<script>" in said and "\\x1b" in said


@settings(max_examples=60, deadline=None)
@given(name=st.text(st.characters(), max_size=40), kind=st.sampled_from(sorted(SCENES)))
def test_any_name_is_well_formed(name, kind):
    tree = parsed(svg(SCENES[kind](name)))
    assert not list(tree.iter(f"{SVG}script"))


# Colours


def luminance(colour):
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("hues", "page"), [(LIGHT, LIGHT_PAGE), (DARK, DARK_PAGE)])
def test_text_can_be_read_on_every_ground(hues, page):
    grounds = [page["ground"], page["panel"], *(pale for pale, _, _ in hues.values())]
    for ground in (*grounds, *(middle for _, middle, _ in hues.values())):
        assert contrast(page["ink"], ground) >= 4.5, ground
    for ground in grounds:
        assert contrast(page["quiet"], ground) >= 4.5, ground
    # What is not text: lines, marks and what is full stand out from the page.
    for colour in (page["mark"], page["full"], *(line for _, _, line in hues.values())):
        assert contrast(colour, page["ground"]) >= 3, colour


def test_both_palettes_have_the_same_names_and_every_hue_is_there():
    assert LIGHT.keys() == DARK.keys() and LIGHT_PAGE.keys() == DARK_PAGE.keys()
    assert set(HUES.values()) <= {*LIGHT, "none"}
    used = set(re.findall(r"var\(--([a-z-]+)\)", STYLE))
    defined = set(re.findall(r"--([a-z-]+): #", STYLE))
    assert used <= defined


def test_no_text_that_is_quiet_stands_on_a_filling():
    assert [mark.cls for mark in lay_out(space(), 840).marks if mark.part == "shows"] == ["small"] * 3
