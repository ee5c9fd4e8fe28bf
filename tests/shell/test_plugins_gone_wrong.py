"""S3: a plugin can be wrong in every way, and is only skipped or blamed by name."""

import json
import subprocess
import sys

import pytest

from tests.program import ROOT

COMMAND = "from kshell.shell.registry import command\n@command({}, category='look', summary='x')\ndef mine(state): ..."
BAD = {
    "exits": "import sys; sys.exit(3)",
    "raises": "raise ZeroDivisionError('x')",
    "replaces": "from kshell.shell import registry\nregistry.COMMANDS['ps'] = registry.COMMANDS['stat']",
    "alias": COMMAND.format("'mine', aliases=('quit',)"),
    "name": COMMAND.format("'exit'"),
}
GOOD = """
from kshell.shell.registry import command
from kshell.shell.results import Result
print("hello from a plugin")

def make(name, body):
    command(name, category="look", summary="x")(body)

def leave(state) -> Result:
    raise SystemExit(7)

def fail(state) -> Result:
    state.calls.vmo_create(4096)
    return 1 // 0

def nothing(state) -> Result:
    return None

def fields(state) -> Result:
    return Result(1, lambda: {"x": 1 // 0}, "text")

def data(state) -> Result:
    return Result(1, {"x": b"bytes"}, "text")

for found in (leave, fail, nothing, fields, data):
    make(found.__name__, found)
"""


def run(tmp_path, code, *arguments):
    """`kshell ARGUMENTS` with a plugin of this code."""
    (tmp_path / "bad_plugin.py").write_text(code)
    info = tmp_path / "bad_plugin-1.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-plugin\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[kshell.commands]\nbad = bad_plugin\n")
    return subprocess.run(
        [sys.executable, "-m", "kshell", *arguments],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}", "HOME": str(tmp_path), "PATH": ""},
        timeout=60,
    )


@pytest.mark.parametrize("kind", BAD)
def test_a_plugin_that_cannot_be_loaded_is_skipped_by_name(tmp_path, kind):
    done = run(tmp_path, BAD[kind], "-k", "-c", "typo", "-c", "ps", "-c", "mine", "-c", "quit", "-c", "ps")
    assert done.stderr.count("the plugin bad_plugin is skipped") == 1, done.stderr
    assert done.stdout.startswith("TASK") and done.stdout.count("TASK") == 2 and "Traceback" not in done.stderr


@pytest.mark.parametrize("line", ("leave", "fail", "nothing"))
def test_a_bug_of_a_plugin_is_the_plugins(tmp_path, line):
    done = run(tmp_path, GOOD, "-k", "-c", line, "-c", "vmo_create 4k", "-c", "vmos")
    assert "a bug of the plugin bad_plugin, and the machine is as it was" in done.stderr, done.stderr
    assert "handle 2080213179" in done.stdout and "report" not in done.stderr


@pytest.mark.parametrize("line", ("fields", "data"))
def test_a_result_that_is_not_json_is_told_as_such(tmp_path, line):
    done = run(tmp_path, GOOD, "--json", "-k", "-c", line, "-c", "ps")
    first, second = (json.loads(text) for text in done.stdout.splitlines())
    assert not first["ok"] and "cannot be shown as JSON" in first["reason"] and second["ok"]
    assert "Traceback" not in done.stderr


def test_what_a_plugin_prints_when_it_is_loaded_is_not_an_answer(tmp_path):
    done = run(tmp_path, GOOD, "--json", "-k", "-c", "typo", "-c", "ps")
    assert [json.loads(text)["exit"] for text in done.stdout.splitlines()] == [127, 0]
    assert "hello from a plugin" in done.stderr
