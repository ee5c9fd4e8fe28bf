"""Numbers as people write them: units of 1024, hexadecimal, variables, sums and products without blanks.

    4096   0x1000   16k   1.5M   $addr+4k   2*4k   $p.koid   -1 (which is 2^64 - 1, as in C)
    ________01021000   00004000000da000     addresses as the tools print them, 16 characters wide

All arithmetic is exact; the result has to fit 64 bits.
"""

from __future__ import annotations

from kshell.kernel.abi import U64_END
from kshell.kernel.numbers import MAX_DIGITS, decimal, numeral
from kshell.shell.errors import UsageError
from kshell.shell.values import ADDRESS, HANDLE, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

UNITS = {"k": 1 << 10, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50, "E": 1 << 60}
SIGNS = frozenset("+-*")
# How wide the tools print an address.
ADDRESS_WIDTH = 16
# How wide a dump prints it, at least.
DUMP_WIDTH = 8
HINT = "write 4k, 0x10, 1.5M, $addr+4k"


def evaluate(text: str, lookup: Callable[[str], int]) -> int:
    """The value of an expression; `lookup` gives the value of a `$` name. Raises UsageError."""
    # Most arguments are like `4096` or `4k`.
    unit = UNITS.get(text[-1:])
    value = decimal(text if unit is None else text[:-1])
    if unit is not None and value is not None:
        value *= unit
    # What begins with a 0 may be meant in another way.
    if value is not None and value < U64_END and (text[0] != "0" or value < 10):
        return value
    value = _sum(text, lookup)
    if not -(1 << 63) <= value < U64_END:
        raise UsageError(f"{_short(text)} does not fit 64 bits")
    return value % U64_END


def no_variables(name: str) -> int:
    """The lookup of a place where there are no variables. Raises UsageError."""
    raise UsageError(f"${name} has no value on the command line")


def appraise(text: str, lookup: Callable[[str], Value]) -> Value:
    """The value of an expression with its kind. Raises UsageError.

    A name alone is what it stands for. In a sum or a product a handle is refused; an address and something more are
    an address, anything else is a plain number. What is taken off an address still belongs to its process.
    """
    if text[:1] == "$" and SIGNS.isdisjoint(text):
        return lookup(text[1:])
    used: list[Value] = []

    def noted(name: str) -> int:
        value = lookup(name)
        used.append(value)
        return value.number

    number = evaluate(text, noted)
    if not used:
        return Value(number)
    addresses = []
    for value in used:
        if value.kind == HANDLE:
            raise UsageError(f"{_short(text)} calculates with a handle, which only stands for its object")
        if value.kind == ADDRESS:
            addresses.append(value)
    if len(addresses) != 1 or "*" in text:
        return Value(number)
    # An address less a number may be an address or the distance from another one.
    return Value(number, "" if "-" in text else ADDRESS, addresses[0].owner)


def _sum(text: str, lookup: Callable[[str], int]) -> int:
    terms = text.replace("-", "+-").split("+")
    if len(terms) > 1 and not terms[0]:
        # A sign begins it.
        del terms[0]
    total = 0
    for term in terms:
        if term[:1] == "-":
            total -= _product(term[1:], text, lookup)
        else:
            total += _product(term, text, lookup)
    return total


def _product(text: str, whole: str, lookup: Callable[[str], int]) -> int:
    if "*" not in text:
        return _factor(text, whole, lookup)
    value = 1
    for piece in text.split("*"):
        value *= _factor(piece, whole, lookup)
        if value.bit_length() > 256:
            raise UsageError(f"{_short(whole)} does not fit 64 bits")
    return value


def _factor(text: str, whole: str, lookup: Callable[[str], int]) -> int:
    if text[:1] == "$":
        return lookup(text[1:])
    if len(text) == ADDRESS_WIDTH and text[0] in "_0":
        printed = numeral(text.lstrip("_"), 16)
        if printed is not None:
            return printed
    base, digits = (16, text[2:]) if text[:2] in ("0x", "0X") else (10, text)
    unit = ""
    # A hexadecimal number may have a unit too, as long as it is not a digit itself: 0x10k.
    if digits[-1:] in UNITS and not (base == 16 and digits[-1] == "E"):
        digits, unit = digits[:-1], digits[-1]
    value = numeral(digits, base)
    if value is None:
        if unit and base == 10 and "." in digits:
            return _fraction(digits, unit, text, whole)
        raise _no_number(text, digits, base, whole)
    if base == 10 and digits[0] == "0" and value > 9:
        raise UsageError(_meanings(text, digits, unit))
    return value * UNITS[unit] if unit else value


def _fraction(digits: str, unit: str, text: str, whole: str) -> int:
    """What `1.5M` stands for: a whole number, or it is refused."""
    head, _, tail = digits.partition(".")
    value = decimal(head + tail) if head and decimal(tail) is not None else None
    if value is None:
        raise _no_number(text, digits, 10, whole)
    value *= UNITS[unit]
    scale: int = 10 ** len(tail)
    if value % scale:
        exact = f"{value // scale}.{value % scale:0{len(tail)}d}".rstrip("0")
        raise UsageError(f"{_short(text)} is {_short(exact)}: a number is whole, such as {value // scale}")
    return value // scale


def _meanings(text: str, digits: str, unit: str) -> str:
    """Why a number with a leading 0 is refused: what it may mean."""
    bare = digits.lstrip("0")
    octal = numeral(bare, 8)
    meanings = (
        f"{bare}{unit} or 0x{bare}{unit}" if octal is None else f"{bare}{unit}, 0x{bare}{unit} or (octal) {octal}{unit}"
    )
    return f"the leading 0 of {_short(text)} is unclear: write {meanings}"


def _no_number(text: str, digits: str, base: int, whole: str) -> UsageError:
    if len(digits) > MAX_DIGITS and numeral(digits[:MAX_DIGITS], base) is not None:
        return UsageError(f"a number of {len(digits)} digits does not fit 64 bits")
    where = "" if text == whole else f" in {_short(whole)}"
    if not text and whole[:2] == "--":
        # An option that there is not.
        return UsageError(f"{_short(whole)!r} is not a number: {HINT}")
    if not text and whole:
        return UsageError(f"{_short(whole)} lacks a number: {HINT}")
    if len(text) >= DUMP_WIDTH and base == 10 and decimal(text[0]) is not None and numeral(text, 16) is not None:
        return UsageError(f"{_short(text)!r}{where} is not a number: write 0x{_short(text)} if it is hexadecimal")
    return UsageError(f"{_short(text)!r}{where} is not a number: {HINT}")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:40]}... ({len(text)} characters)"
