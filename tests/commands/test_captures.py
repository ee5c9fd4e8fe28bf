"""What a real Magenta's console printed: usage and error texts byte for byte, tables in form.

`tests/data/console/` holds captures: the prompt with the line typed, then all that it printed. The kernel's log broke
long lines at 127 columns; the command itself does not.
"""

import re
from pathlib import Path

import pytest

from tests.commands.support import fresh, output, run

CAPTURES = Path(__file__).parent.parent / "data" / "console"
LOG_WIDTH = 127
# The captured machine's own koids and their like in the seed's.
KOIDS = {"1081": "1082"}


def unbroken(lines):
    """Lines with the log's breaks mended."""
    whole = []
    for line in lines:
        if whole and len(whole[-1]) >= LOG_WIDTH and len(whole[-1]) % LOG_WIDTH == 0:
            whole[-1] += line
        else:
            whole.append(line)
    return whole


def capture(path):
    first, *lines = path.read_text().split("\n")
    while lines and not lines[-1]:
        lines.pop()
    return first.removeprefix("magenta$ "), unbroken(lines)


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.txt")), ids=lambda path: path.stem)
def test_prints_what_the_real_console_printed(path):
    typed, lines = capture(path)
    session = fresh()
    # The shell counts its lines in its messages.
    counted = next((re.search(r"/boot/bin/sh: (\d+):", line) for line in lines if "/boot/bin/sh:" in line), None)
    if counted:
        session.state.line_number = int(counted[1]) - 1
    for captured, ours in KOIDS.items():
        typed = re.sub(rf"\b{captured}\b", ours, typed)
        lines = [re.sub(rf"koid {captured}\b", f"koid {ours}", line) for line in lines]
    printed = output(session, typed).splitlines()
    # What may have been meant is on a line of its own after the shell's.
    printed = [line for line in printed if not line.startswith(("did you mean", "`help` lists"))]
    assert printed == lines


def exit_of(*lines):
    session = fresh()
    run(session, *lines)
    return session.state.last_exit


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("vmaps 999999", 1),
        ("vmaps abc", 1),
        ("vmaps", 1),
        ("vmaps help", 0),
        ("foo", 127),
        ("/boot/bin/foo", 2),
        ("kill 999999", -1),
        ("kill", -1),
        ("killall nosuchprocess", -1),
        ("killall netsvc", 0),
        ("k", -1),
        ("k mx bogus", -1),
        ("k mx ps", 0),
        ("k mx ht 999999", 0),
        ("k mx ht", -1),
        ("k mx kill 999999", 0),
        ("k pmm", -1),
        ("k pmm bogus", -1),
        ("k pmm arenas", 0),
        ("ps --help", 0),
    ],
)
def test_exit_values_are_the_real_ones(line, value):
    assert exit_of(line) == value
