"""What is done to an image before a network sees it; stored with every model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from nn_trainer.errors import SettingError
from nn_trainer.i18n import _

Channels = Literal["grey", "rgb"]
Fit = Literal["crop", "pad", "stretch"]
PixelRange = tuple[float, float]  # the values of pixels of more than 8 bits that become black and white

_LARGEST = 4096
USUAL_PERCENTILE = 99.9

SMALLEST_PHOTO = 64  # pixels of the shorter side
PHOTO_SIZES = (224, 160, 96)  # pixels; the first for which there is memory
PLAIN_SIZES = (8, 64)  # pixels: the least and the most that is suggested for other images


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """An image is made a square of `image_size` pixels, in grey or in colour.

    `fit` says how it becomes square: "crop" cuts the largest square out of its middle, "pad" keeps the whole image and
    fills what is left of the square on two sides with the mean colour of that same image, "stretch" scales width and
    height each for itself.  The mean is that of the image and not of a data set, so that a file has the same pixels
    alone and in any company.

    `pixel_range` holds for pixels of more than 8 bits, of all images alike; None: each image has a range of its own
    (`modes.scale_to_8_bit`), as with models of older versions.  `range_percentile` says how it is found in a data set.

    Raises `SettingError` when a value is out of range.
    """

    image_size: int  # width and height, in pixels
    channels: Channels
    fit: Fit = "crop"
    pixel_range: PixelRange | None = None
    range_percentile: float = USUAL_PERCENTILE

    def __post_init__(self) -> None:
        size = self.image_size
        if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= _LARGEST:
            text = _("Image size cannot be {size}. Give a whole number from 1 to {largest}.")
            raise SettingError(text.format(size=repr(size), largest=_LARGEST))
        if self.channels not in get_args(Channels):
            text = _("Channels cannot be {channels}. Choose one of: grey, rgb.")
            raise SettingError(text.format(channels=repr(self.channels)))
        if self.fit not in get_args(Fit):
            text = _("Fit to square cannot be {fit}. Choose one of: crop, pad, stretch.")
            raise SettingError(text.format(fit=repr(self.fit)))
        if self.pixel_range is not None:
            object.__setattr__(self, "pixel_range", _checked_range(self.pixel_range))
        if not _is_number(self.range_percentile) or not 50 < self.range_percentile <= 100:
            text = _("Range percentile cannot be {percentile}. Give a number above 50, up to 100.")
            raise SettingError(text.format(percentile=repr(self.range_percentile)))

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of the pixels."""
        return self.image_size, self.image_size, 1 if self.channels == "grey" else 3

    @property
    def settings(self) -> dict[str, int | float | str]:
        """What the settings of a training have in common with this, by the names that it has there."""
        return {
            "image_size": self.image_size,
            "channels": self.channels,
            "fit": self.fit,
            "range_percentile": self.range_percentile,
        }

    def as_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold; what is as it always was is left out, so that older versions read it."""
        values: dict[str, Any] = {"image_size": self.image_size, "channels": self.channels}
        if self.fit != "crop":
            values["fit"] = self.fit
        if self.pixel_range is not None:
            values["pixel_range"] = list(self.pixel_range)
        if self.range_percentile != USUAL_PERCENTILE:
            values["range_percentile"] = self.range_percentile
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Preprocessing:
        """Build from what `as_dict` gave; raises `SettingError` when something is missing or wrong."""
        missing = {"image_size", "channels"} - set(values)
        if missing:
            text = _("The preprocessing has no {missing}.")
            raise SettingError(text.format(missing=", ".join(sorted(missing))))
        return cls(
            values["image_size"],
            cast(Channels, values["channels"]),
            cast(Fit, values.get("fit", "crop")),
            values.get("pixel_range"),
            values.get("range_percentile", USUAL_PERCENTILE),
        )


def _checked_range(values: object) -> PixelRange:
    """A range of two numbers; raises `SettingError` for anything else."""
    if isinstance(values, (tuple, list)) and len(values) == 2 and all(map(_is_number, values)):
        low, high = float(values[0]), float(values[1])
        if low < high:
            return low, high
    text = _("The pixel range cannot be {values}. Give two numbers, the smaller one first.")
    raise SettingError(text.format(values=repr(values)))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def are_photos(shorter_sides: Sequence[int]) -> bool:
    """Whether images with these shorter sides, in pixels, are photos: half of them are large enough.

    Colour says nothing of it: X-rays and scans are grey, and a pretrained network learns more from few of them, too.
    """
    return _median(shorter_sides) >= SMALLEST_PHOTO


def plain_preprocessing(shorter_sides: Sequence[int], grey: Sequence[bool]) -> Preprocessing:
    """What suits images that a network learns from the beginning: their median size up to 64, grey if all are."""
    smallest, largest = PLAIN_SIZES
    return Preprocessing(min(max(_median(shorter_sides), smallest), largest), "grey" if all(grey) else "rgb")


def _median(values: Sequence[int]) -> int:
    """The lower one of the two in the middle."""
    return int(sorted(values)[(len(values) - 1) // 2])
