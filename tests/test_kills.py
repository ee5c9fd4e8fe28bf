"""The short form of `python -m tests.kills`."""

from tests import kills


def test_a_kill_loses_nothing_that_was_answered(capsys):
    assert kills.main(["--kills", "12", "--seed", "1"]) == 0
    assert "none lost" in capsys.readouterr().out
