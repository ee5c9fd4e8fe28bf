"""Numbers drawn from a seed: the same ones on every machine, in every version of Python.

    draw(seed, place, low, high)        place says which draw it is: "line 1", "quiz 2, a"

A draw is the SHA-256 of its seed and place, taken modulo the number of values. That is a published function of bytes,
and all else is arithmetic of integers; a library's random generator promises its numbers to nobody. As a hash has 256
bits and a range at most 64, the values are equally likely for all that anybody can tell.

Draws know nothing of each other, so leaving one out changes no other.
"""

from __future__ import annotations


def draw(seed: int, place: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included; `low` is not more than `high`."""
    from hashlib import sha256

    digest = sha256(f"{seed}, {place}".encode()).digest()
    return low + int.from_bytes(digest, "big") % (high - low + 1)


def shuffled(seed: int, place: str, count: int) -> list[int]:
    """The numbers below `count` in an order that is drawn."""
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = draw(seed, f"{place}, {last}", 0, last)
        order[last], order[other] = order[other], order[last]
    return order
