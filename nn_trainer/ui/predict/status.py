"""What the Predict tab says below the picture: what it is at, how many images there are, and what was not taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.predict.strip_item import StripItem
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import keep_font
from nn_trainer.wording import number

MOST_NOTICES = 4  # the last ones


class PredictStatus(QWidget):
    """A line that changes, with its buttons, and above it notices, which stay until something else is given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.notice = QLabel(), QLabel()
        self.cancel_button, self.clear_button = QPushButton(_("&Cancel")), QToolButton()
        self._notices: list[str] = []
        for label, name, role in ((self.state, "predictState", "muted"), (self.notice, "predictNotice", "")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumWidth(1)
            if role:
                label.setProperty("role", role)
        keep_font(self.state, theme.tabular_font)
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.cancel_button.setObjectName("cancelPredictButton")
        self.cancel_button.setToolTip(_("Stop searching and predicting; what is done stays"))
        self.clear_button.setObjectName("clearImagesButton")
        self.clear_button.setText(_("Clear"))
        self.clear_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clear_button.setToolTip(_("Take all images away"))
        theme.set_icon(self.clear_button, "clear")
        row = QHBoxLayout()
        row.addWidget(self.state, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.clear_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self.notice)
        layout.addLayout(row)

    def add_notices(self, sentences: Sequence[str]) -> None:
        """Say these below what was said of the same drop, each once."""
        self._notices.extend(text for text in dict.fromkeys(sentences) if text not in self._notices)
        shown = self._notices[-MOST_NOTICES:]
        self.notice.setText("\n".join(shown))
        self.notice.setVisible(bool(shown))

    def clear_notices(self) -> None:
        """Forget what was said."""
        self._notices.clear()
        self.notice.clear()
        self.notice.hide()

    def show_busy(self, text: str) -> None:
        """Say what is being done, with a way to end it."""
        self.state.setText(text)
        self.cancel_button.show()

    def show_progress(self, done: int, total: int, *, predicts: bool) -> None:
        """Say which image is predicted, or only read while there is no classifier."""
        template = _("Predicting {n} of {total}") if predicts else _("Reading image {n} of {total}")
        self.show_busy(template.format(n=number(done + 1), total=number(total)))

    def show_count(self, items: Sequence[StripItem], *, predicts: bool, in_training: bool) -> None:
        """Say how many images there are, and what became of them."""
        self.cancel_button.hide()
        count = len(items)
        parts = [ngettext("{n} image", "{n} images", count).format(n=number(count))] if count else []
        unlike = sum(bool(item.prediction and item.prediction.unlike_training) for item in items)
        if unlike:
            text = ngettext("{n} unlike the training images", "{n} unlike the training images", unlike)
            parts.append(text.format(n=number(unlike)))
        unreadable = sum(bool(item.error) for item in items)
        if unreadable:
            parts.append(ngettext("{n} unreadable", "{n} unreadable", unreadable).format(n=number(unreadable)))
        open_ = sum(item.prediction is None and not item.error for item in items) if predicts else 0
        if open_ and in_training:
            text = ngettext(
                "{n} to be predicted when the training ends", "{n} to be predicted when the training ends", open_
            )
            parts.append(text.format(n=number(open_)))
        elif open_:
            parts.append(ngettext("{n} not predicted", "{n} not predicted", open_).format(n=number(open_)))
        self.state.setText(", ".join(parts))
