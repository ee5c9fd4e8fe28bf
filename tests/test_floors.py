"""The floors of the house: an import never points up, there is no circle, and each run loads what it uses.

The import graph is drawn from the code: every import counts, also one inside a function or for types only.
"""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# What each floor may import beside itself; the longest name that a module begins with is its floor. A file that is
# nobody's floor is refused, so nothing new stands outside the house by mistake.
FLOORS = {
    "kshell": (),
    # How foreign text and sizes are shown: every floor may, but the kernel, which shows nothing.
    "kshell.text": (),
    "kshell.sizes": (),
    "kshell.images": ("kshell.kernel",),
    "kshell.scripts": (),
    "kshell.completions": ("kshell",),
    # What ships beside the code, for those who run it and those who tell about it.
    "kshell.shipped": ("kshell", "kshell.scripts", "kshell.shell", "kshell.text"),
    "kshell.kernel": (),
    "kshell.shell": ("kshell.kernel", "kshell.text", "kshell.sizes"),
    "kshell.accounting": ("kshell.kernel",),
    "kshell.pictures": ("kshell", "kshell.kernel", "kshell.accounting", "kshell.text", "kshell.sizes"),
    "kshell.commands": (
        *("kshell.kernel", "kshell.shell", "kshell.accounting", "kshell.pictures", "kshell.text", "kshell.sizes"),
        "kshell.shipped",
    ),
    "kshell.output": ("kshell.text",),
    "kshell.recording": ("kshell.shell", "kshell.output", "kshell.text"),
    "kshell.documents": (
        *("kshell.kernel", "kshell.shell", "kshell.accounting", "kshell.pictures", "kshell.commands"),
        *("kshell.output", "kshell.text", "kshell.sizes", "kshell.recording"),
    ),
    "kshell.options": ("kshell.shell",),
    "kshell.grader": ("kshell.documents", "kshell.options", "kshell.start", "kshell.shell"),
    "kshell.start": (
        *("kshell", "kshell.images", "kshell.kernel", "kshell.shell", "kshell.commands", "kshell.options"),
        *("kshell.output", "kshell.shipped", "kshell.recording"),
    ),
    "kshell.script": (
        *("kshell.shell", "kshell.commands", "kshell.documents", "kshell.output", "kshell.options"),
        *("kshell.recording", "kshell.shipped", "kshell.start"),
    ),
    "kshell.console": (
        *("kshell", "kshell.kernel", "kshell.shell", "kshell.pictures", "kshell.commands", "kshell.documents"),
        *("kshell.output", "kshell.text", "kshell.sizes", "kshell.recording"),
    ),
    "kshell.modes": (
        *("kshell", "kshell.completions", "kshell.documents", "kshell.options", "kshell.start", "kshell.script"),
        *("kshell.output", "kshell.shell", "kshell.learn", "kshell.shipped", "kshell.kernel"),
    ),
    "kshell.__main__": (
        *("kshell.modes", "kshell.options", "kshell.start", "kshell.script", "kshell.console"),
        *("kshell.output", "kshell.shell"),
    ),
    "kshell.learn": (
        *("kshell.documents", "kshell.console", "kshell.options", "kshell.output", "kshell.shell", "kshell.shipped"),
        *("kshell.start", "kshell.text"),
    ),
    # For those who work on kshell; it leaves the wheel.
    "kshell.scripts.dev": (
        *("kshell", "kshell.kernel", "kshell.shell", "kshell.start", "kshell.options", "kshell.pictures"),
        "kshell.console",
    ),
}
# Exact floors: what begins with their name and has no floor of its own is nobody's.
EXACT = {"kshell"}
# Libraries of others, and where they may be used.
LIBRARIES = {
    "prompt_toolkit": "kshell.console",
    "pygments": "kshell.console",
    "pyroaring": "kshell.kernel",
    "markdown_it": "kshell.documents",
    # For the type checker and the compiler only.
    "mypy_extensions": "kshell.kernel",
}


def modules():
    """(name, path) of every module of kshell."""
    for folder, package in (
        (ROOT / "kshell", "kshell"),
        *((ROOT / at, f"kshell.{at}") for at in ("commands", "scripts")),
    ):
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            if not (package == "kshell" and parts[0] in ("commands", "scripts")):
                yield ".".join((package, *parts)).removesuffix(".__init__"), path


PATHS = dict(modules())


def imports(path):
    """The names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are written in full"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in PATHS else node.module


@cache
def graph():
    """{module: what it imports}: all files are read for it, so not before a test runs."""
    return {name: sorted(set(imports(path)) - {name}) for name, path in PATHS.items()}


def floor_of(module):
    """The floor that a module stands on, or None."""
    floors = [floor for floor in FLOORS if module == floor or (module.startswith(f"{floor}.") and floor not in EXACT)]
    return max(floors, key=len, default=None)


@pytest.mark.parametrize("module", PATHS)
def test_no_import_points_up(module):
    floor = floor_of(module)
    assert floor is not None, f"{module} stands on no floor"
    for imported in graph()[module]:
        head = imported.split(".")[0]
        if head == "kshell":
            below = floor_of(imported)
            assert below == floor or below in FLOORS[floor], f"{module} imports {imported}"
        elif head in LIBRARIES:
            assert floor in (LIBRARIES[head], "kshell.scripts.dev"), f"{module} imports {imported}"
        else:
            developers = floor == "kshell.scripts.dev" and head in ("tests", "pyte")
            assert head in sys.stdlib_module_names or developers, f"{module} imports {imported}"


def circles(graph):
    """The sets of modules that import each other, directly or through others (Tarjan's algorithm)."""
    index, low, stack, found = {}, {}, [], []

    def visit(module):
        index[module] = low[module] = len(index)
        stack.append(module)
        for imported in graph.get(module, ()):
            if imported not in graph:
                continue
            if imported not in index:
                visit(imported)
                low[module] = min(low[module], low[imported])
            elif imported in stack:
                low[module] = min(low[module], index[imported])
        if low[module] == index[module]:
            circle = set(stack[stack.index(module) :])
            del stack[stack.index(module) :]
            if len(circle) > 1:
                found.append(sorted(circle))

    for module in graph:
        if module not in index:
            visit(module)
    return found


def test_there_is_no_circle():
    assert circles(graph()) == []


def test_a_circle_would_be_found():
    assert circles({"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": []}) == [["a", "b", "c"]]
    inner = next(
        module for module in graph() if module.startswith("kshell.shell.") and "kshell.kernel.abi" in graph()[module]
    )
    assert circles({**graph(), "kshell.kernel.abi": [inner]})


def test_a_function_level_import_counts():
    assert "kshell.shell.suggest" in graph()["kshell.shell.execution"]


@pytest.mark.parametrize("floor", ["kshell.kernel", "kshell.shell", "kshell.commands"])
def test_nothing_below_the_console_prints(floor):
    for module, path in PATHS.items():
        if floor_of(module) != floor:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            assert not called, f"{path} prints in line {getattr(node, 'lineno', 0)}"


def test_types_alone_are_imported_only_where_loading_them_would_cost():
    """What is imported for types only is what a plain run does without."""
    found = {}
    for module, path in PATHS.items():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
                names = [inner.module for inner in ast.walk(node) if isinstance(inner, ast.ImportFrom)]
                for name in names:
                    if name.startswith("kshell"):
                        found.setdefault(name, []).append(module)
    assert found == {
        "kshell.kernel.syscalls": ["kshell.shell.state"],
        "kshell.kernel.sums": ["kshell.kernel.region_list"],
        "kshell.shell.likely": ["kshell.shell.state"],
        "kshell.kernel.content": ["kshell.kernel.physical_vmo", "kshell.kernel.vmo"],
        "kshell.shell.journal": ["kshell.shell.session", "kshell.start"],
        "kshell.recording": ["kshell.console.console", "kshell.documents.playing", "kshell.script", "kshell.start"],
        "kshell.shell.hindsight": ["kshell.shell.session"],
        "kshell.shell.pins": ["kshell.shell.session"],
        "kshell.shell.settings": ["kshell.shell.session"],
        "kshell.shell.tracing": ["kshell.shell.session"],
    }


def loaded_by(line):
    """The names of the modules that `kshell -c LINE` has loaded at its end."""
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n"
        # What a line that takes long loads beside is not asked for, however slow this computer is.
        "import kshell.shell.session as session; session.LONG_LOOK = 60\n"
        f"from kshell.__main__ import main; main(['-c', {line!r}])\n"
        "print('loaded:', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("loaded: ", 1)[1].split())


def test_a_run_without_a_terminal_loads_no_library_it_does_not_use():
    heavy = {
        *(
            "prompt_toolkit",
            "pygments",
            "pyroaring",
            "markdown_it",
            "asyncio",
            "json",
            "argparse",
            "logging",
            "dataclasses",
            "inspect",
        ),
        *("typing", "pathlib", "enum", "re", "contextlib", "collections", "functools", "bisect"),
    }
    assert not heavy & {name.split(".")[0] for name in loaded_by("ps")}


# Modules that a plain run takes: each costs as much as reading 15 kB of code.
MOST_MODULES = 69
# What a plain run does without, although it is part of what all else stands on.
UNUSED = {
    *("kshell.modes", "kshell.shipped", "kshell.learn", "kshell.recording", "kshell.scripts", "kshell.images.magenta"),
    *(
        f"kshell.kernel.{name}"
        for name in (
            *("boot", "image", "image_specs", "image_errors", "packed_image", "making", "content", "copy", "laws"),
            *("census", "faults", "sockets", "waitsets", "contiguous_vmo", "syscalls"),
        )
    ),
    *(
        f"kshell.shell.{name}"
        for name in (
            *("journal", "changes", "tracing", "call_recorder", "call_arguments", "files", "folders", "plugins"),
            *("pins", "settings", "suggest", "report", "reading", "terms", "formats", "inner"),
        )
    ),
    *("kshell.accounting", "kshell.pictures", "kshell.documents", "kshell.console"),
}


def test_a_plain_run_loads_no_module_that_it_does_not_use():
    loaded = {name for name in loaded_by("ps") if name.startswith("kshell")}
    assert not {name for name in loaded if any(name == unused or name.startswith(f"{unused}.") for unused in UNUSED)}
    assert len(loaded) <= MOST_MODULES, sorted(loaded)


def test_what_a_plain_run_does_without_is_there():
    for name in UNUSED:
        assert any(module == name or module.startswith(f"{name}.") for module in PATHS), name


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("ps", "tools.ps"),
        ("vmo_create 4k", "syscalls.vmo"),
        ("vmar_allocate", "syscalls.vmar"),
        ("detach", "session.attaching"),
        ("memory", "views.memory"),
        ("stat", "views.stat"),
    ],
)
def test_a_command_loads_its_own_module_and_what_that_uses(line, module):
    loaded = loaded_by(line)
    assert f"kshell.commands.{module}" in loaded
    others = {"kernel_console.mx", "help.help", "session.history", "views.spawn", "tools.vmaps", "syscalls.object"}
    assert not {f"kshell.commands.{other}" for other in others} & loaded


def test_every_command_is_found_where_its_name_leads():
    """Each command alone loads the file it is in. Machine code is loaded once in a process, so each is loaded in a fork
    of one that has loaded none; the first fork loads all, and tells where they are and what else they need."""
    code = (
        "import os, sys; from kshell.shell import registry; import kshell.commands as commands\n"
        "reading, writing = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    registry.load()\n"
        "    where = {name: found.function.__module__ for name, found in registry.COMMANDS.items()}\n"
        "    where.update((alias, where[name]) for alias, name in registry.ALIASES.items())\n"
        "    others = [name for name in sys.modules if not name.startswith('kshell.commands')]\n"
        "    os.write(writing, repr((where, others)).encode()); os._exit(0)\n"
        "os.wait(); where, others = eval(os.read(reading, 1 << 16))\n"
        "for module in others:\n"
        "    __import__(module)\n"
        "assert 'ps' in where and set(commands.ELSEWHERE) <= set(where), set(commands.ELSEWHERE) - set(where)\n"
        "for name, module in where.items():\n"
        "    if os.fork() == 0:\n"
        "        commands.load(name)\n"
        "        found = name in registry.COMMANDS or name in registry.ALIASES\n"
        "        os._exit(0 if found and module in sys.modules else 1)\n"
        "    assert os.wait()[1] == 0, (name, module)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
