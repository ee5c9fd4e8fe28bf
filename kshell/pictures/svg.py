"""A scene as SVG: a picture that stands alone, for a browser, a README or a slide.

It has no scripts and refers to nothing outside. Readers of screens get its title and what it shows in words; whoever
points at a box gets its facts. Everything foreign is printable when it comes (`kshell.pictures.sheet`) and is escaped
here, so a process named `<script>` is a process named `<script>`.
"""

from __future__ import annotations

from kshell.pictures.layout import lay_out
from kshell.pictures.scene import Scene
from kshell.pictures.sheet import Layout, Mark
from kshell.pictures.style import PATTERNS, STYLE
from kshell.text import plural, printable

# As wide as a README shows it.
WIDTH = 840
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape(text: str) -> str:
    """Printable text for XML and HTML, in an element or in quotes."""
    return text.translate(_ENTITIES)


def svg(scene: Scene, width: int = WIDTH) -> str:
    """The whole SVG document of a scene, `width` pixels wide."""
    return drawing(scene, lay_out(scene, width), style=True) + "\n"


def drawing(scene: Scene, layout: Layout, style: bool, targets: dict[str, str] | None = None) -> str:
    """The `svg` element of a scene laid out, with the stylesheet in it or not.

    With `targets`, ids of elements of the page by the keys of boxes, what can be pointed at is a link to them.
    """
    wide, high = layout.width, layout.height
    role = "img" if targets is None else "group"
    title = escape(printable(scene.title))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kshell" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="{role}" aria-label="{title}">',
        f"<title>{title}</title>",
        f"<desc>{escape(summary(scene))}</desc>",
    ]
    if style:
        out.append(f"<style>\n{STYLE}</style>")
    out.append(PATTERNS)
    out.append(f'<rect class="page" width="{wide}" height="{high}" rx="8"/>')
    for mark in layout.marks:
        target = None if targets is None or not mark.title else targets.get(mark.key)
        out.append(element(mark) if target is None else _link(mark, target))
    return "\n".join([*out, "</svg>"])


def element(mark: Mark) -> str:
    """One mark as an element."""
    cls = escape(mark.cls)
    if mark.kind == "text":
        return f'<text class="{cls}" x="{mark.x}" y="{mark.y}" xml:space="preserve">{escape(mark.text)}</text>'
    if mark.kind == "line":
        end = f'x2="{_sum(mark.x, mark.w)}" y2="{_sum(mark.y, mark.h)}"'
        return f'<line class="{cls}" x1="{mark.x}" y1="{mark.y}" {end}/>'
    place = f'x="{mark.x}" y="{mark.y}" width="{mark.w}" height="{mark.h}"'
    if not mark.title:
        return f'<rect class="{cls}" {place}/>'
    return f'<rect class="{cls}" {place}><title>{escape(mark.title)}</title></rect>'


def _link(mark: Mark, target: str) -> str:
    """One mark, which leads to the element `target` of the page."""
    name = escape(mark.title).replace("\n", "&#10;")
    return f'<a href="#{target}" aria-label="{name}">{element(mark)}</a>'


def _sum(one: float, other: float) -> float:
    """The sum, with one decimal at most."""
    total = round(one + other, 1)
    return int(total) if total == int(total) else total


def summary(scene: Scene) -> str:
    """What a scene shows, in words: what there is at its top, and how many boxes and links there are."""
    count = sum(1 for _ in scene.walk())
    words = [f"{plural(count, 'box').replace('boxs', 'boxes')}"]
    if scene.links:
        words.append(plural(len(scene.links), "link"))
    changed = sum(box.changed for box in scene.walk()) + sum(link.changed for link in scene.links)
    if changed:
        words.append(f"{changed} changed")
    first = [printable(box.label) for box in scene.boxes[:5]]
    more = ["..."] if len(scene.boxes) > len(first) else []
    return f"{scene.kind}: {', '.join(words)}. {', '.join([*first, *more])}"
