"""Pages in the terminal: rows of signs, addresses at their left, how far along a row is above it.

VMO 3183, 64k, as sh:console (2988) sees it at 0x12fd000, rw-
16 pages: 5 own, 3 parent, 1 zero, 7 absent
           |0      |+32k
0x12fd000  #####^^^0.......
           **
each sign is 1 page: # own  ^ VMO 3183's, which it was cloned from  0 zero  . absent  * changed
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.pictures.scene import STATES, Box, Scene
from kshell.pictures.scenes.cells import unit_for
from kshell.pictures.terminal.look import LINE, TITLE, Look, Row
from kshell.pictures.terminal.strips import Strip, each, legend, letters, meanings
from kshell.sizes import format_size
from kshell.text import plural, printable, wrap

# A sign stands for more pages rather than that there are more rows.
MOST_ROWS = 16
# Signs between two marks of the ruler.
STEP = 16


def rows(scene: Scene, columns: int, look: Look) -> list[Row]:
    """The rows of a scene of pages."""
    (box,) = scene.boxes
    found: list[Row] = [[(line, TITLE)] for line in wrap(printable(scene.title), width=columns).splitlines()]
    found += [[(line, "")] for line in wrap(_counts(box), width=columns).splitlines()]
    pages = box.size >> PAGE_SHIFT
    base = box.base or 0
    margin = len(f"{base + box.size:#x}") + 2
    # The most signs of a row that are a power of two, so that each row begins at an even place.
    signs = min(1 << max(3, (columns - margin).bit_length() - 1), 1 << max(0, (pages - 1).bit_length()))
    unit = max(box.unit, unit_for(pages, signs * MOST_ROWS))
    strip = Strip(box.cells, unit, look, letters(box.cells, look))
    if pages:
        found.append([(" " * margin, ""), (_ruler(min(signs, -(-pages // unit)), unit), LINE)])
    for at, (row, marks) in enumerate(strip.rows(signs)):
        place = base + (at * signs * unit << PAGE_SHIFT)
        found.append([(f"{place:#{margin - 2}x}  ", LINE), *row])
        if marks is not None:
            found.append([(" " * margin, ""), *marks])
    if pages:
        found += legend(meanings(strip.tones(), look, strip.owners), each(unit), columns)
    for note in scene.notes:
        found += [[(line, "")] for line in wrap(printable(note), width=columns).splitlines()]
    return found


def _counts(box: Box) -> str:
    """How many pages are in each state, where that can be told."""
    pages = box.size >> PAGE_SHIFT
    if not pages:
        return "no pages"
    begin = plural(pages, "page") if pages < 10_000 else f"{pages:,} pages"
    if box.unit > 1:
        own = (box.fill or 0) >> PAGE_SHIFT
        return f"{begin}: {own:,} own"
    counts = {state: sum(cell.count for cell in box.cells if cell.state == state) for state in STATES}
    return f"{begin}: {', '.join(f'{count:,} {state}' for state, count in counts.items() if count)}"


def _ruler(signs: int, unit: int) -> str:
    """How far along a row its signs are."""
    text = ""
    for at in range(0, signs, STEP):
        mark = f"|+{format_size(at * unit << PAGE_SHIFT)}" if at else "|0"
        text = text.ljust(at) + mark
    return text
