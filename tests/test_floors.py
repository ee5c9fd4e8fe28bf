"""The floors of the house: an import never points up, and only the console loads the terminal's libraries."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# What each floor may not import.
FORBIDDEN = {
    "kshell/kernel": (
        "kshell.shell",
        "kshell.commands",
        "kshell.console",
        "kshell.script",
        "kshell.documents",
        "kshell.__main__",
    ),
    "kshell/shell": ("kshell.console", "kshell.script", "kshell.documents", "kshell.__main__"),
    "commands": ("kshell.console", "kshell.script", "kshell.documents", "kshell.__main__"),
}


def files(folder):
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_import_points_up(folder):
    for path in files(folder):
        name = path.relative_to(ROOT).as_posix()
        above = FORBIDDEN[folder] + (("kshell.commands",) if folder == "kshell/shell" else ())
        for module in imports(path):
            up = any(module == other or module.startswith(other + ".") for other in above)
            assert not up, f"{name} imports {module}"


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_nothing_below_the_console_prints(folder):
    for path in files(folder):
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            assert not called, f"{path} prints in line {getattr(node, 'lineno', 0)}"


def loaded_by(line):
    """The names of the modules that `kshell -c LINE` has loaded at its end."""
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n"
        f"from kshell.__main__ import main; main(['-c', {line!r}])\n"
        "print('loaded:', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("loaded: ", 1)[1].split())


def test_a_run_without_a_terminal_loads_no_library_it_does_not_use():
    heavy = {
        "prompt_toolkit",
        "pygments",
        "pyroaring",
        "asyncio",
        "json",
        "argparse",
        "logging",
        "dataclasses",
        "inspect",
        "typing",
        "pathlib",
        "enum",
        "re",
    }
    assert not heavy & {name.split(".")[0] for name in loaded_by("ps")}


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("ps", "tools.ps"),
        ("vmo_create 4k", "syscalls.vmo"),
        ("vmar_allocate", "syscalls.vmar"),
        ("detach", "session.attaching"),
    ],
)
def test_a_command_loads_its_own_module_and_what_that_uses(line, module):
    loaded = loaded_by(line)
    assert f"kshell.commands.{module}" in loaded
    assert not {"kshell.commands.kernel_console.mx", "kshell.commands.help", "kshell.commands.session.history"} & loaded
