"""The one reader of digits: whoever has text that may be a number, a person's or a file's, asks here.

`str.isdigit` holds for superscripts too, and `int` takes the digits of every script, blanks, underscores, and as many
as there are. Here a number is written in ASCII digits, and in at most MAX_DIGITS of them.
"""

from __future__ import annotations

# No number of 64 bits has more digits than this, leading zeros aside; a longer one is refused before it costs anything.
MAX_DIGITS = 80
_DIGITS = {8: frozenset("01234567"), 16: frozenset("0123456789abcdefABCDEF")}


def decimal(text: str) -> int | None:
    """The number that `text` writes in the digits 0 to 9; None for any other text."""
    if text.isdigit() and text.isascii() and len(text) <= MAX_DIGITS:
        return int(text)
    return None


def numeral(text: str, base: int) -> int | None:
    """The number that `text` writes in digits of base 8, 10 or 16, without a prefix; None for any other text."""
    if base == 10:
        return decimal(text)
    return int(text, base) if text and len(text) <= MAX_DIGITS and _DIGITS[base].issuperset(text) else None
