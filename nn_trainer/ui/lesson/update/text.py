"""What step 4 says in words and digits."""

from __future__ import annotations

from nn_trainer.i18n import _
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
