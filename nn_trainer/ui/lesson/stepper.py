"""The row of steps: where one is, and any other one click away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.buttons import tool_button, use_arrow_keys
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme


class Stepper(QWidget):
    """Back, one button a step, Next. Where the titles do not fit, only that of the step at hand is written."""

    step_requested = Signal(int)  # from 0

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonSteps")
        self._titles = tuple(titles)
        self._group = QButtonGroup(self)
        self.buttons = [self._make_step(place, title) for place, title in enumerate(titles)]
        self.back = tool_button(_("Back"), "lessonBackButton", "previous", _("Go to the step before (Alt+Left)"))
        self.next = tool_button(_("Next"), "lessonNextButton", "next", _("Go to the next step (Alt+Right)"))
        self.next.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow points on
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.back)
        row.addStretch()
        for button in self.buttons:
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self.next)
        use_arrow_keys(self._group)
        self._group.idClicked.connect(self.step_requested)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        self.show_step(0)

    @property
    def current(self) -> int:
        """The step at hand, from 0."""
        return self._group.checkedId()

    def show_step(self, place: int) -> None:
        """Mark the step at hand."""
        if any(button.hasFocus() for button in self.buttons):
            self.buttons[place].setFocus()
        self.buttons[place].setChecked(True)
        self.back.setEnabled(place > 0)
        self.next.setEnabled(place < len(self.buttons) - 1)
        self._write_titles()

    @Slot()
    def go_back(self) -> None:
        """Want the step before, if there is one."""
        if self.current > 0:
            self.step_requested.emit(self.current - 1)

    @Slot()
    def go_on(self) -> None:
        """Want the next step, if there is one."""
        if self.current < len(self.buttons) - 1:
            self.step_requested.emit(self.current + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as many titles as there is room for."""
        super().resizeEvent(event)
        self._write_titles()

    def changeEvent(self, event: QEvent) -> None:
        """The font may need more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._write_titles()

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for the numbers; the titles come with more room."""
        return QSize(0, super().minimumSizeHint().height())

    def _write_titles(self) -> None:
        bold = QFontMetrics(scaled(self.font(), 1.0, bold=True))
        padding = 6 * theme.SPACE
        whole = sum(bold.horizontalAdvance(f"0  {title}") + padding + theme.SPACE for title in self._titles)
        ends = self.back.sizeHint().width() + self.next.sizeHint().width() + 8 * theme.SPACE
        fits = whole + ends <= self.width()
        for place, button in enumerate(self.buttons):
            written = fits or place == self.current
            button.setText(f"{place + 1}  {self._titles[place]}" if written else str(place + 1))
            button.setMinimumWidth(bold.horizontalAdvance(button.text()) + padding)  # no moving when one becomes bold

    def _make_step(self, place: int, title: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"lessonStep{place + 1}")
        button.setProperty("role", "step")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        name = _("Step {number}: {title}").format(number=place + 1, title=title)
        button.setToolTip(name)
        button.setAccessibleName(name)
        self._group.addButton(button, place)
        return button
