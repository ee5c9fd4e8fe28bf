"""The reel: what is rebuilt from what differs is what was there, line by line."""

import json
from random import Random

import pytest

from kshell.pictures.page.reel import EVERY, Frame, Reel, View, splice
from kshell.pictures.scene import Box, Cell, Scene
from kshell.pictures.vector.layout import lay_out
from tests.pictures.page.playing import drawn, frames


def scene(rows, title="memory"):
    """A space with a box for each (name, kilobytes, changed)."""
    made = Scene("space", title)
    for name, size, changed in rows:
        box = Box(f"mapping:{name}", "mapping", name, size=size << 10, base=size << 12, fill=4096, state="own")
        box.changed = changed
        made.boxes.append(box)
    return made


def frame(scenes, answers=None, now="now"):
    views = {tab: [View(one.title, lay_out(one, 640)) for one in many] for tab, many in scenes.items()}
    return Frame(views, answers or {}, now)


def through_json(reel):
    return json.loads(json.dumps(reel.data()))


def told(layout):
    return [
        (mark.key, mark.kind[0], mark.x, mark.y, mark.w, mark.h, mark.cls, mark.text, mark.title)
        for mark in layout.marks
    ]


def near(marks):
    """Places are kept to a tenth of a pixel, and each is told from the one above it."""
    return [tuple(round(part, 0) if isinstance(part, float | int) else part for part in mark) for mark in marks]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_rebuilt_is_what_was_there(seed):
    random = Random(seed)
    rows = [(f"m{at}", random.randrange(1, 99), False) for at in range(30)]
    answers, expected, reel = {}, [], Reel()
    for _ in range(2 * EVERY + 30):
        if random.random() < 0.3:
            reel.add(None)
            expected.append(expected[-1] if expected else ({}, {}, ""))
            continue
        rows = [(name, size, False) for name, size, _ in rows]
        for _ in range(random.randrange(3)):
            at = random.randrange(len(rows) + 1)
            rows[at : at + random.randrange(2)] = [(f"n{random.random()}", random.randrange(1, 99), True)]
        answers = {f"vmo:{random.randrange(9)}": f"why {random.randrange(5)}" for _ in range(3)}
        shown = {"space": [scene(rows)], "VMOs": [scene(rows[:4], "a"), scene(rows[4:6], "b")][: random.randrange(3)]}
        now = f"line {random.randrange(3)}"
        reel.add(frame(shown, answers, now))
        views = {tab: [told(lay_out(one, 640)) for one in many] for tab, many in shown.items() if many}
        expected.append((views, answers, now))
    data = through_json(reel)
    found = list(frames(data))
    assert len(found) == len(expected)
    for (pictures, replies, now), (views, answers, said) in zip(found, expected, strict=True):
        assert {tab: [near(marks) for _, marks in drawn(data, pieces)] for tab, pieces in pictures.items()} == {
            tab: [near(marks) for marks in many] for tab, many in views.items()
        }
        assert (replies, now) == (answers, said)


def test_a_frame_is_whole_every_so_many_lines_and_only_then():
    reel = Reel()
    for at in range(2 * EVERY + 1):
        reel.add(frame({"space": [scene([(f"m{at}", 4, True)])]}) if at % 3 else None)
    assert [at for at, row in enumerate(reel.frames) if "whole" in row] == [0, EVERY, 2 * EVERY]


def test_what_did_not_change_costs_nothing():
    reel = Reel()
    same = [(f"m{at}", 4, False) for at in range(40)]
    for _ in range(20):
        reel.add(frame({"space": [scene(same)]}))
    assert reel.frames[1:] == [{}] * 19


def test_what_is_pushed_down_is_not_told_again():
    reel = Reel()
    rows = [(f"m{at}", at + 1, False) for at in range(100)]
    reel.add(frame({"space": [scene(rows)]}))
    before = len(reel.shapes.values)
    rows.insert(3, ("new", 7, False))
    reel.add(frame({"space": [scene(rows)]}))
    assert len(reel.shapes.values) == before + 1
    assert len(json.dumps(reel.frames[1])) < 100


@pytest.mark.parametrize("seed", range(20))
def test_splices_make_one_list_of_the_other(seed):
    random = Random(seed)
    before = [random.randrange(30) for _ in range(random.randrange(700))]
    after = list(before)
    for _ in range(random.randrange(6)):
        at = random.randrange(len(after) + 1)
        after[at : at + random.randrange(20)] = [random.randrange(60) for _ in range(random.randrange(20))]
    made = list(before)
    for at, gone, *come in splice(before, after):
        made[at : at + gone] = come
    assert made == after
    assert (splice(before, after) == []) == (before == after)


def test_a_cell_that_changed_is_told_apart():
    reel = Reel()
    made = Scene("pages", "pages")
    box = Box("vmo:1", "vmo", "VMO 1", size=8 << 12)
    box.cells = [Cell(0, 4, "own"), Cell(4, 8, "absent")]
    box.cells[0].changed = True
    made.boxes = [box]
    reel.add(frame({"VMOs": [made]}))
    classes = {cls for *_, cls, _, _ in drawn(through_json(reel), next(frames(reel.data()))[0]["VMOs"])[0][1]}
    assert "mark" in classes and "cell own" in classes
