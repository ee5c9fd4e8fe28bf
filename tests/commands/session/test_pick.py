"""pick: numbers of the session's seed, the same whenever its lines run."""

import json

import pytest

from tests.commands.support import output, run
from tests.dump import difference, dump
from tests.program import kshell
from tests.sessions import opened


def picked(session, count=6):
    return [run(session, "pick n 2..9").result.value for _ in range(count)]


def test_a_seed_gives_the_same_numbers_and_another_seed_others():
    assert picked(opened()) == picked(opened(seed=1)) == [4, 9, 2, 4, 3, 4]
    assert picked(opened(seed=2)) != picked(opened(seed=1))


def test_it_sets_a_name_to_a_plain_number():
    session = opened()
    outcome = run(session, "pick n 2..9")
    assert json.loads(outcome.to_json())["result"] == {"name": "n", "value": 4}
    assert output(session, "x = map $n*4k && print $n") == "0x4  4\n"
    assert run(session, "assert $n.value == 4").ok
    assert run(session, "m = pick n $n..$n").result.value == 4


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("pick n 9..2", "pick: '9..2' has no number in it: 9 is more than 2"),
        ("pick n 9", "pick: '9' is not a range: give the least and the largest number, as in 2..9"),
        ("pick n 2..", "pick: '2..' is not a range"),
        ("pick 9n 2..9", "pick: '9n' cannot be a name"),
        ("pick n x..9", "pick: 'x' is not a number"),
    ],
)
def test_a_wrong_line_draws_nothing(line, reason):
    session = opened()
    outcome = run(session, line)
    assert outcome.exit == 2 and outcome.error.startswith(reason)
    assert picked(session, 1) == [4] and "9n" not in session.state.variables


def test_undo_and_a_replay_draw_the_same_again(tmp_path):
    session = opened(journal=tmp_path / "j", seed=3)
    run(session, "pick a 0..1000", "pick b 0..1000")
    first = session.state.variables["b"].value
    run(session, "undo", "pick b 0..1000")
    assert session.state.variables["b"].value == first
    run(session, "undo", "redo")
    assert session.state.variables["b"].value == first
    run(session, f"save {tmp_path / 's.kshell'}")
    before = dump(session)
    after = run(session, "pick c 0..1000").result.value
    run(session, "undo")
    session.journal.close()
    again = opened(journal=tmp_path / "j")
    assert not difference(dump(again), before)
    assert run(again, "pick c 0..1000").result.value == after
    assert (tmp_path / "s.kshell").read_text().startswith("#! kshell --seed 3\n")
    assert kshell(str(tmp_path / "s.kshell"), "-c", "echo $b").stdout.endswith(f"\n{first}\n")


def test_a_transcript_draws_the_same(tmp_path):
    session = opened(seed=5)
    run(session, "pick a 0..1000", f"save {tmp_path / 's.md'}")
    done = kshell("--seed", "5", "--check", str(tmp_path / "s.md"))
    assert done.returncode == 0, done.stdout


def test_a_line_that_is_only_tried_uses_no_draw_up():
    session = opened()
    run(session, "what-if pick n 2..9")
    assert picked(session, 2) == [4, 9]


def test_a_seed_is_a_number():
    done = kshell("--seed", "x", "-c", "ps")
    assert (done.returncode, done.stderr.startswith("kshell: --seed: 'x' is not a number")) == (2, True)
