"""How the lesson writes numbers."""

from __future__ import annotations

import math

MINUS = "−"


def fixed(value: float, decimals: int = 4) -> str:
    """A fixed number of decimals, with a real minus sign; no minus before a zero."""
    if not math.isfinite(value):
        return "∞" if value > 0 else f"{MINUS}∞" if value < 0 else "no number"
    text = f"{value:.{decimals}f}"
    if text.strip("-0.") == "":
        text = text.lstrip("-")
    return text.replace("-", MINUS)


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
