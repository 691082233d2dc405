"""What each block of a network makes of one image, as pictures side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nn_trainer.engine.inspection import LayerOutput
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.parts.maps import output_picture
from nn_trainer.ui.theme import theme
from nn_trainer.wording import digits, number

GAP = 2 * theme.SPACE


def shape_text(output: LayerOutput) -> str:
    """Such as "32 maps 14×14" or "10 values"."""
    shape = output.values.shape
    if len(shape) == 1:
        return ngettext("{count} value", "{count} values", shape[0]).format(count=number(shape[0]))
    text = ngettext("{count} map {width}×{height}", "{count} maps {width}×{height}", shape[0])
    return text.format(count=number(shape[0]), width=shape[2], height=shape[1])


def range_text(output: LayerOutput) -> str:
    """Name, shape, smallest and largest value, with tabs between."""
    low, high = digits(output.values.min()), digits(output.values.max())
    text = _("{layer}\t{shape}\t{low}\tto\t{high}")
    return text.format(layer=output.layer, shape=shape_text(output), low=low, high=high)


class BlockStrip(QWidget):
    """As many rows of pictures as make them largest; the tooltip of each gives its range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("blockStrip")
        self.setAccessibleName(_("Outputs of the network's blocks"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # from the input to the logits
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.blocks: tuple[LayerOutput, ...] = ()
        self._pictures: list[QImage] = []
        theme.signals().changed.connect(self._repaint_all)

    def show_blocks(self, blocks: Sequence[LayerOutput]) -> None:
        """Show these, from the input to the logits."""
        self.blocks = tuple(blocks)
        self._repaint_all()
        self.setAccessibleDescription("\n".join(map(range_text, self.blocks)))

    def _repaint_all(self) -> None:
        self._pictures = [output_picture(block.values) for block in self.blocks]
        self.update()

    def sizeHint(self) -> QSize:
        """A row of pictures; the layout decides."""
        return QSize(80 * theme.SPACE, 24 * theme.SPACE)

    def cells(self) -> list[QRectF]:
        """The square of each picture; two lines of text stand under it."""
        count = len(self.blocks)
        text = 2 * QFontMetricsF(self.font()).height()

        def side(columns: int) -> float:
            rows = -(-count // columns)
            wide = (self.width() - (columns - 1) * GAP) / columns
            return min(wide, (self.height() - (rows - 1) * GAP) / rows - text)

        columns = max(range(1, count + 1), key=side, default=1)
        size = max(side(columns), 8.0) if count else 0.0
        step_x = (self.width() + GAP) / columns
        return [
            QRectF(i % columns * step_x + (step_x - GAP - size) / 2, i // columns * (size + text + GAP), size, size)
            for i in range(count)
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pictures with sharp pixels, and name and shape under each."""
        painter = QPainter(self)
        colors = theme.colors()
        metrics = QFontMetricsF(self.font())
        cells = self.cells()
        step = cells[1].x() - cells[0].x() if len(cells) > 1 else float(self.width())
        for cell, picture, block in zip(cells, self._pictures, self.blocks, strict=True):
            size = picture.size().scaled(cell.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(cell.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.width() > target.width())
            painter.drawImage(target, picture)
            painter.setPen(colors.border)
            painter.drawRect(target)
            width = max(step - GAP / 2, cell.width())
            for line, (text, color) in enumerate(((block.layer, colors.text), (shape_text(block), colors.muted))):
                room = QRectF(cell.center().x() - width / 2, cell.bottom() + line * metrics.height(), width, 0)
                room.setHeight(metrics.height())
                painter.setPen(color if self.isEnabled() else colors.disabled)
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)

    def event(self, event: QEvent) -> bool:
        """The tooltip of the picture under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for cell, block in zip(self.cells(), self.blocks, strict=True):
                if cell.contains(event.pos().toPointF()):
                    QToolTip.showText(event.globalPos(), range_text(block).replace("\t", " "), self)
                    return True
        return super().event(event)
