"""A scene as a page: the picture, and a table that says the same in words.

    +- picture ----------+      each box and each run of pages is a link: Tab reaches it, a reader of screens says
    | [own][parent   ]   |      what it is, Enter or a click goes to its row
    +--------------------+
    | box | where | size | ...

The page has no scripts; its Content-Security-Policy allows its own stylesheet and nothing else. `fragment` is the
picture alone, for a notebook.
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SIZE
from kshell.pictures.layout import lay_out
from kshell.pictures.layouts.frame import named
from kshell.pictures.layouts.strip import Slots
from kshell.pictures.scene import Box, Scene
from kshell.pictures.style import FONT, STYLE
from kshell.pictures.svg import WIDTH, drawing, escape
from kshell.sizes import format_size
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Rows of the table, and runs of pages that one box has in it, at most.
MOST_ROWS, MOST_RUNS = 1000, 64

PAGE_STYLE = f"""{STYLE}body.kshell {{ margin: 0; background: var(--panel); color: var(--ink); font: 14px/1.5 {FONT} }}
main {{ max-width: {WIDTH}px; margin: 24px auto; padding: 0 16px }}
h1 {{ font-size: 16px }}
svg {{ display: block; max-width: 100%; height: auto }}
svg a:focus-visible {{ outline: none }}
svg a:focus-visible rect {{ stroke: var(--ink); stroke-width: 3 }}
table {{ margin-top: 24px; border-collapse: collapse; width: 100%; font-size: 12px }}
caption {{ text-align: left; color: var(--quiet); padding-bottom: 8px }}
th, td {{ text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--frame) }}
td.number {{ white-space: nowrap }}
tr:target {{ background: var(--blue-pale) }}
@media print {{ body.kshell {{ background: none }} }}
"""


def html(scene: Scene) -> str:
    """A whole page of a scene."""
    from base64 import b64encode
    from hashlib import sha256

    digest = b64encode(sha256(PAGE_STYLE.encode()).digest()).decode()
    layout = lay_out(scene, WIDTH)
    rows = list(_rows(scene))
    targets = {key: f"row-{at}" for at, (key, _) in enumerate(rows[:MOST_ROWS]) if key}
    title = escape(printable(scene.title))
    head = "".join(f"<th>{name}</th>" for name in ("what", "where", "size", "resident", "state", "facts"))
    body = "\n".join(f'<tr id="row-{at}">{cells}</tr>' for at, (_, cells) in enumerate(rows[:MOST_ROWS]))
    more = f"<p>{len(rows) - MOST_ROWS} more rows are not shown</p>\n" if len(rows) > MOST_ROWS else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}'">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{PAGE_STYLE}</style>
</head>
<body class="kshell">
<main>
{drawing(scene, layout, style=False, targets=targets)}
<table>
<caption>The same in words</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
{more}</main>
</body>
</html>
"""


def fragment(scene: Scene) -> str:
    """The picture of a scene for a page of somebody else's, such as a notebook."""
    return f"<div>{drawing(scene, lay_out(scene, WIDTH), style=True)}</div>"


def _rows(scene: Scene) -> Iterator[tuple[str, str]]:
    """(key of the box, "" for pages of it and links; the cells of the row) of all there is, in order."""
    todo = [(box, 0) for box in reversed(scene.boxes)]
    while todo:
        box, depth = todo.pop()
        yield box.key, _row(box, depth)
        yield from (("", row) for row in _runs(box, depth + 1))
        todo.extend((inner, depth + 1) for inner in reversed(box.boxes))
    for link in scene.links:
        words = f"{link.kind} from {link.source} to {link.target}"
        yield "", _cells(words, "", "", "", "changed" if link.changed else "", link.label, 0)


def _row(box: Box, depth: int) -> str:
    where = "" if box.base is None else f"{box.base:#x}"
    size = format_size(box.size) if box.size else ""
    fill = "" if box.fill is None else format_size(box.fill)
    state = ", ".join(word for word in (box.state, "changed" if box.changed else "") if word)
    return _cells(named(box), where, size, fill, state, " ".join(box.facts), depth)


def _runs(box: Box, depth: int) -> Iterator[str]:
    """Rows for the pages of a box: run by run where they are few, otherwise as so many pieces at most."""
    slots = Slots(box, max(1, box.cells[-1].end if box.cells else 0))
    if len(slots.runs) > MOST_RUNS:
        slots = Slots(box, MOST_RUNS)
    for run in slots.runs:
        start, end = run.start * slots.unit, min(slots.pages, run.end * slots.unit)
        where = f"{(box.base or 0) + start * PAGE_SIZE:#x}"
        owner = "" if run.owner is None else f"VMO {run.owner} has them"
        state = run.state + ("" if run.full else ", not all of them") + (", changed" if run.changed else "")
        yield _cells("pages", where, format_size((end - start) * PAGE_SIZE), "", state, owner, depth)


def _cells(what: str, where: str, size: str, fill: str, state: str, facts: str, depth: int) -> str:
    """The cells of a row; what lies in something stands further to the right."""
    indent = "&#160;" * (2 * min(depth, 12))
    words = [f"<td>{indent}{escape(printable(what))}</td>"]
    words += [f'<td class="number">{escape(word)}</td>' for word in (where, size, fill)]
    words += [f"<td>{escape(printable(word))}</td>" for word in (state, facts)]
    return "".join(words)
