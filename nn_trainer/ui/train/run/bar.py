"""The bar below the Train tab: start, stop, and the figures of the run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from nn_trainer.engine.records import EpochRecord, IterationRecord, Record
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import fix_size
from nn_trainer.workers.training_worker import Phase


class RunStats:
    """Adds up records; loss, accuracy and speed are those of the epoch under way."""

    def __init__(self, iterations_per_epoch: int, epochs: int, second_stage: int | None = None) -> None:
        """`second_stage` is the epoch from which on iterations take longer, if there is one."""
        self.total = iterations_per_epoch * epochs
        self._epochs = epochs
        self._second_stage = second_stage
        self._clock = 0, 0.0  # the last iteration, and its seconds, before those that tell the pace
        self.iteration = 0
        self.validation_accuracies: dict[int, float | None] = {}  # by epoch
        self._epoch = 0
        self._seconds = 0.0
        self._began = 0.0  # seconds at the first record of this epoch
        self._timed_images = 0  # after that record
        self._images = 0
        self._loss = 0.0  # summed over images
        self._right = 0.0

    def add(self, record: Record) -> None:
        """Take one record."""
        if isinstance(record, IterationRecord) and record.epoch == self._second_stage != self._epoch:
            self._clock = self.iteration, self._seconds
        self._seconds = record.seconds
        if isinstance(record, IterationRecord):
            self._add_iteration(record)
        elif isinstance(record, EpochRecord):
            self.validation_accuracies[record.epoch] = record.validation_accuracy

    def _add_iteration(self, record: IterationRecord) -> None:
        self.iteration = record.iteration
        if record.epoch != self._epoch:
            self._epoch, self._began = record.epoch, record.seconds
            self._images = self._timed_images = 0
            self._loss = self._right = 0.0
        else:
            self._timed_images += record.images
        self._images += record.images
        self._loss += record.loss * record.images
        self._right += record.accuracy * record.images

    def texts(self) -> dict[str, str]:
        """The figures by the name of the label that shows them."""
        images = max(self._images, 1)
        speed = self._timed_images / max(self._seconds - self._began, 1e-9)
        shown = self.iteration > 0
        before, since = self._clock
        left = (self._seconds - since) / max(self.iteration - before, 1) * (self.total - self.iteration)
        pace_is_known = shown and (self._second_stage is None or self._epoch >= self._second_stage)
        return {
            "runEpoch": f"{self._epoch:,} of {self._epochs:,}",
            "runIteration": f"{self.iteration:,} of {self.total:,}",
            "runLoss": f"{self._loss / images:.4g}" if shown else "",
            "runAccuracy": f"{100 * self._right / images:.1f} %" if shown else "",
            "runSpeed": f"{speed:,.0f}" if self._timed_images else "",
            "runTimeLeft": duration(left) if pace_is_known else "",
        }


def duration(seconds: float) -> str:
    """Minutes and seconds, with hours when there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


REFRESH_MILLISECONDS = 100  # faster than this nobody reads
STATES = {
    Phase.IDLE: "Idle",
    Phase.PREPARING: "Preparing",
    Phase.RUNNING: "Training",
    Phase.STOPPING: "Stopping",
}
ENDINGS = {"finished": "Finished", "stopped": "Stopped", "failed": "Failed"}
_STOP_PREPARING = "Cancel; nothing is changed, and what was computed so far is kept for the next time (Esc)"
_STOP_TRAINING = "End after this iteration and keep what was learned (Esc)"
NOTHING = "–"  # under a caption that has no figure yet

# name of the widget, caption, widest value, tooltip
_FIELDS = (
    ("runState", "State", "Preparing", "What the trainer is doing"),
    ("runEpoch", "Epoch", "10,000 of 10,000", "One epoch is one pass over the training images"),
    ("runIteration", "Iteration", "1,000,000 of 1,000,000", "One iteration is one batch and one weight update"),
    ("runLoss", "Loss", "0.0000000", "Mean over the training images of this epoch so far"),
    (
        "runAccuracy",
        "Accuracy",
        "100.0 %",
        "Share of the training images of this epoch so far that were predicted right",
    ),
    ("runSpeed", "Images a second", "1,000,000", "Training images a second in this epoch"),
    ("runTimeLeft", "Time left", "100:00:00", "Estimated from the iterations done"),
)


class RunBar(QFrame):
    """Shows records; the window connects the buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runBar")
        self.setProperty("role", "bar")
        self.train_button = QPushButton("&Train")
        self.stop_button = QPushButton("St&op")
        self.progress = QProgressBar()
        self.message = QLabel()
        self._values: dict[str, QLabel] = {}
        self._ending = ""  # how the last run ended
        self._figures = RunStats(1, 1)
        self._timer = QTimer(self, interval=REFRESH_MILLISECONDS, singleShot=True)
        self._timer.timeout.connect(self._refresh)
        self._build()
        self.set_state(Phase.IDLE)

    def _build(self) -> None:
        self.train_button.setObjectName("trainButton")
        self.train_button.setProperty("role", "primary")
        self.train_button.setAccessibleName("Train")
        self.stop_button.setObjectName("stopButton")
        self.stop_button.setAccessibleName("Stop")
        theme.set_icon(self.stop_button, "stop")
        self.progress.setObjectName("trainingProgress")
        self.progress.setAccessibleName("Progress of the training")
        self.progress.setToolTip("Iterations done of all iterations")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(theme.SPACE)
        self.progress.setRange(0, 1)
        self.message.setObjectName("statusMessage")
        self.message.setAccessibleName("Status")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setMinimumWidth(1)
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.train_button)
        row.addWidget(self.stop_button)
        row.addSpacing(2 * theme.SPACE)
        for name, caption, widest, tip in _FIELDS:
            row.addLayout(self._build_field(name, caption, widest, tip))
            row.addSpacing(2 * theme.SPACE)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(row)
        layout.addWidget(self.progress)
        layout.addWidget(self.message)

    def _build_field(self, name: str, caption: str, widest: str, tip: str) -> QVBoxLayout:
        head, value = QLabel(caption), QLabel(NOTHING)
        head.setProperty("role", "heading")
        value.setObjectName(name)
        value.setAccessibleName(caption)
        value.setFont(theme.figures_font())
        fix_size(value, widest)
        for label in (head, value):
            label.setToolTip(tip)
        self._values[name] = value
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(value)
        return column

    # what the window calls

    def set_ready(self, missing: str) -> None:
        """Let Train be pressed if nothing is missing, else say what is."""
        self._enable(self.train_button, not missing, other=self.stop_button)
        self.train_button.setToolTip(missing or "Train a classifier on this data set (Ctrl+R)")

    def set_state(self, state: Phase) -> None:
        """Show what the trainer does; when it is idle again, how the run ended."""
        preparing = state is Phase.PREPARING
        if preparing:
            self._ending = ""
        self._values["runState"].setText(STATES[state] if state.is_active else self._ending or STATES[state])
        self.stop_button.setToolTip(_STOP_PREPARING if preparing else _STOP_TRAINING)
        self._enable(self.stop_button, state.can_stop, other=self.train_button)

    def _enable(self, button: QPushButton, enabled: bool, other: QPushButton) -> None:
        """Keep the keyboard here while the two buttons take turns; else it would wander to some other control."""
        if button.hasFocus() and not enabled:
            (other if other.isEnabled() else self).setFocus()
        button.setEnabled(enabled)
        if self.hasFocus() and enabled:
            button.setFocus()

    def show_message(self, text: str) -> None:
        """Say how things are, in a sentence."""
        self.message.setText(text)
        self.message.setToolTip(text)

    def show_preparation(self, done: int, total: int) -> None:
        """Show how far the work before training is; `total` 0 when it is not known."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def end_preparation(self) -> None:
        """Make the progress bar that of the run again."""
        self.progress.setRange(0, self._figures.total)
        self.progress.setValue(self._figures.iteration)

    def start_run(self, iterations_per_epoch: int, epochs: int, second_stage: int | None = None) -> None:
        """Begin the figures of a new run; `second_stage` is the epoch with which it begins, if there is one."""
        self._figures = RunStats(iterations_per_epoch, epochs, second_stage)
        self.end_preparation()
        self._refresh()

    def add_records(self, records: Sequence[Record]) -> None:
        """Take records of the run."""
        for record in records:
            self._figures.add(record)
        if not self._timer.isActive():
            self._timer.start()

    def finish_run(self, ending: str) -> None:
        """Show the last figures at once, and how the run ended: a key of ENDINGS."""
        self._ending = ENDINGS[ending]
        self._timer.stop()
        self._refresh()
        self._values["runTimeLeft"].setText(NOTHING)

    def validation_accuracy(self, epoch: int | None) -> float | None:
        """That of an epoch of this run, 0 to 1; None where there is none."""
        return None if epoch is None else self._figures.validation_accuracies.get(epoch)

    @Slot()
    def _refresh(self) -> None:
        for name, text in self._figures.texts().items():
            self._values[name].setText(text or NOTHING)
        self.progress.setValue(self._figures.iteration)
