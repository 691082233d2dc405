"""What shapes and depths of images mean for what a network sees of them, and what a person is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nn_trainer.data.preprocessing import Fit, Preprocessing
from nn_trainer.data.problems import Problem
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import figure, number, percent

SEEN = ("long images", "deep images")  # kinds of notes on what a network sees of the images  # not shown
LONG = 0.35  # of the image outside of its middle square, from which on it is said: more than a photo of 3:2 has
VERY_LONG = 0.5  # beyond which the whole image is shown as long as nobody says otherwise: twice as wide as high


def hidden_share(sizes: Sequence[tuple[int, int]]) -> float:
    """The median share of images of these (width, height) that lies outside of the largest square in their middle."""
    shares = sorted(1 - min(size) / max(size) for size in sizes)
    return shares[(len(shares) - 1) // 2]


def suited_fit(sizes: Sequence[tuple[int, int]]) -> Fit:
    """How images of these (width, height) become square as long as nobody says otherwise."""
    return "pad" if hidden_share(sizes) > VERY_LONG else "crop"


def fit_notes(root: Path, sizes: Sequence[tuple[int, int]], fit: Fit) -> tuple[Problem, ...]:
    """A note on a data set of long images, where the fit is one that has a price for them."""
    share = hidden_share(sizes)
    if fit == "crop" and share >= LONG:
        reason = _("Half of the images lose {share} or more, as the network sees the middle square of each")
        action = _("Set Fit to square (--fit) to pad or stretch to show it the whole images")
    elif fit == "pad" and share > VERY_LONG:
        reason = _("The images are padded, as half of them would lose {share} or more if they were cut to a square")
        action = _("To show them in another way, set Fit to square (--fit) to stretch or crop")
    else:
        return ()
    return (Problem(root, "long images", reason.format(share=percent(share)), action, skipped=False),)  # not shown


def range_notes(root: Path, deep: int, preprocessing: Preprocessing) -> tuple[Problem, ...]:
    """A note on a data set of which so many images have more than 8 bits: which range of their values is seen."""
    if not deep or preprocessing.pixel_range is None:
        return ()
    text = ngettext(
        "{images} image has more than 8 bits: pixel values from {low} to {high} become black to white",
        "{images} images have more than 8 bits: pixel values from {low} to {high} become black to white, in all alike",
        deep,
    )
    low, high = (number(int(end)) if end == int(end) else figure(end) for end in preprocessing.pixel_range)
    reason = text.format(images=number(deep), low=low, high=high)
    action = _("To let fewer or more of the brightest pixels become white, set Range percentile (--range-percentile)")
    return (Problem(root, "deep images", reason, action, skipped=False),)  # not shown
