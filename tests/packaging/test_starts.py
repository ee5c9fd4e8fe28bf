"""kshell starts and answers alike from a wheel, an editable install, a zip archive, a folder that cannot be written.

All run in a folder with packages named `commands` and `scripts`, as a user's project may have them.
"""

import functools
import os
import subprocess
import sys

import pytest

from tests.packaging import making
from tests.program import ROOT

# What reaches commands of every room, the boot image, a shipped script and each kind of file that is read.
STARTS = (
    ("-c", "ps"),
    ("-c", "help"),
    ("-c", "help quirks"),
    ("-c", "vmo_create 4k", "-c", "k mx ps", "-c", "nonsense"),
    ("unmapped-vmo",),
    ("full-handle-table.kshell",),
    ("nothing-of-this-name",),
    ("--list-scripts",),
    ("--completion", "zsh"),
    ("--version",),
)
# Python without what is installed: else an editable install lends its kshell.commands.
ALONE = (sys.executable, "-S")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder of a user's with packages of its own."""
    folder = tmp_path_factory.mktemp("project")
    for package in ("commands", "scripts"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text("raise ImportError('this is a package of the user')\n")
    return folder


def start(words, arguments, folder, **environment):
    """The finished process, with the bytes that it wrote."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [*map(str, words), *arguments]
    return subprocess.run(command, capture_output=True, cwd=folder, env={**kept, **environment}, timeout=60)


@functools.cache
def here(*arguments):
    """The same from this checkout."""
    return start([sys.executable, "-m", "kshell"], arguments, ROOT)


def same_as_here(words, project, **environment):
    """Asserts that all starts print and end as those from this checkout do."""
    for arguments in STARTS:
        there, this = start(words, arguments, project, **environment), here(*arguments)
        assert (there.returncode, there.stdout, there.stderr) == (this.returncode, this.stdout, this.stderr), arguments


def test_the_program_of_a_wheel_in_an_awkward_path(installed, project):
    same_as_here([installed / "bin/kshell"], project)


def test_the_module_of_a_wheel(installed, project):
    same_as_here([installed / "bin/python", "-m", "kshell"], project)


def test_an_editable_install_of_a_checkout_made_on_windows(editable, project):
    same_as_here([editable / "bin/kshell"], project)


def test_a_zip_archive(archive, project):
    same_as_here([*ALONE, archive], project)


def test_a_checkout_that_cannot_be_written(sealed, project):
    before = sorted(sealed.rglob("*"))
    same_as_here([*ALONE, "-m", "kshell"], project, PYTHONPATH=str(sealed))
    assert sorted(sealed.rglob("*")) == before


@pytest.mark.parametrize("arguments", [("-c", "ps"), ("unmapped-vmo",)])
def test_a_checkout_without_links_says_so_in_one_line(arguments, tmp_path):
    making.copy_as_on_windows(tmp_path / "sources")
    done = start([*ALONE, "-m", "kshell"], arguments, tmp_path / "sources")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.count(b"\n") == 1 and b"pip install -e ." in done.stderr
