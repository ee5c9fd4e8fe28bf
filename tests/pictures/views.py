"""A machine with something of everything to see, and its pictures: `python -m tests.pictures.views` draws them anew."""

from pathlib import Path

from kshell.kernel.boot import boot
from kshell.pictures.terminal.drawing import draw
from kshell.pictures.terminal.look import ASCII, UNICODE
from kshell.shell.session import Session
from tests.commands.support import run
from tests.sessions import TINY

GOLDEN = Path(__file__).parent / "golden"
WIDTHS = (40, 80, 200)
LOOKS = {"ascii": ASCII, "unicode": UNICODE}
# Clones of clones, mapped; zero pages; a VMAR in a VMAR; the last line changes pages of what is mapped.
LINES = (
    "a = vmo_create 96k",
    "w = vmo_write $a 0 --len 24k",
    "b = vmo_clone $a cow 0 96k",
    "w = vmo_write $b 8k --len 8k",
    "c = vmo_clone $b cow 4k 96k",
    "m = vmar_map $vmar 0 $c 0 96k rw",
    "t = touch $m+48k 8k r",
    "r = vmar_allocate $vmar 0 1M can-map-read,can-map-write,can-map-specific",
    "i = vmar_allocate $r 0 64k can-map-read,can-map-write,can-map-specific",
    "n = vmar_map $i 8k $a 0 16k r,specific",
    "big = vmo_create 16T",
    "w = vmo_write $big 3T+64k --len 16k",
    "e = vmo_clone $a cow 8k 32k",
    "t = touch $m 4k w",
)
PICTURES = {"pages": "pages $m", "big": "pages $big", "space": "space", "clones": "clones $c"}


def machine(*lines):
    """A session on the tiny machine after `lines`."""
    session = Session(boot(TINY))
    for line in lines:
        outcome = run(session, line)
        assert outcome.ok, (line, outcome.error)
    return session


def scene(name):
    """The scene of one of PICTURES."""
    return run(machine(*LINES), PICTURES[name]).result.scene()


def files():
    """(file, what it should hold) of every picture in every look and width."""
    for name in PICTURES:
        found = scene(name)
        for look, made in LOOKS.items():
            for columns in WIDTHS:
                yield GOLDEN / f"{name}-{columns}-{look}.txt", draw(found, columns, made)


if __name__ == "__main__":
    for file, text in files():
        file.write_text(text, encoding="utf-8")
