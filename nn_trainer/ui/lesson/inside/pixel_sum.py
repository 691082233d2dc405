"""How one pixel of a feature map comes about: patch times kernel, summed over all."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from nn_trainer.engine.lesson.filter_maps import Products
from nn_trainer.ui.lesson.inside.number_grid import NumberGrid
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import figures_label
from nn_trainer.wording import digits, factor

MOST_TERMS = 4  # channel sums that are written out


class PixelSum(QWidget):
    """One channel of the input at a time, then the sum over the channels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._products: Products | None = None
        self.where = figures_label("pixelWhere", role="muted", wrap=True)
        self.channel = QSpinBox()
        self.channel.setObjectName("pixelChannel")
        self.channel.setAccessibleName("Channel of the input")
        self.channel.setToolTip("Which channel of the input is written out")
        self.channel.valueChanged.connect(self._show)
        self._channel_label = QLabel("channel")
        self.grids = {name: NumberGrid(name) for name in ("patch", "kernel", "products")}
        self.sum = figures_label("pixelSum", bold=True, wrap=True)
        grid = QGridLayout()
        grid.setSpacing(theme.SPACE)
        for column, (name, sign) in enumerate((("patch", "×"), ("kernel", "="), ("products", ""))):
            title = QLabel(name)
            title.setProperty("role", "muted")
            title.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.grids[name].setObjectName(f"pixel{name.title()}")
            grid.addWidget(title, 0, 2 * column)
            grid.addWidget(self.grids[name], 1, 2 * column)
            grid.setColumnStretch(2 * column, 1)
            if sign:
                grid.addWidget(QLabel(sign), 1, 2 * column + 1)
        top = QHBoxLayout()
        top.addWidget(self.where, 1)
        top.addWidget(self._channel_label)
        top.addWidget(self.channel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(top)
        layout.addLayout(grid)
        layout.addWidget(self.sum)

    def show_products(self, products: Products, where: str) -> None:
        """Show the pixel that `where` names."""
        self._products = products
        self.where.setText(where)
        channels = len(products.kernel)
        self.channel.blockSignals(True)
        self.channel.setRange(1, channels)
        self.channel.blockSignals(False)
        for widget in (self.channel, self._channel_label):
            widget.setVisible(channels > 1)
        self._show()

    @Slot()
    def _show(self) -> None:
        products = self._products
        if products is None:
            return
        channel = self.channel.value() - 1
        self.grids["patch"].show_values(products.patch[channel])
        self.grids["kernel"].show_values(products.kernel[channel])
        self.grids["products"].show_values(products.products[channel])
        self.sum.setText(self.sum_text())

    def sum_text(self) -> str:
        """The sum in digits."""
        products = self._products
        assert products is not None
        sums = products.channel_sums
        terms = [factor(float(value)) for value in sums[:MOST_TERMS]]
        if len(sums) > MOST_TERMS:
            terms.append(f"… ({len(sums)} channels)")
        if products.bias:
            terms.append(f"bias {factor(products.bias)}")
        if len(terms) == 1:
            return f"Sum of the {products.kernel[0].size} products: {digits(products.value)}"
        return f"Sum over the channels: {' + '.join(terms)} = {digits(products.value)}"

    def lines(self) -> list[str]:
        """Every number that is shown."""
        rows = [self.where.text()]
        for name, grid in self.grids.items():
            rows += [name, *grid.lines()]
        return [*rows, self.sum.text()]
