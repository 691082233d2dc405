"""What step 4 says in words and digits."""

from __future__ import annotations

from dataclasses import replace

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.answers import is_close
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.ui.lesson.update.picture import Update
from nn_trainer.wording import fixed

PRECISE = 9  # decimals, where what training did is beside what the formula says


def result_text(update: Update) -> str:
    """What one iteration made of the weight, beside the result by hand; nothing before it was run."""
    if update.after is None:
        return ""
    before, after, by_hand = (fixed(value, PRECISE) for value in (update.weight, update.after, update.result))
    if after == by_hand:
        text = _("Before {before}, after one iteration {after}; by hand {by_hand}. They are equal to the last digit.")
    else:
        text = _("Before {before}, after one iteration {after}; by hand {by_hand}. They differ by rounding.")
    return text.format(before=before, after=after, by_hand=by_hand)


def update_feedback(update: Update, given: float) -> Feedback:
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


def update_lines(update: Update) -> list[str]:
    """The numbers, with tabs between the columns."""
    shown = update.worked(PRECISE, PRECISE)
    names = _("weight W1"), _("gradient"), _("learning rate")
    lines = [f"{name}\t{text}" for name, text in zip(names, shown.operands, strict=True)]
    if update.is_shown:
        lines.append(f"{_('weight W2')}\t{shown.result}")
    lines.append(update.formula())
    if update.after is not None:
        lines.append(f"{_('after one iteration')}\t{fixed(update.after, PRECISE)}")
    return lines
