"""Whether a line has changed anything."""

import pytest

from kshell.shell import registry
from kshell.shell.changes import same, stamp
from kshell.shell.looks import LOOKS, only_looks
from tests.commands.support import fresh, run

registry.load()


@pytest.mark.parametrize("name", sorted(LOOKS))
def test_commands_that_only_look_leave_nothing(name):
    """What they use up is given back."""
    session = fresh()
    for line, _ in registry.COMMANDS[name].examples:
        before = session.state.copy()
        run(session, line)
        if only_looks(line):
            assert same(before, session.state), line


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("vmo_write $v 0 x", False), ("vmo_write $v 0 y", True), ("vmar_protect $vmar $m 4k r", True),
        ("vmo_create 4k ; handle_close $_", False), ("handle_close 0", False), ("touch $m 4k r", True),
        ("object_signal $e 0 8", True), ("alias l ps", True), ("attach 3020", True), ("v = vmo_clone $v cow 0 0", True),
        ("n = echo 4", False), ("n = echo 5", True), ("nonsense", False), ("echo x > /dev/null", False),
    ],
)  # fmt: skip
def test_what_is_a_change(line, changes):
    session = fresh()
    run(session, "v = vmo_create 4k", "m = map 4k", "e = event_create", "n = echo 4", "vmo_write $v 0 x")
    before = session.state.copy()
    list(session.run(line))
    assert same(before, session.state) is not changes
    assert stamp(before) == stamp(session.state) or changes
