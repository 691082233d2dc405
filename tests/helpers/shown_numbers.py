"""Numbers as the lesson shows them, compared with what they should be."""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"−?\d+(?:,\d{3})*(?:\.\d+)?(?:e−?\d+)?"


def numbers_in(text: str) -> list[str]:
    """All numbers of a text, in order, as they are written."""
    return re.findall(NUMBER, text)


def agrees(shown: str, expected: float, relative: float = 1e-6) -> bool:
    """Whether a number, as it is written, is `expected` rounded to its last digit.

    A result that is computed from digits on the screen may be off by a few hundredths of that digit before.

    `relative` is for what the network keeps in single precision: mean and deviation of the pixels.
    """
    plain = shown.strip("()").replace("−", "-").replace(",", "")
    mantissa, _, power = plain.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(power or 0)
    return abs(float(plain) - expected) <= 0.56 * 10.0**-decimals + relative * abs(expected)


def assert_shown(shown: list[str], expected: list[float]) -> None:
    """Each number is the one that is expected."""
    assert len(shown) == len(expected), (shown, expected)
    wrong = [(s, e) for s, e in zip(shown, expected, strict=True) if not agrees(s, e)]
    assert not wrong


class Written(Decimal):
    """A number as it is written, which knows to which digit."""

    def __new__(cls, text: str) -> Written:
        return super().__new__(cls, text.strip("()").replace("−", "-").replace(",", ""))

    @property
    def last_digit(self) -> Decimal:
        """One unit of it."""
        return Decimal(1).scaleb(self.as_tuple().exponent)


def written(formula: str) -> list[Written]:
    """All numbers of a formula; a minus that stands alone or before a bracket is an operation."""
    return [Written(text) for text in numbers_in(formula.replace("− ", " "))]


def same_as_shown(computed: Decimal, shown: Decimal, text: str = "") -> bool:
    """Whether what a person computes by hand is what stands there, to its last digit; halves may go either way."""
    shown = Written(text) if text else shown
    return abs(computed - shown) <= shown.last_digit / 2
