"""One of the images of the Predict tab, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QImage

from nn_trainer.i18n import _
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.predict.probability_bars import percent_of
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.wording import name_beside_numbers


@dataclass(eq=False, slots=True)
class StripItem:
    """One image and what is known of it so far."""

    source: ImageSource
    thumbnail: QImage | None = None
    prediction: Prediction | None = None
    error: str = ""
    predicted_by: object | None = None  # the classifier that prediction and error are of
    waits: bool = False  # to be predicted

    def forget_prediction(self) -> None:
        """Know nothing any more but the picture: another classifier is in use."""
        self.prediction, self.error, self.predicted_by = None, "", None

    def is_stale(self, classifier: Classifier | None) -> bool:
        """Whether there is something to find out with that classifier; without one, only how the image looks."""
        if classifier is None:
            return self.thumbnail is None and not self.error
        return self.predicted_by is not classifier or (self.prediction is None and not self.error)

    @property
    def captions(self) -> tuple[str, str, str]:
        """The three lines under the thumbnail."""
        if self.error:
            return _("unreadable"), self.source.name, ""
        if self.prediction is None:
            return self.source.name, "…" if self.waits else "", ""
        label = name_beside_numbers(self.prediction.label)
        return label, percent_of(self.prediction), _("unlike training") if self.prediction.unlike_training else ""

    @property
    def description(self) -> str:
        """Name and outcome, in a line."""
        if self.error:
            return self.error
        if self.prediction is None:
            return (_("{name}: not predicted yet") if self.waits else "{name}").format(name=self.source.name)
        template = _("{name}: {label}, {percent}")
        if self.prediction.unlike_training:
            template = _("{name}: {label}, {percent}; unlike the training images")
        label = name_beside_numbers(self.prediction.label)
        return template.format(name=self.source.name, label=label, percent=percent_of(self.prediction))
