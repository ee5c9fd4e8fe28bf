"""Numbers as people write them: units of 1024, hexadecimal, variables, calculations without blanks.

    4096   0x1000   16k   1.5M   $addr+4k   2*4k   $p.koid   -1 (which is 2^64 - 1, as in C)
    $size/4k   $addr%2M   ($a+1)*4k         whole numbers: what is left of a division is dropped, or is `%`
    ________01021000   00004000000da000     addresses as the tools print them, 16 characters wide

All arithmetic is exact; the result has to fit 64 bits. Both sides of a division are numbers of 64 bits.
"""

from __future__ import annotations

from kshell.kernel.abi import U64_END
from kshell.kernel.compiling import product
from kshell.kernel.numbers import MAX_DIGITS, decimal, numeral
from kshell.shell.errors import UsageError
from kshell.shell.values import ADDRESS, HANDLE, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

UNITS = {"k": 1 << 10, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50, "E": 1 << 60}
SIGNS = frozenset("+-*/%()")
# Those after which an address is no address any more.
SCALES = frozenset("*/%")
# An expression has no more pairs of parentheses.
MAX_PAIRS = 64
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
    value = _sum(text, text, lookup) if "(" not in text and ")" not in text else _grouped(text, lookup)
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
    if len(addresses) != 1 or not SCALES.isdisjoint(text):
        return Value(number)
    # An address less a number may be an address or the distance from another one.
    return Value(number, "" if "-" in text else ADDRESS, addresses[0].owner)


def joined(words: Sequence[str]) -> str:
    """Words of a line as one expression: `$m + 4k` is `$m+4k`. Raises UsageError where no sign is between two."""
    for at, word in enumerate(words[1:]):
        before = words[at]
        if not goes_on(before) and word[:1] not in SIGNS - {"("}:
            raise UsageError(f"a sign is missing before {_short(word)!r}: write 1 + 2")
    return "".join(words)


def goes_on(word: str) -> bool:
    """Whether an expression that ends in `word` lacks its end."""
    return word[-1:] in SIGNS - {")"}


def _grouped(text: str, lookup: Callable[[str], int]) -> int:
    """The value of an expression with parentheses: the innermost pair first, whose value then stands in its place."""
    if text.count("(") > MAX_PAIRS:
        raise UsageError(f"{_short(text)} has more than {MAX_PAIRS} pairs of parentheses")
    # By names that no variable has.
    values: dict[str, int] = {}

    def known(name: str) -> int:
        return values[name] if name in values else lookup(name)

    rest = text
    while True:
        end = rest.find(")")
        start = rest.rfind("(", 0, end) if end >= 0 else -1
        if start < 0:
            break
        before, after = rest[:start], rest[end + 1 :]
        if (before and before[-1] not in "+-*/%(") or (after and after[0] not in "+-*/%)"):
            raise UsageError(f"{_short(text)} lacks a sign beside a parenthesis: write 2*(3+4)")
        name = f"<{len(values)}>"
        values[name] = _sum(rest[start + 1 : end], text, known)
        rest = f"{before}${name}{after}"
    if end >= 0 or "(" in rest:
        raise UsageError(f"{_short(text)} has a parenthesis that is not {'closed' if end < 0 else 'opened'}")
    return _sum(rest, text, known)


def _sum(text: str, whole: str, lookup: Callable[[str], int]) -> int:
    """The value of sums and products; `whole` is the expression they are part of."""
    terms = text.replace("-", "+-").split("+")
    if len(terms) > 1 and not terms[0]:
        # A sign begins it.
        del terms[0]
    total = 0
    for term in terms:
        if term[:1] == "-":
            total -= _product(term[1:], whole, lookup)
        else:
            total += _product(term, whole, lookup)
    return total


def _product(text: str, whole: str, lookup: Callable[[str], int]) -> int:
    """The value of a product, from left to right."""
    if SCALES.isdisjoint(text):
        return _factor(text, whole, lookup)
    value, sign, start = 1, "*", 0
    for at, char in enumerate(text):
        if char in SCALES:
            value = _scaled(value, sign, _factor(text[start:at], whole, lookup), whole)
            sign, start = char, at + 1
    return _scaled(value, sign, _factor(text[start:], whole, lookup), whole)


def _scaled(value: int, sign: str, factor: int, whole: str) -> int:
    """`value` times, divided by, or modulo `factor`."""
    if sign == "*":
        value = product(value, factor)
        if value.bit_length() > 256:
            raise UsageError(f"{_short(whole)} does not fit 64 bits")
        return value
    # What is negative is meant as the number of 64 bits that it stands for.
    value, factor = value % U64_END, factor % U64_END
    if not factor:
        raise UsageError(f"{_short(whole)} divides by zero")
    return value // factor if sign == "/" else value % factor


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
    return product(value, UNITS[unit]) if unit else value


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
