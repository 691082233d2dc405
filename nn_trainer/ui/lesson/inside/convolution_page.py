"""What a convolution does to the chosen image, filter by filter."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nn_trainer.arrays import PixelArray
from nn_trainer.engine.lesson.filter_maps import ConvolutionBlock
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.inside.map_grid import MapGrid
from nn_trainer.ui.lesson.inside.map_view import MapView
from nn_trainer.ui.lesson.inside.pixel_sum import PixelSum
from nn_trainer.ui.lesson.parts.maps import signed_picture
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.ui.widgets.text_labels import figures_label
from nn_trainer.ui.widgets.wheel import CalmComboBox, CalmSpinBox
from nn_trainer.wording import digits, number

MOST_OUTPUTS = 4  # the convolution and what follows it
WORDS = {
    "Convolution": _("convolution"),
    "MaxPooling": _("max-pooling"),
    "AveragePooling": _("average pooling"),
    "Bias": _("+ bias"),
    "BatchNormalization": _("batch normalization"),
    "ReLU": _("ReLU"),
}


class ConvolutionPage(QWidget):
    """Shows blocks that were computed elsewhere."""

    block_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # from the input to the last map
        self._blocks: tuple[ConvolutionBlock, ...] = ()
        self._place = (0, 0)
        self.layers, self.filter = CalmComboBox(), CalmSpinBox()
        self.note = figures_label("convolutionNote", _("Note"), role="muted", wrap=True)
        self.input = MapView(_("The input of the convolution"), choosable=True)
        self.input_text = figures_label("convolutionInputText", _("Input of the convolution"), role="muted", wrap=True)
        self.grid = MapGrid()
        self.grid_text = figures_label("convolutionGridText", _("Filter"), role="muted")
        self.outputs = tuple(
            MapView(_("Output {place}").format(place=n + 1), choosable=not n) for n in range(MOST_OUTPUTS)
        )
        self.output_texts = tuple(
            figures_label(f"convolutionOutput{n + 1}", _("Output of the block"), wrap=True) for n in range(MOST_OUTPUTS)
        )
        self.pixel = PixelSum()
        self._set_up()
        self._lay_out()
        self.layers.currentIndexChanged.connect(self._on_layer)
        self.filter.valueChanged.connect(self._show)
        self.grid.chosen.connect(self._choose_filter)
        self.input.pixel_chosen.connect(self._choose_input_pixel)
        self.outputs[0].pixel_chosen.connect(self._choose_pixel)
        theme.signals().changed.connect(self._show)

    def _set_up(self) -> None:
        self.layers.setObjectName("convolutionBox")
        self.layers.setAccessibleName(_("Convolution"))
        self.layers.setToolTip(_("Which convolution of the network"))
        self.layers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.filter.setObjectName("filterBox")
        self.filter.setAccessibleName(_("Filter"))
        self.filter.setToolTip(_("Which filter of the convolution, from 1"))
        self.input.setToolTip(_("Click a pixel, or move with the arrow keys: the patch around it is multiplied below"))
        self.outputs[0].setToolTip(_("Click a pixel of the map to see how it comes about"))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2 * theme.SPACE)
        top.addWidget(self.layers)
        top.addWidget(QLabel(_("Filter")))
        top.addWidget(self.filter)
        top.addWidget(self.note, 1)
        upper = QHBoxLayout()
        upper.setSpacing(3 * theme.SPACE)
        for view, text, share in ((self.input, self.input_text, 2), (self.grid, self.grid_text, 3)):
            column = QVBoxLayout()
            column.setSpacing(theme.SPACE)
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(view, 1)
            column.addWidget(text)
            upper.addLayout(column, share)
        chain = self._chain = QGridLayout()
        chain.setHorizontalSpacing(2 * theme.SPACE)
        chain.setVerticalSpacing(theme.SPACE)
        for place, (view, text) in enumerate(zip(self.outputs, self.output_texts, strict=True)):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            chain.addWidget(view, 0, place)
            chain.addWidget(text, 1, place)
        chain.setRowStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(top)
        layout.addLayout(upper, 6)
        layout.addLayout(chain, 4)
        layout.addWidget(self.pixel)

    # what is shown

    @property
    def block(self) -> ConvolutionBlock | None:
        """The convolution at hand."""
        return self._blocks[self.layers.currentIndex()] if self._blocks else None

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the pixel at hand, in the map of the convolution."""
        return self._place

    def show_blocks(self, blocks: tuple[ConvolutionBlock, ...], note: str) -> None:
        """Show the convolutions of a network at work on another image; `note` says what network it is."""
        names = [block.layer for block in blocks]
        self._blocks = blocks
        if names != [self.layers.itemText(place) for place in range(self.layers.count())]:
            self.layers.blockSignals(True)
            self.layers.clear()
            self.layers.addItems(names)
            self.layers.blockSignals(False)
            self._place = (0, 0)
        self.note.setText(note)
        self._on_layer()

    @Slot()
    def _on_layer(self) -> None:
        block = self.block
        if block is None:
            return
        self.filter.blockSignals(True)
        self.filter.setRange(1, block.filters)
        self.filter.setSuffix(_(" of {filters}").format(filters=number(block.filters)))
        self.filter.blockSignals(False)
        _maps, height, width = block.outputs[0].values.shape
        if self._place == (0, 0) or self._place[0] >= height or self._place[1] >= width:
            self._place = (height // 2, width // 2)
        self._show()
        self.block_changed.emit()

    @Slot()
    def _show(self) -> None:
        block = self.block
        if block is None:
            return
        chosen = self.filter.value() - 1
        channels, height, width = block.x.shape
        self.input.show_image(array_to_qimage(_seen(block)))
        if block is self._blocks[0]:
            what = _("the image, standardised: {channels} × {width}×{height}")
        else:
            what = _("the maps of the block before, their mean: {channels} × {width}×{height}")
        self.input_text.setText(what.format(channels=channels, width=width, height=height))
        last = block.outputs[-1].values
        top = float(abs(last).max())
        self.grid.show_maps([array_to_qimage(signed_picture(values, top)) for values in last], chosen)
        text = ngettext("the {filters} filter, after {layer}", "all {filters} filters, after {layer}", block.filters)
        self.grid_text.setText(text.format(filters=number(block.filters), layer=_word(block.outputs[-1].kind)))
        self._show_outputs(block, chosen)
        self._show_pixel(block, chosen)

    def _show_outputs(self, block: ConvolutionBlock, chosen: int) -> None:
        for place, (view, text) in enumerate(zip(self.outputs, self.output_texts, strict=True)):
            there = place < len(block.outputs)
            self._chain.setColumnStretch(place, int(there))
            view.setVisible(there)
            text.setVisible(there)
            if there:
                output = block.outputs[place]
                values = output.values[chosen]
                view.show_image(array_to_qimage(signed_picture(values)))
                low, high = digits(float(values.min()), 3), digits(float(values.max()), 3)
                text.setText(_("{layer}: {low} to {high}").format(layer=_word(output.kind), low=low, high=high))
                text.setToolTip(f"{output.layer}, {values.shape[1]}x{values.shape[0]}")

    def _show_pixel(self, block: ConvolutionBlock, chosen: int) -> None:
        row, column = self._place
        k = block.kernels.shape[-1]
        top, left = block.corner(row, column)
        self.input.set_frame(QRect(left, top, k, k), top + k // 2, left + k // 2, block.stride)
        self.outputs[0].set_frame(QRect(column, row, 1, 1), row, column)
        where = _("Filter {filter}, row {row}, column {column} of its map").format(
            filter=number(chosen + 1), row=number(row + 1), column=number(column + 1)
        )
        self.pixel.show_products(block.products(chosen, row, column), where)

    def lines(self) -> list[str]:
        """Every number that is shown."""
        block = self.block
        if block is None:
            return []
        ranges = [text.text() for text in self.output_texts[: len(block.outputs)]]
        return [block.layer, self.note.text(), *ranges, *self.pixel.lines()]

    # what the user does

    @Slot(int)
    def _choose_filter(self, chosen: int) -> None:
        self.filter.setValue(chosen + 1)

    @Slot(int, int)
    def _choose_input_pixel(self, row: int, column: int) -> None:
        block = self.block
        if block is not None:
            _maps, height, width = block.outputs[0].values.shape
            k = block.kernels.shape[-1]
            places = (row - k // 2 + block.before[0], column - k // 2 + block.before[1])
            steps = [round(place / block.stride + 0.01) for place in places]  # of two that are as near, the later
            self._choose_pixel(
                *(min(max(step, 0), last - 1) for step, last in zip(steps, (height, width), strict=True))
            )

    @Slot(int, int)
    def _choose_pixel(self, row: int, column: int) -> None:
        self._place = (row, column)
        block = self.block
        if block is not None:
            self._show_pixel(block, self.filter.value() - 1)


def _word(kind: str) -> str:
    """What a kind of layer is called."""
    return WORDS.get(kind, kind)


def _seen(block: ConvolutionBlock) -> PixelArray:
    """The input as a picture: in grey or colour from its darkest to its brightest value, else the mean in signs."""
    x = block.x
    if len(x) not in (1, 3):
        return signed_picture(x.mean(axis=0))
    low, high = float(x.min()), float(x.max())
    scaled = (x - low) * (255 / max(high - low, 1e-12))
    return np.asarray(scaled.round(), np.uint8).transpose(1, 2, 0)
