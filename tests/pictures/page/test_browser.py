"""The page in a real browser: what keys, pointer and slider do, and that nothing leaves it."""

import json
import os
import shutil

import pytest

from kshell.commands.session.page_maker import page_of
from tests.commands.support import fresh, run
from tests.pictures.page.playing import drawn, frames, reel_of

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the extra test-browser")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
HOSTILE = "<script>document.title='ran'</script><img src=x onerror=document.title='ran'>"
LINES = (
    "m = map 64k",
    "touch $m 16k",
    "ps",
    "a = vmo_create 64k",
    "w = vmo_write $a 0 --len 20k",
    "c = vmo_clone $a cow 0 64k",
    "w = vmo_write $c 0 --len 8k",
    f'object_set_property $self name "{HOSTILE}"',
    f'p = process_create $job "{HOSTILE}"',
    f'echo "{HOSTILE}"',
    "vmar_unmap $vmar $m 64k",
)


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        # A container's root may not start Chromium's own sandbox.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def text():
    session = fresh()
    for line in LINES:
        assert run(session, line).ok, line
    return page_of(session, "A session")


@pytest.fixture(scope="module")
def opened(browser, text, tmp_path_factory):
    """The page, and what it asked of the network and said on its console, over all tests."""
    file = tmp_path_factory.mktemp("page") / "session.html"
    file.write_text(text)
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
    page.set_default_timeout(5000)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    yield page, asked, said
    assert asked == [file.as_uri()]
    assert said == []


@pytest.fixture
def page(opened):
    """The page at its first line, with nothing open."""
    page, *_ = opened
    page.keyboard.press("Escape")
    page.locator("#transcript").focus()
    page.keyboard.press("1")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    return page


def where(page):
    return page.locator("#where").inner_text()


def changed(page):
    """The keys of what is lit."""
    return set(page.eval_on_selector_all("g.lit[data-key]", "all => all.map(one => one.dataset.key)"))


def test_keys_move_through_the_lines(page):
    assert where(page) == f"line 1 of {len(LINES)}"
    for key, expected in (
        *(("ArrowRight", 2), ("ArrowDown", 3), ("ArrowLeft", 2), ("ArrowUp", 1), ("PageDown", len(LINES))),
        *(("PageUp", 1), ("End", len(LINES)), ("ArrowRight", len(LINES))),
    ):
        page.keyboard.press(key)
        assert where(page) == f"line {expected} of {len(LINES)}"
        assert page.locator("[aria-current]").get_attribute("id") == f"line-{expected}"
    page.keyboard.press("Home")
    assert where(page) == "before the first line"
    assert page.locator("[aria-current]").count() == 0


def test_the_slider_a_click_and_the_address_go_to_a_line(page):
    page.locator("#slider").fill("5")
    assert where(page).startswith("line 5 ")
    page.locator("#line-2 .output, #line-2").first.click()
    assert where(page).startswith("line 2 ")
    page.locator("#on").click()
    assert where(page).startswith("line 3 ")
    page.locator("#back").click()
    assert where(page).startswith("line 2 ")
    page.evaluate("location.hash = '#line-4'")
    page.wait_for_function("document.getElementById('where').textContent.startsWith('line 4 ')")


def test_what_a_line_changed_is_lit_and_said(page):
    page.keyboard.press("ArrowRight")
    lit = changed(page)
    assert any(key.startswith("vmo:") for key in lit) and any(key.startswith("mapping:") for key in lit)
    assert page.locator("#said").inner_text().startswith("line 2: touch $m 16k; 4 pages more, RES ")
    assert page.locator("#tabs .dot").count() >= 2
    page.keyboard.press("ArrowRight")
    assert changed(page) == set()
    assert page.locator("#said").inner_text() == "line 3: ps; nothing changed"


def test_pointing_tells_what_a_thing_is(page):
    page.keyboard.press("ArrowRight")
    page.locator(".pane[data-pane=VMOs] rect.cell").first.hover()
    assert page.locator("#hint").inner_text() == "0x0 to 0x4000, 4 pages: own; changed"


def test_a_click_answers_as_why_does_and_escape_closes_it(page):
    page.keyboard.press("ArrowRight")
    page.locator(".pane[data-pane=VMOs] rect.cell").first.click()
    answer = page.locator("#answer")
    assert page.locator("#subject").inner_text() == "VMO 3183" and "held" in answer.inner_text()
    assert "4 pages of its own" in answer.inner_text()
    # It answers for the moment that is looked at.
    page.keyboard.press("ArrowLeft")
    assert "0 pages of its own" in answer.inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()


def test_things_are_reached_and_asked_with_the_keyboard_alone(page):
    page.keyboard.press("ArrowRight")
    page.locator("#tabs button").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('g.thing')")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name and page.evaluate("document.activeElement.getAttribute('role')") == "button"
    key = page.evaluate("document.activeElement.dataset.key")
    page.keyboard.press("Enter")
    assert page.locator("#panel").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.key") == key
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#keys").is_hidden()


def test_every_tab_has_a_picture(page):
    page.keyboard.press("End")
    tabs = page.locator("#tabs button")
    for at in range(tabs.count()):
        page.keyboard.press(str(at + 1))
        assert tabs.nth(at).get_attribute("aria-pressed") == "true"
        assert page.locator("#stage svg rect").count() > 3


def test_a_hostile_name_is_shown_and_never_run(page):
    page.keyboard.press("End")
    for key in "12345":
        page.keyboard.press(key)
    assert HOSTILE in page.locator("#line-10 .output").inner_text()
    assert HOSTILE[:30] in page.locator("#now").inner_text()
    assert page.title() == "A session"
    assert page.locator("img, iframe, #transcript script, #stage script").count() == 0


def test_the_script_rebuilds_every_frame_from_wherever_it_comes(page, text):
    reel = reel_of(text)
    expected = [
        {tab: [len(marks) for _, marks in drawn(reel, pieces)] for tab, pieces in pictures.items()}
        for pictures, _, _ in frames(reel)
    ]
    count = """views => views.map(view => view.boxes.reduce((sum, box) => sum + box.marks.length, 0))"""
    order = [0, 11, 3, 4, 2, 11, 1, 0, 10]
    found = page.evaluate(
        f"""lines => lines.map(line => Object.fromEntries(Object.entries(frameAt(line).pictures)
        .filter(([, list]) => list.length).map(([tab, list]) => [tab, ({count})(viewsOf(list))])))""",
        order,
    )
    assert found == [expected[line] for line in order]
    page.evaluate("show()")


def test_dark_and_light_are_the_systems_until_somebody_chooses(page):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(13, 17, 23)")
    for expected in (light, dark, dark):
        page.keyboard.press("t")
        assert page.evaluate(ground) == expected
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) == light


def test_text_stands_out_from_its_ground(page):
    """A contrast of 4.5 and more (WCAG 2.1, 1.4.3), light and dark."""
    contrast = """() => {
      const light = (colour) => colour.match(/\\d+/g).slice(0, 3).map((part) => part / 255)
        .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
      const ground = (node) => {
        for (let at = node; at; at = at.parentElement) {
          const colour = getComputedStyle(at).backgroundColor;
          if (colour !== "rgba(0, 0, 0, 0)") return colour;
        }
      };
      return ["h1", "#now", "#where", "#theme", ".prompt", ".change", ".output", "#tabs button", "#hint"].map((one) => {
        const node = document.querySelector(one);
        const pair = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
        return [one, (pair[0] + 0.05) / (pair[1] + 0.05)];
      });
    }"""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert [(one, ratio) for one, ratio in page.evaluate(contrast) if ratio < 4.5] == []


def test_the_line_is_in_sight_also_after_long_ones(browser, tmp_path):
    session = fresh()
    for line in ("ps", "vmaps 3020", "vmaps 2988", "stat", "ps"):
        list(session.run(line))
    (tmp_path / "a.html").write_text(page_of(session, "tall"))
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for number in (4, 3, 5, 1):
        page.goto((tmp_path / "a.html").as_uri() + f"#line-{number}")
        page.wait_for_timeout(100)
        top = page.locator(f"#line-{number}").bounding_box()["y"]
        assert 0 < top < 760, (number, top)
    page.close()


def test_a_narrow_window_shows_both(page):
    page.set_viewport_size({"width": 800, "height": 600})
    boxes = [page.locator(one).bounding_box() for one in ("#transcript", "#pictures")]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"] + 1
    assert all(box["height"] > 200 and box["y"] + box["height"] <= 601 for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= 800
    page.set_viewport_size({"width": 1280, "height": 800})


def test_paper_has_the_transcript_and_every_picture_of_the_line(page):
    page.keyboard.press("End")
    assert len(page.pdf()) > 20_000
    page.evaluate("beforePrint()")
    page.emulate_media(media="print")
    assert page.locator("#line-1").is_visible() and page.locator("#line-11").is_visible()
    assert page.locator("#stage svg").count() >= 4
    assert page.locator("#tabs").is_hidden() and page.locator("#slider").is_hidden()
    page.emulate_media(media="screen")
    page.evaluate("show()")


def test_without_scripts_the_transcript_is_there(browser, text, tmp_path):
    file = tmp_path / "session.html"
    file.write_text(text)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("#line-2").is_visible()
    assert page.locator("#pictures").is_hidden() and page.locator("#slider").is_hidden()
    context.close()


# Counts in a page what its script makes before anybody has seen it.
COUNTING = """
for (const name of ["createElement", "createElementNS"]) {
  const make = document[name].bind(document);
  window.made = 0;
  document[name] = (...words) => { window.made += 1; return make(...words); };
}
"""


def made_by_script(browser, file):
    """How many elements the script of a page makes until it shows."""
    page = browser.new_page()
    page.add_init_script(COUNTING)
    page.goto(file.as_uri())
    assert page.locator("#stage svg").count()
    made = page.evaluate("window.made")
    page.close()
    return made


def test_a_long_session_is_drawn_as_quickly_as_a_short_one(browser, text, tmp_path):
    """The transcript and reel of eleven lines, many times over: of a thousand lines, one is drawn."""
    reel = reel_of(text)
    begin, end = text.index('<div class="step" id="line-1"'), text.index('</section>\n<section id="pictures"')
    steps = text[begin:end]
    many = "".join(
        steps.replace('id="line-', f'id="line-{at}-').replace(f'id="line-{at}-', 'id="line-') for at in range(91)
    )
    reel["frames"] = [reel["frames"][0]] + [row for _ in range(91) for row in reel["frames"][1:]]
    head, _, rest = text[:begin], steps, text[end:]
    tail = rest[rest.index("</script>", rest.index('id="reel"')) :]
    middle = rest[: rest.index('id="reel">') + len('id="reel">')]
    file, short = tmp_path / "long.html", tmp_path / "short.html"
    file.write_text(head + many + middle + json.dumps(reel).replace("<", "\\u003c") + tail)
    short.write_text(text)
    assert 0 < made_by_script(browser, file) < 1.5 * made_by_script(browser, short)
