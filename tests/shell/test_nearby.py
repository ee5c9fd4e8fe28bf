"""What a line points at, in numbers."""

import pytest

from kshell.shell.grammar import parse
from kshell.shell.nearby import MOST_OBJECTS, Pointed, near
from tests.commands.support import fresh, run

SETUP = (
    "v = vmo_create 64k", "m = vmar_map $vmar 0 $v 0 64k rw", "vmo_write $v 0 first", "e = event_create",
    "pair = channel_create", "port = port_create", "p = process_create $job child", "t = thread_create $p main",
    "arg = event_create", "x = echo 1", "mine = thread_create $self worker", "touch $m 4k r",
)  # fmt: skip


def told(line):
    """The numbers before and after a line, and after it has run on a machine of its own."""
    session, other = fresh(), fresh()
    run(session, *SETUP)
    run(other, *SETUP)
    pointed = Pointed(session.state, parse(line))
    before = near(session.state, pointed)
    assert near(session.state.copy(), pointed) == near(other.state, pointed) == before
    run(session, line)
    run(other, line)
    assert near(other.state, pointed) == near(session.state, pointed)
    return before, near(session.state, pointed)


@pytest.mark.parametrize(
    "line",
    [
        "process_start $p $t 0x1000000 0 $arg 0", "thread_start $mine 0 0 0 0", "object_signal $e 0 8",
        "object_set_property $p name other", "vmo_write $v 0 again", "vmo_write $v 0 --len 4k --fill 7",
        "vmar_protect $vmar $m 64k r", "vmar_protect $vmar $m 4k r", "touch $m+8k 4k r", "touch $m 4k",
        "e = handle_replace $e same", "channel_write $pair.0 hello", "x = echo 2", "x = vmo_create 4k",
        "object_signal_peer $pair.0 0 0x01000000", "as child handle_close 0 ; object_signal $e 0 8", "kill child",
    ],
)  # fmt: skip
def test_what_a_line_changes_where_it_points_shows(line):
    before, after = told(line)
    assert before != after


@pytest.mark.parametrize("line", ["object_signal $e 0 0", "vmo_write $v 0 first", "x = echo 1", "touch $m 4k r", "ps"])
def test_what_leaves_nothing_shows_nothing(line):
    before, after = told(line)
    assert before == after


def test_only_what_is_near_is_looked_at():
    session = fresh()
    run(session, *SETUP, "repeat 1000 event_create", "repeat 300 vmar_map $vmar 0 $v 0 4k rw")
    said = near(session.state, Pointed(session.state, parse("vmar_unmap $vmar $m 4k")))
    assert len(said) < 40 * MOST_OBJECTS
