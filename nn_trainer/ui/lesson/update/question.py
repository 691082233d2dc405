"""The question of step 4: the weight after the update, and which mistake leads to another number."""

from __future__ import annotations

from dataclasses import replace

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.answers import is_close
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.ui.lesson.update.picture import Update


def question_about(update: Update) -> str:
    """What is asked for, with the numbers that it takes."""
    weight, gradient, rate = update.worked().operands
    asked = _("W₁ = {weight}, the gradient is {gradient}, the learning rate {rate}. What is W₂, to {n} decimals?")
    return asked.format(weight=weight, gradient=gradient, rate=rate, n=update.after_decimals)


def check_answer(update: Update, given: float) -> Feedback:
    """Whether a number is the new weight, and if not, which mistake leads to it."""
    product = update.gradient * update.rate
    decimals = update.after_decimals
    # A result that is near W1 must not pass for one that is near W2.
    if abs(given - update.result) <= min(1.01 * 10.0**-decimals, 0.45 * abs(product) or 1.0):
        return Feedback(True, replace(update, is_shown=True).formula() + ".")
    if is_close(given, update.weight + product, decimals) and product:
        return Feedback(False, _("You went with the gradient. The loss falls against it: subtract the product."))
    if is_close(given, update.weight - update.gradient, decimals):
        return Feedback(False, _("Multiply the gradient by the learning rate before you subtract it."))
    if is_close(given, product, decimals) or is_close(given, -product, decimals):
        return Feedback(False, _("That is how far the weight moves. Where does it arrive? Start from W₁."))
    if update.gradient < 0:
        hint = _(
            "First the product: gradient × learning rate. Then subtract it from W₁. Minus a negative number is plus."
        )
    else:
        hint = _("First the product: gradient × learning rate. Then subtract it from W₁.")
    return Feedback(False, hint)
