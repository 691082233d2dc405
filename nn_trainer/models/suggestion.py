"""Which preset suits a data set, and why: what is used as long as nobody chooses another."""

from __future__ import annotations

from dataclasses import dataclass

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.preprocessing import PHOTO_SIZES, Preprocessing, are_photos, plain_preprocessing
from nn_trainer.engine.architectures import PRETRAINED
from nn_trainer.models.pretrained.features import can_be_pretrained


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A preset, the reason in words that can follow "because", and the preprocessing of each kind of preset."""

    preset: str
    reason: str
    pretrained: Preprocessing
    plain: Preprocessing  # of every other preset

    def preprocessing(self, preset: str) -> Preprocessing:
        """What suits the pictures with this preset."""
        return self.pretrained if preset == PRETRAINED else self.plain


def suggest(dataset: Dataset) -> Suggestion:
    """Pretrained for photos that were loaded at a size the backbone takes, cnn for everything else."""
    loaded = dataset.preprocessing
    usable = can_be_pretrained(loaded)
    sides, grey = dataset.sizes.min(axis=1).tolist(), dataset.grey.tolist()
    if not are_photos(sides, grey):
        preset = "cnn"
        reason = "the pictures are grey" if all(grey) else "the pictures are smaller than 64 pixels"
    elif usable:
        preset, reason = PRETRAINED, "the pictures are photos: in colour, and 64 pixels or more"
    else:
        preset = "cnn"
        reason = f"pretrained does not take images of {loaded.image_size} pixels"
        if loaded.channels == "grey":
            reason = "the photos are seen in grey"
    pretrained = loaded if usable else Preprocessing(PHOTO_SIZES[0], "rgb")
    plain = plain_preprocessing(sides, grey) if preset == PRETRAINED else loaded
    return Suggestion(preset, reason, pretrained, plain)
