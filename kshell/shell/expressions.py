"""Numbers as people write them: units of 1024, hexadecimal, variables, sums and products without blanks.

    4096   0x1000   16k   2M   $addr+4k   2*4k   $p.koid   -1 (which is 2^64 - 1, as in C)

All arithmetic is exact; the result has to fit 64 bits.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Lookup = Callable[[str], int]

UNITS = {"k": 1 << 10, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50, "E": 1 << 60}
U64_END = 1 << 64
# No number of 64 bits has more digits than this, leading zeros aside; a longer one is refused before it costs anything.
MAX_DIGITS = 80
HINT = "write 4096, 0x1000, 16k, $addr+4k"


def evaluate(text: str, lookup: Lookup) -> int:
    """The value of an expression; `lookup` gives the value of a `$` name. Raises UsageError."""
    if text.isdigit() and text.isascii() and len(text) < 20:
        return int(text)
    # Most arguments are like `4k`.
    if len(text) < 8 and text[-1:] in UNITS and text[:-1].isdigit() and text.isascii():
        value = int(text[:-1]) * UNITS[text[-1]]
        if value < U64_END:
            return value
    value = _sum(text, lookup)
    if not -(1 << 63) <= value < U64_END:
        raise UsageError(f"{_short(text)} does not fit 64 bits")
    return value % U64_END


def _sum(text: str, lookup: Lookup) -> int:
    total = 0
    sign = 1
    at = 0
    rest = text
    if rest[:1] in "+-" and rest:
        sign, rest = (-1 if rest[0] == "-" else 1), rest[1:]
    while True:
        at = _next_sign(rest)
        total += sign * _product(rest[:at], text, lookup)
        if at == len(rest):
            return total
        sign = -1 if rest[at] == "-" else 1
        rest = rest[at + 1 :]


def _next_sign(text: str) -> int:
    plus, minus = text.find("+"), text.find("-")
    places = [place for place in (plus, minus) if place >= 0]
    return min(places) if places else len(text)


def _product(text: str, whole: str, lookup: Lookup) -> int:
    if "*" not in text:
        return _factor(text, whole, lookup)
    value = 1
    for piece in text.split("*"):
        value *= _factor(piece, whole, lookup)
        if value.bit_length() > 256:
            raise UsageError(f"{_short(whole)} does not fit 64 bits")
    return value


def _factor(text: str, whole: str, lookup: Lookup) -> int:
    if text[:1] == "$":
        return lookup(text[1:])
    unit = 1
    digits = text
    if text[:2] in ("0x", "0X"):
        digits, base = text[2:], 16
        # A hexadecimal number may have a unit too, as long as it is not a digit itself: 0x10k.
        if digits[-1:] in UNITS and digits[-1:] != "E":
            unit, digits = UNITS[digits[-1]], digits[:-1]
        good = bool(digits) and all(char in "0123456789abcdefABCDEF" for char in digits)
    else:
        base = 10
        if text[-1:] in UNITS:
            unit, digits = UNITS[text[-1]], text[:-1]
        good = digits.isdigit() and digits.isascii()
    if not good:
        where = "" if text == whole else f" in {_short(whole)}"
        raise UsageError(f"{_short(text)!r}{where} is not a number: {HINT}")
    if len(digits) > MAX_DIGITS:
        raise UsageError(f"a number of {len(digits)} digits does not fit 64 bits")
    return int(digits, base) * unit


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:40]}... ({len(text)} characters)"
