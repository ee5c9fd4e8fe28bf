"""`alias`, `unalias`: words that stand for the beginning of a line."""

from tests.commands.support import fresh, output


def test_aliases():
    session = fresh()
    output(session, "alias big ps --min 4M")
    assert "devhost:pci#1" in output(session, "big") and "netsvc" not in output(session, "big")
    assert output(session, "alias") == "big = ps --min 4M\n"
    assert "is a command" in output(session, "alias ps vmaps")
    output(session, "undo 5")
    assert "not found" in output(session, "big")
