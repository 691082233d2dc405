"""The bar below the Train tab: start, stop, and the figures of the run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from nn_trainer.engine.records import Record
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.run.stats import RunStats, done_of
from nn_trainer.ui.widgets.dropping_row import DroppingRow
from nn_trainer.ui.widgets.text_labels import ElidedLabel, NamedLabel, keep_font
from nn_trainer.wording import duration
from nn_trainer.workers.training_worker import Phase

REFRESH_MILLISECONDS = 100  # faster than this nobody reads
STATES = {
    Phase.IDLE: _("Idle"),
    Phase.PREPARING: _("Preparing"),
    Phase.RUNNING: _("Training"),
    Phase.STOPPING: _("Stopping"),
}
ENDINGS = {"finished": _("Finished"), "stopped": _("Stopped"), "failed": _("Failed")}
_STOP_PREPARING = _("Cancel; nothing is changed, and features that were computed are kept for the next time")
_STOP_TRAINING = _("End after this iteration and keep what was learned")
MOST_STEPS = 2**30  # of the progress bar
NOTHING = "–"  # under a caption that has no figure yet
HEADLINE = "runValidation"  # the figure that counts, in large type

# name of the widget, caption, widest value, rank (the highest is left out first in a narrow window), tooltip
_FIELDS = (
    ("runState", _("State"), max(STATES.values(), key=len), 0, _("What the trainer is doing")),
    (
        HEADLINE,
        _("Validation"),
        "100.0 %",
        0,
        _(
            "Share of the validation images, which training does not see, that were predicted right after the last "
            "whole epoch. This is how good the classifier is."
        ),
    ),
    ("runTimeLeft", _("Time left"), "00:00:00", 0, _("Estimated from the iterations done")),
    ("runEpoch", _("Epoch"), done_of(1_000, 1_000), 1, _("One epoch is one pass over the training images")),
    (
        "runAccuracy",
        _("Training accuracy"),
        "100.0 %",
        2,
        _(
            "Share of the training images of this epoch so far that were predicted right. Training has seen them: "
            "it says how well they are known, not how good the classifier is."
        ),
    ),
    (
        "runIteration",
        _("Iteration"),
        done_of(100_000, 100_000),
        3,
        _("One iteration is one batch and one update of the weights"),
    ),
    ("runLoss", _("Training loss"), "9.99e99", 4, _("Mean over the training images of this epoch so far")),
    ("runSpeed", _("Images/s"), "100,000", 5, _("Training images a second in this epoch")),
)


class RunBar(QFrame):
    """Shows records; the window connects the buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runBar")
        self.setProperty("role", "bar")
        self.train_button = QPushButton(_("&Train"))
        self.stop_button = QPushButton(_("St&op"))
        self.progress = QProgressBar()
        self.message = ElidedLabel()
        self._values: dict[str, QLabel] = {}
        self._ending = ""  # how the last run ended
        self._stats = RunStats(1, 1)
        self._timer = QTimer(self, interval=REFRESH_MILLISECONDS, singleShot=True)
        self._timer.timeout.connect(self._refresh)
        self._build()
        theme.signals().changed.connect(self._row.choose)
        self.set_state(Phase.IDLE)

    def _build(self) -> None:
        self.train_button.setObjectName("trainButton")
        self.train_button.setProperty("role", "primary")
        self.train_button.setAccessibleName(_("Train"))
        self.stop_button.setObjectName("stopButton")
        self.stop_button.setAccessibleName(_("Stop"))
        theme.set_icon(self.stop_button, "stop")
        self.progress.setObjectName("trainingProgress")
        self.progress.setAccessibleName(_("Progress of the training"))
        self.progress.setToolTip(_("Iterations done of all iterations"))
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(theme.SPACE)
        self.progress.setRange(0, 1)
        self.message.setObjectName("statusMessage")
        self.message.set_what(_("Status"))
        self._row = DroppingRow(4 * theme.SPACE)
        self._row.add(self.train_button)
        self._row.add(self.stop_button)
        for name, caption, widest, rank, tip in _FIELDS:
            self._row.add(self._build_field(name, caption, widest, tip), rank)
        self._row.add_stretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._row)
        layout.addWidget(self.progress)
        layout.addWidget(self.message)

    def _build_field(self, name: str, caption: str, widest: str, tip: str) -> QWidget:
        field, head, value = QWidget(), QLabel(caption), NamedLabel(caption, NOTHING)
        head.setProperty("role", "heading")
        value.setObjectName(name)
        headline = name == HEADLINE
        keep_font(value, partial(theme.tabular_font, theme.LARGE if headline else theme.NORMAL, bold=headline), widest)
        for label in (head, value):
            label.setToolTip(tip)
        self._values[name] = value
        column = QVBoxLayout(field)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(value)
        column.addStretch(1)
        return field

    # what the window calls

    def set_ready(self, missing: str) -> None:
        """Let Train be pressed if nothing is missing, else say what is."""
        self._enable(self.train_button, not missing, other=self.stop_button)
        self.train_button.setToolTip(missing or _("Train a classifier on this data set (Ctrl+R)"))

    def set_state(self, state: Phase) -> None:
        """Show what the trainer does; when it is idle again, how the run ended."""
        if state is Phase.PREPARING:
            self._ending = ""
            self.clear_run()
        self._values["runState"].setText((not state.is_active and self._ending) or STATES[state])
        self.stop_button.setToolTip(_STOP_PREPARING if state is Phase.PREPARING else _STOP_TRAINING)
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
        self.message.set_text(text)

    def show_preparation(self, done: int, total: int, seconds_left: float | None) -> None:
        """Show how far the work before training is; `total` 0 when it is not known."""
        self._show_progress(done, total)
        self._values["runTimeLeft"].setText(NOTHING if seconds_left is None else duration(seconds_left))

    def end_preparation(self) -> None:
        """Make the progress bar that of the run again."""
        self._show_progress(self._stats.iteration, self._stats.total)

    def _show_progress(self, done: int, total: int) -> None:
        """Qt counts to 2**31, a training to more."""
        step = 1 + total // MOST_STEPS
        self.progress.setRange(0, total // step)
        self.progress.setValue(done // step)

    def start_run(self, iterations_per_epoch: int, epochs: int, second_stage: int | None = None) -> None:
        """Begin the figures of a new run; `second_stage` is the epoch with which it begins, if there is one."""
        self._stats = RunStats(iterations_per_epoch, epochs, second_stage)
        self.end_preparation()
        self._refresh()

    def clear_run(self) -> None:
        """Forget the figures of the run before, which say nothing of what comes now."""
        self._ending = ""
        self._stats = RunStats(1, 1)
        self.end_preparation()
        for name, label in self._values.items():
            label.setText(STATES[Phase.IDLE] if name == "runState" else NOTHING)

    def add_records(self, records: Sequence[Record]) -> None:
        """Take records of the run."""
        for record in records:
            self._stats.add(record)
        if not self._timer.isActive():
            self._timer.start()

    def finish_run(self, ending: str) -> None:
        """Show the last figures at once, and how the run ended: a key of ENDINGS."""
        self._ending = ENDINGS[ending]
        self._timer.stop()
        if self._stats.iteration:
            self._refresh()
        self._values["runTimeLeft"].setText(NOTHING)

    @property
    def stats(self) -> RunStats:
        """The figures of the run."""
        return self._stats

    @Slot()
    def _refresh(self) -> None:
        for name, text in self._stats.texts().items():
            self._values[name].setText(text or NOTHING)
        self._show_progress(self._stats.iteration, self._stats.total)
