"""The row above the plots: which run, or where in it the mouse is, its best epoch, and how the plots are looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.plots.curves import RunCurves
from nn_trainer.ui.plots.plot_menu import PlotMenu
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.dropping_row import DroppingRow
from nn_trainer.ui.widgets.text_labels import ElidedLabel, fix_size
from nn_trainer.wording import number, percent

TITLE_WIDTH = 32 * theme.SPACE  # at least, so that it says which run it is


class PlotHeader(QWidget):
    """Says what the user points at; its buttons are actions of the menu of the plots."""

    def __init__(self, menu: PlotMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ElidedLabel()
        self._title.setObjectName("plotTitle")
        self._title.setMinimumWidth(TITLE_WIDTH)
        self._name = self._widest = ""
        self._best = QLabel()
        self._best.setProperty("role", "muted")
        self._best.setToolTip(
            _(
                "The epoch with the highest validation accuracy; of equals, the one with the lowest validation loss.\n"
                "A circle marks it in both plots."
            )
        )
        self._log_button = QToolButton()
        self._whole_button = QToolButton()
        self._menu_button = QToolButton()
        self._build_buttons(menu)
        self._row = DroppingRow(2 * theme.SPACE)
        self._row.add(self._title, stretch=1)
        self._row.add(self._best, rank=2)
        self._row.add(self._log_button, rank=1)  # it stands in the menu, too
        for button in (self._whole_button, self._menu_button):
            self._row.add(button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        layout.addWidget(self._row)
        theme.signals().changed.connect(self._restyle)
        self._row.set_wanted(self._best, False)

    def _build_buttons(self, menu: PlotMenu) -> None:
        self._log_button.setObjectName("logLossButton")
        self._log_button.setDefaultAction(menu.logarithmic)
        self._whole_button.setObjectName("wholeRunButton")
        self._whole_button.setDefaultAction(menu.whole_run)
        self._whole_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._whole_button.setAccessibleName(menu.whole_run.text())
        more = self._menu_button
        more.setObjectName("plotMenuButton")
        more.setToolTip(_("The axes, and saving the plots as a picture or the records as a table"))
        more.setAccessibleName(_("Axes and saving"))
        theme.set_icon(more, "more")
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setProperty("role", "menu")

    def show_run(self, run: RunCurves | None) -> None:
        """Name the run, and keep room for what will be said of it."""
        self._name = "" if run is None else run.label
        self._title.set_text(self._name)
        self._widest = "" if run is None else _best_text(run.total_epochs, 1.0)
        self._row.set_wanted(self._best, False)
        self._keep_room()

    def rename(self, name: str) -> None:
        """Call the run that is shown otherwise from now on."""
        self._name = name
        self._title.set_text(name)

    def show_place(self, run: RunCurves | None, cursor: int | None) -> None:
        """Say the best epoch so far, and in place of the name of the run where in it the mouse points, if it does."""
        if run is not None and cursor is not None:
            place = _("iteration {iteration}, epoch {epoch} of {epochs}").format(
                iteration=number(cursor), epoch=number(run.epoch_of(cursor)), epochs=number(run.total_epochs)
            )
            self._title.set_text(place, self._name)
        else:
            self._title.set_text(self._name)
        if run is not None and run.best is not None:
            x, y = run.series("validation accuracy")  # not shown
            self._best.setText(_best_text(run.epoch_of(int(x[run.best])), float(y[run.best])))
            self._row.set_wanted(self._best, True)

    @Slot()
    def _restyle(self) -> None:
        self._keep_room()

    def _keep_room(self) -> None:
        self._best.setFont(theme.tabular_font())
        fix_size(self._best, self._widest)
        self._row.choose()


def _best_text(epoch: int, accuracy: float) -> str:
    return _("best: epoch {epoch}, {accuracy}").format(epoch=number(epoch), accuracy=percent(accuracy))
