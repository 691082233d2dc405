"""What step 4 says in words and digits."""

from __future__ import annotations

from dataclasses import replace

from nn_trainer.ui.lesson.parts.answers import is_close
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.ui.lesson.update.picture import Update
from nn_trainer.wording import fixed


def result_text(update: Update) -> str:
    """What one iteration made of the weight, beside the result by hand; nothing before it was run."""
    if update.after is None:
        return ""
    gap = abs(update.after - update.result)
    rest = f"They differ by {gap:.0e}, which is rounding." if gap else "They are equal to the last digit."
    before, after, by_hand = (fixed(value, 9) for value in (update.weight, update.after, update.result))
    return f"Before {before}, after one iteration {after}; by hand {by_hand}. {rest}"


def update_feedback(update: Update, given: float) -> Feedback:
    """Whether a number is the new weight, and if not, which mistake leads to it."""
    product = update.gradient * update.rate
    digits = update.after_decimals
    # A result that is near W1 must not pass for one that is near W2.
    if abs(given - update.result) <= min(1.01 * 10.0**-digits, 0.45 * abs(product) or 1.0):
        return Feedback(True, replace(update, is_shown=True).formula() + ".")
    if is_close(given, update.weight + product, digits) and product:
        return Feedback(False, "You went with the gradient. The loss falls against it: subtract the product.")
    if is_close(given, update.weight - update.gradient, digits):
        return Feedback(False, "Multiply the gradient by the learning rate before you subtract it.")
    if is_close(given, product, digits) or is_close(given, -product, digits):
        return Feedback(False, "That is the way the weight goes. Where does it arrive? Start from W₁.")
    hint = " Minus a negative number is plus." if update.gradient < 0 else ""
    return Feedback(False, f"First the product: gradient × learning rate. Then subtract it from W₁.{hint}")


def update_lines(update: Update) -> list[str]:
    """The numbers, with tabs between the columns."""
    lines = [
        f"weight W1\t{fixed(update.weight, 9)}",
        f"gradient\t{fixed(update.gradient, 9)}",
        f"learning rate\t{update.rate:g}",
    ]
    if update.is_shown:
        lines.append(f"weight W2\t{fixed(update.result, 9)}")
    lines.append(update.formula())
    if update.after is not None:
        lines.append(f"after one iteration\t{fixed(update.after, 9)}")
    return lines
