"""The loss of one image as text: every cell of the table and the formula, each to be recomputed from the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from nn_trainer.engine.lesson.formulas import OneSample
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.parts.worked import Formula, Operand, decimals_of, given, rounded, shared_decimals, written
from nn_trainer.wording import MINUS, number

MSE = "mse"
MOST_ROWS = 12
MOST_TERMS = 4  # written out in the formula
SMALL = 1e-3  # a probability below it has significant digits of its own where its logarithm is taken
SIGNIFICANT = 6


def add(*terms: Decimal) -> Decimal:
    """Their sum."""
    return sum(terms, Decimal(0))


def sum_of_others(total: str, count: int) -> str:
    """A term of a formula that stands for many."""
    return ngettext("{total} [{n} other]", "{total} [{n} others]", count).format(total=total, n=number(count))


def _ln(p: Decimal) -> Decimal:
    return p.ln()


def _square(y: Decimal, p: Decimal) -> Decimal:
    return (y - p) ** 2


@dataclass(frozen=True, eq=False)
class LossOfImage:
    """The numbers, the names of the classes, and how many decimals they are written with at least."""

    sample: OneSample
    names: tuple[str, ...]
    loss: str  # "mse" or "cross-entropy"
    input_decimals: int = 6  # of y', which the lesson's own example gives with two
    term_decimals: int = 6  # of the squares

    @property
    def total(self) -> float:
        """The loss."""
        return self.sample.sse if self.loss == MSE else self.sample.cross_entropy

    @property
    def total_text(self) -> str:
        """The loss, with at least four decimals."""
        return written(rounded(Decimal(repr(self.total)), self._total_decimals), self._total_decimals)

    def header(self) -> tuple[str, ...]:
        """The titles of the columns."""
        if self.loss == MSE:
            return (_("Class"), "y", "y'", f"y {MINUS} y'", f"(y {MINUS} y')²")
        return (_("Class"), "y", "y'", "ln y'", f"{MINUS}y ln y'")  # not shown: symbols

    @cached_property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of each class: name, y, y', and the two steps from there to its term of the loss."""
        rows: list[tuple[str, ...]] = []
        for k, name in enumerate(self.names):
            y, p = Decimal(int(self.sample.y[k])), self._operand(k)
            if self.loss == MSE:
                third = y - Decimal(written(p, self._decimals))
                cells = written(third, self._decimals), written(self._terms[k], self._term_decimals)
            else:
                ln = Formula(_ln, (p,), self._total_decimals).result()
                cells = written(ln, self._total_decimals), written(self._terms[k], self._total_decimals)
            rows.append((name, str(y), written(p, self._decimals), *cells))
        return rows

    @cached_property
    def shown(self) -> list[int]:
        """The rows there is room for: all, or the true class and those with the largest probabilities."""
        count = len(self.names)
        if count <= MOST_ROWS:
            return list(range(count))
        terms = self.sample.predicted + 2 * self.sample.y
        return sorted(int(k) for k in np.argsort(-terms)[: MOST_ROWS - 1])

    def rest(self, shown: Iterable[int]) -> str:
        """The sum of the terms of the classes that are not shown, so that the sum of all can be recomputed."""
        hidden = set(range(len(self.names))) - set(shown)
        return written(add(*(self._terms[k] for k in hidden)), self._term_decimals)

    def formula(self) -> str:
        """The loss written out, in one line or, for squared errors, two."""
        if self.loss != MSE:
            label = int(self.sample.y.argmax())
            p = written(self._operand(label), self._decimals)
            return _("cross-entropy = {minus}ln {p} = {loss}").format(minus=MINUS, p=p, loss=self.total_text)
        rows, count = self.rows, len(self.names)
        order = range(count)
        chosen = list(order) if count <= MOST_TERMS else sorted(np.argsort(-self.sample.squares)[:3].tolist())
        terms = [f"({rows[k][1]} {MINUS} {rows[k][2]})²" for k in chosen]
        squares = [rows[k][4] for k in chosen]
        others = count - len(chosen)
        if others:
            terms.append("…")
            squares.append(sum_of_others(self.rest(chosen), others))
        return f"SSE = {' + '.join(terms)}\n= {' + '.join(squares)} = {self.total_text}"  # not shown in words

    # how many digits

    @cached_property
    def _total_decimals(self) -> int:
        return decimals_of(self.total)

    @cached_property
    def _term_decimals(self) -> int:
        """Of the squares: their sum is the loss."""
        if self.loss != MSE:
            return self._total_decimals
        squares = [float(square) for square in self.sample.squares]
        least = max(self.term_decimals, self._total_decimals)
        return shared_decimals([Formula(add, squares, self._total_decimals)], least)

    @cached_property
    def _decimals(self) -> int:
        """Of y': each cell follows from it."""
        if self.loss == MSE:
            formulas = [
                Formula(_square, (given(y), float(p)), self._term_decimals)
                for y, p in zip(self.sample.y, self.sample.predicted, strict=True)
            ]
        else:
            operands = [self._operand(k) for k in range(len(self.names))]
            formulas = [Formula(_ln, (p,), self._total_decimals) for p in operands if not isinstance(p, Decimal) and p]
        return shared_decimals(formulas, self.input_decimals)

    @cached_property
    def _terms(self) -> list[Decimal]:
        """What each class adds to the loss, as it is written."""
        values = self.sample.squares if self.loss == MSE else self.sample.terms
        return [rounded(Decimal(repr(float(value))), self._term_decimals) for value in values]

    def _operand(self, k: int) -> Operand:
        p = float(self.sample.predicted[k])
        if self.loss != MSE and 0 < p < SMALL:
            return Decimal(f"{p:.{SIGNIFICANT}g}")
        return p
