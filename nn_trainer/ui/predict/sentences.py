"""Whole sentences of the Predict tab: on its classifier, on what is waited for, and on what was not taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nn_trainer.data.problems import display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.classifier import Classifier
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.wording import number


def origin_text(classifier: Classifier | None, origin: str) -> str:
    """What predicts; `origin` is where it comes from."""
    if classifier is None:
        return _("No classifier")
    size, classes = classifier.preprocessing.image_size, len(classifier.class_names)
    template = ngettext(
        "{origin}  ·  {preset}  ·  {n} class  ·  {size}x{size} {colours}",
        "{origin}  ·  {preset}  ·  {n} classes  ·  {size}x{size} {colours}",
        classes,
    )
    colours = _("grey") if classifier.preprocessing.channels == "grey" else _("colour")
    preset = classifier.config.preset
    return template.format(origin=origin, preset=preset, n=number(classes), size=size, colours=colours)


def waiting_text(epochs: int | None) -> str:
    """When a training of so many epochs gives its first classifier; 0 while it is prepared, None without one."""
    if epochs is None:
        return ""
    if epochs == 0:
        return _("Preparing the training: first predictions after epoch 1")
    return _("Training, epoch 1 of {epochs}: first predictions after epoch 1").format(epochs=number(epochs))


def full_text(name: str, taken: Sequence[ImageSource], left: int | None, most: int) -> str:
    """Which images were taken and which were not; `left` is None where nobody counted the others."""
    if not taken:
        text = _("Nothing of {name} was taken: there is room for {most} images. Clear those that are there first.")
    elif left is None:
        text = ngettext(
            "Of {name}, only the first was taken, {last}; there are more, and room for {most} images.",
            "Of {name}, only the first {n} were taken, up to {last}; there are more, and room for {most} images.",
            len(taken),
        )
    else:
        text = ngettext(
            "Of {name}, the first was taken, {last}, and {left} not: there is room for {most} images.",
            "Of {name}, {n} were taken, up to {last}, and {left} not: there is room for {most} images.",
            len(taken),
        )
    last = _place(taken[-1]) if taken else ""
    return text.format(name=name, n=number(len(taken)), last=last, left=number(left or 0), most=number(most))


def _place(source: ImageSource) -> str:
    """The name of an image with its folder."""
    if not isinstance(source.content, Path):
        return source.name
    return display_path(f"{source.content.parent.name}/{source.content.name}")
