"""How numbers, progress and errors are worded: one place, one locale."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from nn_trainer.errors import NNTrainerError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _, ngettext

log = logging.getLogger(__name__)


def progress_text(done: int, total: int, what: str) -> str:
    """How far something is; `total` 0 when nobody knows yet."""
    return f"{what} {done:,} of {total:,}" if total else f"{what}…"


def error_message(error: Exception) -> str:
    """The message of an expected error; of another what it is and where more stands."""
    if isinstance(error, NNTrainerError):
        return str(error)
    log.debug("Shown as unexpected: %r", error)
    return _("Something went wrong in the program: {value}. The details are in the log (Help menu).").format(
        value=error or type(error).__name__
    )


MINUS = "−"
_LIKE_A_NUMBER = re.compile(rf"[\s\d.,+%/{MINUS}-]*\d[\s\d.,+%/{MINUS}e-]*", re.IGNORECASE)


def number(value: int) -> str:
    """A whole number with its thousands set apart, such as 12,345."""
    return f"{value:,}".replace("-", MINUS)


def names_beside_numbers(names: Sequence[str]) -> list[str]:
    """The names of classes for a place where numbers stand too: all in quotes if one could be taken for a number."""
    shown = [display_path(name) for name in names]
    if not any(_LIKE_A_NUMBER.fullmatch(name) for name in shown):
        return shown
    return [_("'{name}'").format(name=name) for name in shown]


def name_beside_numbers(name: str) -> str:
    """One name as `names_beside_numbers` gives it, where it stands by itself beside a number."""
    return names_beside_numbers((name,))[0]


def clock(moment: datetime) -> str:
    """The time of day, in hours and minutes."""
    return f"{moment:%H:%M}"


def percent(share: float) -> str:
    """A share from 0 to 1 in per cent with one decimal, such as 98.6 %."""
    return f"{100 * share:.1f} %"


def loss_text(value: float) -> str:
    """A loss, in at most seven characters: four decimals while it is small, powers of ten where it is huge."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else fixed(value)
    if value < 10:
        return f"{value:.4f}"
    return figure(value) if value < 1e5 else f"{value:.2e}".replace("e+0", "e").replace("e+", "e")


def duration(seconds: float) -> str:
    """Minutes and seconds, with hours when there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def fixed(value: float, decimals: int = 4) -> str:
    """A fixed number of decimals, with a real minus sign; no minus before a zero."""
    if not math.isfinite(value):
        return "∞" if value > 0 else f"{MINUS}∞" if value < 0 else _("no number")
    text = f"{value:.{decimals}f}"
    if text.strip("-0.") == "":
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def file_size(size: float) -> str:
    """The size of files, such as "1.2 GB"; a megabyte has a million bytes."""
    if size >= 1e9:
        return _("{number} GB").format(number=fixed(size / 1e9, 1))
    return _("{number} MB").format(number=number(math.ceil(size / 1e6)))


def figure(value: float, significant: int = 4) -> str:
    """A number of significant digits, however small or large the value is."""
    if not math.isfinite(value) or value == 0:
        return fixed(value, 1) if value == 0 else fixed(value)
    exponent = math.floor(math.log10(abs(value)))
    if -5 <= exponent < 7:
        return fixed(value, max(0, significant - 1 - exponent))
    return f"{value:.{significant - 1}e}".replace("-", MINUS)


def in_brackets(text: str) -> str:
    """A number as a term: a negative one stands in brackets."""
    return f"({text})" if text.startswith(MINUS) else text


def plain(text: str) -> str:
    """Text for other programs, which know the hyphen as minus sign."""
    return text.replace(MINUS, "-")


TOO_LARGE = 1e7


def digits(value: float, decimals: int = 4) -> str:
    """A number with that many decimals; in powers of ten where they would show one digit of it or none, or too many."""
    size = abs(value)
    if not math.isfinite(value) or size == 0 or 10.0 ** (1 - decimals) <= size < TOO_LARGE:
        return fixed(value, decimals)
    text = f"{value:.{decimals - 1}e}".replace("e-0", "e-").replace("e+0", "e+").replace("e+", "e")
    return text.replace("-", MINUS)


def factor(value: float, decimals: int = 4) -> str:
    """A number as `digits` gives it, in brackets if it is negative: for the middle of a formula."""
    return in_brackets(digits(value, decimals))


def read(text: str) -> Decimal:
    """The number that a text shows, exactly: what a person has who checks a formula with pencil and paper.

    Where the lesson shows a formula in digits, its result is computed from what is read off those digits, and the
    digits go two places further than the result: so its last digit is right when it is checked, and but for a
    rounding of a hundredth of that digit it is what the network computed.
    """
    plain_text = text.strip("()").replace(MINUS, "-").replace(",", "")
    try:
        return Decimal(plain_text)
    except InvalidOperation:  # "no number", or an infinite one, with which nobody calculates
        return Decimal("NaN")


def calculated(value: Decimal, decimals: int = 4) -> str:
    """The result of a calculation with `read` numbers, written as `digits` does; halves are rounded up, as by hand."""
    if value.is_finite() and Decimal(1).scaleb(1 - decimals) <= abs(value) < Decimal(TOO_LARGE):
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return digits(float(value), decimals)


def exact(value: float, decimals: int = 6) -> str:
    """A number with as few decimals as say the whole of it, at most `decimals`: 0.5, but 0.148786."""
    text = digits(value, decimals)
    return text if "e" in text or "." not in text else text.rstrip("0").rstrip(".")


def counted_classes(count: int) -> str:
    """Such as "10 classes"."""
    return ngettext("{number} class", "{number} classes", count).format(number=number(count))


def counted_images(count: int) -> str:
    """Such as "1,000 images"."""
    return ngettext("{number} image", "{number} images", count).format(number=number(count))
