"""Pages that lead somewhere, and `apropos`: what they say is so."""

import json

import pytest

from kshell.commands.help.help import text_about
from kshell.commands.help.pages import START
from kshell.shell import registry
from kshell.shipped import demos, lessons
from tests.commands.support import fresh, output, run


def test_help_start_leads_to_memory_that_moves():
    """Each line runs, and what is said beside it is so."""
    session = fresh()
    seen = {}
    for at, (line, _) in enumerate(START):
        outcome = run(session, line)
        assert outcome.ok, line
        if line == "stat":
            seen[at] = outcome.result.fields
    after, mapped, touched, undone = seen.values()
    assert mapped["virt"] - after["virt"] == 1 << 30 and mapped["res"] == after["res"]
    assert touched["res"] - mapped["res"] == 64 << 10 and touched["virt"] == mapped["virt"]
    assert undone == mapped
    assert session.state.prompt == "magenta[demo]$ "
    assert "16 faults" in output(session, "touch $m 64k")


def test_help_start_fits_a_screen():
    lines = text_about("start").splitlines()
    assert len(lines) <= 22 and max(map(len, lines)) <= 80


def test_help_lessons_and_scripts_name_all_that_ships():
    assert all(lesson.title in text_about("lessons") for lesson in lessons())
    assert all(name in text_about("scripts") for name, _ in demos())


@pytest.mark.parametrize("page", ["start", "lessons", "scripts"])
def test_a_page_is_found_by_apropos_and_in_the_overview(page):
    assert f" {page} " in text_about("").splitlines()[-1]
    assert f"  {page} " in output(fresh(), f"apropos {page}")


def found(line):
    outcome = run(fresh(), line)
    return [(row["kind"], row["name"]) for row in json.loads(outcome.to_json())["result"]["found"]]


def test_apropos_looks_everywhere():
    assert {kind for kind, _ in found("apropos a")} == {"command", "kernel", "word", "page", "lesson"}
    assert ("command", "touch") in found("apropos fault")
    assert ("lesson", "5") in found("apropos copy-on-write")
    assert ("kernel", "k mx vmos") in found("apropos hidden")
    assert ("page", "quirks") in found("apropos surprise")


def test_apropos_takes_several_words_in_any_case():
    one, both = found("apropos clone"), found("apropos CLONE Pages")
    assert set(both) < set(one) and both


def test_names_come_first():
    names = [name for kind, name in found("apropos handle") if kind == "command"]
    assert names.index("handles") < names.index("links")


@pytest.mark.parametrize("line", ["apropos", "apropos ''"])
def test_apropos_wants_a_word(line):
    assert run(fresh(), line).exit == 2


def test_apropos_finds_nothing():
    outcome = run(fresh(), "apropos xyzzy\x1b[2J")
    assert outcome.exit == 1 and outcome.error.startswith("apropos: nothing here has 'xyzzy\\x1b[2J' in it")


def test_apropos_fits_a_terminal():
    session = fresh()
    for word in ("a", "e", "vm", *list(registry.COMMANDS)[:20]):
        assert max(map(len, output(session, f"apropos {word}").splitlines())) <= 80
