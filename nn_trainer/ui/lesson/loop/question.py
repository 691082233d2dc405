"""The question of step 5: how many iterations an epoch takes with another batch size."""

from __future__ import annotations

import math

from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.parts.answers import is_close, read_number
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.wording import exact, number

ASKED_BATCH_SIZES = (50, 64)


def asked_batch_size(shown: int) -> int:
    """A batch size other than the one in the box, whose iterations the counter tells."""
    first, second = ASKED_BATCH_SIZES
    return second if shown == first else first


def question_about(images: int, batch_size: int) -> str:
    """What is asked for that many training images."""
    return _(
        "How many iterations does one epoch of these {images} images take with a batch size of {batch_size}?"
    ).format(images=number(images), batch_size=number(batch_size))


def check_answer(answer: str, images: int, batch_size: int) -> Feedback:
    """Compare with ceil(images / batch size)."""
    right, given = math.ceil(images / batch_size), read_number(answer)
    fields = {"images": number(images), "batch_size": number(batch_size), "iterations": number(right)}
    if given is None or not is_close(given, right, 3):
        return Feedback(
            False,
            _(
                "Divide {images} by {batch_size} and round up; or set the batch size to {batch_size} and read the "
                "counter."
            ).format(**fields),
        )
    rest = images % batch_size
    if rest == 0:
        return Feedback(True, _("{images} / {batch_size} = {iterations}: all batches are full.").format(**fields))
    text = ngettext(
        "{images} / {batch_size} = {quotient}, rounded up: the last batch has only {rest} image.",
        "{images} / {batch_size} = {quotient}, rounded up: the last batch has only {rest} images.",
        rest,
    )
    return Feedback(True, text.format(**fields, quotient=exact(images / batch_size, 3), rest=number(rest)))
