"""What can be set for the two trainings: how many images are few, and what is done against overfitting."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from nn_trainer.models.overfitting import COPIES, DROPOUT, WEIGHT_DECAY, Comparison, Remedies
from nn_trainer.ui.theme import theme

BOXES = (
    ("all_images", "All images", "Train on all training images, not only on the few"),
    (
        "moved_copies",
        "Moved copies",
        f"Train also on {COPIES - 1} copies of each image, each moved by some pixels",
    ),
    ("dropout", f"Dropout {DROPOUT:g}", "In each iteration, leave out half of the values before the last layer"),
    ("weight_decay", f"Weight decay {WEIGHT_DECAY:g}", "Pull every weight towards zero in each iteration"),
)


class FewImages(QWidget):
    """A box for the number of images."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QSpinBox()
        self.box.setObjectName("plotsFewImages")
        self.box.setAccessibleName("Training images of the left run")
        self.box.setToolTip("On how many images the left run trains; of each class alike")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(QLabel("Training images"))
        row.addWidget(self.box)
        row.addStretch()

    def offer(self, comparison: Comparison) -> None:
        """Set range and default."""
        self.box.setRange(comparison.fewest_images, comparison.most_images)
        self.box.setValue(comparison.few_images)


class RemedyBoxes(QWidget):
    """A box to tick for each remedy, all of them ticked at first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        rows = [QHBoxLayout(), QHBoxLayout()]
        for place, (name, text, tip) in enumerate(BOXES):
            box = QCheckBox(text)
            box.setObjectName("plots" + name.title().replace("_", ""))
            box.setToolTip(tip)
            box.setChecked(True)
            self.boxes[name] = box
            rows[place // 2].addWidget(box)
        for row in rows:
            row.setSpacing(3 * theme.SPACE)
            row.addStretch()
            column.addLayout(row)

    def remedies(self) -> Remedies:
        """What is ticked."""
        return Remedies(**{name: box.isChecked() for name, box in self.boxes.items()})
