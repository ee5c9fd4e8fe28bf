"""What the docstrings of syscalls say, read from the files: compiled code has none."""

import ast
from functools import cache

from tests.program import ROOT


@cache
def of_calls():
    """The docstring of each method in the files of the syscalls, by its name."""
    found = {}
    for path in (ROOT / "kshell" / "kernel" / "syscalls").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                found[node.name] = ast.get_docstring(node) or ""
    return found
