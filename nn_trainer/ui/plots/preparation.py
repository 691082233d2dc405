"""What the middle of the Train tab shows before the first point: what is done, how far it is, and why."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QVBoxLayout, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import keep_font
from nn_trainer.wording import number

WIDTH = 110  # in steps of space


class PreparationView(QFrame):
    """Lies in the middle of the plots while a training is prepared."""

    def __init__(self, plots: QWidget) -> None:
        super().__init__(plots)
        self._plots = plots
        self.setObjectName("preparationView")
        self.setProperty("role", "panel")
        self._what = QLabel(wordWrap=True)
        self._what.setProperty("role", "title")
        self._bar = QProgressBar()
        self._bar.setObjectName("preparationProgress")
        self._bar.setAccessibleName(_("Progress of the preparation"))
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(2 * theme.SPACE)
        self._count = QLabel(" ")
        keep_font(self._count, theme.tabular_font)
        self._why = QLabel(wordWrap=True)
        self._why.setProperty("role", "muted")
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(*[5 * theme.SPACE] * 4)
        layout.setSpacing(3 * theme.SPACE)
        for widget in (self._what, self._bar, self._count, self._why):
            layout.addWidget(widget)
        for label in (self._what, self._count, self._why):
            label.setTextFormat(Qt.TextFormat.PlainText)
        plots.installEventFilter(self)
        self.hide()

    def show_progress(self, what: str, done: int, total: int, time_left: str, why: str) -> None:
        """Show how far it is; `total` 0 and an empty time while they are not known."""
        self._what.setText(what)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._count.setText(_count_text(done, total, time_left))
        self._why.setText(why)
        self.show()
        self._center()
        self.raise_()

    def _center(self) -> None:
        room = self._plots.rect()
        self.setFixedWidth(min(WIDTH * theme.SPACE, room.width() - 4 * theme.SPACE))
        height = self._layout.totalHeightForWidth(self.width())
        self.resize(self.width(), height)
        self.move((room.width() - self.width()) // 2, max((room.height() - height) // 2, 0))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._center()
        return False


def _count_text(done: int, total: int, time_left: str) -> str:
    if not total:
        return " "
    count = _("{done} of {total}").format(done=number(done), total=number(total))
    return _("{count}, {time} left").format(count=count, time=time_left) if time_left else count
