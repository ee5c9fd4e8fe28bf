"""Figures with their unit, as people read them. Figures are kept in seconds and bytes, or are counts."""

SECONDS = "s"
BYTES = "B"
MODULES = "modules"
STEPS = {
    SECONDS: ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")),
    MODULES: ((1.0, "modules"),),
    BYTES: ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
}


def written(value: float, unit: str) -> str:
    """`value` with three digits in the largest step it reaches: 1.25 ms."""
    steps = STEPS[unit]
    scale, name = next((step for step in steps if value >= step[0]), steps[-1])
    return f"{three_digits(value / scale)} {name}"


def three_digits(number: float) -> str:
    """`number` with three significant digits and no exponent: 0.00103, 1.24, 305."""
    if number >= 100:
        return f"{number:.0f}"
    text = f"{number:.3g}"
    return f"{number:.7f}".rstrip("0") if "e" in text else text
