"""One iteration of the small network, line by line: the formula, the same in digits, and the value.

Names: inputs x; hidden layer with weights w, biases b, sums z and activations h; output layer with weights v, biases c,
logits u and probabilities y'.  w₁₂ leads from x₁ to h₂, v₂₁ from h₂ to y'₁.  δ is the gradient of the loss with
respect to the sum of a neuron.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.lesson.small_network import Numbers
from nn_trainer.wording import digits, factor

SUB = "₀₁₂₃₄₅₆₇₈₉"
RANGE = (0, 1)  # all layers have two neurons


@dataclass(frozen=True, slots=True)
class Line:
    """One number and how it comes about. `parts` are the numbers of the drawing that take part."""

    section: str
    name: str
    formula: str
    in_digits: str
    value: float
    parts: frozenset[str]


def index(*numbers: int) -> str:
    """Counted from 1 and written low, such as ₁₂."""
    return "".join(SUB[number + 1] for number in numbers)


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


def _line(section: str, name: str, formula: str, in_digits: str, value: float, *parts: str) -> Line:
    return Line(section, name, formula, in_digits, float(value), frozenset((name, *parts)))


def _hidden(n: Numbers, activation: str) -> Iterator[Line]:
    for j in RANGE:
        name = f"z{index(j)}"
        formula = " + ".join(f"x{index(i)} w{index(i, j)}" for i in RANGE) + f" + b{index(j)}"
        numbers = " + ".join(f"{factor(n.x[i])} × {factor(n.w1[i, j])}" for i in RANGE) + f" + {factor(n.b1[j])}"
        parts = [part for i in RANGE for part in (f"x{index(i)}", f"w{index(i, j)}")]
        yield _line("Forward", name, formula, numbers, n.z1[j], *parts, f"b{index(j)}")
        z, value = digits(n.z1[j]), n.a1[j]
        texts = {
            "sigmoid": (f"1 / (1 + e^−z{index(j)})", f"1 / (1 + e^{digits(-n.z1[j])})"),
            "relu": (f"max(0, z{index(j)})", f"max(0, {z})"),
            "tanh": (f"tanh(z{index(j)})", f"tanh({z})"),
        }
        yield _line("Forward", f"h{index(j)}", *texts[activation], value, name)


def _outputs(n: Numbers) -> Iterator[Line]:
    for k in RANGE:
        formula = " + ".join(f"h{index(j)} v{index(j, k)}" for j in RANGE) + f" + c{index(k)}"
        numbers = " + ".join(f"{factor(n.a1[j])} × {factor(n.w2[j, k])}" for j in RANGE) + f" + {factor(n.b2[k])}"
        parts = [part for j in RANGE for part in (f"h{index(j)}", f"v{index(j, k)}")]
        yield _line("Forward", f"u{index(k)}", formula, numbers, n.z2[k], *parts, f"c{index(k)}")
    for k in RANGE:
        formula = f"e^u{index(k)} / (e^u₁ + e^u₂)"
        e = [digits(float(np.exp(value))) for value in n.z2]
        yield _line("Forward", f"y'{index(k)}", formula, f"{e[k]} / ({e[0]} + {e[1]})", n.predicted[k], "u₁", "u₂")


def _loss(n: Numbers, loss: str) -> Line:
    parts = ("y'₁", "y'₂", "y₁", "y₂")
    if loss == "cross-entropy":
        label = int(n.y.argmax())
        formula, numbers = f"−log y'{index(label)}", f"−log {digits(n.predicted[label])}"
    else:
        formula = "(y₁ − y'₁)² + (y₂ − y'₂)²"
        numbers = " + ".join(f"({n.y[k]:g} − {digits(n.predicted[k])})²" for k in RANGE)
    return _line("Loss", "L", formula, numbers, n.loss, *parts)


def _output_deltas(n: Numbers, loss: str) -> Iterator[Line]:
    error = n.predicted - n.y
    for k in RANGE:
        name, parts = f"δ(u{index(k)})", ("y'₁", "y'₂", "y₁", "y₂")
        p = digits(n.predicted[k])
        if loss == "cross-entropy":
            texts = f"y'{index(k)} − y{index(k)}", f"{p} − {n.y[k]:g}"
        else:
            mean = float((error * n.predicted).sum())
            texts = (
                f"2 y'{index(k)} (e{index(k)} − e₁ y'₁ − e₂ y'₂), e = y' − y",
                f"2 × {p} × ({digits(error[k])} − {factor(mean)})",
            )
        yield _line("Backward", name, *texts, n.dz2[k], *parts)


def _output_gradients(n: Numbers) -> Iterator[Line]:
    for j in RANGE:
        for k in RANGE:
            name = f"dL/dv{index(j, k)}"
            numbers = f"{factor(n.a1[j])} × {factor(n.dz2[k])}"
            parts = (f"h{index(j)}", f"δ(u{index(k)})", f"v{index(j, k)}")
            yield _line("Backward", name, f"h{index(j)} δ(u{index(k)})", numbers, n.dw2[j, k], *parts)
    for k in RANGE:
        delta = f"δ(u{index(k)})"
        yield _line("Backward", f"dL/dc{index(k)}", delta, digits(n.dz2[k]), n.db2[k], delta, f"c{index(k)}")


def _hidden_deltas(n: Numbers, activation: str) -> Iterator[Line]:
    for j in RANGE:
        name = f"dL/dh{index(j)}"
        formula = " + ".join(f"v{index(j, k)} δ(u{index(k)})" for k in RANGE)
        numbers = " + ".join(f"{factor(n.w2[j, k])} × {factor(n.dz2[k])}" for k in RANGE)
        parts = [part for k in RANGE for part in (f"v{index(j, k)}", f"δ(u{index(k)})")]
        yield _line("Backward", name, formula, numbers, n.da1[j], *parts, f"h{index(j)}")
    for j in RANGE:
        h, dh = digits(n.a1[j]), factor(n.da1[j])
        texts = {
            "sigmoid": (f"dL/dh{index(j)} h{index(j)} (1 − h{index(j)})", f"{dh} × {h} × (1 − {h})"),
            "relu": (f"dL/dh{index(j)}, 0 where z{index(j)} ≤ 0", f"{dh} × {n.slope1[j]:g}"),
            "tanh": (f"dL/dh{index(j)} (1 − h{index(j)}²)", f"{dh} × (1 − {factor(n.a1[j])}²)"),
        }
        yield _line("Backward", f"δ(z{index(j)})", *texts[activation], n.dz1[j], f"dL/dh{index(j)}", f"h{index(j)}")


def _hidden_gradients(n: Numbers) -> Iterator[Line]:
    for i in RANGE:
        for j in RANGE:
            numbers = f"{factor(n.x[i])} × {factor(n.dz1[j])}"
            parts = (f"x{index(i)}", f"δ(z{index(j)})", f"w{index(i, j)}")
            name = f"dL/dw{index(i, j)}"
            yield _line("Backward", name, f"x{index(i)} δ(z{index(j)})", numbers, n.dw1[i, j], *parts)
    for j in RANGE:
        delta = f"δ(z{index(j)})"
        yield _line("Backward", f"dL/db{index(j)}", delta, digits(n.dz1[j]), n.db1[j], delta, f"b{index(j)}")


def _updates(n: Numbers) -> Iterator[Line]:
    before = {**_named("w", n.w1), **_named("b", n.b1), **_named("v", n.w2), **_named("c", n.b2)}
    gradient = {**_named("w", n.dw1), **_named("b", n.db1), **_named("v", n.dw2), **_named("c", n.db2)}
    after = {
        **_named("w", n.w1_after),
        **_named("b", n.b1_after),
        **_named("v", n.w2_after),
        **_named("c", n.b2_after),
    }
    for name, value in before.items():
        formula = f"{name} − dL/d{name} × rate"
        numbers = f"{digits(value)} − {factor(gradient[name])} × {n.learning_rate:g}"
        yield _line("Update", f"new {name}", formula, numbers, after[name], name, f"dL/d{name}")


def _named(letter: str, values: np.ndarray) -> dict[str, float]:
    """Each value under its name, such as "w₁₂"."""
    return {f"{letter}{index(*place)}": float(value) for place, value in np.ndenumerate(values)}


def named_numbers(n: Numbers) -> dict[str, float]:
    """What the drawing shows, by name."""
    rows = {
        **_named("x", n.x),
        **_named("w", n.w1),
        **_named("b", n.b1),
        **_named("z", n.z1),
        **_named("h", n.a1),
        **_named("v", n.w2),
        **_named("c", n.b2),
        **_named("u", n.z2),
        **_named("y'", n.predicted),
        **_named("y", n.y),
    }
    deltas = {f"δ(u{index(k)})": float(n.dz2[k]) for k in RANGE} | {f"δ(z{index(j)})": float(n.dz1[j]) for j in RANGE}
    gradients = {f"dL/d{name}": value for name, value in (_named("w", n.dw1) | _named("v", n.dw2)).items()}
    return rows | deltas | gradients | {"L": n.loss}
