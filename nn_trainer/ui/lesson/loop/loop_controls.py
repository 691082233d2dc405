"""The rows above the diagram: batch size, learning rate, how fast, and the buttons that run."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout, together
from nn_trainer.ui.widgets.wheel import CalmDoubleSpinBox, CalmSpinBox


@dataclass(frozen=True, slots=True)
class Speed:
    """One stop of the slider."""

    text: str
    seconds: float  # an iteration takes at least so long
    by_station: bool = False


SPEEDS = (
    Speed(_("Slow motion: one station a second"), 1.0, by_station=True),
    Speed(_("One iteration a second"), 1.0),
    Speed(_("5 iterations a second"), 0.2),
    Speed(_("20 iterations a second"), 0.05),
    Speed(_("Full speed"), 0.0),
)


class LoopControls(QWidget):
    """Says what is requested; what runs is the step's.

    No button is disabled while one iteration runs: the keyboard would wander on to *Start again*, and the next press
    of the space bar would delete the run.
    """

    station_requested = Signal()
    iteration_requested = Signal()
    run_requested = Signal()
    pause_requested = Signal()
    restart_requested = Signal()  # with the batch size and the weights of the boxes
    rate_changed = Signal(float)
    speed_changed = Signal(object)  # Speed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.batch_size, self.rate = CalmSpinBox(), CalmDoubleSpinBox()
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed_text = QLabel()
        self.next_station = _button(_("Next station"), "loopNextStation", _("Let the light go on by one station"))
        self.next_iteration = _button(_("Next iteration"), "loopStep", _("Run one iteration, all six stations"))
        self.run_button = _button(_("Run"), "loopRun", _("Run iteration after iteration, at the speed of the slider"))
        self.run_button.setProperty("role", "primary")
        self.restart = _button(
            _("Start again"), "loopRestart", _("Forget what this copy has learned, and count from 0")
        )
        self.new_weights = QCheckBox(_("New weights"))
        self._running = False
        self._set_up()
        self._lay_out()
        self._connect()
        self.show_running(False)

    def current_speed(self) -> Speed:
        """What the slider says."""
        return SPEEDS[self.speed.value()]

    def show_running(self, running: bool) -> None:
        """Offer to pause while it goes on by itself, and to run while it does not."""
        self._running = running
        self.run_button.setText(_("Pause") if running else _("Run"))
        for button in (self.next_station, self.next_iteration):
            if running and button.hasFocus():
                self.run_button.setFocus()
            button.setEnabled(not running)

    def set_batch_size(self, size: int, images: int) -> None:
        """Set the box without asking for a new start."""
        self.batch_size.blockSignals(True)
        self.batch_size.setRange(1, max(images, 1))
        self.batch_size.setValue(size)
        self.batch_size.blockSignals(False)

    def _set_up(self) -> None:
        self.batch_size.setObjectName("loopBatchSize")
        self.batch_size.setAccessibleName(_("Batch size"))
        self.batch_size.setToolTip(_("Images in one iteration; another size starts again"))
        self.batch_size.setKeyboardTracking(False)
        self.rate.setObjectName("loopRate")
        self.rate.setAccessibleName(_("Learning rate"))
        self.rate.setToolTip(_("How far each weight goes against its gradient"))
        self.rate.setDecimals(4)
        self.rate.setRange(0.0, 100.0)
        self.rate.setSingleStep(0.01)
        self.rate.setKeyboardTracking(False)
        self.new_weights.setObjectName("loopNewWeights")
        self.new_weights.setChecked(True)
        self.new_weights.setToolTip(
            _("Begin with new random weights; without the tick, with those of your network. Changing it starts again")
        )
        self.speed.setObjectName("loopSpeed")
        self.speed.setAccessibleName(_("Speed"))
        self.speed.setToolTip(_("From slow motion, station by station, to as fast as the computer can"))
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.speed.setTickInterval(1)
        self.speed.setMinimumWidth(24 * theme.SPACE)
        self.speed_text.setProperty("role", "muted")

    def _lay_out(self) -> None:
        gap = 2 * theme.SPACE
        first, second = (FlowLayout(across=gap, down=theme.SPACE) for _row in range(2))
        for widget in (self.run_button, self.next_iteration, self.next_station, self.restart, self.new_weights):
            first.addWidget(widget)
        second.addWidget(together(QLabel(_("Batch size")), self.batch_size))
        second.addWidget(together(QLabel(_("Learning rate")), self.rate))
        second.addWidget(together(self.speed, self.speed_text))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(first)
        layout.addLayout(second)

    def _connect(self) -> None:
        self.next_station.clicked.connect(self.station_requested)
        self.next_iteration.clicked.connect(self.iteration_requested)
        self.run_button.clicked.connect(self._on_run)
        self.restart.clicked.connect(self.restart_requested)
        self.batch_size.valueChanged.connect(self.restart_requested)
        self.new_weights.clicked.connect(self.restart_requested)
        self.rate.valueChanged.connect(self.rate_changed)
        self.speed.valueChanged.connect(self._on_speed)
        self.speed.setValue(1)

    @Slot()
    def _on_run(self) -> None:
        (self.pause_requested if self._running else self.run_requested).emit()

    @Slot()
    def _on_speed(self) -> None:
        self.speed_text.setText(self.current_speed().text)
        self.speed_changed.emit(self.current_speed())


def _button(text: str, name: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button
