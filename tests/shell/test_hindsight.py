"""Which lines changed anything is what whole states say, however it is found out."""

from random import Random

import pytest

from kshell.shell import hindsight
from kshell.shell.changes import same
from kshell.shell.looks import only_looks
from tests.commands.support import fresh, run
from tests.compiled import REPLACED, require_python
from tests.lines import random_line
from tests.shell.test_timeline import tiny

BEGIN = (
    "a = vmo_create 64k", "b = map 64k", "c = event_create", "d = channel_create", "p = process_create $job child",
    "t = thread_create $p main", "arg = event_create", "mine = thread_create $self worker",
)  # fmt: skip
# Lines that change what no number of the whole state shows, and lines that leave nothing.
QUIET = (
    "process_start $p $t 0x1000000 0 $arg 0", "thread_start $mine 0 0 0 0", "object_signal $c 0 8",
    "object_signal $c 8 0", "vmo_write $a 0 one", "vmo_write $a 0 two", "vmar_protect $vmar $b 64k r",
    "vmar_protect $vmar $b 64k rw", "touch $b 4k r", "touch $b 4k", "e = echo 1", "e = echo 2", "alias ll ps",
    "alias ll stat", "ll", "object_set_property $p name new", "object_set_property $p name old",
    "x = vmo_create 4k ; handle_close $x", "event_create ; handle_close $_", "handle_close 0", "channel_write $d.0 hi",
    "channel_read $d.1", "object_signal $c 0 8 ; object_signal $c 8 0", "attach child", "detach", "kill child",
    "handle_replace $c same", "c = handle_replace $c same", "as child event_create", "k mx kill child",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_it_is_what_whole_states_say(seed):
    random = Random(seed)
    session = tiny()
    run(session, *BEGIN)
    changed = []
    for _ in range(60):
        line = random_line(random) if random.random() < 0.3 else random.choice(QUIET)
        before, count = session.state.copy(), len(session.timeline.lines)
        list(session.run(line))
        if len(session.timeline.lines) > count and not only_looks(line) and not same(before, session.state):
            changed.append(line)
    steps = random.randrange(1, len(changed) + 1)
    found, idle = session.undo(steps)
    assert found == changed[::-1][:steps]
    again, passed = session.redo(steps)
    assert again == found[::-1] and sorted(passed) == sorted(idle)


def test_lines_that_show_what_they_changed_are_judged_on_one_walk(monkeypatch):
    require_python(REPLACED)
    session = fresh()
    for _ in range(20):
        run(session, "p = process_create $job child", "t = thread_create $p main", "arg = event_create")
        run(session, "process_start $p $t 0x1000000 0 $arg 0")
    walks = []
    walk = session._walk
    monkeypatch.setattr(hindsight, "same", None)
    monkeypatch.setattr(session, "_walk", lambda *bounds: walks.append(bounds) or walk(*bounds))
    assert len(session.undo(40)[0]) == 40 and len(walks) == 1


def test_silent_lines_are_judged_on_two_walks_in_step(monkeypatch):
    require_python(REPLACED)
    session = tiny()
    run(session, "a = vmo_create 4k")
    for _ in range(30):
        run(session, "event_create ; handle_close $_", "handle_close 0")
    walks = []
    walk = session._walk
    monkeypatch.setattr(session, "_walk", lambda *bounds: walks.append(bounds[1:]) or walk(*bounds))
    changed, idle = session.undo(1)
    assert changed == ["a = vmo_create 4k"] and len(idle) == 60
    # The last line by itself, then 4, 16, and all that are left.
    assert len(walks) == 9
