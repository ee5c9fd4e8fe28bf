"""Commands that show very many things let Python look for Ctrl-C at each of them, also where they are machine code."""

import pytest

from tests.commands.support import fresh, run
from tests.polls import polls

MANY = 200


@pytest.fixture(scope="module")
def session():
    """Processes, handles, and VMOs with a page each, alone and in families."""
    made = fresh()
    run(made, f"v = repeat {MANY} process_create $job many", f"e = repeat {MANY} event_create")
    calls = made.state.calls
    for _ in range(MANY):
        vmo = calls.vmo_create(4096)
        calls.vmo_write(vmo, 0, b"x")
        calls.vmo_clone(vmo, 1, 0, 4096)
    return made


@pytest.mark.parametrize("line", ("ps", "ps --units=k", "handles", "audit", "audit --rule owner", "audit --rule pss"))
def test_ctrl_c_is_looked_for_at_each_of_many(session, line):
    assert polls(lambda: run(session, line)) >= MANY


def test_ctrl_c_is_looked_for_when_a_line_ends(session):
    """So it is this line that is stopped, and not the next one."""
    run(session, "echo a")
    assert polls(lambda: run(session, *["echo a"] * MANY)) >= MANY
