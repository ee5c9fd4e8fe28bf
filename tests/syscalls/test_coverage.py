"""docs/syscalls.md says of every system call of the reference commit what kshell has of it."""

import re
from pathlib import Path

from kshell.kernel.syscalls import Syscalls

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "syscalls.md"
# The names in `system/public/magenta/syscalls.sysgen` at the reference commit, in its order.
ABI = (ROOT / "tests" / "data" / "syscalls.txt").read_text().split()
STATES = ("full", "part", "none")
# Methods that are one use of a call rather than a call: mx_socket_read without a buffer.
USES = {"socket_outstanding": "socket_read"}


def rows():
    """(call, state, text) of each row."""
    found = re.findall(r"^\| (\w+) \| (\w+) \| ?(.*?) ?\|$", TABLE.read_text(), re.MULTILINE)
    return [row for row in found if row[0] != "call"]


def implemented():
    names = {name for base in Syscalls.__mro__[:-1] for name, found in vars(base).items() if callable(found)}
    return {name for name in names if not name.startswith("_")} - set(USES)


def test_every_call_of_the_abi_has_a_row_in_its_order():
    assert [call for call, _, _ in rows()] == ABI and len(set(ABI)) == len(ABI) == 133


def test_a_state_is_what_the_calls_are():
    states = {call: state for call, state, _ in rows()}
    assert set(states.values()) <= set(STATES)
    assert {call for call, state in states.items() if state != "none"} == implemented()
    assert all(states[call] != "none" for call in USES.values())


def test_what_is_there_in_part_says_what_is_not():
    assert all(text for _, state, text in rows() if state == "part")


def test_what_a_row_refers_to_is_a_call():
    for _, _, text in rows():
        for other in re.findall(r"\bas (\w+_\w+)", text):
            assert other in ABI
