"""The question of step 1: the one-hot vector of a label."""

from __future__ import annotations

from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.parts.answers import same_name
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.wording import number

MOST_DIGITS = 12  # that a person has to type; of a longer vector the place of the 1 is asked for


def question_about_vector(name: str, classes: int) -> str:
    """What is asked for the class of an image."""
    if classes > MOST_DIGITS:
        return _("The image shows: {name}. Which number of its one-hot vector is 1? Count from 0.").format(name=name)
    asked = ngettext(
        "The image shows: {name}. Write its one-hot vector, as {n} digit.",
        "The image shows: {name}. Write its one-hot vector, as {n} digits.",
        classes,
    )
    return asked.format(name=name, n=number(classes))


def check_vector(answer: str, label: int, classes: int) -> Feedback:
    """Compare with the vector of a label, or with the label where only the place of the 1 is asked for."""
    why = _("The label is {label}, so the 1 stands at place {label}, counted from 0.").format(label=label)
    if classes > MOST_DIGITS:
        right = same_name(answer, str(label))
        return Feedback(right, why if right else _("The place of the 1 is the integer label of the class."))
    digits = [character for character in answer if character.isdigit()]
    if digits == [str(int(place == label)) for place in range(classes)]:
        return Feedback(True, why)
    if len(digits) != classes:
        hint = ngettext(
            "There are {classes} classes, so the vector has {classes} digits, not {n}.",
            "There are {classes} classes, so the vector has {classes} digits, not {n}.",
            len(digits),
        )
        return Feedback(False, hint.format(classes=number(classes), n=number(len(digits))))
    if digits.count("1") != 1 or set(digits) - {"0", "1"}:
        return Feedback(False, _("Exactly one of the digits is 1; all others are 0."))
    hint = _("Look up the label in the table: the 1 stands there. Yours is at {place}.")
    return Feedback(False, hint.format(place=digits.index("1")))
