"""`alias`, `unalias`: words that stand for the beginning of a line."""

from tests.commands.support import fresh, output, run


def test_aliases():
    session = fresh()
    output(session, "alias big ps --min 4M")
    assert "devhost:pci#1" in output(session, "big") and "netsvc" not in output(session, "big")
    assert output(session, "alias") == "big = ps --min 4M\n"
    assert "is a command" in output(session, "alias ps vmaps")
    output(session, "undo 5")
    assert "not found" in output(session, "big")


def test_words_that_follow_are_added():
    session = fresh()
    run(session, "alias big ps --min 4M", "alias hi 'echo' 'a  b'")
    assert output(session, "hi c") == "a  b c\n"
    assert output(session, "big --sort name") == output(session, "ps --min 4M --sort name")
    assert output(session, "hi; x = big && echo $x.count").endswith("\n1\n")


def test_what_is_listed():
    session = fresh()
    run(session, "alias z ps", "alias a echo 'x y' \"it's\"")
    assert output(session, "alias") == "a = echo 'x y' 'it'\\''s'\nz = ps\n"
    assert output(session, "alias z") == "z = ps\n"
    found = run(session, "alias").result
    assert found.value == 2 and found.fields["aliases"] == {"a": "echo 'x y' 'it'\\''s'", "z": "ps"}


def test_a_line_is_not_an_alias():
    """W9: what could not be run later is refused when it is defined."""
    session = fresh()
    for line, said in (
        ('alias grow "x = map 1M; touch $x 1M"', "'x = map 1M; touch $x 1M' is a line, and an alias is one command\n"),
        ("alias grow 'ps --min 4M'", "'ps --min 4M' is a line, and an alias is one command\n"),
        ("alias grow nosuch 1", "'nosuch' is not a command: an alias begins with one\n"),
        ("alias grow as 3020 stat", "'as' is not a command: an alias begins with one\n"),
        (f"alias grow '{'a b' * 90}'", f"'{('a b' * 90)[:37]}...' is a line, and an alias is one command\n"),
    ):
        outcome = run(session, line)
        assert (outcome.exit, outcome.error) == (2, f"alias: {said}"), line
    assert output(session, "alias") == ""


def test_an_alias_is_forgotten():
    session = fresh()
    run(session, "alias z ps")
    assert output(session, "unalias z") == "" and run(session, "z").exit == 127
    assert run(session, "unalias z").exit == 1 and run(session, "alias z").exit == 1


def test_names_that_no_alias_can_have():
    session = fresh()
    run(session, "alias z ps")
    for line in ("alias ps vmaps", "alias quit ps", "alias a-b ps", "alias y z", "alias x x"):
        outcome = run(session, line)
        assert outcome.exit == 2, line
    assert output(session, "alias") == "z = ps\n"
    # It may be given again.
    assert output(session, "alias z vmaps") == "" and output(session, "alias") == "z = vmaps\n"
