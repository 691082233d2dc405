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

from nn_trainer.file_names import display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.predict.probability_bars import ProbabilityBars, is_clear, percent_of
from nn_trainer.ui.predict.strip_item import StripItem
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import ElidedLabel, NamedLabel, set_tooltip
from nn_trainer.wording import name_beside_numbers, number

UNLIKE_TRAINING = _("Unlike the training images")
WHY_UNLIKE = _(
    "The network finds nothing like this among the images it was trained on. It shares out 100 % among its classes "
    "all the same, so do not rely on these probabilities. A few images that do belong to a class are marked as well."
)
UNCERTAIN = _("Uncertain: no class reaches 50 %")


class ResultPanel(QFrame):
    """Either the figures of one prediction, or a sentence and what to do next."""

    open_model_requested = Signal()
    train_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._label = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._percent, self._sum, self._uncertain = NamedLabel(_("Its probability")), QLabel(), QLabel()
        self.unlike_training = QToolButton()
        self.bars = ProbabilityBars()
        self._title, self._text = QLabel(), QLabel()
        self._train = QPushButton(_("Go to &Train"))
        self._open = QPushButton(_("&Open a model…"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._build_figures())
        self._pages.addWidget(self._build_sentence())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[4 * theme.SPACE] * 4)
        layout.addWidget(self._pages)

    def _build_figures(self) -> QWidget:
        page = QWidget()
        self._label.setObjectName("predictedClass")
        self._label.set_what(_("Predicted class"))
        self._percent.setObjectName("predictedPercent")
        for label in (self._label, self._percent):
            label.setProperty("role", "title")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._percent.setFont(theme.tabular_font())
        self._uncertain.setObjectName("uncertainPrediction")
        self._uncertain.setProperty("role", "muted")
        self._uncertain.setWordWrap(True)
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
        bottom = QHBoxLayout()
        bottom.addWidget(self._uncertain, 1)
        bottom.addWidget(self._sum)
        layout.addLayout(bottom)
        return page

    def _name_mark(self) -> None:
        """Set up the mark of an image that is unlike the training images: no warning, but what one should know."""
        mark = self.unlike_training
        mark.setObjectName("unlikeTraining")
        mark.setText(UNLIKE_TRAINING)
        mark.setAccessibleName(UNLIKE_TRAINING)
        mark.setAccessibleDescription(WHY_UNLIKE)
        set_tooltip(mark, WHY_UNLIKE)
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
        self._train.setToolTip(_("Train a classifier on your own images"))
        self._train.clicked.connect(self.train_requested)
        self._open.setToolTip(_("Open a classifier that was saved before"))
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

    def show_item(self, item: StripItem | None, *, can_predict: bool, waits_for: str = "") -> None:
        """Show what is known of an image, or what to do when there is none or no classifier.

        `waits_for` says when a training that runs will give the first classifier.
        """
        if not can_predict and waits_for:
            kept = _("The images you drop here are kept and predicted as soon as there is a classifier.")
            self._show_sentence(waits_for, kept)
        elif not can_predict:
            self._show_sentence(
                _("No classifier yet"),
                _(
                    "Train one on your own images, or open a model file. "
                    "The images you drop here are kept and predicted as soon as there is one."
                ),
            )
        elif item is None:
            self._show_sentence(
                _("Ready"),
                _("Drop an image, or several, or a folder on the left to see the probability of every class."),
            )
        elif item.error:
            self._show_sentence(_("This image cannot be used"), item.error)
        elif item.prediction is not None:
            self._show_prediction(item.prediction)
        elif item.waits:
            self._show_sentence(_("Predicting…"), item.source.name)
        else:
            self._show_sentence(_("Not predicted"), item.source.name)
        self._train.setVisible(not can_predict)
        self._open.setVisible(not can_predict and not waits_for)

    def _show_prediction(self, prediction: Prediction) -> None:
        shown = ((display_path(name), share) for name, share in prediction.probabilities.items())
        rows = sorted(shown, key=lambda row: -row[1])
        label, probability = rows[0]
        self._label.set_text(name_beside_numbers(label))
        self._percent.setText(percent_of(prediction))
        self._show_certainty(is_clear(probability))
        self._show_mark(prediction.unlike_training)
        self.bars.set_probabilities(rows)
        total = sum(probability for _name, probability in rows)
        template = ngettext("{n} class, sum {percent} %", "all {n} classes, sum {percent} %", len(rows))
        self._sum.setText(template.format(n=number(len(rows)), percent=f"{100 * total:.0f}"))
        self._pages.setCurrentIndex(0)

    def _show_certainty(self, clear: bool) -> None:
        """Say a class loudly only if it is more probable than all others together."""
        role = "title" if clear else "weakTitle"
        for label in (self._label, self._percent):
            if label.property("role") != role:
                label.setProperty("role", role)
                label.style().polish(label)
        self._uncertain.setText("" if clear else UNCERTAIN)

    def _show_mark(self, unlike: bool | None) -> None:
        """Show the mark or not; with a classifier that knows, the bars stay where they are."""
        room = self.unlike_training.sizePolicy()
        room.setRetainSizeWhenHidden(unlike is not None)
        self.unlike_training.setSizePolicy(room)
        self.unlike_training.setVisible(bool(unlike))

    def _show_sentence(self, title: str, text: str) -> None:
        self.bars.set_probabilities([])
        for label in (self._label, self._percent):
            label.clear()  # nothing of another image or classifier, not even where it is not seen
        self._title.setText(title)
        self._text.setText(text)
        self._pages.setCurrentIndex(1)
