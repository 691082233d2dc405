"""The rows of the form: a label and a box for each hyperparameter of the table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLabel, QToolButton, QWidget

from nn_trainer.engine.hyperparameter import Hyperparameter
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.settings.boxes import Box, ChoiceBox, make_box
from nn_trainer.ui.train.settings.help import full_help
from nn_trainer.ui.train.settings.range_note import RangeNote
from nn_trainer.wording import number


class RowLayout(QFormLayout):
    """Rows that are placed again whenever something in them has changed.

    Qt takes their heights from before if the whole has kept its width and was asked for its height in between, as a
    scroll area does: a note that has become longer would be cut.
    """

    def setGeometry(self, rect: QRect) -> None:
        """Place the rows."""
        super().setGeometry(rect.adjusted(0, 0, 1, 0))
        super().setGeometry(rect)


# The letter that with Alt goes to a box; T, O, F, V and H belong to the run bar and the menus.
class SettingForm(QWidget):
    """A box for each row; those that are advanced are folded away until they are asked for."""

    edited = Signal()
    focused = Signal(str)  # name of the hyperparameter whose box has got the focus
    left = Signal()  # by the focus
    corrected = Signal(str)  # name of the hyperparameter of which something out of range was typed

    def __init__(self, rows: Iterable[Hyperparameter]) -> None:
        super().__init__()
        self.boxes: dict[str, Box] = {}
        self._preset = ""
        self._locked = False
        self._hidden: set[str] = set()  # settings that the data set leaves nothing to choose for
        self._useless: dict[str, str] = {}  # settings that do nothing, and why
        self._whys: dict[str, QLabel] = {}  # the lines that say so
        self._form = RowLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(2 * theme.SPACE)
        self._form.setVerticalSpacing(theme.SPACE)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._more = QToolButton()
        self._more.setObjectName("moreSettingsButton")
        self._more.setCheckable(True)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.toggled.connect(self._unfold)
        table = list(rows)
        self._advanced = [row for row in table if row.advanced]
        for row in table:
            if not row.advanced:
                self._add_row(row)
        self._more.setToolTip(", ".join(row.label for row in self._advanced))
        self._rows = table
        self._form.addRow(self._more)
        for row in self._advanced:
            self._add_row(row).edited.connect(self._count_changes)
        self._range_note = RangeNote(self)
        self._unfold(False)
        self._count_changes()

    def add_note(self, name: str) -> QLabel:
        """Make room for a line of text under the box of a hyperparameter; it is hidden while it is empty."""
        note = QLabel(wordWrap=True)
        note.hide()
        note.setProperty("role", "muted")
        note.setTextFormat(Qt.TextFormat.PlainText)
        place: Any = self._form.getWidgetPosition(self.boxes[name])  # row and role; PySide's types do not know
        self._form.insertRow(place[0] + 1, note)
        return note

    def show_range(self, name: str, text: str) -> None:
        """Say beside a box for a moment what it takes, as it does not show what was asked for."""
        self._range_note.show_beside(self.boxes[name], text)

    def set_stacked(self, on: bool) -> None:
        """Whether each label stands above its box, or beside it."""
        wrap = QFormLayout.RowWrapPolicy.WrapAllRows if on else QFormLayout.RowWrapPolicy.DontWrapRows
        self._form.setRowWrapPolicy(wrap)

    def smallest_width(self, *, stacked: bool) -> int:
        """The least width with all rows, so that nothing moves when those come that are folded away."""
        boxes = self.boxes.values()
        label = max(_width(self._form.labelForField(box)) for box in boxes)
        box = max(_width(box) for box in boxes)
        together = max(label, box) if stacked else label + self._form.horizontalSpacing() + box
        return max(together, _width(self._more))

    def minimumSizeHint(self) -> QSize:
        """That of all rows."""
        stacked = self._form.rowWrapPolicy() is QFormLayout.RowWrapPolicy.WrapAllRows
        return QSize(self.smallest_width(stacked=stacked), super().minimumSizeHint().height())

    def set_useless(self, name: str, why: str) -> None:
        """Lock a setting that would do nothing, and say why under it; an empty reason frees it."""
        if why:
            self._useless[name] = why
        else:
            self._useless.pop(name, None)
        if name not in self._whys and why:
            self._whys[name] = self.add_note(name)
            self._whys[name].setObjectName(f"{self.boxes[name].objectName()}Why")
        if name in self._whys:
            self._whys[name].setText(why)
        self._enable_boxes()
        self._show_rows()

    def set_needed(self, name: str, needed: bool) -> None:
        """Show a row, or hide it where the data set leaves nothing to choose."""
        (self._hidden.discard if needed else self._hidden.add)(name)
        self._show_rows()
        self._count_changes()

    def show_for(self, preset: str) -> None:
        """Show the rows that matter to a preset, and none that only matter to others."""
        self._preset = preset
        self._show_rows()
        self._count_changes()

    def set_locked(self, locked: bool) -> None:
        """Keep the settings as they are; the help stays readable."""
        self._locked = locked
        self._enable_boxes()

    def _enable_boxes(self) -> None:
        for name, box in self.boxes.items():
            box.setEnabled(not self._locked and name not in self._useless)

    def _add_row(self, row: Hyperparameter) -> Box:
        box = make_box(row)
        words = row.name.split("_")
        box.setObjectName(words[0] + "".join(word.capitalize() for word in words[1:]) + "Box")
        box.setAccessibleName(row.label)
        box.setAccessibleDescription(row.does)
        box.setToolTip(full_help(row))
        box.setWhatsThis(full_help(row))
        box.installEventFilter(self)
        box.edited.connect(self.edited)
        label = QLabel(row.text)
        label.setBuddy(box)
        label.setToolTip(full_help(row))
        self._form.addRow(label, box)
        if not isinstance(box, ChoiceBox):
            box.corrected.connect(self._on_corrected)
        self.boxes[row.name] = box
        return box

    @Slot()
    def _on_corrected(self) -> None:
        name = next(name for name, box in self.boxes.items() if box is self.sender())
        self.corrected.emit(name)

    @Slot(bool)
    def _unfold(self, on: bool) -> None:
        """Show the advanced rows, or fold them away."""
        self._more.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self._show_rows()

    def _show_rows(self) -> None:
        for row in self._rows:
            unfolded = self._more.isChecked() or not row.advanced
            shown = unfolded and self._matters(row)
            self._form.setRowVisible(self.boxes[row.name], shown)
            if row.name in self._whys:
                self._form.setRowVisible(self._whys[row.name], shown and row.name in self._useless)

    def _matters(self, row: Hyperparameter) -> bool:
        return row.name not in self._hidden and (not row.presets or self._preset in row.presets)

    @Slot()
    def _count_changes(self) -> None:
        """Say how many settings that are folded away are not as they are by default: they count all the same."""
        changed = sum(self.boxes[row.name].setting() != row.default for row in self._advanced if self._matters(row))
        if changed:
            text = ngettext("More ({count} changed)", "More ({count} changed)", changed)
            self._more.setText(text.format(count=number(changed)))
        else:
            self._more.setText(_("More"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell which box has got the focus."""
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit(next(name for name, box in self.boxes.items() if box is watched))
        elif event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)


def _width(widget: QWidget) -> int:
    """The least width in the font and the style that it has when it is shown."""
    widget.ensurePolished()
    return widget.minimumSizeHint().width()
