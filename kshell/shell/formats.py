"""A result in a form other than its text: JSON, CSV, or a plain table. `COMMAND --format csv`."""

from __future__ import annotations

from kshell.shell.results import Result
from kshell.text import shown, width


def view(result: Result, kind: str) -> str:
    """The fields of `result` as `kind`: "json", "csv" or "table". A list of rows in them becomes lines."""
    if kind == "json":
        import json

        return json.dumps(result.fields, indent=2) + "\n"
    rows = _rows(result.fields)
    if not rows:
        return ""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    return _csv([names, *cells]) if kind == "csv" else _table(names, cells)


def _rows(fields: dict[str, object]) -> list[dict[str, object]]:
    """The rows of a result: its list of records if it has one, otherwise its fields as the only row."""
    for name, value in fields.items():
        if isinstance(value, list) and len(fields) == 1:
            return [row if isinstance(row, dict) else {name: row} for row in value]
    return [fields] if fields else []


def _cell(value: object) -> str:
    return "" if value is None else shown(str(value))


def _csv(rows: list[list[str]]) -> str:
    import csv
    from types import SimpleNamespace

    lines: list[str] = []
    csv.writer(SimpleNamespace(write=lines.append), lineterminator="\n").writerows(rows)
    return "".join(lines)


def _table(names: list[str], rows: list[list[str]]) -> str:
    """Columns as wide as their widest cell; numbers to the right."""
    lines = [""] * (len(rows) + 1)
    for at, name in enumerate(names):
        column = [row[at] for row in rows]
        widths = [width(cell) for cell in (name, *column)]
        widest = max(widths)
        numbers = all(cell.isdigit() for cell in column if cell)
        for place, cell in enumerate([name, *column]):
            blanks = " " * (widest - widths[place])
            lines[place] += (blanks + cell if numbers else cell + blanks) + "  "
    return "".join(f"{line.rstrip()}\n" for line in lines)
