"""A Difference between two moments, for people in a few lines and for programs as fields."""

from __future__ import annotations

from kshell.accounting.moments import HANDLES, KERNEL, KINDS, MAPPINGS, MESSAGES, TASKS, VMOS, Compared, Difference
from kshell.kernel.abi import TYPE_NAMES, perms_text
from kshell.sizes import format_size
from kshell.text import COLUMNS, plural, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    # A row of a Moment.
    Row = tuple[Any, ...]
    # "new", "gone" or "", the key, and the rows before and after.
    Change = tuple[str, object, Row | None, Row | None]

# So many things of a kind are shown one by one.
SHOWN = 6
TITLES = {"tasks": "tasks", "vmos": "VMOs", "mappings": "mappings", "handles": "handles"}
# The states of physical memory in words, in the order in which they are told.
MEMORY = (
    ("object", "objects"),
    ("mmu", "page tables"),
    ("heap", "kernel heap"),
    ("alloc", "alloc"),
    ("wired", "wired"),
)
# Where the names, and where the figures begin.
NAME_AT, FIGURES_AT = 10, 32


def fields_of(found: Difference, before: str, after: str) -> dict[str, object]:
    """The JSON of `diff` between two moments of these names."""
    fields: dict[str, object] = {"from": before, "to": after, "pages": found.pages}
    names = _vmo_names(found)
    for kind in found.kinds:
        fields[kind.kind.name] = {
            "created": len(kind.new),
            "gone": len(kind.gone),
            "changed": len(kind.changed),
            "unchanged": kind.unchanged,
            "list": list(_entries(kind, names)),
        }
    return fields


def memory_of(found: Difference) -> dict[str, object]:
    """By how many pages each state of physical memory has changed, and by how many bytes the blocks of the heap."""
    before, after = found.before.memory, found.after.memory
    names = {"object": "object_pages", "mmu": "page_tables", "heap": "heap_pages", "live": "heap_bytes"}
    return {name: after[state] - before[state] for state, name in names.items()}


def _entries(found: Compared, names: dict[object, str]) -> Iterator[dict[str, object]]:
    """An entry for each figure: `before` is null for what is new, `after` for what is gone."""
    none: Row = (None,) * (2 + len(found.kind.fields))
    changes = [(key, none, row) for key, row in found.new] + [(key, row, none) for key, row in found.gone]
    for key, old, new in (*changes, *found.changed):
        row = none if new is None else new
        koid, name = (row if row is not none else old)[:2]
        title = _title(found, key, name, names)
        for at, field in enumerate(found.kind.fields, 2):
            if old[at] != new[at]:
                values = _plain(field, old[at]), _plain(field, new[at])
                yield {"koid": koid, "name": title, "field": field, "before": values[0], "after": values[1]}


def _title(found: Compared, key: object, name: object, names: dict[object, str]) -> str:
    """The name of a thing: a handle's is its value, a VMO's that of who maps it."""
    if found.kind is HANDLES:
        assert isinstance(key, tuple)
        return str(key[1])
    if found.kind is VMOS:
        return names.get(key, "")
    return printable(name) if isinstance(name, bytes) else ""


def _vmo_names(found: Difference) -> dict[object, str]:
    """The name of a process that maps each VMO, as long as one does."""
    names: dict[object, str] = {}
    at = 2 + MAPPINGS.fields.index("vmo")
    for moment in (found.before, found.after):
        for row in moment.rows[KINDS.index(MAPPINGS)].values():
            vmo, name = row[at], row[1]
            assert isinstance(vmo, tuple) and isinstance(name, bytes)
            names[vmo[1]] = printable(name)
    return names


def _plain(field: str, value: object) -> object:
    """A figure as programs get it."""
    if isinstance(value, bytes):
        return printable(value)
    if field == "perms" and isinstance(value, int):
        return perms_text(value)
    if field == "vmo" and isinstance(value, tuple):
        return value[0]
    if field == "object" and isinstance(value, tuple):
        return f"{TYPE_NAMES[value[0]]} {value[1]}"
    return value


# For people


def text_of(found: Difference) -> str:
    """The difference in lines of at most 80 columns."""
    lines = [*_memory(found)]
    names = _vmo_names(found)
    tasks = found.kinds[KINDS.index(TASKS)]
    whole = {"new": {key for key, _ in tasks.new}, "gone": {key for key, _ in tasks.gone}, "": set()}
    for kind in found.kinds:
        lines.extend(_kind(kind, names, whole))
    return "".join(f"{line}\n" for line in lines)


def _memory(found: Difference) -> Iterator[str]:
    before, after = found.before, found.after
    parts = [
        f"{title} {after.memory[state] - before.memory[state]:+}"
        for state, title in MEMORY
        if after.memory[state] != before.memory[state]
    ]
    if found.pages or parts:
        whole = f"{before.used} -> {after.used}, {found.pages:+}"
        yield f"{'pages':<{NAME_AT}}{whole}{': ' if parts else ''}{', '.join(parts)}"
    else:
        yield f"{'pages':<{NAME_AT}}{after.used} in use, as before"
    live = before.memory["live"], after.memory["live"]
    if live[0] != live[1]:
        yield f"{'heap':<{NAME_AT}}{live[0]} -> {live[1]} bytes in blocks, {live[1] - live[0]:+}"


def _kind(found: Compared, names: dict[object, str], whole: dict[str, set[object]]) -> Iterator[str]:
    """How many there are, and the first rows. What a task has that is itself new or gone is one row: `whole` has those
    tasks by what they are."""
    counts = [(len(found.new), "new"), (len(found.gone), "gone"), (len(found.changed), "changed")]
    said = ", ".join([*(f"{count} {word}" for count, word in counts if count), f"{found.unchanged} unchanged"])
    title = TITLES[found.kind.name]
    yield f"{title:<{NAME_AT}}{said}"
    together: dict[tuple[str, str], int] = {}
    single = []
    for change in _changes(found):
        word, key, old, new = change
        row = new or old
        assert row is not None
        if found.kind in (MAPPINGS, HANDLES) and row[0] in whole[word]:
            place = word, _who(found, key, row, names)
            together[place] = together.get(place, 0) + 1
        else:
            single.append(change)
    rows = [
        _head(word, who) + (f"its {plural(count, title[:-1])}" if count > 1 else f"its only {title[:-1]}")
        for (word, who), count in together.items()
    ]
    yield from rows[:SHOWN]
    shown = max(0, SHOWN - len(rows))
    for change in single[:shown]:
        yield from _line(found, *change, names)
    left = max(0, len(rows) - SHOWN) + max(0, len(single) - shown)
    if left:
        yield f"{'':<{NAME_AT}}... and {left} more"


def _changes(found: Compared) -> list[Change]:
    """The changes of a kind, those of VMOs with the most pages first."""
    changes: list[Change] = [("new", key, None, row) for key, row in found.new]
    changes += [("gone", key, row, None) for key, row in found.gone]
    changes += [("", key, old, new) for key, old, new in found.changed]
    if found.kind is VMOS:
        changes.sort(key=lambda change: -abs(_pages(change[3]) - _pages(change[2])))
    return changes


def _pages(row: Row | None) -> int:
    return 0 if row is None else int(row[2 + VMOS.fields.index("pages")])


def _head(word: str, who: str) -> str:
    """The beginning of a row, up to the column of the figures."""
    head = f"  {word:<{NAME_AT - 2}}{who}"
    return f"{head:<{FIGURES_AT}}" if len(head) < FIGURES_AT else f"{head}  "


def _line(
    found: Compared, word: str, key: object, old: Row | None, new: Row | None, names: dict[object, str]
) -> Iterator[str]:
    row = new or old
    assert row is not None
    yield from _laid_out(_head(word, _who(found, key, row, names)), _figures(found, old, new))


def _who(found: Compared, key: object, row: Row, names: dict[object, str]) -> str:
    koid, name = row[0], row[1]
    if koid == MESSAGES:
        return "in a message"
    if koid == KERNEL and found.kind is HANDLES:
        return "the kernel"
    if found.kind is VMOS:
        mapped = names.get(key, "")
        return f"{koid or '-'} {mapped}".rstrip()
    return f"{koid} {printable(name) if isinstance(name, bytes) else ''}".rstrip()


def _figures(found: Compared, old: Row | None, new: Row | None) -> list[str]:
    """The figures of what is new or gone, as words; of what is changed those that differ, before and after."""
    if old is not None and new is not None:
        fields = enumerate(found.kind.fields, 2)
        return [f"{field} {_shown(field, old[at])} -> {_shown(field, new[at])}" for at, field in fields
                if old[at] != new[at]]  # fmt: skip
    row = new or old
    assert row is not None
    values = {field: _shown(field, row[at]) for at, field in enumerate(found.kind.fields, 2) if row[at] is not None}
    if found.kind is TASKS and "virt" not in values:
        return ["job", values["state"]]
    if found.kind is TASKS:
        counted = [plural(int(values[field]), field[:-1]) for field in ("threads", "handles")]
        return [values["state"], *counted, values["virt"]]
    if found.kind is VMOS:
        return [values["size"], plural(int(values["pages"]), "page")]
    if found.kind is MAPPINGS:
        return [f"{values['base']} {values['size']} {values['perms']} {values['vmo']}"]
    return [values["object"]]


def _shown(field: str, value: object) -> str:
    if field in ("size", "virt") and isinstance(value, int):
        return format_size(value)
    if field in ("base", "rights", "offset") and isinstance(value, int):
        return f"{value:#x}"
    if field == "vmo" and isinstance(value, tuple):
        return f"VMO {value[0]}" if value[0] else "a VMO without koid"
    return str(_plain(field, value))


def _laid_out(head: str, figures: Iterable[str]) -> Iterator[str]:
    """The figures after `head`, in a column; in further lines where they do not fit."""
    line, empty = head, True
    for figure in figures:
        if not empty and len(line) + 2 + len(figure) > COLUMNS:
            yield line
            line, empty = " " * FIGURES_AT, True
        line += figure if empty else f", {figure}"
        empty = False
    yield line
