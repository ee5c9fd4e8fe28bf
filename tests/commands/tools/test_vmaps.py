"""`vmaps`: the maps of a process, exact."""

import pytest

from kshell.shell import registry
from tests.commands.sharing import shared
from tests.commands.support import fresh, output, run


def test_rows_of_a_small_process():
    session = shared()
    run(session, "vmar_protect $p.vmar 0x1000000 16k r", "vmar_allocate $p.vmar 0 64k can-map-read,can-map-execute")
    run(session, "vmar_unmap $p.vmar 0x1024000 4k")
    # Where nothing is nested, the first two rows stick out, as the real tool's do.
    assert output(session, "vmaps one") == (
        "/A  ________01000000-00007ffffffff000      128.0T:sz              unnamed\n"
        "/R  ________01000000-00007ffffffff000      128.0T:sz              root\n"
        "M ________01000000-________01004000 r--     16k:sz     16k:res  useralloc\n"
        "M ________01004000-________01010000 rw-     48k:sz     24k:res  useralloc\n"
        "M ________01010000-________01020000 r--     64k:sz     40k:res  useralloc\n"
        "M ________01020000-________01024000 rw-     16k:sz     16k:res  useralloc\n"
        "M ________01025000-________01030000 rw-     44k:sz      0B:res  useralloc\n"
        "R ________01030000-________01040000         64k:sz              useralloc\n"
    )


def test_sums_and_rows_for_programs():
    found = run(shared(), "vmaps one").result
    assert (found.value, found.extra) == (3, {"virt": 192 << 10, "res": 100 << 10, "count": 3})
    assert found.fields["maps"][-1] == {
        "type": "M",
        "depth": 2,
        "base": 0x1020000,
        "size": 65536,
        "perms": "rw-",
        "res": 20480,
        "name": "useralloc",
    }
    assert found.fields["maps"][1]["perms"] is None and found.fields["maps"][1]["res"] is None


def test_free_addresses():
    lines = output(shared(), "vmaps one --gaps").splitlines()
    assert lines[-1] == "- ________01030000-00007ffffffff000      128.0T:sz              free"
    session = shared()
    run(session, "vmar_unmap $p.vmar 0x1010000 64k")
    gaps = [line.split()[1] for line in output(session, "vmaps one --gaps").splitlines() if line.endswith("free")]
    assert gaps == ["________01010000-________01020000", "________01030000-00007ffffffff000"]


@pytest.mark.parametrize(
    ("options", "bases"),
    [
        ("--perms w", [0x1000000, 0x1020000]),
        ("--perms rw-", [0x1000000, 0x1020000]),
        ("--perms r", [0x1000000, 0x1010000, 0x1020000]),
        ("--perms x", []),
        ("--at 0x100ffff --name useralloc", [0x1000000]),
        ("--at 0x1010000 --name useralloc", [0x1010000]),
        ("--name USER --sort res", [0x1000000, 0x1010000, 0x1020000]),
        ("--min 64k --name useralloc", [0x1000000, 0x1010000, 0x1020000]),
        ("--min 65537 --name useralloc", []),
    ],
)
def test_what_is_left_out(options, bases):
    assert [row["base"] for row in run(shared(), f"vmaps one {options}").result.fields["maps"]] == bases


@pytest.mark.parametrize("word", ["q", "-", "rwq"])
def test_wrong_permissions(word):
    assert run(fresh(), f"vmaps 3020 --perms {word}").exit == 2


USAGE = "Usage: vmaps <process-koid>|help\n"


@pytest.mark.parametrize(
    ("word", "error"),
    [
        (
            "99999",
            "ERROR: couldn't find process with koid 99999: ERR_NOT_FOUND (-25)\n" + USAGE,
        ),
        (
            "1068",
            "ERROR: koid 1068 is a job, not a process\n"
            "ERROR: couldn't find process with koid 1068: ERR_WRONG_TYPE (-12)\nUsage: vmaps <process-koid>|help\n",
        ),
        ("abc", 'ERROR: "abc" is not a number\nUsage: vmaps <process-koid>|help\n'),
        ("-help", None),
        ("3183", "ERROR: couldn't get maps for process with koid 3183: ERR_ACCESS_DENIED (-30)\n"),
        (
            "1024",
            "ERROR: couldn't find process with koid 1024: ERR_NOT_FOUND (-25)\n" + USAGE,
        ),
    ],
)
def test_what_the_tool_says_of_other_words(word, error):
    outcome = run(fresh(), f"vmaps {word}")
    assert outcome.error == (error or "") and outcome.exit == (1 if error else 0)


def test_a_choice_of_nothing_prints_nothing():
    outcome = run(fresh(), "vmaps 3020 --perms wx")
    assert (outcome.ok, outcome.output, outcome.result.value) == (True, "", 0)


def test_a_process_that_does_not_run_has_no_maps():
    session = fresh()
    run(session, "p = process_create $job initial")
    assert output(session, "vmaps initial") == (
        "ERROR: couldn't get maps for process with koid 3183: ERR_BAD_STATE (-20)\n"
    )


@pytest.mark.parametrize("tool", ["vmaps", "vmos", "kill", "killall"])
@pytest.mark.parametrize("words", ["", " 3020 3020"])
def test_the_usage_says_one_word_and_the_tool_itself_refuses_none_and_two(tool, words):
    """W15: the hint was `[TASK ...]`, and the tools, which are the real ones, refuse none and two."""
    outcome = run(fresh(), tool + words)
    assert outcome.exit in (1, -1) and outcome.result is not None
    assert outcome.error.lower().startswith(f"usage: {tool} <")
    usage = registry.find(tool).usage()
    assert usage.split(" [--")[0] in (f"{tool} TASK", f"{tool} NAME")
