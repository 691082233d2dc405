"""A training without a network: as many records as wanted, as fast or as slow as wanted."""

import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, StopReason


@dataclass
class FakeFitting:
    """Stands in for models.fitting.Fitting."""

    iterations_per_epoch: int = 10
    epochs: int = 2
    fail_at: int | None = None
    error: Exception = field(default_factory=lambda: ValueError("broken on purpose"))
    seconds: float = 0.0  # each iteration takes
    batch_size: int = 8
    class_names: tuple[str, ...] = ("a", "b")

    def __post_init__(self):
        self.classifier = None
        self.threads = set()
        self._never = threading.Event()

    @property
    def total_iterations(self):
        return self.iterations_per_epoch * self.epochs

    def make_classifier(self, epoch):
        return f"classifier of epoch {epoch}"

    @contextmanager
    def running(self, should_stop):
        with closing(self._train(should_stop)) as records:
            yield records

    def _train(self, should_stop):
        self.threads.add(threading.get_ident())
        iteration = whole = 0
        for epoch in range(1, self.epochs + 1):
            for _ in range(self.iterations_per_epoch):
                iteration += 1
                if iteration == self.fail_at:
                    raise self.error
                if self.seconds:
                    self._never.wait(self.seconds)
                yield IterationRecord(iteration, epoch, 1 / iteration, 0.5, self.batch_size, iteration * 0.001)
                if should_stop():
                    self.classifier = self.make_classifier(whole + 0.5)
                    yield self._end(StopReason.STOPPED_BY_USER, whole, iteration)
                    return
            whole = epoch
            self.classifier = self.make_classifier(epoch)
            yield EpochRecord(epoch, iteration, 0.5, 0.5, 0.6, 0.4 + epoch / 100, 1000.0, iteration * 0.001)
        yield self._end(StopReason.ALL_EPOCHS_DONE, whole, iteration)

    def _end(self, reason, epochs, iterations):
        return CompletedRecord(reason, epochs, iterations, epochs or None, 0.41, iterations * 0.001, 1000.0)
