"""Commands of kshell and of plugins: their names, and the binding of words to what their functions take."""

import subprocess
import sys

import pytest

from tests.program import ROOT

PLUGIN = """
from kshell.shell.registry import command
from kshell.shell.results import Result

@command("pagesize", "machine", "the size of a page", examples=(("pagesize", "4096\\n"),))
def pagesize(session):
    return Result(4096, {"size": 4096}, "4096\\n")
"""


@pytest.fixture
def plugins(tmp_path):
    """A folder with a good plugin, a broken one, and one that takes a name that is taken."""
    (tmp_path / "good_plugin.py").write_text(PLUGIN)
    (tmp_path / "broken_plugin.py").write_text("1 / 0\n")
    (tmp_path / "taking_plugin.py").write_text(PLUGIN.replace("pagesize", "ps"))
    about = tmp_path / "some_plugins-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: some-plugins\nVersion: 1.0\n")
    names = ("good", "broken", "taking")
    (about / "entry_points.txt").write_text(
        "[kshell.commands]\n" + "".join(f"{name} = {name}_plugin\n" for name in names)
    )
    return tmp_path


def test_plugins_add_commands_and_broken_ones_are_skipped(plugins):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "kshell",
            "-c",
            "ps > /dev/null",
            "-c",
            "n = pagesize",
            "-c",
            "echo $n",
            "-c",
            "help pagesize",
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{plugins}", "PATH": ""},
    )
    assert done.stdout.startswith("4096\npagesize\n\n  the size of a page\n") and done.returncode == 0
    assert sorted(done.stderr.splitlines()) == [
        "kshell: the plugin broken_plugin is skipped: ZeroDivisionError: division by zero",
        "kshell: the plugin taking_plugin is skipped: ValueError: there is a command ps already",
    ]
