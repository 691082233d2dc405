"""A slim bar under all tabs while something runs: what, how far, Stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.run.session import TrainingSession
from nn_trainer.ui.train.run.stats import RunStats
from nn_trainer.ui.widgets.text_labels import ElidedLabel
from nn_trainer.wording import progress_text
from nn_trainer.workers.training_worker import Phase

REFRESH_MILLISECONDS = 250
MOST_STEPS = 1000  # of the progress bar


class RunStatusBar(QFrame):
    """Follows a training. The page that shows the training itself has no need of it: see `set_wanted`."""

    stop_requested = Signal()

    def __init__(self, session: TrainingSession, stats: Callable[[], RunStats], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runStatusBar")
        self.setProperty("role", "bar")
        self._session = session
        self._stats = stats
        self._wanted = False
        self._preparation = ""
        self.text = ElidedLabel()
        self.text.setObjectName("runStatusText")
        self.text.setAccessibleName(_("What is running"))
        self.progress = QProgressBar()
        self.progress.setObjectName("runStatusProgress")
        self.progress.setAccessibleName(_("How far it is"))
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(40 * theme.SPACE, 2 * theme.SPACE)
        self.progress.setRange(0, MOST_STEPS)
        self.stop_button = QPushButton(_("Stop"))
        self.stop_button.setObjectName("runStatusStop")
        self.stop_button.setToolTip(_("End the training and keep what was learned"))
        self.stop_button.clicked.connect(self.stop_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * theme.SPACE, theme.SPACE, 3 * theme.SPACE, theme.SPACE)
        row.setSpacing(3 * theme.SPACE)
        row.addWidget(self.text, 1)
        row.addWidget(self.progress)
        row.addWidget(self.stop_button)
        self._timer = QTimer(self, interval=REFRESH_MILLISECONDS)
        self._timer.timeout.connect(self._refresh)
        session.state_changed.connect(self._on_state)
        session.progress.connect(self._on_preparing)
        self.hide()

    def set_wanted(self, wanted: bool) -> None:
        """Whether the page in front shows nothing of the training itself."""
        self._wanted = wanted
        self._on_state(self._session.state)

    @Slot(object)
    def _on_state(self, phase: Phase) -> None:
        shown = self._wanted and phase.is_active
        self.stop_button.setEnabled(phase.can_stop)
        if phase is Phase.PREPARING and not self._preparation:
            self._on_preparing(0, 0, _("Preparing the training"))
        elif phase is not Phase.PREPARING:
            self._preparation = ""
        self.setVisible(shown)
        if shown:
            self._timer.start()
            self._refresh()
        else:
            self._timer.stop()

    @Slot(int, int, str)
    def _on_preparing(self, done: int, total: int, what: str) -> None:
        self._preparation = progress_text(done, total, what)
        self.progress.setRange(0, MOST_STEPS if total else 0)
        self.progress.setValue(MOST_STEPS * done // total if total else 0)

    @Slot()
    def _refresh(self) -> None:
        phase = self._session.state
        if phase is Phase.PREPARING:
            self.text.set_text(self._preparation)
            return
        stats = self._stats()
        self.progress.setRange(0, MOST_STEPS)
        self.progress.setValue(MOST_STEPS * stats.iteration // max(stats.total, 1))
        texts = stats.texts()
        if not stats.iteration:
            text = _("Training begins")
        elif phase is Phase.STOPPING:
            text = _("Training, epoch {epochs}: stopping after this iteration")
        elif texts["runValidation"] and texts["runTimeLeft"]:
            text = _("Training, epoch {epochs}, validation {validation}, {time} left")
        elif texts["runTimeLeft"]:
            text = _("Training, epoch {epochs}, {time} left")
        else:
            text = _("Training, epoch {epochs}")
        self.text.set_text(
            text.format(epochs=texts["runEpoch"], validation=texts["runValidation"], time=texts["runTimeLeft"])
        )
