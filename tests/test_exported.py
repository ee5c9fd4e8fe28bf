"""The pages in docs/examples are what kshell makes today (python scripts/dev/examples.py makes them anew)."""

import pytest

from scripts.dev.examples import FOLDER, PAGES
from tests.program import kshell


@pytest.mark.parametrize("name", PAGES)
def test_a_stored_page_is_what_is_made_today(name, tmp_path):
    done = kshell("--export", f"{tmp_path}/{name}.html", PAGES[name])
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / f"{name}.html").read_text() == (FOLDER / f"{name}.html").read_text()


def test_every_page_there_is_one_of_them():
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{name}.html" for name in PAGES)
