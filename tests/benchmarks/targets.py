"""When a row is met."""

from __future__ import annotations

from dataclasses import dataclass

from tests.benchmarks.units import three_digits, written


@dataclass(frozen=True)
class Ratio:
    """Ours may be so many times theirs."""

    limit: float

    def text(self, unit: str) -> str:
        """The target as the table shows it."""
        return f"<= {three_digits(self.limit)} x"

    def met(self, ours: float, theirs: float | None) -> bool | None:
        """Whether it is met; None when there is nothing to compare with."""
        return None if theirs is None else ours <= self.limit * theirs


@dataclass(frozen=True)
class AtMost:
    """Ours may be so much (seconds or bytes)."""

    limit: float

    def text(self, unit: str) -> str:
        """The target as the table shows it."""
        return f"<= {written(self.limit, unit)}"

    def met(self, ours: float, theirs: float | None) -> bool | None:
        """Whether it is met."""
        return ours <= self.limit


Target = Ratio | AtMost
