"""Commands of kshell and of plugins: their names, and the binding of words to what their functions take."""

import subprocess
import sys

import pytest

from tests.commands.support import fresh, output, run
from tests.program import ROOT

PLUGIN = """
from kshell.shell.registry import command
from kshell.shell.results import Result

@command("pagesize", category="machine", summary="the size of a page", examples=(("pagesize", "4096\\n"),))
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


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("vmo_create", "SIZE is missing"),
        ("vmo_create 4k 0 0", "'0' is one word too many"),
        ("vmar_map $vmar 0", "VMO is missing"),
        ("detach x", "'x' is one word too many"),
        ("vmaps 3020 --min", "--min needs SIZE"),
        ("spawn", "NAME is missing"),
        ("spawn a b", "'b' is one word too many"),
        ("spawn --exit", "NAME is missing"),
    ],
)
def test_words_that_do_not_fit_are_told_with_the_usage(line, complaint):
    outcome = run(fresh(), line)
    assert outcome.exit == 2 and complaint in outcome.error and f"usage: {line.split()[0]}" in outcome.error


def test_options_may_stand_anywhere_and_be_joined_to_their_values():
    session = fresh()
    whole = output(session, "vmaps 3020 --min 1M --sort size")
    assert (
        whole
        == output(session, "vmaps --sort=size --min=1M 3020")
        == output(session, "vmaps --min 1M 3020 --sort size")
    )
    assert whole.count("\n") == 3
    assert output(session, "spawn --job 1068 x") == "process 3438 x\n"
    # The last of an option given twice is the one that counts.
    assert output(session, "vmaps 3020 --min 1 --min 1M --sort size") == whole


def test_a_word_with_an_equals_sign_is_a_word_where_no_option_has_its_name():
    session = fresh()
    assert output(session, "echo --frob=1 a=b") == "--frob=1 a=b\n"


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("vmo_create", "vmo_create SIZE [OPTIONS]"),
        ("detach", "detach"),
        ("echo", "echo [WORD ...]"),
        ("spawn", "spawn NAME [--job JOB] [--exit]"),
        ("touch", "touch ADDR [LEN] [r|w|x] [--fatal]"),
    ],
)
def test_the_usage(name, usage):
    assert output(fresh(), f"help {name}").startswith(f"{usage}")


def test_another_name_of_a_command_is_the_command():
    session = fresh()
    assert run(session, "quit").command in ("quit", "exit") and output(session, "help quit") == output(
        session, "help exit"
    )
