"""What a user types, with all that kshell depends on from the index of packages; `KSHELL_PACKAGING=1` asks for it."""

import os
import sys
import zipapp

import pexpect
import pytest

from tests.packaging import making
from tests.program import ROOT

pytestmark = pytest.mark.skipif("KSHELL_PACKAGING" not in os.environ, reason="KSHELL_PACKAGING is not set")
PATIENCE = 300


def use(program, words, folder):
    """Starts the console with a program, lists processes, and leaves."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = {**kept, "HOME": str(folder), "TERM": "dumb"}
    console = pexpect.spawn(program, words, cwd=str(folder), env=environment, encoding="utf-8", timeout=PATIENCE)
    console.expect(r"magenta\$ ")
    console.send("ps\r")
    console.expect("p:1041     16.2M   1716k bin/devmgr")
    console.send("exit\r")
    console.expect(pexpect.EOF)
    console.close()
    assert console.exitstatus == 0


def test_the_readme_installs_and_starts_it(tmp_path):
    making.copy_sources(tmp_path / "clone")
    command = (ROOT / "README.md").read_text().split("```sh\n")[1].split("\n```")[0]
    assert command.endswith(".venv/bin/kshell")
    use("/bin/bash", ["-c", command], tmp_path / "clone")


def test_the_console_starts_from_a_zip_archive(tmp_path, wheel):
    making.make_environment(tmp_path / "environment")
    making.pip(tmp_path / "environment", "install", "-q", "--target", tmp_path / "target", wheel)
    zipapp.create_archive(tmp_path / "target", tmp_path / "kshell.pyz", main="kshell.__main__:entry")
    use(sys.executable, ["-S", str(tmp_path / "kshell.pyz")], tmp_path)
