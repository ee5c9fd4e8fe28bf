"""Answers in processes of their own: whatever one does, there is a graded paper, and in time."""

import json
import os
import time

import pytest

from kshell.documents import watched
from kshell.documents.answers import COUNTS
from kshell.documents.grading import prepare
from kshell.documents.watched import Limits, Machine, assess
from kshell.shell.interrupts import Interrupts
from tests.commands.support import fresh
from tests.documents.exercises import RIGHT, WRONG, exercise, paper

SECOND = Limits(1.0, 512 << 20)
PLAIN = Machine({}, {}, [])
# Demo's RES grows as it should, and then comes something else.
GOOD = "m = map 64k\ntouch $m 8k\n"


def prepared():
    found = exercise()
    prepare(found, fresh())
    return found


def graded(answer, limits=SECOND, machine=PLAIN):
    return assess(prepared(), answer, machine, limits, Interrupts())


def marks(found):
    return [(mark.passed, mark.expected, mark.found, mark.moved) for mark in found.marks]


def test_a_process_finds_what_is_found_here():
    for answer in (RIGHT, WRONG):
        one, other = graded(answer), paper(answer)
        assert marks(one) == marks(other)
        assert vars_of(one.ended) == vars_of(other.ended)


def vars_of(ended):
    return ended.how, ended.line, ended.why


@pytest.mark.parametrize(
    "line", ["repeat 1000000000 true", "watch true", "repeat 1000000000 map 4k"], ids=("loop", "watch", "maps")
)
def test_an_endless_line_is_stopped_and_what_came_before_it_counts(line):
    found = graded(f"{GOOD}{line}\nkill demo\n")
    assert (found.ended.how, found.ended.line) == ("time", 3)
    assert found.ended.why == (COUNTS if "watch" in line else "")
    assert [mark.passed for mark in found.marks] == [True] * 4


def test_what_moved_is_found_after_an_endless_line_too():
    found = graded("m = map 64k\ntouch $m 4k\nrepeat 1000000000 true\n")
    assert found.ended.how == "time" and found.marks[0].moved == 2


def test_an_answer_that_needs_too_much_memory_counts_up_to_there():
    bomb = "x = echo 0123456789abcdef\n" + "x = echo $x$x\n" * 19 + "".join(f"y{at} = echo $x\n" for at in range(50))
    found = graded(f"{GOOD}{bomb}", Limits(60.0, 64 << 20))
    assert found.ended.how == "memory" and found.ended.line > 10
    assert found.marks[0].passed is True


@pytest.mark.parametrize(
    "bytes_",
    [bytes(range(256)) * 20, b"\0" * 5000, b"x" * (1 << 19), b"\n" * 5000, "map 64k\n".encode("utf-16")],
    ids=("all", "nulls", "long", "empty", "utf-16"),
)  # fmt: skip
def test_garbage_is_graded(bytes_):
    found = graded(bytes_.decode("utf-8", "surrogateescape"))
    assert [mark.passed for mark in found.marks] == [False, True, True, None]


def test_no_line_reaches_files_programs_or_the_records(tmp_path, monkeypatch):
    """Each attempt fails, and the lines after it run: the answer asks for that."""
    monkeypatch.chdir(tmp_path)
    # A folder of answers is no place to import from.
    (tmp_path / "json.py").write_text("raise SystemExit('mine')\n")
    secret = tmp_path / "secret"
    secret.write_text("map 64k\n")
    record = json.dumps({"kind": "goal", "number": 1, "passed": True, "expected": "", "found": ""})
    attempts = [
        "ps > pwned", "ps >> pwned", f"ps > {tmp_path}/pwned", "ps | sh", "ps | touch pwned", "shell",
        "shell touch pwned", "load /etc/passwd", f"load {secret}", "save pwned", "what-if 'ps > pwned'",
        "watch --times 1 ps > pwned",
        f"echo '{record}'", *(f"echo '{record}' > /dev/fd/{file}" for file in range(8)),
        f"echo '{record}' > /proc/self/fd/3", "draw pwned.svg pages", "export pwned.html",
        "exit",
    ]  # fmt: skip
    found = graded("#! kshell -k\n" + "".join(f"{attempt}\n" for attempt in attempts))
    assert found.ended.how == "whole"
    assert [mark.passed for mark in found.marks][:2] == [False, True]
    assert sorted(os.listdir(tmp_path)) == ["json.py", "secret"]


def test_options_of_the_machine_reach_the_answer():
    found = graded(f"{GOOD}#\nassert 1 == 2\n", machine=Machine({"--memory": "1G"}, {"--max-output": "100"}, []))
    assert found.ended.line == 4 and found.marks[0].passed is True
    found = graded("#! kshell --memory 1024M\nps\n", machine=Machine({"--memory": "1G"}, {}, []))
    assert found.ended.how == "whole"


# Processes that are not the grader: what a bug, or an answer that got out, could make of it.


def instead(monkeypatch, code):
    monkeypatch.setattr(watched, "GRADER", ("-c", f"import json, os, sys, time\njob = json.load(sys.stdin)\n{code}"))
    monkeypatch.setattr(watched, "GRACE", 0.5)


def say(*records):
    return "".join(f"print({json.dumps(json.dumps(record))}, flush=True)\n" for record in records)


BEGIN = {"kind": "begin"}


def goal(number, passed=True):
    return {"kind": "goal", "number": number, "passed": passed, "expected": "", "found": ""}


def test_points_are_not_for_the_process_to_say(monkeypatch):
    """Goals that there are not, points, and goals that wait for others change nothing."""
    lies = [
        BEGIN, {**goal(1, False), "points": 99}, goal(2), {**goal(3), "passed": 1}, goal(4), goal(5), goal(-1),
        goal("1"), [], 5, None, "x", {"kind": []}, {"kind": "ended", "how": "won"},
        {"kind": "moved", "number": 1, "line": "x"},
        {"kind": "end"},
    ]  # fmt: skip
    instead(monkeypatch, f"print('not json')\nprint('\\\\xff' * 100000)\n{say(*lies)}")
    found = graded("ps\n")
    assert [mark.passed for mark in found.marks] == [False, True, None, None] and found.points == 1
    assert found.marks[2].found == watched.UNSEEN and found.marks[3].waits_for == [1, 3]


def test_a_process_that_ends_at_a_line_is_started_again_without_it(monkeypatch):
    """It dies wherever a line says so; then the one before."""
    records = say(BEGIN)
    code = (
        "lines = job['answer'].split('\\n')\n"
        f"{records}"
        "for number, line in enumerate(lines, 1):\n"
        "    print(json.dumps({'kind': 'line', 'number': number}), flush=True)\n"
        "    if line == 'die': os._exit(1)\n"
        f"{say(*(goal(number) for number in range(1, 5)), {'kind': 'end'})}"
    )
    instead(monkeypatch, code)
    found = graded("a\ndie\nb\ndie\nc")
    assert (found.ended.how, found.ended.line, found.line(2)) == ("lost", 2, "die") and found.passed


def test_a_process_that_never_ends_is_killed_with_all_that_it_has_started(monkeypatch, tmp_path):
    mark = tmp_path / "alive"
    child = f"while True: open({str(mark)!r}, 'w').close(); time.sleep(0.05)"
    code = (
        f"{say(BEGIN)}import subprocess\n"
        f"subprocess.Popen([sys.executable, '-c', {('import time' + chr(10) + child)!r}])\n"
        "while True: time.sleep(1)\n"
    )
    instead(monkeypatch, code)
    found = graded("", Limits(0.2, 1 << 30))
    assert found.ended.how == "time" and [mark.passed for mark in found.marks] == [None] * 4
    mark.unlink(missing_ok=True)
    time.sleep(0.3)
    assert not mark.exists()


def test_a_process_that_never_begins_is_killed(monkeypatch):
    monkeypatch.setattr(watched, "STARTING", 0.5)
    instead(monkeypatch, "time.sleep(60)")
    found = graded("ps\n")
    assert found.ended.how == "lost" and found.points == 0


def test_a_process_that_tells_too_much_is_not_heard_out(monkeypatch):
    monkeypatch.setattr(watched, "MOST_READ", 1 << 16)
    instead(monkeypatch, f"{say(BEGIN, goal(1))}while True: print('x' * 1000)")
    found = graded("ps\n", Limits(30.0, 1 << 30))
    # Its time is not up yet.
    assert found.ended.how != "time" and [mark.passed for mark in found.marks] == [True, None, None, None]


def test_a_process_that_takes_no_job_is_no_harm(monkeypatch):
    monkeypatch.setattr(watched, "GRADER", ("-c", "import os; os._exit(3)"))
    found = graded("x" * (1 << 20))
    assert found.ended.how == "lost" and [mark.passed for mark in found.marks] == [None] * 4


def test_ctrl_c_ends_the_process(monkeypatch):
    instead(monkeypatch, f"{say(BEGIN)}time.sleep(60)")
    interrupts = Interrupts()
    interrupts.pending = True
    with pytest.raises(KeyboardInterrupt):
        assess(prepared(), "ps\n", PLAIN, SECOND, interrupts)
