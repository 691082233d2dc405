"""Answers that a person types: numbers with a comma or a point, compared with a sensible tolerance."""

from __future__ import annotations

import math

from nn_trainer.i18n import _

NO_NUMBER = _("That is not a number. Write it with digits, such as 0.25.")


def read_number(text: str) -> float | None:
    """The number in a text, with a decimal comma or point and any minus sign; None if it is none."""
    text = "".join(text.split()).replace(",", ".").replace("−", "-").removesuffix("%")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_close(given: float, right: float, decimals: int, relative: float = 0.0) -> bool:
    """Whether `given` is `right` rounded (or cut off) to `decimals`, or within a share `relative` of it."""
    return abs(given - right) <= max(1.01 * 10.0**-decimals, relative * abs(right))


def same_name(given: str, right: str) -> bool:
    """Whether two names are the same but for case and spaces."""
    return "".join(given.split()).casefold() == "".join(right.split()).casefold()
