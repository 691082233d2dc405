"""What follows from data set and settings before a training: images it would train on, weights it would have."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from nn_trainer.data.dataset import Dataset
from nn_trainer.errors import SettingError
from nn_trainer.models.plan import Plan, plan_training
from nn_trainer.ui.train.settings.panel import HyperparameterPanel
from nn_trainer.workers.latest_job import LatestJob

PAUSE_MILLISECONDS = 200  # after the last change of a setting


class ModelPreview(QObject):
    """Counts in the background and shows it under the form; figures of another data set or setting are never shown."""

    def __init__(self, panel: HyperparameterPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._dataset: Dataset | None = None
        self._job = LatestJob(self)
        self._job.done.connect(self._on_plan)
        self._job.failed.connect(self._on_no_plan)
        self._timer = QTimer(self, interval=PAUSE_MILLISECONDS, singleShot=True)
        self._timer.timeout.connect(self._count)
        panel.changed.connect(self._timer.start)

    def is_busy(self) -> bool:
        """Whether figures are still to come."""
        return self._timer.isActive() or self._job.is_busy()

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Count for this data set from now on, or for none."""
        self._dataset = dataset
        self._panel.show_counts(None, None)  # what stands there is of the data set before
        self._count()

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._timer.stop()
        self._job.drop()

    @Slot()
    def _count(self) -> None:
        self._timer.stop()
        dataset = self._dataset
        try:
            config = self._panel.config()
        except SettingError:
            dataset = None
        if dataset is None:
            self._job.drop()
            self._panel.show_counts(None, None)
            return
        self._job.ask(lambda _task: plan_training(dataset, config))

    @Slot(object)
    def _on_plan(self, plan: Plan) -> None:
        self._panel.show_counts(plan.training_images, plan.weights)

    @Slot(object)
    def _on_no_plan(self, _error: Exception) -> None:
        self._panel.show_counts(None, None)
