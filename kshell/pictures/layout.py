"""Where everything of a scene stands on a sheet of a given width: computed once, here, for SVG and for pages alike.

    lay_out(scene, 800) -> Layout: width, height, marks

What is the same in two moments stands in the same place as far as it can, and has the same name (`Mark.id`), so what is
drawn from moment to moment changes only where memory has.
"""

from __future__ import annotations

from kshell.pictures.layouts.clones import lay_clones
from kshell.pictures.layouts.frame import foot, head
from kshell.pictures.layouts.links import lay_links
from kshell.pictures.layouts.pages import lay_pages
from kshell.pictures.layouts.space import lay_space
from kshell.pictures.layouts.treemap import lay_treemap
from kshell.pictures.scene import Scene
from kshell.pictures.sheet import Layout, Mark, Sheet

__all__ = ["LEAST_WIDTH", "Layout", "Mark", "lay_out"]

KINDS = {"pages": lay_pages, "space": lay_space, "clones": lay_clones, "treemap": lay_treemap, "links": lay_links}
# Nothing is narrower, in pixels.
LEAST_WIDTH = 320


def lay_out(scene: Scene, width: int) -> Layout:
    """The marks of a scene on a sheet `width` pixels wide (at least LEAST_WIDTH); its height follows."""
    sheet = Sheet(max(width, LEAST_WIDTH))
    head(sheet, scene)
    end, notes = KINDS[scene.kind](sheet, scene)
    height = foot(sheet, scene, end, notes)
    return Layout(sheet.width, height, sheet.marks)
