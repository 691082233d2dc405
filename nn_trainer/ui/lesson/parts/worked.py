"""Formulas that can be checked by hand: operands have as many digits as it takes to get the result to its last one.

    worked(lambda w, g, rate: w - g * rate, (0.0127306, -0.1012632, given(0.002)), decimals=6, result_decimals=6)

gives the texts 0.0127306, −0.1012632, 0.002 and 0.012933: anyone who calculates with the operands as they are written,
and rounds to the digits of the result, has the result as it is written, and it is also that of the unrounded numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from nn_trainer.wording import MINUS, fixed

MOST_DECIMALS = 17  # that a float has to give
LONGEST = 10  # decimals; what needs more is written in powers of ten
EXACT = Context(prec=50, traps=[])  # so that nothing but the writing rounds, and 1 / 0 is an infinite result

Compute = Callable[..., Decimal]
Operand = float | Decimal  # a Decimal is written with its own digits, see `given`


@dataclass(frozen=True, slots=True)
class Formula:
    """`compute` takes each operand as a Decimal, by its place, and uses nothing but arithmetic, `ln` and `exp`."""

    compute: Compute
    operands: Sequence[Operand]
    result_decimals: int = 4

    def result(self, decimals: int | None = None) -> Decimal:
        """What comes out, rounded, of operands with so many decimals; of the unrounded ones if None."""
        with localcontext(EXACT):
            return rounded(self.compute(*(_operand(value, decimals) for value in self.operands)), self.result_decimals)


@dataclass(frozen=True, slots=True)
class Worked:
    """Operands and result as text, with real minus signs."""

    operands: tuple[str, ...]
    result: str


def worked(compute: Compute, operands: Sequence[Operand], decimals: int = 4, result_decimals: int = 4) -> Worked:
    """Write one formula: the result with `result_decimals`, the operands with `decimals` or more, all with as many.

    An operand or a result that is infinite or no number is written as such.
    """
    formula = Formula(compute, operands, result_decimals)
    enough = shared_decimals([formula], decimals)
    return Worked(tuple(written(value, enough) for value in operands), written(formula.result(), result_decimals))


def shared_decimals(formulas: Iterable[Formula], at_least: int = 4) -> int:
    """The fewest decimals, `at_least` so many, with which the operands of every formula give its result.

    For numbers that are operands of several formulas, such as the cells of a table.  `MOST_DECIMALS` if none do, which
    takes a result that is infinite or no number, or one within 1e-17 of the middle between two.
    """
    wanted = [(formula, formula.result()) for formula in formulas]
    for decimals in range(at_least, MOST_DECIMALS):
        if all(formula.result(decimals) == result for formula, result in wanted):
            return decimals
    return max(at_least, MOST_DECIMALS)


def decimals_of(value: float, decimals: int = 4, significant: int = 3) -> int:
    """How many decimals a result is written with: `decimals`, or more for a small one, to see something of it."""
    if value == 0 or not math.isfinite(value):
        return decimals
    return max(decimals, significant - 1 - math.floor(math.log10(abs(value))))


def given(value: float) -> Decimal:
    """A number that is written with its own digits, such as a learning rate or how many images there are."""
    return Decimal(f"{value:.12g}")


def written(value: Operand, decimals: int) -> str:
    """The text of an operand or a result; a Decimal keeps its own digits, as `given` and `Formula.result` made it."""
    if not math.isfinite(value):
        return fixed(float(value))
    exact = value if isinstance(value, Decimal) else _operand(value, decimals)
    exponent = exact.as_tuple().exponent
    small = isinstance(exponent, int) and -exponent > LONGEST and isinstance(value, Decimal) and bool(exact)
    return f"{exact:e}".replace("e+", "e").replace("-", MINUS) if small else f"{exact:f}".replace("-", MINUS)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Rounded as by hand: half of a last digit goes away from zero; no minus before a zero."""
    if not value.is_finite():
        return value
    with localcontext(EXACT):
        result = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return result if result else abs(result)


def _operand(value: Operand, decimals: int | None) -> Decimal:
    if isinstance(value, Decimal):
        return value
    exact = Decimal(repr(float(value)))
    return exact if decimals is None else rounded(exact, decimals)
