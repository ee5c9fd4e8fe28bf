"""The kernel's own floor: its files import each other without a circle, and nothing else of the project.

The graph is drawn from the code, imports inside functions and for type checkers included.
"""

import ast
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
KERNEL = "kshell.kernel"
# Beside the standard library. The second is for the type checker and the compiler only.
LIBRARIES = {"pyroaring", "mypy_extensions"}


def module_of(path):
    """The dotted name of a file; a package's is that of its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree, known):
    """The modules that a file's text imports, wherever in it; `known` tells a module from a name in one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute here"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module


@cache
def graph():
    """What each module of the kernel imports."""
    paths = {module_of(path): path for path in (ROOT / "kshell" / "kernel").rglob("*.py")}
    return {name: set(imported(ast.parse(path.read_text()), paths)) for name, path in paths.items()}


def circle(edges):
    """A circle of imports as a list of modules, or None."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def test_the_graph_sees_every_kind_of_import():
    edges = graph()
    assert f"{KERNEL}.vmo" in edges[f"{KERNEL}.vmar"]
    # Inside a function, and a module named in place of what is in it.
    assert f"{KERNEL}.laws" in edges[f"{KERNEL}.machine"]
    assert f"{KERNEL}.info" in edges[f"{KERNEL}.syscalls.object"]
    text = "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from kshell.kernel.machine import Machine\n"
    assert list(imported(ast.parse(text), edges)) == [f"{KERNEL}.machine"]


def test_there_is_no_circle():
    edges = graph()
    assert circle(edges) is None
    # One would be found.
    assert f"{KERNEL}.vmo" in circle({**edges, f"{KERNEL}.vmo": {f"{KERNEL}.machine"}})


@pytest.mark.parametrize("name", sorted(graph()))
def test_the_kernel_knows_nothing_above_it(name):
    for module in graph()[name]:
        inside = module == KERNEL or module.startswith(KERNEL + ".")
        assert inside or module.split(".")[0] in LIBRARIES | sys.stdlib_module_names, f"{name} imports {module}"
