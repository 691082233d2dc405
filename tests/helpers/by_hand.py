"""Calculating with the numbers of a text as a person does who reads them off the screen."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext


def decimal(text: str) -> Decimal:
    """A number as it is shown."""
    return Decimal(text.strip("() ").replace("−", "-"))


def rounds_to(exact: Decimal, shown: str) -> bool:
    """Whether a number, rounded by hand to the digits of the one that is shown, is that one."""
    right = decimal(shown)
    return exact.quantize(right, ROUND_HALF_UP) == right


def value_of(term: str) -> Decimal:
    """The value of arithmetic as it is shown, such as "(1 − 0.37)² + 0.25 × 3"; log is that of base e."""
    tokens = re.findall(r"\d+(?:\.\d+)?(?:e−\d+)?|log|ln|[−+×/()²]", term)
    assert "".join(tokens) == "".join(term.split()), term
    source = []
    for token in tokens:
        if token[0] in "0123456789":
            source.append(f'D("{token.replace("−", "-")}")')
        else:
            source.append({"−": "-", "×": "*", "²": "**2", "log": "LN", "ln": "LN"}.get(token, token))
    text = re.sub(r'LN(D\("[^"]*"\))', r"\1.ln()", "".join(source))
    with localcontext() as context:
        context.prec = 40
        return Decimal(eval(text, {"D": Decimal}))


def check(formula: str) -> None:
    """Each part of "name = part = part" is a term or a number: the parts before give the number that is last."""
    *terms, shown = re.sub(r"\[[^]]*\]", "", formula).split("=")
    for term in terms:
        if re.search(r"\d", re.sub(r"[A-Za-z][₀-₉\d']*", "", term)) and "…" not in term and "?" not in shown:
            assert rounds_to(value_of(term), shown.strip().rstrip(".")), formula
