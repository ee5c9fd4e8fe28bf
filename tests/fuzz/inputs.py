"""Inputs for fuzzing: real ones that were bent, joined, cut and spoiled, and some made of nothing but trouble."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TROUBLE = (
    b"\0",
    b"\xff\xfe",
    b"\x1b[2J\x1b]0;x\x07",
    b"\r\n",
    b"\n",
    b"'",
    b'"',
    b"\\",
    b"$",
    b"$$",
    b"${",
    b"$a.b.c",
    b"$?.x",
    b";",
    b"&&",
    b"||",
    b"|",
    b"&",
    b"<",
    b">>",
    b"#",
    b"!",
    b"=",
    b"a = ",
    b"expect ",
    b"as ",
    b"as 3020 ",
    b"! ! ",
    b"9" * 1000,
    b"0x" + b"f" * 400,
    b"-1",
    b"1E",
    b"16E",
    b"18446744073709551615",
    b"0777",
    b"1e9",
    b"0x",
    b"4k*4k*4k*4k",
    b"$a+" * 50,
    b"(" * 200,
    b"[" * 200,
    "\u202e\u2028é漢".encode(),
    b"%s%n",
    b"--len",
    b"--fill",
    b"--job",
    b"-k",
    b"k mx ",
    b"help ",
    b"repeat 3 ",
    b"history",
    b"undo",
    b"redo 2",
    b"reset",
    b"x" * 5000,
    b"magenta$ ",
    b"```",
    b"...",
    b"~~~",
    b"koid",
    b"memory 16E",
    b"kshell-image 1\n",
    b"#= done\n",
    b"# journal 1, ",
)


def spoil(data, random):
    """`data` with a few random changes."""
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        at = random.randrange(len(data) + 1)
        kind = random.randrange(7)
        if kind == 0:
            data[at:at] = random.choice(TROUBLE)
        elif kind == 1:
            data[at : at + 1] = bytes((random.randrange(256),))
        elif kind == 2:
            del data[at : at + random.choice((1, 2, 10, 100))]
        elif kind == 3:
            end = min(len(data), at + random.randrange(1, 60))
            data[at:at] = data[at:end] * random.choice((1, 2, 20))
        elif kind == 4:
            data[at:at] = random.randbytes(random.randrange(1, 12))
        elif kind == 5:
            digits = [place for place, byte in enumerate(data) if 48 <= byte < 58]
            if digits:
                place = random.choice(digits)
                data[place : place + 1] = random.choice((b"0", b"9", b"99999999999999999999", b"0x", b"-1", b"1T"))
        else:
            data[at:at] = b" " + random.choice(TROUBLE)
    return bytes(data[:200_000])


def lines():
    """Real lines: every example of every command."""
    from kshell.shell import registry

    registry.load()
    return [line.encode() for command in registry.COMMANDS.values() for line, _ in command.examples]


def documents():
    """Real documents."""
    return [(ROOT / "README.md").read_bytes(), (ROOT / "tests/data/memory.md").read_bytes()[:4000]]


def images():
    """Pieces of the shipped boot image, each one that boots."""
    whole = (ROOT / "kshell/images/magenta.img").read_bytes()
    small = b"""kshell-image 1
memory 64M
wired 100
vmo 1050 64k 0-3,7 shared
job 1068 1024 some
channel 1100 1101
object event 1102
process 1041 1024 bin/devmgr
vmo a 16k 0-1 koid 1200
R 0x1000000 0x10000
m 0x1000000 0x4000 rw- a 0
M 0x2000000 0x4000 r-x shared 0 libc
thread 1042 main
handle channel 1100
next-koid 3000
"""
    return [whole, small, small, small]
