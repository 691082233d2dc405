"""Which preset suits a data set, and why: what is used as long as nobody chooses another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.preprocessing import PHOTO_SIZES, Preprocessing, are_photos, plain_preprocessing
from nn_trainer.engine.architectures import PRETRAINED
from nn_trainer.i18n import _
from nn_trainer.models.pretrained.features import can_be_pretrained


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A preset, the reason in words that can follow "because", and the preprocessing of each kind of preset."""

    preset: str
    reason: str
    pretrained: Preprocessing
    plain: Preprocessing  # of every other preset

    def preprocessing(self, preset: str) -> Preprocessing:
        """What suits the images with this preset."""
        return self.pretrained if preset == PRETRAINED else self.plain


def suggest(dataset: Dataset) -> Suggestion:
    """Pretrained for photos that were loaded at a size the backbone takes, cnn for everything else."""
    loaded = dataset.preprocessing
    usable = can_be_pretrained(loaded)
    sides, grey = dataset.sizes.min(axis=1).tolist(), dataset.grey.tolist()
    if not are_photos(sides):
        preset, reason = "cnn", _("the images are small")
    elif usable:
        preset, reason = PRETRAINED, _("the images are photos: 64 pixels or more")
    else:
        preset = "cnn"
        reason = _("pretrained does not take images of {image_size} pixels").format(image_size=loaded.image_size)
        if loaded.channels == "grey":
            reason = _("the photos are seen in grey")
    pretrained = loaded if usable else replace(loaded, image_size=PHOTO_SIZES[0], channels="rgb")
    plain = loaded
    if preset == PRETRAINED:
        suited = plain_preprocessing(sides, grey)
        plain = replace(loaded, image_size=suited.image_size, channels=suited.channels)
    return Suggestion(preset, reason, pretrained, plain)
