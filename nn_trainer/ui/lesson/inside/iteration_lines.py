"""One iteration of the small network, line by line: the formula, the same in digits, and the value.

Names: inputs x; hidden layer with weights w, biases b, sums z and activations h; output layer with weights v, biases c,
logits u and probabilities y'.  w₁₂ leads from x₁ to h₂, v₂₁ from h₂ to y'₁.  δ is the gradient of the loss with
respect to the sum of a neuron.

Each value is computed from the digits of its line, see `wording.read`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from nn_trainer.engine.lesson.small_network import Numbers
from nn_trainer.i18n import _
from nn_trainer.wording import calculated, exact, figure, in_brackets, read

SUB = "₀₁₂₃₄₅₆₇₈₉"
RANGE = (0, 1)  # all layers have two neurons
SMALL = 1e-3  # below it an operand is written in powers of ten
SURE = 0.99  # a probability above it needs more digits: what it lacks to 1 counts

FORWARD, LOSS, BACKWARD, UPDATE = _("Forward"), _("Loss"), _("Backward"), _("Update")


@dataclass(frozen=True, slots=True)
class Line:
    """One number and how it comes about. `parts` are the numbers of the drawing that take part."""

    section: str
    name: str
    formula: str  # an exponent stands in "^(…)"
    in_digits: str
    value: str
    parts: frozenset[str]


def index(*numbers: int) -> str:
    """Counted from 1 and written low, such as ₁₂."""
    return "".join(SUB[number + 1] for number in numbers)


def operand(value: float) -> str:
    """A number in the middle of a formula, with two digits more than a result has."""
    return in_brackets(_operand(value))


def _operand(value: float) -> str:
    if value == 0 or abs(value) >= SMALL:
        return exact(value, 6)
    return figure(value, 7) if abs(value) >= 1e-5 else exact(value, 7)


def all_lines(n: Numbers, activation: str, loss: str) -> list[Line]:
    """Forward, loss, backward and update, in the order in which they are computed."""
    return [
        *_hidden(n, activation),
        *_outputs(n),
        _loss(n, loss),
        *_output_deltas(n, loss),
        *_output_gradients(n),
        *_hidden_deltas(n, activation),
        *_hidden_gradients(n),
        *_updates(n),
    ]


def _line(section: str, name: str, formula: str, in_digits: str, value: Decimal, *parts: str) -> Line:
    return Line(section, name, formula, in_digits, calculated(value), frozenset((name, *parts)))


def _sum_of_products(pairs: list[tuple[float, float]], bias: float | None = None) -> tuple[str, Decimal]:
    """Products and a bias added up: as text, and what comes out."""
    texts = [(operand(a), operand(b)) for a, b in pairs]
    written = " + ".join(f"{a} × {b}" for a, b in texts)
    value = sum((read(a) * read(b) for a, b in texts), Decimal())
    if bias is None:
        return written, value
    return f"{written} + {operand(bias)}", value + read(operand(bias))


def _hidden(n: Numbers, activation: str) -> Iterator[Line]:
    for j in RANGE:
        name = f"z{index(j)}"
        formula = " + ".join(f"x{index(i)} w{index(i, j)}" for i in RANGE) + f" + b{index(j)}"
        parts = [part for i in RANGE for part in (f"x{index(i)}", f"w{index(i, j)}")]
        worked = _sum_of_products([(n.x[i], n.w1[i, j]) for i in RANGE], n.b1[j])
        yield _line(FORWARD, name, formula, *worked, *parts, f"b{index(j)}")
        yield _line(FORWARD, f"h{index(j)}", *_activation(activation, name, n.z1[j]), name)


def _activation(activation: str, name: str, z: float) -> tuple[str, str, Decimal]:
    """Formula, digits and value of an activation."""
    written, number = _operand(z), read(_operand(z))
    if activation == "relu":
        return f"max(0, {name})", f"max(0, {written})", max(Decimal(), number)  # not shown in words
    if activation == "tanh":
        e, reciprocal = number.exp(), (-number).exp()
        return f"tanh({name})", f"tanh({written})", (e - reciprocal) / (e + reciprocal)  # not shown in words
    return f"1 / (1 + e^(−{name}))", f"1 / (1 + e^({_operand(-z)}))", 1 / (1 + (-number).exp())


def _outputs(n: Numbers) -> Iterator[Line]:
    for k in RANGE:
        formula = " + ".join(f"h{index(j)} v{index(j, k)}" for j in RANGE) + f" + c{index(k)}"
        parts = [part for j in RANGE for part in (f"h{index(j)}", f"v{index(j, k)}")]
        worked = _sum_of_products([(n.a1[j], n.w2[j, k]) for j in RANGE], n.b2[k])
        yield _line(FORWARD, f"u{index(k)}", formula, *worked, *parts, f"c{index(k)}")
    written = [_operand(value) for value in n.z2]
    e = [read(text).exp() for text in written]
    for k in RANGE:
        formula = f"e^(u{index(k)}) / (e^(u₁) + e^(u₂))"  # not shown in words
        digits = f"e^({written[k]}) / (e^({written[0]}) + e^({written[1]}))"
        yield _line(FORWARD, f"y'{index(k)}", formula, digits, e[k] / (e[0] + e[1]), "u₁", "u₂")


def _loss(n: Numbers, loss: str) -> Line:
    parts = ("y'₁", "y'₂", "y₁", "y₂")
    if loss == "cross-entropy":
        label = int(n.y.argmax())
        y = exact(n.predicted[label], 6 if n.predicted[label] <= SURE else 9)
        return _line(LOSS, "L", f"−ln y'{index(label)}", f"−ln {y}", -read(y).ln(), *parts)  # not shown in words
    formula = "(y₁ − y'₁)² + (y₂ − y'₂)²"  # not shown in words
    written = [_operand(value) for value in n.predicted]
    digits = " + ".join(f"({n.y[k]:g} − {written[k]})²" for k in RANGE)
    return _line(
        LOSS, "L", formula, digits, sum(((int(n.y[k]) - read(written[k])) ** 2 for k in RANGE), Decimal()), *parts
    )


def _output_deltas(n: Numbers, loss: str) -> Iterator[Line]:
    p = [_operand(value) for value in n.predicted]
    errors = [in_brackets(str(read(p[k]) - int(n.y[k])).replace("-", "−")) for k in RANGE]
    for k in RANGE:
        name, parts = f"δ(u{index(k)})", ("y'₁", "y'₂", "y₁", "y₂")
        if loss == "cross-entropy":
            yield _line(
                BACKWARD, name, f"y'{index(k)} − y{index(k)}", f"{p[k]} − {n.y[k]:g}", read(p[k]) - int(n.y[k]), *parts
            )
            continue
        formula = f"2 y'{index(k)} (e{index(k)} − (e₁ y'₁ + e₂ y'₂)), e = y' − y"  # not shown in words
        digits = f"2 × {p[k]} × ({errors[k]} − ({errors[0]} × {p[0]} + {errors[1]} × {p[1]}))"
        mean = sum((read(errors[m]) * read(p[m]) for m in RANGE), Decimal())
        yield _line(BACKWARD, name, formula, digits, 2 * read(p[k]) * (read(errors[k]) - mean), *parts)


def _output_gradients(n: Numbers) -> Iterator[Line]:
    for j in RANGE:
        for k in RANGE:
            parts = (f"h{index(j)}", f"δ(u{index(k)})", f"v{index(j, k)}")
            worked = _sum_of_products([(n.a1[j], n.dz2[k])])
            yield _line(BACKWARD, f"dL/dv{index(j, k)}", f"h{index(j)} δ(u{index(k)})", *worked, *parts)
    for k in RANGE:
        delta, digits = f"δ(u{index(k)})", _operand(n.dz2[k])
        yield _line(BACKWARD, f"dL/dc{index(k)}", delta, digits, read(digits), delta, f"c{index(k)}")


def _hidden_deltas(n: Numbers, activation: str) -> Iterator[Line]:
    for j in RANGE:
        formula = " + ".join(f"v{index(j, k)} δ(u{index(k)})" for k in RANGE)
        parts = [part for k in RANGE for part in (f"v{index(j, k)}", f"δ(u{index(k)})")]
        worked = _sum_of_products([(n.w2[j, k], n.dz2[k]) for k in RANGE])
        yield _line(BACKWARD, f"dL/dh{index(j)}", formula, *worked, *parts, f"h{index(j)}")
    for j in RANGE:
        h, dh = _operand(n.a1[j]), operand(n.da1[j])
        factor, back = read(h), read(dh)
        lines = {
            "sigmoid": (
                f"dL/dh{index(j)} h{index(j)} (1 − h{index(j)})",  # not shown in words
                f"{dh} × {h} × (1 − {h})",
                back * factor * (1 - factor),
            ),
            "relu": (
                _("dL/dh{number}, 0 where z{number} ≤ 0").format(number=index(j)),
                f"{dh} × {n.slope1[j]:g}",
                back * int(n.slope1[j]),
            ),
            "tanh": (
                f"dL/dh{index(j)} (1 − h{index(j)}²)",  # not shown in words
                f"{dh} × (1 − {in_brackets(h)}²)",
                back * (1 - factor**2),
            ),
        }
        yield _line(BACKWARD, f"δ(z{index(j)})", *lines[activation], f"dL/dh{index(j)}", f"h{index(j)}")


def _hidden_gradients(n: Numbers) -> Iterator[Line]:
    for i in RANGE:
        for j in RANGE:
            parts = (f"x{index(i)}", f"δ(z{index(j)})", f"w{index(i, j)}")
            worked = _sum_of_products([(n.x[i], n.dz1[j])])
            yield _line(BACKWARD, f"dL/dw{index(i, j)}", f"x{index(i)} δ(z{index(j)})", *worked, *parts)
    for j in RANGE:
        delta, digits = f"δ(z{index(j)})", _operand(n.dz1[j])
        yield _line(BACKWARD, f"dL/db{index(j)}", delta, digits, read(digits), delta, f"b{index(j)}")


def _updates(n: Numbers) -> Iterator[Line]:
    before = {**_named("w", n.w1), **_named("b", n.b1), **_named("v", n.w2), **_named("c", n.b2)}
    gradient = {**_named("w", n.dw1), **_named("b", n.db1), **_named("v", n.dw2), **_named("c", n.db2)}
    for name, value in before.items():
        formula = _("{weight} − dL/d{weight} × rate").format(weight=name)
        digits, after = update_in_digits(value, gradient[name], n.learning_rate)
        yield _line(UPDATE, _("new {weight}").format(weight=name), formula, digits, after, name, f"dL/d{name}")


def update_in_digits(weight: float, gradient: float, rate: float) -> tuple[str, Decimal]:
    """weight − gradient × rate: as text, and what comes out of it."""
    texts = [_operand(weight), operand(gradient), exact(rate)]
    return "{} − {} × {}".format(*texts), read(texts[0]) - read(texts[1]) * read(texts[2])


def _named(letter: str, values: np.ndarray) -> dict[str, float]:
    """Each value under its name, such as "w₁₂"."""
    return {f"{letter}{index(*place)}": float(value) for place, value in np.ndenumerate(values)}


def drawn_numbers(n: Numbers, lines: list[Line]) -> dict[str, str]:
    """What the drawing shows, by name: what is given, and what the lines say of the rest."""
    given = {**_named("x", n.x), **_named("w", n.w1), **_named("b", n.b1), **_named("v", n.w2), **_named("c", n.b2)}
    labels = {name: f"{value:g}" for name, value in _named("y", n.y).items()}
    found = {line.name: line.value for line in lines if line.section != UPDATE}
    return {name: exact(value, 4) for name, value in given.items()} | labels | found
