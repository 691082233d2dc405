"""Both trainings of step 6 at the same time, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.engine.records import Record
from nn_trainer.models.overfitting import SmallTraining
from nn_trainer.workers.training_worker import TrainingController


class BothRuns(QObject):
    """Starts and ends them, and passes on what they tell.

    Runs of other images, or of an earlier click, are let go: each run has a controller of its own, and one that was
    let go is heard no more, however long its thread takes to end.
    """

    records_ready = Signal(int, object)  # which of the two, from 0, and a tuple of records
    failed = Signal(object)  # the exception that ended one of them
    finished = Signal()  # one of them has ended

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.controllers: tuple[TrainingController, ...] = ()

    def start(self, trainings: Sequence[SmallTraining]) -> None:
        """Train both from the beginning."""
        self.let_go()
        self.controllers = tuple(self._make_controller(slot) for slot in (self._on_first, self._on_second))
        for controller, training in zip(self.controllers, trainings, strict=True):
            controller.start(training)

    def stop(self) -> None:
        """End both after the iteration at hand."""
        for controller in self.controllers:
            controller.stop()

    def let_go(self) -> None:
        """End what runs and hear no more of it."""
        for controller in self.controllers:
            controller.disconnect(self)
            if controller.state == "idle":
                controller.deleteLater()
            else:
                controller.finished.connect(controller.deleteLater)
                controller.stop()
        self.controllers = ()

    def is_busy(self) -> bool:
        """Whether a training runs."""
        return any(controller.state.is_active for controller in self.controllers)

    def _make_controller(self, slot: Callable[[tuple[Record, ...]], None]) -> TrainingController:
        controller = TrainingController(self)
        controller.records_ready.connect(slot)
        controller.failed.connect(self._on_failed)
        controller.finished.connect(self._on_finished)
        return controller

    @Slot(object)
    def _on_first(self, records: tuple[Record, ...]) -> None:
        self.records_ready.emit(0, records)

    @Slot(object)
    def _on_second(self, records: tuple[Record, ...]) -> None:
        self.records_ready.emit(1, records)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(error)

    @Slot()
    def _on_finished(self) -> None:
        self.finished.emit()
