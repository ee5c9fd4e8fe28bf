"""What setup.py compiles, and what it must leave alone: where compiled code would do something else than Python.

Each of the differences that is looked for here was met; the list is in CONTRIBUTING.md.
"""

import ast
import os
import runpy
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.program import ROOT

SETUP = runpy.run_path(str(ROOT / "setup.py"))
INTERPRETED = SETUP["INTERPRETED"]


@pytest.fixture(scope="module")
def compiled_files():
    before = os.getcwd()
    os.chdir(ROOT)
    try:
        return {name: ast.parse((ROOT / name).read_text()) for name in SETUP["modules"]()}
    finally:
        os.chdir(before)


def python(*words, **environment):
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def requirements(**environment):
    code = "import setuptools.build_meta as backend; print(backend.get_requires_for_build_wheel())"
    return python("-W", "ignore", "-c", code, **environment)[1].splitlines()[-1]


def test_rooms_are_compiled_but_for_files_that_are_named(compiled_files):
    whole = {
        str(path.relative_to(ROOT)) for room in ("kernel/**", "shell") for path in ROOT.glob(f"kshell/{room}/*.py")
    }
    rooms = whole | set(SETUP["FILES"])
    assert set(compiled_files) | set(INTERPRETED) == rooms and not set(compiled_files) & set(INTERPRETED)
    assert all(INTERPRETED.values())
    # What costs time is machine code.
    hot = {"kernel/vmo.py", "kernel/pages.py", "shell/session.py", "commands/tools/ps.py", "accounting/ledger.py"}
    assert {f"kshell/{name}" for name in hot} <= set(compiled_files)


def test_only_a_compiled_build_needs_a_compiler():
    assert requirements(KSHELL_COMPILE="0") == "[]"
    assert requirements(KSHELL_COMPILE="1") == f"['{SETUP['COMPILER']}']"


@pytest.mark.skipif(os.name != "posix", reason="other compilers export nothing that they are not asked to")
def test_no_name_has_to_be_looked_up_when_the_library_is_loaded(monkeypatch):
    made = [SimpleNamespace(extra_compile_args=["-O3"]), SimpleNamespace(extra_compile_args=[])]
    monkeypatch.setitem(sys.modules, "mypyc.build", SimpleNamespace(mypycify=lambda *_, **__: made))
    monkeypatch.chdir(ROOT)
    assert SETUP["extensions"]() == made
    assert [one.extra_compile_args for one in made] == [["-O3", "-fvisibility=hidden"], ["-fvisibility=hidden"]]


def test_the_compiler_is_the_one_that_the_project_names():
    """Its releases differ in what they take: one is pinned, and the tests run with one."""
    assert SETUP["COMPILER"].startswith("mypy==")


def test_anything_else_than_yes_or_no_is_refused():
    status, _, err = python("setup.py", "--version", KSHELL_COMPILE="yes")
    assert status and err == "KSHELL_COMPILE is 1 for a compiled kshell, or 0, not 'yes'\n"


def test_what_is_edited_is_not_compiled():
    """Machine code beside a file that is edited would be what runs."""
    status, _, err = python("setup.py", "editable_wheel", KSHELL_COMPILE="1")
    assert status and "KSHELL_COMPILE=1 goes without -e" in err


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def handlers(node):
    """The named handlers of a function, without those of functions in it."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.ExceptHandler) and inner.name:
            yield inner.name, ast.unparse(inner.type)
        if not isinstance(inner, ast.FunctionDef | ast.Lambda):
            yield from handlers(inner)


def test_handlers_of_one_name_catch_the_same(compiled_files):
    """A name has one type in a compiled function: the second class would be refused when it is caught."""
    for name, tree in compiled_files.items():
        for function in functions(tree):
            caught = dict(handlers(function))
            assert all(caught[as_] == kind for as_, kind in handlers(function)), f"{name}: {function.name}"


def test_bounds_of_slices_call_nothing_that_acts(compiled_files):
    """The bounds of a slice of a memoryview are evaluated twice: nothing that is compiled has a memoryview."""
    assert "kshell/shell/journal.py" in INTERPRETED
    for name, tree in compiled_files.items():
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "memoryview"], name


def test_no_generator_expression_is_given_away(compiled_files):
    """It is made whole: somebody who stops reading has waited for all of it."""
    for name, tree in compiled_files.items():
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.Return) and isinstance(node.value, ast.GeneratorExp)), name


def test_no_attribute_is_declared_in_a_class_and_again_in_one_derived_from_it(compiled_files):
    """The collector would be told of it twice, take what it refers to for held by others, and keep it for ever."""
    classes = {}
    for tree in compiled_files.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases = [ast.unparse(base) for base in node.bases]
                classes.setdefault(node.name, []).append((bases, *declared(node)))
    met = 0
    for name, found in classes.items():
        for bases, in_body, _ in found:
            above = list(bases)
            while above:
                for further, theirs, given in classes.get(above.pop(), ()):
                    assert not in_body & (theirs | given), name
                    above += further
                    met += 1
    assert met > 100


def declared(node):
    """The attributes that a class declares in its body, and those that its methods give themselves."""
    in_body = {
        line.target.id
        for line in node.body
        if isinstance(line, ast.AnnAssign) and not ast.unparse(line.annotation).startswith("ClassVar")
    }
    targets = [
        target
        for line in ast.walk(node)
        if isinstance(line, ast.Assign | ast.AnnAssign)
        for target in (line.targets if isinstance(line, ast.Assign) else [line.target])
    ]
    given = {one.attr for one in targets if isinstance(one, ast.Attribute) and ast.unparse(one.value) == "self"}
    return in_body, given


def test_nothing_is_multiplied_by_what_is_longer_than_a_word(compiled_files):
    """Python looks for signals in such a product, and compiled code that multiplies itself aborts where one comes."""
    for name, tree in compiled_files.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Mult):
                factors = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
                long = [factor.value for factor in factors if isinstance(factor, ast.Constant)]
                assert all(type(value) is not int or value < 1 << 30 for value in long), name


def test_nothing_compiled_asks_for_os_path(compiled_files):
    """It is None where only os has been imported."""
    for name, tree in compiled_files.items():
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node) == "os.path"]
        assert not found, name


def test_nothing_compiled_asks_for_the_slots_of_a_class(compiled_files):
    """A compiled class has none."""
    for name, tree in compiled_files.items():
        asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert "__slots__" not in asked, name


def test_no_branch_depends_on_whether_types_are_checked(compiled_files):
    """The compiler takes TYPE_CHECKING for true: an else of it must not be reached."""
    for name, tree in compiled_files.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                assert not node.orelse and ast.unparse(node.test) == "TYPE_CHECKING", name


def test_no_compiled_class_derives_from_text(compiled_files):
    """For a compiled isinstance such a class has no subclasses."""
    for name, tree in compiled_files.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                assert not {ast.unparse(base) for base in node.bases} & {"str", "int", "bytes"}, name
