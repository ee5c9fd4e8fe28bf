"""Makes the README's pictures.

    screens   types into the real console, in a pseudo-terminal, and draws the screen as SVG
    scenes    runs lines in a session and draws what the last one shows, as `draw` does

python scripts/dev/screenshots.py [NAME ...]     from a development checkout; rewrites docs/pictures/NAME.svg, or all
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from kshell.options import read_arguments  # noqa: E402
from kshell.pictures.scene import Scene  # noqa: E402
from kshell.pictures.svg import svg  # noqa: E402
from kshell.shell.errors import ShellError  # noqa: E402
from kshell.start import open_session  # noqa: E402
from tests.screen import Terminal  # noqa: E402  (found through the line above)

COLUMNS, LINES = 100, 30
# Each picture: its name, lines that are run, and what is typed last and left on the line.
SESSIONS = {
    "maps": (
        ["spawn demo", "attach demo", "a = vmo_create 64k", "m = vmar_map $vmar 0 $a 0 64k rw", "touch $m 16k", "clear",
         "vmaps demo --min 40k", "touch $m+32k 8k"],
        "",
    ),
    "typing": (["a = vmo_create 1M", "m = map 64k", "touch $m 16k", "clear"], "c = vmo_clone $\t"),
    "refused": (
        ["a = vmo_create 64k", "ro = handle_duplicate $a read,map", "clear", "vmar_map $vmar 0 $ro 0 64k rw",
         "vmo_read 0 8 $a", "ps --min 1500k --sort res", "undo 4"],
        "",
    ),
}  # fmt: skip
# Pictures of memory: their lines; the last is a command that has a picture.
SCENES = {
    # A clone writes to pages in the middle of what it shows of its parent, and reads where there is nothing.
    "pages": (
        "a = vmo_create 256k; c = vmo_clone $a cow 0 256k",
        "m = vmar_map $vmar 0 $a 0 256k rw; n = vmar_map $vmar 0 $c 0 256k rw",
        "touch $m 96k; touch $n+128k 24k r; touch $n 20k",
        "touch $n+40k 8k",
        "pages $n",
    ),
    # A process that has only what is put there: a program, a clone of it, a heap of which a part is in use, a stack.
    "space": (
        "p = process_create $job demo; code = vmo_create 96k; vmo_op_range $code commit 0 80k",
        "v = vmar_allocate $p.vmar 0 512k can-map-read,can-map-write,can-map-execute",
        "t = vmar_map $v 0 $code 0 96k rx; data = vmo_clone $code cow 64k 32k; d = vmar_map $v 0 $data 0 32k rw",
        "heap = vmo_create 1M; h = vmar_map $p.vmar 0 $heap 0 1M rw; as demo touch $h 384k",
        "stack = vmo_create 256k; s = vmar_map $p.vmar 0x7ffffef7f000 $stack 0 256k rw,specific",
        "as demo touch $d 8k",
        "as demo touch $s+240k 16k",
        "space demo",
    ),
    "clones": (
        "a = vmo_create 192k; vmo_op_range $a commit 0 96k",
        "b = vmo_clone $a cow 32k 128k; vmo_write $b 0 hello; vmo_op_range $b commit 16k 8k",
        "c = vmo_clone $b cow 16k 64k; vmo_write $c 8k hello; d = vmo_clone $a cow 0 48k",
        "vmo_write $d 40k hello",
        "clones $a",
    ),
    "treemap": ("spawn demo; a = vmo_create 8M", "vmo_op_range $a commit 0 8M", "treemap"),
    "links": (
        "p = process_create $job demo; a = vmo_create 64k; c = vmo_clone $a cow 0 64k",
        "e = eventpair_create; j = event_create",
        "give demo $c; give demo $a read,map; give demo $e.0; give demo $e.1; give demo $j",
        "vmar_map $p.vmar 0 $c 0 64k rw; vmar_map $p.vmar 0 $a 0 16k r",
        "vmar_map $p.vmar 0 $a 32k 16k r",
        "links demo",
    ),
}
# A palette that colour-blind people can tell apart, on a dark background.
GROUND, TEXT, FRAME = "#1b1f24", "#d7dce2", "#2b3138"
COLOURS = {
    "black": "#1b1f24", "red": "#e0777d", "green": "#8fc98f", "brown": "#e6b450", "blue": "#79b8ff",
    "magenta": "#d2a8ff", "cyan": "#7fdbda", "white": "#d7dce2", "brightblack": "#7d8590",
}  # fmt: skip
WIDTH, HEIGHT, MARGIN, BAR = 8.4, 18, 12, 30


def draw(screen: Any, title: str) -> str:
    """The screen of pyte as an SVG picture. Each run of like characters has its exact width, whatever the font."""
    columns, lines = screen.columns, screen.lines
    width, height = columns * WIDTH + 2 * MARGIN, lines * HEIGHT + 2 * MARGIN + BAR
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" font-family="ui-monospace, '
        f'Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width:g}" height="{height}" rx="8" fill="{GROUND}"/>',
        f'<path d="M0 {BAR}V8a8 8 0 0 1 8-8h{width - 16:g}a8 8 0 0 1 8 8v{BAR - 8}z" fill="{FRAME}"/>',
        *(f'<circle cx="{20 + 18 * at}" cy="15" r="5" fill="#57606a"/>' for at in range(3)),
    ]
    for y in range(lines):
        for x, text, cell in runs(screen, y):
            out += run(MARGIN + x * WIDTH, BAR + MARGIN + y * HEIGHT, text, cell)
    cursor = screen.cursor
    out.append(
        f'<rect x="{MARGIN + cursor.x * WIDTH:g}" y="{BAR + MARGIN + cursor.y * HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" fill="{TEXT}" opacity=".5"/>'
    )
    return "\n".join([*out, "</svg>\n"])


def runs(screen: Any, y: int) -> Iterator[tuple[int, str, Any]]:
    """(column, text, a cell) of each run of characters that look alike in a line; blank ones without ground left
    out."""
    row = screen.buffer[y]
    start = 0
    for x in range(1, screen.columns + 1):
        if x < screen.columns and look(row[x]) == look(row[start]):
            continue
        text = "".join(row[at].data for at in range(start, x))
        cell = row[start]
        if text.strip() or cell.reverse or cell.bg != "default":
            yield start, text, cell
        start = x


def look(cell: Any) -> tuple[object, ...]:
    """What makes two characters look alike."""
    return cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse


def colour(name: str, default: str) -> str:
    """A colour of pyte's for the picture."""
    if name == "default":
        return default
    return COLOURS.get(name, f"#{name}" if len(name) == 6 else default)


def run(x: float, y: float, text: str, cell: Any) -> list[str]:
    """One run of characters: its ground, if it has one, and its text."""
    ink, ground = colour(cell.fg, TEXT), colour(cell.bg, GROUND)
    if cell.reverse:
        ink, ground = ground, ink
    out = []
    width = len(text) * WIDTH
    if ground != GROUND:
        out.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{HEIGHT}" fill="{ground}"/>')
    stripped = text.strip()
    if stripped:
        x += (len(text) - len(text.lstrip())) * WIDTH
        style = f'fill="{ink}"'
        if cell.bold:
            style += ' font-weight="bold"'
        if cell.italics:
            style += ' font-style="italic"'
        if cell.underscore:
            style += ' text-decoration="underline"'
        out.append(
            f'<text x="{x:g}" y="{y + 14:g}" {style} textLength="{len(stripped) * WIDTH:g}" '
            f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{escape(stripped)}</text>'
        )
    return out


def picture(name: str) -> str:
    """Runs the session `name` in the real console; the screen at its end, drawn."""
    lines, left = SESSIONS[name]
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(home, columns=COLUMNS, lines=LINES, PAGER="cat")
        terminal.wait(lambda: any(line.startswith("magenta") for line in terminal.lines), "the prompt")
        for line in lines:
            terminal.type(f"{line}\r")
            terminal.settle()
        terminal.type(left)
        terminal.settle()
        drawn = draw(terminal.screen, f"kshell: {name}")
        terminal.process.close(force=True)
    return drawn


def scene(name: str) -> str:
    """Runs the lines of the scene `name` in a session; what the last one shows, as SVG.

    Raises ShellError for a line that fails: a picture of half a session would say nothing.
    """
    session = open_session(read_arguments([]))
    for line in SCENES[name]:
        for outcome in session.run(line):
            if not outcome.ok:
                raise ShellError(f"{name}: {line}: {outcome.error}")
    assert outcome.result is not None and outcome.result.scene is not None
    found = outcome.result.scene()
    assert isinstance(found, Scene)
    return svg(found)


def main() -> None:
    """Writes the pictures that the command line names, or all."""
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    for name in sys.argv[1:] or (*SCENES, *SESSIONS):
        drawn = scene(name) if name in SCENES else picture(name)
        (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
