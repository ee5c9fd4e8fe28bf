"""The small changes that `mutants.py` tries: where in a file they can be made, and the file with one of them made.

    comparison   < <=   > >=   == !=   is, is not   in, not in
    condition    that of an if, a while, an `a if b else c` turned round; a `not` taken away; and, or
    arithmetic   + -   * //   << >>   & |   a minus taken away
    number       one more, one less; True, False
    call         min max, any all, first two arguments swapped
    statement    left out: a call, a raise, a continue, a break, a del, an assignment to a member; return None

Texts stay as they are, and so does what only a type checker reads: annotations, asserts, blocks for TYPE_CHECKING.
"""

from __future__ import annotations

import ast
import difflib
from hashlib import sha1

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
SIMPLE = (ast.Name, ast.Attribute, ast.Constant)


class Mutant:
    """One change of one file: the bytes from `start` to `end` become `new`.

    `place` is the function it is in, `kind` what was done, `id` what a reader calls it by.
    """

    __slots__ = ("path", "place", "line", "kind", "start", "end", "old", "new", "id")

    def __init__(self, path: str, place: str, line: int, kind: str, start: int, end: int, old: str, new: str) -> None:
        self.path = path
        self.place = place
        self.line = line
        self.kind = kind
        self.start = start
        self.end = end
        self.old = old
        self.new = new
        self.id = ""

    def __str__(self) -> str:
        change = " ".join(f"{self.old} -> {self.new}".split())
        return f"{self.id} {self.path}:{self.line} {self.kind}: {change[:70]}"

    def applied_to(self, source: bytes) -> bytes:
        """The file with the change made."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    def diff(self, source: bytes) -> str:
        """The change as a unified diff."""
        before, after = (text.decode().splitlines(keepends=True) for text in (source, self.applied_to(source)))
        return f"# {self}\n" + "".join(difflib.unified_diff(before, after, self.path, self.path, n=2)) + "\n"


class Finder(ast.NodeVisitor):
    """Collects the mutants of a file."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        self.source = source
        self.found: list[Mutant] = []
        self.place: list[str] = []
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where the node begins and ends, in bytes of the file."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.source[start:end].decode()

    def add(self, kind: str, node: ast.expr | ast.stmt, new: str, span: tuple[int, int] | None = None) -> None:
        """One more mutant: the node, or the span, becomes `new`."""
        start, end = span or self.span(node)
        old = self.source[start:end].decode()
        self.found.append(Mutant(self.path, ".".join(self.place), node.lineno, kind, start, end, old, new))

    def turn(self, kind: str, left: ast.expr, right: ast.expr, pair: tuple[str, str]) -> None:
        """One more mutant: the operator between two operands becomes another."""
        start, end = self.span(left)[1], self.span(right)[0]
        between = self.source[start:end].decode()
        self.add(kind, left, between.replace(*pair, 1), (start, end))

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
            self.turn("comparison", left, right, COMPARISONS[type(operator)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        pair = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.turn("condition", left, right, pair)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        texts = any(isinstance(side, ast.JoinedStr) or is_text(side) for side in (node.left, node.right))
        if type(node.op) in ARITHMETIC and not texts:
            self.turn("arithmetic", node.left, node.right, ARITHMETIC[type(node.op)])
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.add("condition", node, f"({self.text(node.operand)})")
        elif isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            self.add("arithmetic", node, f"({self.text(node.operand)})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self.add("number", node, str(not node.value))
        elif isinstance(node.value, int):
            form = "#x" if self.text(node).startswith("0x") else ""
            self.add("number", node, f"{node.value + 1:{form}}")
            if node.value > 0:
                self.add("number", node, f"{node.value - 1:{form}}")

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in NAMES:
            self.add("call", node.func, NAMES[name])
        first, second = node.args[:2] if len(node.args) > 1 and name != "isinstance" else (None, None)
        if isinstance(first, SIMPLE) and isinstance(second, SIMPLE) and self.text(first) != self.text(second):
            between = self.source[self.span(first)[1] : self.span(second)[0]].decode()
            swapped = self.text(second) + between + self.text(first)
            self.add("call", node, swapped, (self.span(first)[0], self.span(second)[1]))
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if self.text(node.test) == "TYPE_CHECKING":
            return
        self.condition(node)

    def condition(self, node: ast.If | ast.While | ast.IfExp) -> None:
        if not isinstance(node.test, ast.Constant):
            self.add("condition", node.test, f"not ({self.text(node.test)})")
        self.generic_visit(node)

    visit_While = visit_IfExp = condition

    def drop(self, node: ast.stmt) -> None:
        self.add("statement", node, "pass")
        self.generic_visit(node)

    visit_Continue = visit_Break = visit_Delete = visit_AugAssign = drop

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self.add("statement", node, "pass")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        if "NotImplementedError" not in self.text(node):
            self.drop(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if self.text(node.targets[0]) == "TYPE_CHECKING":
            return
        if all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
            self.add("statement", node, "pass")
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is None:
            return
        if not isinstance(node.target, ast.Name):
            self.add("statement", node, "pass")
        self.visit(node.value)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and self.text(node.value) != "None":
            self.add("statement", node, "return None")
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.place.append(node.name)
        self.generic_visit(node)
        self.place.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.place.append(node.name)
        for part in (*node.decorator_list, node.args, *node.body):
            self.visit(part)
        self.place.pop()

    def visit_arguments(self, node: ast.arguments) -> None:
        for default in (*node.defaults, *node.kw_defaults):
            if default is not None:
                self.visit(default)

    def skip(self, node: ast.AST) -> None:
        """Nothing in here is changed: a type checker's, or a text (whose parts have no exact places)."""

    visit_Assert = visit_JoinedStr = skip


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def mutants_of(path: str, source: bytes) -> list[Mutant]:
    """All mutants of the file `path`, in its order, each with its id."""
    finder = Finder(path, source)
    finder.visit(ast.parse(source))
    lines = source.decode().splitlines()
    counts: dict[str, int] = {}
    for mutant in finder.found:
        what = (path, mutant.place, mutant.kind, lines[mutant.line - 1].strip(), mutant.old, mutant.new)
        key = sha1("\0".join(what).encode()).hexdigest()[:8]
        counts[key] = counts.get(key, 0) + 1
        # The same change of the same line twice: the second has a number.
        mutant.id = key if counts[key] == 1 else f"{key}-{counts[key]}"
    return finder.found
