"""What is looked at after each line: what is in play, what is lit, what is said, and that the frames are the truth."""

from random import Random

import pytest

from kshell.commands.session import onlooker
from kshell.commands.session.onlooker import LINE, LINKS, MEMORY, SPACE, VMOS, Onlooker
from kshell.commands.session.page_maker import page_of
from kshell.pictures.page.reel import Reel
from tests.commands.support import fresh, run
from tests.pictures.page.playing import drawn, frames, reel_of


class Book(Reel):
    """A reel that keeps the frames as they came, too."""

    __slots__ = ("came",)

    def __init__(self):
        super().__init__()
        self.came = []

    def add(self, frame):
        self.came.append(frame or self.came[-1])
        super().add(frame)


def watched(*lines, session=None):
    """(onlooker, the sentences about lines that run)."""
    session = session or fresh()
    one = Onlooker(session.state)
    said = []
    for line in lines:
        assert run(session, line).ok, line
        said.append(one.look(session.state, line))
    return one, said


def seen(one):
    """What each frame shows, by tab: {key: its marks}; what is lit is told by `changed` and `mark`."""
    data = one.reel.data()
    return [
        {tab: [mark for _, marks in drawn(data, pieces) for mark in marks] for tab, pieces in pictures.items()}
        for pictures, _, _ in frames(data)
    ]


def lit(marks):
    return {key for key, *_, cls, _, _ in marks if key and {"changed", "mark"} & set(cls.split())}


def test_each_line_says_what_it_changed():
    _, said = watched(
        *("m = map 64k", "touch $m 16k", "ps", "vmar_unmap $vmar $m 64k", "p = spawn demo", "attach demo", "detach"),
        *("kill demo", "e = event_create", "m = map 8k"),
    )
    assert said == [
        *("VIRT 4284k, 1 VMO more, 1 mapping more", "4 pages more, RES 1340k", ""),
        "4 pages fewer, RES 1324k, VIRT 4220k, 1 VMO fewer, 1 mapping fewer",
        *("279 pages more, 21 VMOs more, 12 handles more, 1 process more", "now in demo (3269)"),
        *("now in sh:console (2988)", "279 pages fewer, 21 VMOs fewer, 12 handles fewer, 1 process fewer"),
        *("1 handle more", "VIRT 4228k, 1 VMO more, 1 mapping more"),
    ]


def test_what_a_line_touched_is_lit_and_goes_out_with_the_next():
    one, _ = watched("m = map 64k", "touch $m 16k", "ps", "stat")
    shown = seen(one)
    assert lit(shown[2][VMOS]) == {"vmo:3183"} and any(key.startswith("mapping:") for key in lit(shown[2][SPACE]))
    assert lit(shown[3][VMOS]) == lit(shown[3][SPACE]) == set()
    assert one.reel.frames[4] == {}


def test_a_line_that_only_changes_permissions_is_seen():
    one, said = watched("m = map 64k", "vmar_protect $vmar $m 64k r")
    assert said[1] == ""
    assert any(key.startswith("mapping:") for key in lit(seen(one)[2][SPACE]))


def test_a_new_vmo_is_in_play_and_one_that_ended_is_not():
    one, _ = watched("a = vmo_create 64k", "b = vmo_create 4k", "handle_close $a")
    shown = seen(one)
    assert [VMOS in frame for frame in shown] == [False, True, True, True]
    keys = [{key for key, *_ in frame.get(VMOS, ()) if key} for frame in shown]
    assert keys == [set(), {"vmo:3183"}, {"vmo:3183", "vmo:3184"}, {"vmo:3184"}]


def test_what_a_program_makes_for_itself_is_not_in_play():
    one, _ = watched("p = spawn demo", "ps")
    assert all(VMOS not in frame for frame in seen(one))


def test_a_vmo_that_was_there_is_in_play_once_a_line_changes_it():
    one, _ = watched("attach 3020", "touch 0x12d9000 4k", "touch 0x10ca000 2M")
    assert VMOS not in seen(one)[1]
    assert VMOS in seen(one)[-1]


def test_a_family_is_drawn_as_one_and_the_latest_are_kept():
    lines = ["a = vmo_create 64k", "c = vmo_clone $a cow 0 64k", *(f"v{at} = vmo_create 4k" for at in range(9))]
    one, _ = watched(*lines)
    titles = [title for title, _ in drawn(one.reel.data(), list(frames(one.reel.data()))[-1][0][VMOS])]
    assert len(titles) == onlooker.MOST_DRAWN
    two = seen(watched(*lines[:2])[0])[-1][VMOS]
    assert {key for key, *_ in two if key} >= {"vmo:3183", "vmo:3184"}


def test_why_answers_for_the_moment():
    one, _ = watched("m = map 64k", "touch $m 16k", "vmar_unmap $vmar $m 64k")
    replies = [answers for _, answers, _ in frames(one.reel.data())]
    assert "0 pages of its own" in replies[1]["vmo:3183"] and "4 pages of its own" in replies[2]["vmo:3183"]
    assert any(key.startswith("mapping:2988:") and "own" in text for key, text in replies[2].items())
    assert replies[3] == {}


def test_lines_that_go_back_are_followed():
    session = fresh()
    one, said = watched("a = vmo_create 64k", "m = map 4k", "undo", "reset", "b = vmo_create 8k", session=session)
    shown = seen(one)
    assert [VMOS in frame for frame in shown] == [False, True, True, True, False, True]
    assert said[2:4] == ["VIRT 4220k, 1 VMO fewer, 1 mapping fewer", "1 VMO fewer, 1 handle fewer"]


def test_a_line_with_a_picture_of_its_own_shows_it_alone():
    text = page_of(ran("a = vmo_create 64k", "pages $a", "p = pages $a", "vmaps 3020", "ps"), "x")
    shown = [LINE in pictures for pictures, _, _ in frames(reel_of(text))]
    assert shown == [False, False, True, False, True, False]


def ran(*lines):
    session = fresh()
    for line in lines:
        list(session.run(line))
    return session


@pytest.mark.parametrize("seed", range(2))
def test_every_frame_is_what_somebody_would_see_who_comes_now(seed):
    """On random sessions: what is rebuilt after each line is what a fresh look at the same state shows."""
    random = Random(seed)
    session = fresh()
    one = Onlooker(session.state)
    makes = (
        *("m = map {}k", "touch $m 4k", "touch $m 12k", "a = vmo_create {}k", "w = vmo_write $a 0 --len 9k"),
        *("c = vmo_clone $a cow 0 16k", "ps", "handle_close $a", "vmar_unmap $vmar $m 8k", "p = spawn demo"),
        *("handle_close $c", "undo", "attach sh:vc", "detach", "k = vmar_map $vmar 0 $c 0 8k rw", "kill demo", "stat"),
    )
    for at in range(60):
        line = random.choice(makes).format(4 * random.randrange(4, 9))
        list(session.run(line))
        one.look(session.state, line)
        if at % 20 == 19:
            mine_now, fresh_now = seen(one)[-1], seen(Onlooker(session.state))[-1]
            for tab in (SPACE, LINKS, MEMORY):
                mine, fresh_ = mine_now[tab], fresh_now[tab]
                plain = [[(*mark[:6], cleared(mark[6]), mark[7]) for mark in marks if mark[0] and mark[6] != "mark"]
                         for marks in (mine, fresh_)]  # fmt: skip
                assert plain[0] == plain[1], (tab, line)


def cleared(classes):
    return " ".join(word for word in classes.split() if word != "changed")


def test_a_line_that_looks_costs_no_look_at_the_machine(monkeypatch):
    one, _ = watched("m = map 64k")
    session = fresh()
    run(session, "m = map 64k")
    one.look(session.state, "ps")
    monkeypatch.setattr(onlooker, "space_scene", None)
    monkeypatch.setattr(onlooker, "Figures", None)
    one.look(session.state, "ps")
    one.look(session.state, "vmaps 3020; stat")
