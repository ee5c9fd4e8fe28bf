"""`top`: threads of a machine whose clock stands still."""

import pytest

from kshell.commands.tools.top import TOP_HELP
from tests.commands.support import fresh, output, run

HEADER = "     PID      TID      TIME% STATE NAME\n"


def test_no_thread_used_any_time():
    session = fresh()
    assert output(session, "top") == output(session, "top -o none") == output(session, "top -d 5") == HEADER
    assert output(session, "top -r") == "     PID      TID    TIME_NS STATE NAME\n"


def test_all_threads():
    session = fresh()
    run(session, "t = thread_create $self late")
    lines = output(session, "top -a").splitlines(keepends=True)
    assert lines[:2] == [HEADER, "    1041     1044       0.00 block bin/devmgr:bin/devmgr\n"]
    assert lines[-1] == "    3184     3186       0.00   run /boot/bin/top:main\n"
    assert len(lines) == 1 + 32
    assert output(session, "top -a -c 2") == "".join(lines[:3])
    assert (
        output(session, "top -r -a -c 1").splitlines()[1] == "    1041     1044          0 block bin/devmgr:bin/devmgr"
    )


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("top -c 0", "Bad count"),
        ("top -c", "Bad count"),
        ("top -d x", "Bad delay"),
        ("top -o", "Bad sort field"),
        ("top -o name", "Bad sort field"),
        ("top frob", "Unknown option: frob"),
        ("top -o time -x", "Unknown option: -x"),
    ],
)
def test_wrong_words(line, complaint):
    outcome = run(fresh(), line)
    assert (outcome.error, outcome.exit) == (f"{complaint}\n{TOP_HELP}", 1)


def test_its_help():
    assert output(fresh(), "top --help") == output(fresh(), "top -a -h") == TOP_HELP
