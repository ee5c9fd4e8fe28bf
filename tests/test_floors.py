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
        "commands",
        "kshell.console",
        "kshell.script",
        "kshell.lesson",
        "kshell.__main__",
    ),
    "kshell/shell": ("kshell.console", "kshell.script", "kshell.lesson", "kshell.__main__"),
    "commands": ("kshell.console", "kshell.script", "kshell.lesson", "kshell.__main__"),
}
# The registry is what walks the folder of commands; it names the package and nothing in it.
ALLOWED = {("kshell/shell/registry.py", "commands")}


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
        above = FORBIDDEN[folder] + (("commands",) if folder == "kshell/shell" else ())
        for module in imports(path):
            up = any(module == other or module.startswith(other + ".") for other in above)
            assert not up or (name, module) in ALLOWED, f"{name} imports {module}"


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_nothing_below_the_console_prints(folder):
    for path in files(folder):
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            assert not called, f"{path} prints in line {getattr(node, 'lineno', 0)}"


def test_a_run_without_a_terminal_loads_no_library_it_does_not_use():
    code = (
        "import sys; sys.argv = ['kshell', '-c', 'ps']\n"
        "from kshell.__main__ import main; main(sys.argv[1:])\n"
        "print('loaded:', *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.rsplit("loaded: ", 1)[1].split()
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
    assert not heavy & set(loaded)


@pytest.mark.parametrize(("line", "module"), [("ps", "ps"), ("vmo_create 4k", "memory"), ("vmar_allocate", "regions")])
def test_a_command_loads_its_own_module_and_what_that_uses(line, module):
    code = (
        "import sys\nfrom kshell.__main__ import main\nmain(['-c', sys.argv[1]])\n"
        "print('loaded:', *sorted(name for name in sys.modules if name.startswith('commands.')))"
    )
    done = subprocess.run([sys.executable, "-c", code, line], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.rsplit("loaded: ", 1)[1].split()
    assert f"commands.{module}" in loaded
    assert not {"commands.k_mx", "commands.help", "commands.time_travel"} & set(loaded)
