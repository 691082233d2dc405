"""Which settings go with a preset, and what is said about its choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nn_trainer.data.preprocessing import PHOTO_SIZES
from nn_trainer.engine.architectures import PRETRAINED, USUAL_EPOCHS
from nn_trainer.engine.hyperparameter import Hyperparameter, Value
from nn_trainer.i18n import _
from nn_trainer.models.pretrained.backbone import SIZES
from nn_trainer.models.suggestion import Suggestion
from nn_trainer.ui.train.settings.help import range_text

Settings = dict[str, Value]


class PresetDefaults:
    """The default of every setting, for a preset and for the data set that is open."""

    def __init__(self, rows: Iterable[Hyperparameter]) -> None:
        self._rows = {row.name: row for row in rows}
        self.suggestion: Suggestion | None = None

    @property
    def preset(self) -> str:
        """The preset that suits the data set."""
        return self.suggestion.preset if self.suggestion is not None else str(self._rows["preset"].default)

    def of(self, preset: str) -> Settings:
        """All defaults with a preset."""
        settings: Settings = {name: row.default for name, row in self._rows.items()} | {"preset": preset}
        settings["epochs"] = USUAL_EPOCHS.get(preset, settings["epochs"])
        if self.suggestion is not None:
            settings |= self.suggestion.preprocessing(preset).settings
        elif preset == PRETRAINED:
            settings |= {"image_size": PHOTO_SIZES[0], "channels": "rgb"}
        return settings

    def to_change(self, settings: Mapping[str, Value], before: str, after: str) -> Settings:
        """What changes with the preset: settings that are the default of the one before; others are the user's own.

        What the new preset cannot take changes in any case.
        """
        old, new = self.of(before), self.of(after)
        changed = {name: value for name, value in new.items() if settings[name] == old[name] != value}
        if after == PRETRAINED:
            forced = {name: value for name, value in settings.items() if not _takes(name, value)}
            changed |= {name: new[name] for name in forced}
        return {**changed, "preset": after}

    def sentence(self, preset: str) -> str:
        """Why this preset was chosen, or which one would be; empty when there is no data set."""
        if self.suggestion is None:
            return ""
        if preset == self.suggestion.preset:
            return _("Chosen because {reason}.").format(reason=self.suggestion.reason)
        return _("The choice for these images would be {preset}, because {reason}.").format(
            preset=self.suggestion.preset, reason=self.suggestion.reason
        )


def image_size_limits(preset: str, row: Hyperparameter) -> tuple[int, int, int]:
    """Smallest, largest and step of the image size with a preset."""
    if preset == PRETRAINED:
        return SIZES[0], SIZES[-1], SIZES.step
    return int(row.minimum or 0), int(row.maximum or 0), int(row.step or 1)


def image_size_range(preset: str, row: Hyperparameter) -> str:
    """The image sizes that a preset takes, in words."""
    if preset == PRETRAINED:
        return _("{sizes} or {last}").format(sizes=", ".join(map(str, SIZES[:-1])), last=SIZES[-1])
    return range_text(row)


def nearest_image_size(preset: str, size: int) -> int:
    """The image size that a preset takes and that is nearest to `size`."""
    return min(SIZES, key=lambda possible: abs(possible - size)) if preset == PRETRAINED else size


def _takes(name: str, value: Value) -> bool:
    """Whether the preset pretrained can work with this setting."""
    return (name != "image_size" or value in SIZES) and (name != "channels" or value == "rgb")
