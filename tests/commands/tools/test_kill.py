"""`kill` and `killall`: who is killed, and in which order what they held goes."""

import re

import pytest

from tests.commands.support import fresh, output, run


def freed(text):
    """The koids of the VMOs whose pages a trace says went, in order."""
    return [int(koid) for koid in re.findall(r"trace: free, VMO (\d+), ", text)]


def test_the_handles_of_a_dead_process_close_newest_first():
    session = fresh()
    run(session, "spawn demo", "attach demo")
    for name in "abc":
        run(session, f"{name} = vmo_create 4k", f"vmo_write ${name} 0 x")
    koids = [session.state.variables[name].fields["koid"] for name in "cba"]
    run(session, "detach", "trace on")
    assert freed(output(session, "kill demo"))[:3] == koids


def test_the_slot_that_was_freed_last_is_taken_first():
    session = fresh()
    run(session, "a = event_create", "b = event_create", "c = event_create")
    slots = {name: session.state.variables[name].value for name in "abc"}
    run(session, "handle_close $a", "handle_close $c", "handle_close $b")
    made = [run(session, "x = event_create").result.value for _ in range(3)]
    # The generation of the slot differs, the slot does not: it is in the low bits, mixed with the process's secret.
    assert [value & 0xFFFF for value in made] == [slots[name] & 0xFFFF for name in "bca"]
    assert not {*made} & {*slots.values()}


def test_killall_kills_by_name_and_by_the_last_part_of_a_path():
    session = fresh()
    run(session, "spawn x/y", "spawn y", "spawn yy", "spawn y/x")
    assert output(session, "killall y") == "Killed 3183 x/y\nKilled 3268 y\n"
    assert [task["name"] for task in run(session, "ps --name y").result.fields["tasks"] if task["koid"] > 3020] == [
        "yy",
        "y/x",
    ]
    session.state.machine.check()


@pytest.mark.parametrize(
    ("wanted", "killed"),
    [
        ("b", ["a/b", "a//b", "a/b", "b"]),
        ("a/b", ["a/b"]),
        ("a/b/", ["a/b/"]),
        (".", ["", "."]),
        ("", [""]),
        ("/", ["/", "/"]),
        ("///", ["///"]),
        ("x", []),
    ],
)
def test_killall_compares_as_basename_does(wanted, killed):
    session = fresh()
    for name in ("a/b", "a//b", "a/b/", "b", "", ".", "/", "///"):
        run(session, f"p = process_create $job '{name}'")
    printed = output(session, f"killall '{wanted}'")
    assert [line.split(" ", 2)[2] for line in printed.splitlines() if line.startswith("Killed")] == killed
    session.state.machine.check()


def test_a_job_goes_with_all_below_it():
    session = fresh()
    run(session, "j = job_create $job", "k = job_create $j", "process_create $k inner", "spawn outer --job j:3183")
    spawned = session.state.last_result.fields["koid"]
    assert [task["koid"] for task in run(session, "ps").result.fields["tasks"]][-4:] == [3183, spawned, 3184, 3185]
    assert output(session, "kill 3183") == ""
    left = {task["koid"] for task in run(session, "ps").result.fields["tasks"]}
    assert not left & {spawned, 3185} and 3020 in left
    session.state.machine.check()


@pytest.mark.parametrize(
    ("word", "what"),
    [("0x494", "no task found\n"), ("1173", ""), ("1173x", ""), ("-1173", "no task found\n"), ("p:1173", "")],
)
def test_the_number_is_read_as_atoll_reads_it(word, what):
    session = fresh()
    assert output(session, f"kill {word}") == what
    assert ("netsvc" in output(session, "ps")) == bool(what)


def test_wrong_words():
    session = fresh()
    assert output(session, "kill 1 2") == "usage: kill <task id>\n" and session.state.last_exit == -1
    assert output(session, "killall a b") == "usage: killall <process>\n" and session.state.last_exit == -1
    assert output(session, "killall nobody") == "no tasks found\n" and session.state.last_exit == -1
