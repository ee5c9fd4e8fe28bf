"""Sizes as Magenta's tools print them.

    4136k  16.2M  848k  9217B  128.0T  0B

The reference rule keeps four digits where it can and one decimal where the size is not exact; the rule of
May 2017 and after works in integers and can be given the unit.

Rules: docs/kernel-rules.md 6.10; `system/uapp/psutils/format.c`, `system/ulib/pretty/sizes.c`.
"""

from __future__ import annotations

UNITS = "BkMGTPE"
MAX_CHARS = 7


def format_size(size: int) -> str:
    """`size` bytes as the reference commit's `ps` and `vmaps` print it: at most 7 characters."""
    unit = 0
    exact = True
    value = size
    while value >= 10000 or (value and not value & 1023):
        if value & 1023:
            exact = False
        value >>= 10
        unit += 1
    if exact:
        return f"{value}{UNITS[unit]}"
    # The kernel tools divide a double step by step; dividing by a power of two is the same double.
    return f"{size / (1 << 10 * unit):.1f}{UNITS[unit]}"[:MAX_CHARS]


def typed_size(size: int) -> str:
    """`size` bytes as they are typed: exactly, in the largest unit that gives a whole number; `0`, `16k`, `4100`."""
    unit = 0
    while size and not size & 1023:
        size >>= 10
        unit += 1
    return f"{size}{UNITS[unit] if unit else ''}"


def format_size_fixed(size: int, unit: str = "") -> str:
    """`size` bytes in the given unit (one of BkMGTPE), or a natural one; an unknown unit prints `?` before it.

    The integer rule of Magenta since 2017-05-15 and -06-06 (`ps --units`, `vmos`, `kstats`).
    """
    if unit and unit not in UNITS:
        return "?" + format_size_fixed(size)
    value, remainder, steps = size, 0, 0
    exact = True
    while (UNITS[steps] != unit) if unit else (value >= 10000 or (value and not value & 1023)):
        remainder = value & 1023
        exact = exact and not remainder
        value >>= 10
        steps += 1
    if exact:
        return f"{value}{UNITS[steps]}"
    # Tenths come from the last remainder divided by 100, not by 102.4: the tools' own rounding.
    tenths = remainder // 100 + (1 if remainder % 100 >= 50 else 0)
    if tenths >= 10:
        value, tenths = value + 1, 0
    return f"{value}.{tenths}{UNITS[steps]}"
