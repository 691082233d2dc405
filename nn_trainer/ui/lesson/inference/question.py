"""The question of step 7: which class noise is."""

from __future__ import annotations

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.answers import same_name
from nn_trainer.ui.lesson.step import Feedback

QUESTION = _("Press Noise: an image of nothing. Which class does the network say it is?")


def check_answer(answer: str, said: str | None) -> Feedback:
    """Compare with what was said of the last noise; None: nothing yet."""
    if said is None:
        return Feedback(False, _("Press Noise first, and read the arg max."))
    if same_name(answer, said):
        return Feedback(
            True,
            _(
                "It has to say some class: the probabilities are shared out among the classes it knows, and always "
                "add up to 1. “None of these” is not among them."
            ),
        )
    return Feedback(False, _("Look at the row with the largest y' of the noise, and type the name of its class."))
