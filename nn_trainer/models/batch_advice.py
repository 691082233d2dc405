"""What is said of a batch size before a training begins that it would spoil."""

from __future__ import annotations

from nn_trainer.i18n import _

NORMALIZED = ("resnet",)  # presets with batch normalization


def batch_advice(preset: str, batch_size: int) -> str:
    """Why the network would do worse after training than in it, and what to do; empty where it would not.

    With one image a batch, batch normalization takes from each image its own mean, by which classes may differ; in
    prediction it takes the mean of all instead.
    """
    if preset not in NORMALIZED or batch_size > 1:
        return ""
    return _(
        "The batch normalization of {preset} needs more than one image at a time: with batches of one, predictions are "
        "much worse than training seems. Set Batch size (--batch-size) to 8 or more, or choose the preset cnn."
    ).format(preset=preset)
