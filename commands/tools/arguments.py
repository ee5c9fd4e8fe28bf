"""Numbers as the tools' own C code reads them."""

from __future__ import annotations

from kshell.kernel.numbers import decimal


def count_of(word: str) -> int:
    """The number that an option is given, up to nine digits; 0 for anything else."""
    return (decimal(word) or 0) if len(word) < 10 else 0


def c_number(word: str) -> int | None:
    """What C's strtoull with base 0 makes of `word`, if it takes all of it: 64 bits, a sign wraps; else None."""
    text = word.lstrip(" \t\n\v\f\r")
    sign = text[:1]
    digits = text[1:] if sign in ("-", "+") else text
    if digits[:2] in ("0x", "0X"):
        base, digits = 16, digits[2:]
    elif digits[:1] == "0" and len(digits) > 1:
        base, digits = 8, digits[1:]
    else:
        base = 10
    allowed = "0123456789abcdef"[:base]
    if not digits or any(char not in allowed for char in digits.lower()):
        return None
    digits = digits.lstrip("0") or "0"
    # No number of more than 22 digits of any base fits 64 bits; strtoull gives the largest one then.
    value = min(int(digits, base), (1 << 64) - 1) if len(digits) <= 22 else (1 << 64) - 1
    return -value % (1 << 64) if sign == "-" else value


def atoll(word: str) -> int:
    """What C's atoll makes of a word: the digits it begins with, 0 for garbage."""
    text = word.lstrip(" \t")
    sign = -1 if text[:1] == "-" else 1
    if text[:1] in ("-", "+"):
        text = text[1:]
    end = 0
    while end < len(text) and end < 20 and text[end] in "0123456789":
        end += 1
    return sign * int(text[:end] or "0")
