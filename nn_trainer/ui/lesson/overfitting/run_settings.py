"""What can be set for the two trainings: how many images are few, and what is done against overfitting."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from nn_trainer.i18n import _
from nn_trainer.models.overfitting import COPIES, DROPOUT, WEIGHT_DECAY, Comparison, Remedies
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.wheel import CalmSpinBox
from nn_trainer.wording import figure

BOXES = (
    ("all_images", _("All images"), _("Train on all training images, not only on the few")),
    (
        "moved_copies",
        _("Moved copies"),
        _("Train also on {copies} copies of each image, each moved by some pixels").format(copies=COPIES - 1),
    ),
    (
        "dropout",
        _("Dropout {rate}").format(rate=figure(DROPOUT, 1)),
        _("In each iteration, leave out half of the values before the last layer"),
    ),
    (
        "weight_decay",
        _("Weight decay {rate}").format(rate=figure(WEIGHT_DECAY, 1)),
        _("Pull every weight towards zero in each iteration"),
    ),
)


class FewImages(QWidget):
    """A box for the number of images."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = CalmSpinBox()
        self.box.setObjectName("plotsFewImages")
        self.box.setAccessibleName(_("Training images of the left run"))
        self.box.setToolTip(_("On how many images the left run trains; of each class alike"))
        row = FlowLayout(self, across=2 * theme.SPACE, down=theme.SPACE)
        row.addWidget(QLabel(_("Training images")))
        row.addWidget(self.box)

    def offer(self, comparison: Comparison) -> None:
        """Set range and default."""
        self.box.setRange(comparison.fewest_images, comparison.most_images)
        self.box.setValue(comparison.few_images)


class RemedyBoxes(QWidget):
    """A box to tick for each remedy, all of them ticked at first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        row = FlowLayout(self, across=3 * theme.SPACE, down=theme.SPACE)
        for name, text, tip in BOXES:
            box = QCheckBox(text)
            box.setObjectName("plots" + name.title().replace("_", ""))
            box.setToolTip(tip)
            box.setChecked(True)
            self.boxes[name] = box
            row.addWidget(box)

    def remedies(self) -> Remedies:
        """What is ticked."""
        return Remedies(**{name: box.isChecked() for name, box in self.boxes.items()})
