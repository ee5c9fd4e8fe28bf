"""`pin`, `unpin`: what is pinned, and that it leaves no trace."""

import json

import pytest

from kshell.commands.session.pane import Pane, shares
from kshell.pictures.terminal.drawing import draw
from kshell.pictures.terminal.look import ASCII, COLOURS, UNICODE
from kshell.shell import registry
from kshell.shell.host import Sandbox
from kshell.shell.looks import LOOKS, PROGRAMS
from kshell.shell.pins import MOST_PINS
from tests.commands.support import fresh, output, run
from tests.dump import difference, dump


@pytest.fixture
def session():
    return fresh()


def pinned(session):
    return json.loads(run(session, "pin").to_json())["result"]["pins"]


def texts(session):
    return [part.text for pin in session.pins.pins for part in pin.now]


def trace(session):
    """All that a line could leave behind."""
    state = session.state
    return (
        *(list(session.timeline.lines), session.timeline.effects, state.last_exit, state.last_result),
        *(state.line_number, state.failures, list(state.variables), state.process.koid, len(session.timeline.undone)),
    )


def test_a_pinned_line_is_what_it_would_print_now(session):
    run(session, "m = map 64k", "pin memory", "pin ps")
    assert texts(session) == [output(fresh_with(session), line) for line in ("memory", "ps")]
    run(session, "touch $m 64k")
    session.pins.refresh(session.state)
    assert texts(session) == [output(fresh_with(session), line) for line in ("memory", "ps")]


def fresh_with(session):
    """Another session after the same lines."""
    twin = fresh()
    run(twin, *session.timeline.lines)
    return twin


@pytest.mark.parametrize("line", sorted(LOOKS))
def test_what_is_pinned_leaves_no_trace(session, line):
    """Neither koids nor `$?`, whether the command needs a copy of the machine or not."""
    run(session, "m = map 64k", "snap a", "touch $m 8k", "vmo_read 4 0 1")
    words = {"vmaps": "2988", "vmos": "2988", "stat": "2988", "threads": "2988", "assert": "1 == 1", "why": "2988"}
    words |= {
        "clones": "$m",
        "pages": "$m",
        "space": "2988",
        "what-if": "map 4k",
        "print": "$m",
        "p/x": "$m",
        "p/d": "$m",
        "signals": "$self",
    }
    before, left = dump(session), trace(session)
    outcome = run(session, f"pin {line} {words.get(line, '')}")
    session.pins.refresh(session.state)
    session.pins.refresh(session.state)
    if session.pins.pins:
        assert texts(session)[0] or line in ("dlog", "echo", "true", "false", "assert")
    else:
        # `help` and others that need a word that is not given here are refused.
        assert outcome.exit == 2, outcome.error
    assert not difference(before, dump(session))
    assert trace(session) == left


def test_the_next_object_gets_the_koid_that_it_would_get(session):
    other = fresh()
    run(session, "pin ps", "pin 'top; vmaps 2988'")
    for line in ("v = vmo_create 4k", "ps", "map 4k", "undo", "w = vmo_create 8k", "handles"):
        assert output(session, line) == output(other, line), line
        session.pins.refresh(session.state)


def test_programs_are_those_that_use_up_koids(session):
    for name in LOOKS & {command.name for command in registry.every()}:
        before = session.state.machine.next_koid
        session.aside(f"{name} 2988" if name in ("vmaps", "vmos") else name, on_copy=False)
        assert (session.state.machine.next_koid != before) == (name in PROGRAMS), name


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("map 4k", "map cannot be pinned: only what changes nothing can, such as ps"),
        ("'ps; map 4k'", "map cannot be pinned: only what changes nothing can, such as ps"),
        ("undo", "undo cannot be pinned: only what changes nothing can, such as ps"),
        ("nonsense", "there is no command 'nonsense'"),
        ("''", "there is no command to be pinned"),
        ("ps > file", "a pinned command's output stays on the screen: pin it without a name, > and |"),
        ("ps | cat", "a pinned command's output stays on the screen: pin it without a name, > and |"),
        ("x = ps", "a pinned command's output stays on the screen: pin it without a name, > and |"),
        ("print $nope", "print: $nope is not set: `nope = COMMAND` sets it; see `vars`"),
        ("'ps", "the quote at column 5 is not closed"),
    ],
)
def test_what_cannot_be_pinned(session, line, why):
    outcome = run(session, f"pin {line}")
    assert outcome.exit == 2 and why in outcome.error
    assert pinned(session) == []


def test_pin_alone_lists_and_unpin_takes_away(session):
    run(session, "pin ps", "pin 'memory; handles'", "pin vars")
    assert output(session, "pin") == "  1  ps\n  2  memory; handles\n  3  vars\n"
    assert output(session, "unpin 2") == "" and pinned(session) == ["ps", "vars"]
    assert output(session, "unpin vars") == "" and pinned(session) == ["ps"]
    assert output(session, "unpin 2") == "unpin: 2 is not pinned; `pin` lists what is\n"
    assert output(session, "pin ps") == "pin: ps is pinned already\n"
    run(session, "pin memory", "unpin")
    assert pinned(session) == [] and output(session, "unpin") == "unpin: nothing is pinned\n"


def test_no_more_are_pinned_than_a_screen_has_room_for(session):
    for number in range(MOST_PINS):
        assert run(session, f"pin echo {number}").ok
    assert output(session, "pin ps") == "pin: 8 commands are pinned, as many as can be: `unpin N` takes one away\n"


def test_it_is_no_line_of_the_session(session):
    run(session, "m = map 4k", "pin memory", "undo")
    assert pinned(session) == ["memory"] and session.timeline.lines == []
    run(session, "reset")
    assert pinned(session) == ["memory"] and "pin" not in session.script()


def test_an_alias_that_stands_for_something_else_later_is_not_run(session):
    run(session, "alias look memory", "pin look")
    assert texts(session)[0].startswith("total ")
    run(session, "alias look map 4k")
    session.pins.refresh(session.state)
    assert texts(session) == ["map cannot be pinned: only what changes nothing can, such as ps"]


def test_a_pinned_command_that_fails_says_why_in_one_line(session):
    run(session, "m = map 4k", "pin print $m")
    run(session, "undo")
    session.pins.refresh(session.state)
    assert texts(session) == ["print: $m is not set: `m = COMMAND` sets it; see `vars`"]
    run(session, "redo")
    session.pins.refresh(session.state)
    assert "not set" not in texts(session)[0]
    run(session, "pin vmaps 3")
    assert texts(session)[1] == "ERROR: couldn't find process with koid 3: ERR_NOT_FOUND (-25)"


def test_a_bug_and_ctrl_c_cost_the_picture_only(session, monkeypatch):
    run(session, "pin memory")
    monkeypatch.setattr(registry.find("memory"), "function", lambda *_: 1 // 0)
    session.pins.refresh(session.state)
    assert texts(session) == ["a bug: integer division or modulo by zero"]
    monkeypatch.undo()
    session.interrupts.pending = True
    session.pins.refresh(session.state)
    assert texts(session) == ["interrupted; the next line draws it again"] and not session.interrupts.armed
    session.pins.refresh(session.state)
    assert texts(session)[0].startswith("total ")


def test_a_sandbox_may_pin():
    session = fresh(Sandbox())
    assert run(session, "pin ps").ok and texts(session)[0].startswith("TASK")


# The pane


COLOURED = ASCII.coloured(COLOURS)


def pane(session, columns, rows, look, room=None):
    return Pane(session.pins).lines(columns, rows, look, room)


def test_nothing_pinned_takes_no_room(session):
    assert pane(session, 80, 24, ASCII) == []


def test_it_takes_at_most_half_of_the_terminal_which_the_pins_share(session):
    run(session, "pin memory", "pin echo hi")
    assert pane(session, 40, 24, ASCII) == [
        "-- 1: memory ---------------------------",
        *(f"  {line}" for line in output(session, "memory").splitlines()),
        "-- 2: echo hi --------------------------",
        "  hi",
    ]
    run(session, "pin ps")
    lines = pane(session, 80, 24, ASCII)
    assert [line[:9] for line in lines] == [
        *("-- 1: mem", "  total  ", "  free   ", "  object ", "... 5 mor"),
        *("-- 2: ech", "  hi"),
        *("-- 3: ps ", "  TASK   ", "  p:1041 ", "  j:1068 ", "... 15 mo"),
    ]
    assert lines[4] == "... 5 more lines"


def test_a_small_terminal_gets_what_fits(session):
    run(session, "pin memory", "pin ps", "pin echo hi")
    assert pane(session, 24, 12, ASCII) == [
        *("-- 1: memory -----------", "... 8 more lines"),
        *("-- 2: ps ---------------", "... 18 more lines"),
        *("-- 3: echo hi ----------", "  hi"),
    ]
    assert pane(session, 24, 24, ASCII, 3) == ["-- 1: memory -----------", "... 8 more lines", "... 2 more pinned"]
    assert pane(session, 24, 9, ASCII) == ["3 pinned; a terminal of "]
    assert pane(session, 80, 9, ASCII) == ["3 pinned; a terminal of 10 rows shows more"]
    assert pane(session, 80, 9, ASCII, 0) == []


def test_what_the_last_line_changed_is_marked(session):
    run(session, "m = map 64k", "pin memory")
    plain = pane(session, 80, 24, ASCII)
    assert [line[0] for line in plain[1:]] == [" "] * 8
    run(session, "touch $m 64k")
    session.pins.refresh(session.state)
    marked = [line.split()[1] for line in pane(session, 80, 24, ASCII) if line.startswith("* ")]
    assert marked == ["free", "object"]
    coloured = pane(session, 80, 24, COLOURED)
    assert [line.split()[0] for line in coloured if "\x1b[4m" in line] == ["free", "object"]
    session.pins.refresh(session.state)
    assert pane(session, 80, 24, ASCII) == [line.replace("* ", "  ") for line in pane(session, 80, 24, ASCII)]


def test_a_line_is_cut_where_the_terminal_ends_and_is_safe(session):
    run(session, "pin echo '漢漢漢漢漢\\x1b[2J' long long")
    head, line = pane(session, 20, 24, COLOURED)
    assert head == "\x1b[2m-- 1: echo '漢漢漢漢\x1b[0m" and line == "漢漢漢漢漢\\x1b[2J lo"


@pytest.mark.parametrize(
    ("needs", "room", "given"),
    [([9, 3], 12, [9, 3]), ([9, 9], 12, [6, 6]), ([9, 9], 11, [6, 5]), ([2, 20, 20], 12, [2, 5, 5]), ([], 5, [])],
)
def test_rows_are_shared_fairly(needs, room, given):
    assert shares(needs, room) == given


def test_a_picture_is_drawn_for_the_terminal_as_it_is(session):
    run(session, "v = vmo_create 64k", "m = vmar_map $vmar 0 $v 0 64k rw", "touch $m 8k", "pin pages $v")
    (part,) = session.pins.pins[0].now
    for columns, look in ((80, ASCII), (40, UNICODE), (60, COLOURED)):
        assert pane(session, columns, 50, look)[1:] == draw(part.scene, columns, look).splitlines()
    before = pane(session, 80, 50, ASCII)
    run(session, "touch $m+16k 4k")
    session.pins.refresh(session.state)
    assert pane(session, 80, 50, ASCII) != before and pane(session, 80, 24, ASCII)[1:] != before[1:]
    assert pane(session, 80, 50, ASCII)[5:] == [
        *("             *", "each sign is 1 page: # own  . absent  * changed by the last line"),
    ]
    session.pins.refresh(session.state)
    assert not any("*" in line for line in pane(session, 80, 50, ASCII))


def test_the_marks_of_pictures_are_of_the_last_line(session):
    run(session, "v = vmo_create 64k", "m = vmar_map $vmar 0 $v 0 64k rw", "c = vmo_clone $v cow 0 64k")
    for line in ("clones $v", "space"):
        run(session, f"pin {line}")
        assert not any("changed" in row for row in pane(session, 80, 200, ASCII)), line
        run(session, "touch $m+16k 4k; n = map 64k")
        session.pins.refresh(session.state)
        marked = pane(session, 80, 200, ASCII)
        assert any("*" in row for row in marked) and any("changed by the last line" in row for row in marked), line
        run(session, "unpin", "undo")
