"""How one pixel of a feature map comes about: patch times kernel, summed over all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nn_trainer.engine.lesson.filter_maps import Products
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.inside.number_grid import NumberGrid
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import figures_label
from nn_trainer.ui.widgets.wheel import CalmSpinBox
from nn_trainer.wording import calculated, digits, in_brackets, number, read

MOST_TERMS = 4  # channel sums that are written out
DECIMALS = 3  # of the sum; what is added up has two more
GRIDS = (("patch", _("patch"), "×"), ("kernel", _("kernel"), "="), ("products", _("products"), ""))


@dataclass(frozen=True, slots=True)
class WrittenProducts:
    """The products of one channel as they are shown, each computed from the two numbers as they are written."""

    patch: list[list[str]]
    kernel: list[list[str]]
    products: list[list[str]]
    total: str  # what they add up to


def written_products(products: Products, channel: int) -> WrittenProducts:
    """Write one channel; see `wording.read`."""
    patch, kernel = (
        [[digits(float(value), DECIMALS + 2) for value in row] for row in array[channel]]
        for array in (products.patch, products.kernel)
    )
    results = [
        [calculated(read(a) * read(b), DECIMALS + 2) for a, b in zip(*rows, strict=True)]
        for rows in zip(patch, kernel, strict=True)
    ]
    total = sum((read(text) for row in results for text in row), Decimal())
    return WrittenProducts(patch, kernel, results, calculated(total, DECIMALS + 2))


def sum_text(products: Products) -> str:
    """The sum in digits, over the channels where there are several."""
    sums = [written_products(products, channel).total for channel in range(len(products.kernel))]
    bias = digits(products.bias, DECIMALS + 2) if products.bias else ""
    total = calculated(sum((read(text) for text in (*sums, *([bias] if bias else ()))), Decimal()), DECIMALS)
    terms = [in_brackets(text) for text in sums[: MOST_TERMS if len(sums) <= MOST_TERMS else MOST_TERMS - 1]]
    rest = sums[len(terms) :]
    if rest:
        others = calculated(sum((read(text) for text in rest), Decimal()), DECIMALS + 2)
        text = ngettext("{sum} (the other channel)", "{sum} (the other {count} channels)", len(rest))
        terms.append(text.format(sum=in_brackets(others), count=number(len(rest))))
    if bias:
        terms.append(_("{bias} (bias)").format(bias=in_brackets(bias)))
    if len(terms) == 1:
        return _("Sum of the {count} products: {sum}").format(count=number(products.kernel[0].size), sum=total)
    if len(sums) == 1:
        return _("Sum of the products and the bias: {terms} = {sum}").format(terms=" + ".join(terms), sum=total)
    return _("Sum over the channels: {terms} = {sum}").format(terms=" + ".join(terms), sum=total)


class PixelSum(QWidget):
    """One channel of the input at a time, then the sum over the channels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._products: Products | None = None
        self.where = figures_label("pixelWhere", _("Place of the pixel"), role="muted", wrap=True)
        self.channel = CalmSpinBox()
        self.channel.setObjectName("pixelChannel")
        self.channel.setAccessibleName(_("Channel of the input"))
        self.channel.setToolTip(_("Which channel of the input is written out"))
        self.channel.valueChanged.connect(self._show)
        self._channel_label = QLabel(_("channel"))
        self.grids = {name: NumberGrid(text) for name, text, _sign in GRIDS}
        self.sum = figures_label("pixelSum", _("Sum over the window of the filter"), bold=True, wrap=True)
        grid = QGridLayout()
        grid.setSpacing(theme.SPACE)
        for column, (name, text, sign) in enumerate(GRIDS):
            title = QLabel(text)
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
        written = written_products(products, self.channel.value() - 1)
        self.grids["patch"].show_texts(written.patch)
        self.grids["kernel"].show_texts(written.kernel)
        self.grids["products"].show_texts(written.products)
        self.sum.setText(sum_text(products))

    def lines(self) -> list[str]:
        """Every number that is shown."""
        rows = [self.where.text()]
        for name, text, _sign in GRIDS:
            rows += [text, *self.grids[name].lines()]
        return [*rows, self.sum.text()]
