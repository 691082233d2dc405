"""From the click on Train to the end: pixels at the wanted size, their features, the network, then the training."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.reading_again import as_wanted
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.pretrained.features import check_images
from nn_trainer.work import Task
from nn_trainer.workers.latest_job import LatestJob
from nn_trainer.workers.training_worker import Phase, TrainingController


def prepare(dataset: Dataset, config: TrainingConfig, task: Task) -> tuple[Dataset, Fitting]:
    """The data set at the size, in the colours and with the fit of the settings, and the training made of both.

    Raises `DatasetError`, `SettingError`, `BackboneError` and `CancelledError`.
    """
    check_images(config)
    dataset = as_wanted(dataset, config.as_dict(), task)
    return dataset, Fitting(dataset, config, task)


class TrainingSession(QObject):
    """The one thing the window asks about training: preparation and controller behind one state.

    `records_ready`, `classifier_ready` and `completed` are those of the controller; of the others a preparation has its
    share.
    """

    state_changed = Signal(object)  # Phase
    progress = Signal(int, int, str)  # of the preparation: done, total, what
    prepared = Signal(object, object)  # Dataset, Fitting; then training begins
    failed = Signal(object)  # the exception, of the preparation or of the training
    finished = Signal()  # always, last, also after a failed preparation

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preparation = LatestJob(self)
        self._preparation.progress.connect(self.progress)
        self._preparation.done.connect(self._on_prepared)
        self._preparation.failed.connect(self._on_preparation_failed)
        self._controller = TrainingController(self)
        self.records_ready = self._controller.records_ready
        self.classifier_ready = self._controller.classifier_ready
        self.completed = self._controller.completed
        self._controller.state_changed.connect(self.state_changed)
        self._controller.failed.connect(self.failed)
        self._controller.finished.connect(self.finished)

    @property
    def state(self) -> Phase:
        """What it does now."""
        return Phase.PREPARING if self._preparation.is_busy() else self._controller.state

    def start(self, dataset: Dataset, config: TrainingConfig) -> None:
        """Prepare and train; raises `RuntimeError` unless idle."""
        if not self.state.can_train:
            raise RuntimeError("A training is already running.")
        self._preparation.ask(lambda task: prepare(dataset, config, task))
        self.state_changed.emit(self.state)

    def stop(self) -> None:
        """Cancel the preparation, or end after the present iteration and keep what was learned."""
        self._preparation.cancel()
        self._controller.stop()

    def shutdown(self, timeout_ms: int) -> bool:
        """Stop and join the training; False if it did not end in time."""
        self._preparation.drop()
        return self._controller.shutdown(timeout_ms)

    @Slot(object)
    def _on_prepared(self, result: tuple[Dataset, Fitting]) -> None:
        self.prepared.emit(*result)
        self._controller.start(result[1])

    @Slot(object)
    def _on_preparation_failed(self, error: Exception) -> None:
        self.failed.emit(error)
        self.state_changed.emit(self.state)
        self.finished.emit()
