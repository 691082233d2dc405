"""The row above the diagram: batch size, learning rate, how fast, and the buttons that run."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QSpinBox, QWidget

from nn_trainer.ui.theme import theme


@dataclass(frozen=True, slots=True)
class Speed:
    """One stop of the slider."""

    text: str
    seconds: float  # an iteration takes at least so long
    by_station: bool = False


SPEEDS = (
    Speed("Slow motion: one station a second", 1.0, by_station=True),
    Speed("One iteration a second", 1.0),
    Speed("5 iterations a second", 0.2),
    Speed("20 iterations a second", 0.05),
    Speed("Full speed", 0.0),
)


class LoopControls(QWidget):
    """Says what is wanted; what runs is the step's."""

    station_wanted = Signal()
    iteration_wanted = Signal()
    run_wanted = Signal()
    pause_wanted = Signal()
    restart_wanted = Signal()  # with the batch size of the box
    rate_changed = Signal(float)
    speed_changed = Signal(object)  # Speed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.batch_size, self.rate, self.speed = QSpinBox(), QDoubleSpinBox(), QSlider(Qt.Orientation.Horizontal)
        self.speed_text = QLabel()
        self.next_station = _button("Next station", "loopNextStation", "Let the light go on by one station")
        self.next_iteration = _button("Next iteration", "loopStep", "Run one iteration, all six stations")
        self.run_button = _button("Run", "loopRun", "Run iteration after iteration, at the speed of the slider")
        self.run_button.setProperty("role", "primary")
        self.restart = _button("Start again", "loopRestart", "Forget what this copy has learned, and count from 0")
        self._running = False
        self._set_up()
        self._lay_out()
        self._connect()
        self.show_running(False)

    def current_speed(self) -> Speed:
        """What the slider says."""
        return SPEEDS[self.speed.value()]

    def show_running(self, running: bool) -> None:
        """Offer to pause while it runs, and to run while it does not."""
        self._running = running
        self.run_button.setText("Pause" if running else "Run")
        for widget in (self.next_station, self.next_iteration):
            widget.setEnabled(not running)

    def set_batch_size(self, size: int, images: int) -> None:
        """Set the box without asking for a new start."""
        self.batch_size.blockSignals(True)
        self.batch_size.setRange(1, max(images, 1))
        self.batch_size.setValue(size)
        self.batch_size.blockSignals(False)

    def _set_up(self) -> None:
        self.batch_size.setObjectName("loopBatchSize")
        self.batch_size.setAccessibleName("Batch size")
        self.batch_size.setToolTip("Images in one iteration; another size starts again")
        self.batch_size.setKeyboardTracking(False)
        self.rate.setObjectName("loopRate")
        self.rate.setAccessibleName("Learning rate")
        self.rate.setToolTip("How far each weight goes against its gradient")
        self.rate.setDecimals(4)
        self.rate.setRange(0.0, 100.0)
        self.rate.setSingleStep(0.01)
        self.rate.setKeyboardTracking(False)
        self.speed.setObjectName("loopSpeed")
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("From slow motion, station by station, to as fast as the computer can")
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.speed.setTickInterval(1)
        self.speed_text.setProperty("role", "muted")

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(2 * theme.SPACE)
        for widget in (self.run_button, self.next_iteration, self.next_station, self.restart):
            first.addWidget(widget)
        first.addStretch()
        second.addWidget(self.speed)
        second.addWidget(self.speed_text, 1)
        for text, box in (("Batch size", self.batch_size), ("Learning rate", self.rate)):
            label = QLabel(text)
            second.addWidget(label)
            second.addWidget(box)
        grid.addLayout(first, 0, 0)
        grid.addLayout(second, 1, 0)

    def _connect(self) -> None:
        self.next_station.clicked.connect(self.station_wanted)
        self.next_iteration.clicked.connect(self.iteration_wanted)
        self.run_button.clicked.connect(self._on_run)
        self.restart.clicked.connect(self.restart_wanted)
        self.batch_size.valueChanged.connect(self.restart_wanted)
        self.rate.valueChanged.connect(self.rate_changed)
        self.speed.valueChanged.connect(self._on_speed)
        self.speed.setValue(1)

    @Slot()
    def _on_run(self) -> None:
        (self.pause_wanted if self._running else self.run_wanted).emit()

    @Slot()
    def _on_speed(self) -> None:
        self.speed_text.setText(self.current_speed().text)
        self.speed_changed.emit(self.current_speed())


def _button(text: str, name: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button
