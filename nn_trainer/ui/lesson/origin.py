"""Where the figures of the lesson come from, in a line."""

from __future__ import annotations

from nn_trainer.i18n import _
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.wording import number


def origin_words(subject: LessonSubject) -> str:
    """The data set, how many of its images, their size, and the network."""
    size, count = subject.preprocessing.image_size, len(subject.labels)
    whole = subject.whole
    pixels = _("{size}x{size} grey") if subject.preprocessing.channels == "grey" else _("{size}x{size} colour")
    images = _("all {whole} images") if whole == count else _("{count} of its {whole} images, as many of each class")
    return "  ·  ".join(
        (
            subject.name,
            images.format(count=number(count), whole=number(whole)),
            pixels.format(size=size),
            _("a copy of: {network}").format(network=subject.origin),
        )
    )
