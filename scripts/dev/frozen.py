"""The text of kshell/images/machine.py: a booted machine as code that makes it.

    magenta.img --boot--> Machine --text_of--> for each class: so many objects, a column of values for each slot

                  base        size       vmo           perms
    Mapping 1     0x1000000   0x21000    object 57     5
    Mapping 2     0x1021000   0x3000     object 58     3

Booting is thousands of calls, each of which checks and counts what always comes out the same of the same image. The
code makes what comes out: objects are made empty, and then all slots of a class are set in one loop.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from itertools import chain
from typing import Any

from kshell.kernel.channels import EMPTY
from kshell.kernel.compiling import slots
from kshell.kernel.machine import Machine
from kshell.kernel.packed_image import pack_program

WIDTH = 117
# So many objects are a group, with a loop of their own.
LEAST_GROUP = 20
# A value is usual where one of so many objects has it.
USUAL_SHARE = 2
# What cannot change.
VALUES = frozenset((int, bool, str, bytes, type(None)))
HEAD = '''"""The machine that magenta.img boots, as code (`scripts/dev/packed.py` makes it, see `frozen.py` there)."""

# ruff: noqa
# fmt: off
# mypy: ignore-errors
from __future__ import annotations

from itertools import repeat, starmap

'''


def text_of(machine: Machine) -> str:
    """The module that makes a machine like this one, which has booted and which nobody has used. Raises TypeError for
    what a machine does not hold then."""
    kinds = {kind: _groups(kind, some) for kind, some in _kinds(machine).items()}
    places: dict[int, int] = {}
    for groups in kinds.values():
        for one in chain.from_iterable(groups):
            places[id(one)] = len(places)
    lines: list[str] = []
    for kind, groups in kinds.items():
        count = sum(map(len, groups))
        lines.append(f"    objects += starmap({kind.__name__}.__new__, repeat(({kind.__name__},), {count}))")
    for kind, groups in kinds.items():
        for some in groups:
            lines += _filling(kind, some, places)
    text = "".join(f"{line}\n" for line in lines)
    programs = tuple((path, pack_program(program)) for path, program in machine.programs.items())
    return (
        f"{HEAD}{_imports(kinds)}\n\n"
        f"def machine() -> Machine:\n"
        f'    """Makes the machine anew."""\n'
        f"    objects = []\n"
        f"    at = objects.__getitem__\n"
        f"{text}"
        f"    made = objects[0]\n"
        f"    made.programs = {{path: program_of(rows) for path, rows in PROGRAMS}}\n"
        f"    return made\n\n\n"
        f"PROGRAMS = {written(programs)}\n"
    )


def _kinds(machine: Machine) -> dict[type, list[Any]]:
    """All objects of a machine by their classes, itself first."""
    found: dict[type, list[Any]] = {}
    met = {id(machine)}
    # Lists and dictionaries: each belongs to one object.
    seen: set[int] = set()
    pending: deque[Any] = deque([machine])
    while pending:
        one = pending.popleft()
        if not one.__class__.__module__.startswith("kshell.kernel."):
            raise TypeError(f"a {one.__class__.__name__} is neither a plain value nor a kernel object")
        found.setdefault(one.__class__, []).append(one)
        for name in slots(one.__class__):
            value = _slot(one, name)
            if value.__class__ in (list, dict):
                if id(value) in seen:
                    raise TypeError(f"{one.__class__.__name__}.{name} is also held by another object")
                seen.add(id(value))
            for inner in _inside(value):
                if inner.__class__ not in VALUES and id(inner) not in met:
                    met.add(id(inner))
                    pending.append(inner)
    return found


def _imports(kinds: Iterable[type]) -> str:
    """The lines that import the classes, and what else the code calls: one for each module."""
    names = {
        "kshell.kernel.channels": {"EMPTY"},
        "kshell.kernel.light": {"deque"},
        "kshell.kernel.specs": {"program_of"},
    }
    for kind in kinds:
        names.setdefault(kind.__module__, set()).add(kind.__name__)
    return "".join(f"from {module} import {', '.join(sorted(names[module]))}\n" for module in sorted(names))


def _groups(kind: type, some: list[Any]) -> list[list[Any]]:
    """The objects of a class in groups that are alike: what all of a group have needs no column."""
    names = slots(kind)
    usual = {name: _usual([_only(_slot(one, name)) for one in some]) for name in names}
    found: dict[tuple[object, ...], list[Any]] = {}
    for one in some:
        values = [_slot(one, name) for name in names]
        alike = tuple(
            (value is None, _length(value), usual[name] is not None and [_only(value)] == usual[name])
            for name, value in zip(names, values, strict=True)
        )
        found.setdefault(alike, []).append(one)
    groups = [group for group in found.values() if len(group) >= LEAST_GROUP]
    rest = [one for group in found.values() if len(group) < LEAST_GROUP for one in group]
    return [*groups, rest] if rest else groups


def _usual(values: list[Any]) -> list[Any] | None:
    """What most of the plain values are, in a list, if one is much more common than the others."""
    plain = [value for value in values if value.__class__ in VALUES]
    if not plain:
        return None
    value, count = Counter(plain).most_common(1)[0]
    return [value] if count * USUAL_SHARE >= len(values) else None


def _length(value: Any) -> int:
    """0, 1 or more of a list or a dictionary; 0 of all else."""
    return min(len(value), 2) if value.__class__ in (list, dict) else 0


def _only(value: Any) -> Any:
    """The one entry of a list; any other value itself."""
    return value[0] if value.__class__ is list and len(value) == 1 else value


def _slot(one: Any, name: str) -> Any:
    """What a slot holds. Programs are made from their rows."""
    return {} if one.__class__ is Machine and name == "programs" else getattr(one, name)


def _inside(value: Any) -> list[Any]:
    if value.__class__ is dict:
        return [*value, *value.values()]
    return list(value) if value.__class__ in (list, deque) else [value]


def _filling(kind: type, some: list[Any], places: dict[int, int]) -> list[str]:
    """The lines that set all slots of the objects of a class."""
    first = places[id(some[0])]
    names: list[str] = []
    columns: list[str] = []
    lines: list[str] = []
    body: list[str] = []
    for name in slots(kind):
        column, value = _told([_slot(one, name) for one in some], places, f"v{len(names)}")
        if column in columns:
            # Another slot has the same.
            value = value.replace(f"v{len(names)}", names[columns.index(column)])
        elif column:
            names.append(f"v{len(names)}")
            columns.append(column)
        elif value.startswith("objects["):
            # Looked up once, before the loop.
            lines.append(f"    {name} = {value}")
            value = name
        body.append(f"        one.{name} = {value}")
    listed = "".join(f",\n{column}" for column in columns)
    them = f"objects[{first}:{first + len(some)}]"
    loop = (
        f"    for one{''.join(f', {name}' for name in names)} in zip({them}{listed}):"
        if names
        else f"    for one in {them}:"
    )
    return [*lines, loop, *body]


def _told(values: list[Any], places: dict[int, int], it: str) -> tuple[str, str]:
    """(the column, what of its entry `it` is the value) of a slot; no column where all have the same value."""
    kinds = {value.__class__ for value in values}
    if kinds <= VALUES:
        same = all(value.__class__ is values[0].__class__ and value == values[0] for value in values)
        return ("", repr(values[0])) if same else (_row(values), it)
    if kinds == {list}:
        if not any(values):
            return "", "[]"
        if all(len(value) == 1 for value in values):
            column, inner = _told([value[0] for value in values], places, it)
            return column, f"[{inner}]"
        if all(inner.__class__ in VALUES for value in values for inner in value):
            return _row(map(tuple, values)), f"[*{it}]"
        rows = [_all(value, places) for value in values]
        if all(row == tuple(range(row[0], row[0] + len(row))) for row in rows if row):
            return _row((row[0], row[-1] + 1) if row else (0, 0) for row in rows), f"objects[{it}[0]:{it}[1]]"
        return _row(rows), f"[*map(at, {it})]"
    if kinds == {dict}:
        if not any(values):
            return "", "{}"
        if all(key.__class__ not in VALUES and entry is None for value in values for key, entry in value.items()):
            if all(len(value) == 1 for value in values):
                column, inner = _told([key for value in values for key in value], places, it)
                return column, f"{{{inner}: None}}"
            return _row(_all(value, places) for value in values), f"dict.fromkeys(map(at, {it}))"
        if all(entry.__class__ in VALUES for value in values for entry in value.values()):
            return _row(tuple(value.items()) for value in values), f"dict({it})"
        return _row(
            (tuple(value), _all(value.values(), places)) for value in values
        ), f"dict(zip({it}[0], map(at, {it}[1])))"
    if kinds == {deque} and not any(values):
        return "", "EMPTY" if values[0] is EMPTY else "deque()"
    found = [None if value is None else places[id(value)] for value in values]
    numbers = [place for place in found if place is not None]
    if len(numbers) < len(found):
        return _row(found), f"None if {it} is None else at({it})"
    if len(set(numbers)) == 1:
        return "", f"objects[{numbers[0]}]"
    if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return f"     objects[{numbers[0]}:{numbers[-1] + 1}]", it
    return f"     map(at,\n{_row(numbers)})", it


def _all(some: Iterable[Any], places: dict[int, int]) -> tuple[int, ...]:
    return tuple(places[id(one)] for one in some)


def written(value: object, indent: str = "") -> str:
    """A value as Python writes it: tuples that hold tuples of tuples with a row for each."""
    if isinstance(value, tuple) and any(isinstance(entry, tuple) for entry in value) and _depth(value) > 3:
        inner = indent + " "
        rows = "".join(f"{inner}{written(entry, inner)},\n" for entry in value)
        return f"(\n{rows}{indent})"
    return repr(value)


def _depth(value: object) -> int:
    return 1 + max(map(_depth, value), default=0) if isinstance(value, tuple) else 0


def _row(values: Iterable[Any]) -> str:
    """The text of a column, a tuple in lines of a width.

    Numbers that go up evenly are not told as a range: one that is beyond a machine's word makes each of them more
    slowly than Python reads it from a file.
    """
    lines = ["     ("]
    for value in values:
        piece = f"{value!r},"
        if len(lines[-1]) + len(piece) > WIDTH:
            lines.append("      ")
        lines[-1] += piece
    return "\n".join(lines) + ")"
