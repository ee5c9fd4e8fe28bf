"""The first line of scripts and journals: what is written there can be read, and starts the same machine again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kshell.shell.errors import UsageError
from kshell.shell.header import header, machine_options
from kshell.start import read_image
from tests.program import kshell

WORDS = st.text(st.characters(exclude_characters="\n\r\0"), min_size=1)


@given(st.lists(WORDS, max_size=6))
def test_what_is_written_is_read(options):
    assert machine_options(header(options)) == options


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("#! kshell", []),
        ("#! kshell --memory 4G", ["--memory", "4G"]),
        ("#!/usr/bin/env kshell --handles 2M", ["--handles", "2M"]),
        ("#!/usr/local/bin/kshell --boot 'a b.img'", ["--boot", "a b.img"]),
        ("#! /bin/sh", []),
        ("# kshell --memory 4G", []),
        ("ps", []),
        ("", []),
    ],
)
def test_first_lines_of_all_kinds(line, options):
    assert machine_options(line) == options


def test_what_no_line_can_hold_is_refused():
    with pytest.raises(UsageError, match="rename the file"):
        header(["--boot", "a\nb"])
    with pytest.raises(UsageError, match="a quote in it is not closed"):
        machine_options("#! kshell --boot 'a")


@pytest.fixture
def image(tmp_path):
    """A boot image whose path has a blank, a quote and an umlaut in it."""
    folder = tmp_path / "my images, it's ä"
    folder.mkdir()
    path = folder / "a b.img"
    path.write_text(read_image(None))
    return path


def test_a_journal_whose_image_has_a_blank_in_its_path_is_taken_up_again(image, tmp_path):
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
