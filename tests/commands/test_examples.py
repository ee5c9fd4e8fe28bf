"""Every command explains itself, and its examples print what they say."""

import pytest

from kshell.documents.checking import matches
from kshell.shell import registry
from kshell.shell.command import CATEGORIES
from tests.commands.support import fresh, output, spelled

registry.load()


@pytest.mark.parametrize("name", sorted(registry.COMMANDS))
def test_the_examples_print_what_they_say(name):
    command = registry.COMMANDS[name]
    assert command.examples and command.summary and command.category in CATEGORIES
    session = fresh()
    for line, expected in command.examples:
        printed = output(session, line)
        assert matches(expected.splitlines(), printed.splitlines()), f"{line} printed {printed!r}"
        session.state.machine.check()


def test_an_example_says_more_than_that_something_is_printed():
    found = {
        (command.name, line)
        for command in registry.COMMANDS.values()
        for line, expected in command.examples
        if set(expected.splitlines()) == {"..."}
    }
    assert not found


@pytest.mark.parametrize("name", sorted(registry.COMMANDS))
def test_help_shows_the_usage_and_the_examples(name):
    command = registry.COMMANDS[name]
    text = output(fresh(), f"help {name}")
    assert " ".join(text.split("\n\n")[0].split()) == command.usage()
    assert all(line in text for line, _ in command.examples)
    assert all(status in text for status in command.reasons)


def test_the_overview_names_every_command():
    words = spelled(output(fresh(), "help"))
    assert set(registry.COMMANDS) <= set(words)
    assert len(output(fresh(), "help").splitlines()) <= 40
