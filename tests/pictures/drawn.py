"""Small scenes, one of each kind, and SVG taken apart."""

import re
import xml.etree.ElementTree as ElementTree

from kshell.kernel.abi import PAGE_SIZE
from kshell.pictures.scene import Box, Cell, Link, Scene

SVG = "{http://www.w3.org/2000/svg}"
# A name that is everything a name should not be.
HOSTILE = "<script>alert(1)</script>\"'&]]>\x1b[2J\0\u202e\udcff\uffff\u0301 ü 日本"


def pages(name="VMO 3183"):
    """64 pages, of which 5 are own, 7 a parent's, one own and changed, 4 zero."""
    box = Box("mapping:2988:0x1200000", "mapping", f"rw- {name}", 64 * PAGE_SIZE, 0x1200000, 6 * PAGE_SIZE)
    box.facts = [f"{name} has 6 pages of its own."]
    box.cells = [Cell(0, 5, "own", 3183), Cell(5, 12, "parent", 3170), Cell(12, 13, "own", 3183)]
    box.cells += [Cell(13, 40, "absent"), Cell(40, 44, "zero"), Cell(44, 64, "absent")]
    box.cells[2].changed = True
    scene = Scene("pages", name)
    scene.boxes = [box]
    scene.legend = [("own", "the VMO has the page"), ("absent", "nobody has one")]
    scene.notes = ["a note"]
    return scene


def space(name="demo (3100)"):
    """A VMAR with three mappings, none, half and all of each resident, and gaps around it."""
    scene = Scene("space", name)
    root = Box("vmar:1", "aspace", "root VMAR", 1 << 47, 0x1000000, 36 * PAGE_SIZE)
    vmar = Box("vmar:2", "vmar", name, 64 * PAGE_SIZE, 0x1200000, 36 * PAGE_SIZE)
    for at, (pages, fill) in enumerate(((16, 0), (32, 16), (20, 20))):
        mapping = Box(f"mapping:{at}", "mapping", name, pages * PAGE_SIZE, 0x1200000 + (at << 20), fill * PAGE_SIZE)
        mapping.perms, mapping.shows, mapping.state = "rw-", "vmo:3183", "parent" if at == 1 else "own"
        vmar.boxes.append(mapping)
    vmar.boxes[1].changed = True
    root.boxes = [Box("gap:1", "gap", "gap 2M", 2 << 20, 0x1000000), vmar, Box("more:1", "more", "9 more mappings")]
    scene.boxes = [root]
    return scene


def clones(name="3170"):
    """A VMO of 32 pages, a clone of it from page 8 on, and a clone of that from its page 4 on."""
    root = Box("vmo:3170", "vmo", name, 32 * PAGE_SIZE, 0, 20 * PAGE_SIZE, "own")
    root.cells = [Cell(0, 20, "own", 3170), Cell(20, 32, "absent")]
    child = Box("vmo:3183", "vmo", name, 16 * PAGE_SIZE, 8 * PAGE_SIZE, 3 * PAGE_SIZE, "asked")
    child.cells = [Cell(0, 3, "own", 3183), Cell(3, 12, "parent", 3170), Cell(12, 16, "absent")]
    below = Box("vmo:3190", "vmo", name, 8 * PAGE_SIZE, 4 * PAGE_SIZE, 0, "own")
    below.cells = [Cell(0, 8, "parent", 3170)]
    root.boxes, child.boxes = [child], [below]
    scene = Scene("clones", f"the family of {name}")
    scene.boxes = [root]
    scene.legend = [("asked", "the VMO that was asked for")]
    return scene


def treemap(name="sh:vc"):
    """100M, 60M of them free; of the rest 30M the kernel's and 10M of two processes."""
    top = Box("line:physical memory", "line", "physical memory", 100 << 20)
    used = Box("line:used", "line", "used", 40 << 20)
    kernel = Box("line:wired", "line", "wired", 30 << 20, state="kernel")
    vmos = Box("line:pages of VMOs", "line", "pages of VMOs", 10 << 20)
    vmos.boxes = [Box("p:1", "task", name, 7 << 20, state="mapped"), Box("p:2", "task", name, 3 << 20, state="held")]
    used.boxes = [kernel, vmos]
    top.boxes = [Box("line:free", "line", "free", 60 << 20, state="free"), used]
    scene = Scene("treemap", "physical memory")
    scene.boxes = [top]
    return scene


def links(name="demo (3100)"):
    """Two handles and a mapping that lead to three objects, one a clone of another, and a circle of peers."""
    scene = Scene("links", name)
    task = Box("links:3100", "task", name)
    task.boxes = [
        Box("handle:8", "handle", "8"),
        Box("handle:12", "handle", "12"),
        Box("mapping:1", "mapping", "0x1000"),
    ]
    objects = [Box(key, "vmo", f"{name} {key}", 1 << 16) for key in ("vmo:1", "vmo:2", "channel:3", "channel:4")]
    scene.boxes = [task, *objects]
    scene.links = [Link("handle:8", "vmo:1", "handle", "rw"), Link("handle:12", "channel:3", "handle", name)]
    scene.links += [Link("mapping:1", "vmo:1", "mapping", "rw-"), Link("vmo:1", "vmo:2", "clone")]
    scene.links += [Link("channel:3", "channel:4", "peer"), Link("channel:4", "channel:3", "peer")]
    return scene


SCENES = {"pages": pages, "space": space, "clones": clones, "treemap": treemap, "links": links}


def parsed(text):
    """An SVG document as a tree."""
    return ElementTree.fromstring(text)


def numbers(element, *names):
    """Attributes of an element as numbers."""
    return tuple(float(element.get(name)) for name in names)


def titles(tree):
    """What is said of each rectangle that can be pointed at, by its first line."""
    found = {}
    for rect in tree.iter(f"{SVG}rect"):
        title = rect.find(f"{SVG}title")
        if title is not None:
            found.setdefault(title.text.split("\n")[0], []).append(rect)
    return found


def markup(text):
    """The tags of a text, with the names of their attributes alone: what of it has any effect."""
    return sorted({re.sub(r'"[^"]*"', "", tag) for tag in re.findall(r"<[^>]*>", text)})
