"""The first line of scripts and journals: what is written there can be read, and starts the same machine again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kshell.shell.errors import UsageError
from kshell.shell.header import MACHINE_OPTIONS, Header, read_header
from kshell.start import read_image
from tests.program import kshell

WORDS = st.text(st.characters(exclude_characters="\n\r\0"), min_size=1)


@given(st.dictionaries(st.sampled_from(MACHINE_OPTIONS), WORDS), st.booleans())
def test_what_is_written_is_read(machine, keep_going):
    found = read_header(Header(machine, keep_going).line())
    assert (found.machine, found.keep_going) == (machine, keep_going)


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("#! kshell", {}),
        ("#! kshell --memory 4G", {"--memory": "4G"}),
        ("#! kshell --memory=4G -k", {"--memory": "4G"}),
        ("#!/usr/bin/env kshell --handles 2M", {"--handles": "2M"}),
        ("#!/usr/bin/env -S kshell --json --handles 2M", {"--handles": "2M"}),
        ("#!/usr/local/bin/kshell --boot 'a b.img'", {"--boot": "a b.img"}),
        ("#! /bin/sh", {}),
        ("# kshell --memory 4G", {}),
        ("ps", {}),
        ("", {}),
    ],
)
def test_first_lines_of_all_kinds(line, options):
    assert read_header(line).machine == options


def test_what_no_line_can_hold_is_refused():
    with pytest.raises(UsageError, match="rename the file"):
        Header({"--boot": "a\nb"}).line()
    with pytest.raises(UsageError, match="a quote in it is not closed"):
        read_header("#! kshell --boot 'a")
    with pytest.raises(UsageError, match="--memory needs a value"):
        read_header("#! kshell --memory")


def test_the_same_machine_has_its_options_in_any_order_and_unit():
    """N12: the journal's options in another order ask for the same machine."""
    one = read_header("#! kshell --memory 4G --handles 1k")
    assert one.same_machine(read_header("#! kshell --handles 1024 --memory 4096M"))
    assert not one.same_machine(read_header("#! kshell --handles 1024 --memory 4095M"))
    assert not one.same_machine(read_header("#! kshell --memory 4G"))
    assert read_header("#! kshell --memory x").same_machine(read_header("#! kshell --memory x"))


@pytest.fixture
def image(tmp_path):
    """A boot image whose path has a blank, a quote and an umlaut in it."""
    folder = tmp_path / "my images, it's ä"
    folder.mkdir()
    path = folder / "a b.img"
    path.write_text(read_image(None))
    return path


def test_a_journal_whose_image_has_a_blank_in_its_path_is_taken_up_again(image, tmp_path):
    """N16: the first line of a journal is written and read by the same rules."""
    journal = tmp_path / "my journal"
    first = kshell("--boot", str(image), "--journal", str(journal), "-c", "a = vmo_create 4k")
    again = kshell("--journal", str(journal), "-c", "vmo_get_size $a")
    assert (first.returncode, again.returncode, again.stdout) == (0, 0, "size 4096\n"), first.stderr + again.stderr


def test_a_saved_script_whose_image_has_a_blank_in_its_path_runs_again(image, tmp_path):
    script = tmp_path / "my script"
    kshell("--boot", str(image), "-c", "a = vmo_create 4k", "-c", "vmo_get_size $a", "-c", f"save '{script}'")
    again = kshell(str(script))
    assert (again.returncode, again.stdout) == (0, "size 4096\n"), again.stderr
    loaded = kshell("--boot", str(image), "-c", f"load '{script}'")
    assert (loaded.returncode, loaded.stdout) == (0, "size 4096\n"), loaded.stderr
