"""Who leads to what: columns of boxes with lines between them, from the left to the right.

    +- process ----+
    | handle 8     | ------>  +- VMO 3183 -+ ---->  +- VMO 3170 -+
    | mapping rw-  | ------>  +------------+        +------------+
    +--------------+

A box stands one column to the right of what leads to it; in a column, boxes stand in the order of what leads to them,
so that few lines cross.
"""

from __future__ import annotations

from kshell.pictures.layouts.frame import MARGIN, TOP, classes, named
from kshell.pictures.scene import Box, Link, Scene
from kshell.pictures.sheet import Sheet
from kshell.sizes import format_size

ROW, HEAD, BETWEEN, PAD = 24.0, 24.0, 8.0, 8.0
# Columns and boxes at most; how wide what is between columns is.
MOST_COLUMNS, MOST, AISLE = 3, 240, 84.0
# What lines mean, by the kind of link.
LINES = {
    "handle": "a solid line is a handle",
    "mapping": "a dashed one a mapping",
    "clone": "an orange one leads from a clone to what it was cloned from",
}


def lay_links(sheet: Sheet, scene: Scene) -> tuple[float, tuple[str, ...]]:
    """Where the boxes end, and how many are not shown."""
    home = {inner.key: box for box in scene.boxes for inner in box.walk()}
    links = [link for link in scene.links if link.source in home and link.target in home]
    columns = _columns(scene, home, links)
    wide = (sheet.width - 2 * MARGIN + AISLE) / max(1, len(columns)) - AISLE
    leading: dict[str, list[str]] = {}
    for link in links:
        leading.setdefault(link.target, []).append(link.source)
    labels = {link.source: link.label for link in links}
    ports: dict[str, tuple[float, float, float]] = {}
    bottom, left_out, below = TOP, 0, len(sheet.marks)
    for at, column in enumerate(columns):
        x, y = MARGIN + at * (wide + AISLE), TOP
        for box in column:
            if len(ports) >= MOST:
                left_out += 1
                continue
            # Beside what leads to it, as far as those above leave room.
            sources = [ports[source][2] for source in leading.get(box.key, ()) if source in ports]
            if at and sources:
                y = max(y, sum(sources) / len(sources) - ROW / 2)
            y = _lay(sheet, scene, box, x, y, wide, ports, labels) + BETWEEN
        bottom = max(bottom, y)
    boxes = sheet.marks[below:]
    del sheet.marks[below:]
    # Lines lie below the boxes that they pass.
    _draw_links(sheet, links, ports)
    sheet.marks += boxes
    kinds = {link.kind for link in links}
    lines = "; ".join(words for kind, words in LINES.items() if kind in kinds)
    return bottom, tuple(note for note in (lines, f"{left_out} more are not shown" if left_out else "") if note)


def _columns(scene: Scene, home: dict[str, Box], links: list[Link]) -> list[list[Box]]:
    """The boxes, column by column."""
    level = {box.key: 0 for box in scene.boxes}
    # A circle of links would push its boxes to the right for ever.
    for _ in range(MOST_COLUMNS - 1):
        for link in links:
            source, target = home[link.source].key, home[link.target].key
            if source != target and level[target] <= level[source] < MOST_COLUMNS - 1:
                level[target] = level[source] + 1
    order: dict[str, int] = {}
    for link in links:
        order.setdefault(home[link.target].key, len(order))
    columns: list[list[Box]] = [[] for _ in range(MOST_COLUMNS)]
    for box in scene.boxes:
        columns[level[box.key]].append(box)
    for column in columns[1:]:
        column.sort(key=lambda box: order.get(box.key, len(order)))
    return [column for column in columns if column]


def _lay(
    sheet: Sheet, scene: Scene, box: Box, x: float, y: float, wide: float,
    ports: dict[str, tuple[float, float, float]], labels: dict[str, str],
) -> float:  # fmt: skip
    """A box and what is in it; notes for each where lines end and begin: (left, right, y)."""
    ports[box.key] = (x, x + wide, y + ROW / 2)
    at = len(sheet.marks)
    bottom = y + ROW
    if box.boxes:
        bottom = y + HEAD
        for child in box.boxes:
            if len(ports) < MOST:
                bottom = _lay(sheet, scene, child, x + PAD, bottom, wide - PAD, ports, labels) + 3
        bottom += PAD - 3
    cls = classes(box, scene, "holder" if box.boxes else "")
    sheet.rect(box.key, "box", x, y, wide, bottom - y, cls, [named(box), *box.facts])
    sheet.marks.insert(at, sheet.marks.pop())
    # A row within the first box is named by what it is, and says at its end what its link does.
    row = box.kind in ("handle", "mapping")
    end = labels.get(box.key, "") if row else format_size(box.size) if box.size else ""
    used = sheet.text_before(box.key, "end", x + wide - 8, y + 16, end, wide / 2, "small quiet")
    cls = "strong" if box.boxes else "small"
    sheet.text(box.key, "label", x + 8, y + 16, named(box), wide - used - 22, cls)
    return bottom


def _draw_links(sheet: Sheet, links: list[Link], ports: dict[str, tuple[float, float, float]]) -> None:
    ends = {(link.source, link.target, link.kind) for link in links}
    for at, link in enumerate(links):
        if link.source not in ports or link.target not in ports:
            continue
        # Two that lead to each other have one line, with two heads.
        mutual = (link.target, link.source, link.kind) in ends
        if mutual and ports[link.source] > ports[link.target]:
            continue
        _, begin, from_y = ports[link.source]
        end, beyond, to_y = ports[link.target]
        part = f"link:{link.target}:{link.kind}:{link.label}"
        cls = f"link {link.kind}{' both' if mutual else ''}{' changed' if link.changed else ''}"
        if end > begin:
            sheet.line(link.source, part, begin, from_y, end, to_y, cls)
            continue
        # Back, or within a column: around its right side.
        out = min(max(begin, beyond) + 8 + 4 * (at % 3), sheet.width - 4)
        plain = cls.replace("link ", "link-begin ", 1)
        sheet.line(link.source, f"{part}:out", begin, from_y, out, from_y, plain)
        sheet.line(link.source, f"{part}:along", out, from_y, out, to_y, plain)
        sheet.line(link.source, part, out, to_y, beyond, to_y, cls)
