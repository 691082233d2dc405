"""What the classifier says: the class in large type, and a bar for every class."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.predict.probability_bars import ProbabilityBars, percent
from nn_trainer.ui.predict.strip import StripItem
from nn_trainer.ui.theme import theme

UNLIKE_TRAINING = "Unlike the training pictures"
WHY_UNLIKE = (
    "The network finds nothing like this among the pictures it was trained on. It shares out 100 % among its classes "
    "all the same, so do not rely on these probabilities. A few pictures that do belong to a class are marked as well."
)


class ResultPanel(QFrame):
    """Either the figures of one prediction, or a sentence and what to do next."""

    open_model_requested = Signal()
    train_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._label, self._percent, self._sum = QLabel(), QLabel(), QLabel()
        self.unlike_training = QToolButton()
        self.bars = ProbabilityBars()
        self._title, self._text = QLabel(), QLabel()
        self._train = QPushButton("Go to &Train")
        self._open = QPushButton("&Open a model…")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._build_figures())
        self._pages.addWidget(self._build_sentence())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[4 * theme.SPACE] * 4)
        layout.addWidget(self._pages)

    def _build_figures(self) -> QWidget:
        page = QWidget()
        self._label.setObjectName("predictedClass")
        self._label.setAccessibleName("Predicted class")
        self._percent.setObjectName("predictedPercent")
        for label in (self._label, self._percent):
            label.setProperty("role", "title")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._percent.setFont(theme.figures_font())
        self._label.setMinimumWidth(1)
        self._sum.setProperty("role", "muted")
        self._sum.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._sum.setObjectName("probabilitySum")
        top = QHBoxLayout()
        top.addWidget(self._label, 1)
        top.addWidget(self._percent)
        self._name_mark()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(top)
        layout.addWidget(self.unlike_training)
        layout.addWidget(self.bars, 1)
        layout.addWidget(self._sum)
        return page

    def _name_mark(self) -> None:
        """Set up the mark of an image that is unlike the training images: no warning, but what one should know."""
        mark = self.unlike_training
        mark.setObjectName("unlikeTraining")
        mark.setText(UNLIKE_TRAINING)
        mark.setAccessibleName(UNLIKE_TRAINING)
        mark.setAccessibleDescription(WHY_UNLIKE)
        mark.setToolTip(f"<p>{WHY_UNLIKE}</p>")  # as rich text it is broken into lines
        mark.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.set_icon(mark, "info")
        mark.clicked.connect(self._explain_mark)
        mark.hide()

    @Slot()
    def _explain_mark(self) -> None:
        """Say it to those who press it, as with the keyboard alone."""
        mark = self.unlike_training
        QToolTip.showText(mark.mapToGlobal(mark.rect().bottomLeft()), mark.toolTip(), mark)

    def _build_sentence(self) -> QWidget:
        page = QWidget()
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setObjectName("resultMessage")
        self._train.setProperty("role", "primary")
        self._train.setToolTip("Train a classifier on your own pictures")
        self._train.clicked.connect(self.train_requested)
        self._open.setToolTip("Open a classifier that was saved before")
        self._open.clicked.connect(self.open_model_requested)
        theme.set_icon(self._open, "open-model")
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * theme.SPACE)
        buttons.addWidget(self._train)
        buttons.addWidget(self._open)
        buttons.addStretch()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * theme.SPACE)
        layout.addStretch(1)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        layout.addStretch(2)
        return page

    # what is shown

    def show_item(self, item: StripItem | None, *, can_predict: bool) -> None:
        """Show what is known of an image, or what to do when there is none or no classifier."""
        if not can_predict:
            self._show_sentence(
                "No classifier yet",
                "Train one on your own pictures, or open a model file. "
                "The images you drop here are kept and predicted as soon as there is one.",
            )
        elif item is None:
            self._show_sentence(
                "Ready", "Drop an image, or several, or a folder on the left to see the probability of every class."
            )
        elif item.error:
            self._show_sentence("This image cannot be used", item.error)
        elif item.prediction is None:
            self._show_sentence("Predicting…", item.source.name)
        else:
            self._show_prediction(item.prediction)
        for button in (self._train, self._open):
            button.setVisible(not can_predict)

    def _show_prediction(self, prediction: Prediction) -> None:
        rows = sorted(prediction.probabilities.items(), key=lambda row: -row[1])
        label, probability = rows[0]
        self._label.setText(label)
        self._label.setToolTip(label)
        self._percent.setText(percent(probability))
        self._show_mark(prediction.unlike_training)
        self.bars.set_probabilities(rows)
        total = sum(probability for _, probability in rows)
        self._sum.setText(f"all {len(rows)} classes, sum {100 * total:.0f} %")
        self._pages.setCurrentIndex(0)

    def _show_mark(self, unlike: bool | None) -> None:
        """Show the mark or not; with a classifier that knows, the bars stay where they are."""
        room = self.unlike_training.sizePolicy()
        room.setRetainSizeWhenHidden(unlike is not None)
        self.unlike_training.setSizePolicy(room)
        self.unlike_training.setVisible(bool(unlike))

    def _show_sentence(self, title: str, text: str) -> None:
        self.bars.set_probabilities([])
        self._title.setText(title)
        self._text.setText(text)
        self._pages.setCurrentIndex(1)
