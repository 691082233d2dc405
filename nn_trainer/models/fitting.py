"""Fitting: from a data set and settings, by way of records, to a classifier."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from nn_trainer.data.dataset import Dataset
from nn_trainer.engine.config import TrainingConfig, iterations_per_epoch, make_config
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, Record, StopReason
from nn_trainer.engine.training import Training
from nn_trainer.engine.training_state import TrainingCounters
from nn_trainer.errors import SettingError, TrainingDivergedError
from nn_trainer.i18n import _
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.figures import Figures
from nn_trainer.models.pretrained.fine_tuning import fine_tuned_weights, fine_tuning_epochs
from nn_trainer.models.seen_images import note_images
from nn_trainer.models.stage import FittingState, Stage
from nn_trainer.models.suggestion import suggest
from nn_trainer.models.training_inputs import prepare_stages
from nn_trainer.models.training_memory import memory_explained
from nn_trainer.work import Task


class Fitting:
    """One training on one data set; the window, the command line and Python all train through this.

    With the preset pretrained it computes the features of all images first, which takes time: `task` is told how far
    it is, and may end it.

    Raises `DatasetError` if the data set cannot be learned from, `SettingError` if the settings do not fit it,
    `BackboneError` if the pretrained network cannot be used, and `CancelledError`.

    With `state`, which an interrupted training with the same settings on the same images gave, it goes on from there,
    with the same bits as if it had not been interrupted.
    """

    def __init__(
        self, dataset: Dataset, config: TrainingConfig, task: Task | None = None, state: FittingState | None = None
    ) -> None:
        if state is not None and (state.config, state.fingerprint) != (config, dataset.fingerprint):
            raise SettingError(
                _("This training was interrupted with other settings or other images. Start a new training.")
            )
        self.config = config
        self.class_names = dataset.class_names
        self._preprocessing = dataset.preprocessing
        task = task or Task()
        with memory_explained():
            self._prepared = prepare_stages(dataset, config, task)
            self._seen = note_images(
                dataset.fingerprint, dataset.images, self._prepared.training, self._prepared.validation, task
            )
            self.network = self.stages[0].make_network(None)
        self._head_weights = self.network.weight_count
        self._used = False
        self._stage = 0
        self._training: Training | None = None  # the one of this stage, once it has begun
        self._resumed = state
        self._iterations = 0
        self._figures = Figures()
        if state is not None:
            self._take_over(state)
        self._classifier = self._snapshot()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is trained after each other: one stage, or two if blocks of the pretrained network are trained too."""
        return self._prepared.stages

    @property
    def shared_images(self) -> int:
        """How many of the validation images are in training too, pixel by pixel: the figures are too good for them."""
        return int(self._seen.had(self._seen.held_out).sum())

    @property
    def training_images(self) -> int:
        """How many images the network learns from, altered ones included where they are made in advance."""
        return len(self.stages[0].training)

    @property
    def validation_images(self) -> int:
        """How many images are kept to measure it."""
        return len(self.stages[0].validation)

    @property
    def weight_count(self) -> int:
        """How many weights are trained, those of the second stage included."""
        return self._head_weights + fine_tuned_weights(self.config)

    @property
    def iterations_per_epoch(self) -> int:
        """Weight updates in one pass over the training images."""
        return iterations_per_epoch(self.training_images, self.config.batch_size)

    @property
    def total_epochs(self) -> int:
        """Passes over the training images if no one stops the training, those of the second stage included."""
        return self.config.epochs + fine_tuning_epochs(self.config)

    @property
    def total_iterations(self) -> int:
        """Weight updates if no one stops the training."""
        return self.iterations_per_epoch * self.total_epochs

    @property
    def classifier(self) -> Classifier:
        """A copy of what is learned; may be asked for and used from any thread.

        While training runs it has the weights of the last whole epoch (the first weights before that), then
        the final ones.  Weights that are not numbers are never kept: then it is those of the last whole epoch.
        """
        return self._classifier

    @contextmanager
    def running(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Iterator[Record]]:
        """Train, for the length of a `with`; the records come one by one as they are asked for.

        `should_stop` is asked after each iteration.  Whatever ends the `with` ends the training and keeps what was
        learned: first the training and its threads end, then BLAS gets its threads back.  To be used once.

        The records raise `TrainingDivergedError`, and `SettingError` where there is not enough memory.
        """
        if self._used:
            raise RuntimeError("A Fitting is one training; make another one.")
        self._used = True
        with single_threaded_blas(), closing(self._train(should_stop)) as records:
            yield records

    def state(self) -> FittingState:
        """A copy of all that is needed to go on later, to be taken between two records.

        Raises RuntimeError before the first one.
        """
        if self._training is None:
            raise RuntimeError("The training has not begun.")
        return FittingState(self.config, self._seen.fingerprint, self._stage, self._training.state(), self._figures)

    def _take_over(self, state: FittingState) -> None:
        """Be where the interrupted training was."""
        for stage in self.stages[1 : state.stage + 1]:
            self.network = stage.make_network(self.network)
        self.network.load_state(state.training.network)
        self._stage, self._figures, self._iterations = state.stage, state.figures, state.training.counters.iteration

    def _train(self, should_stop: Callable[[], bool]) -> Generator[Record]:
        """Train and yield the records, keeping what was learned."""
        try:
            with memory_explained(), closing(self._records(should_stop)) as records:
                for record in records:
                    self._note(record)
                    yield record
        except TrainingDivergedError as error:
            raise diverged(self.config, error.iteration) from error
        except BaseException:  # closed by the listener, or a fault: keep what was learned until then
            self._keep_final_weights()
            raise

    def _records(self, should_stop: Callable[[], bool]) -> Generator[Record]:
        """The records of all stages as those of one training: all is counted on, and one record ends them."""
        first, counters = self._stage, TrainingCounters()
        resumed = None if self._resumed is None else self._resumed.training
        for number, stage in enumerate(self.stages[first:], first):
            if number > first:
                self.network, resumed = stage.make_network(self.network), None
            self._stage = number
            self._training = Training(
                self.network, stage.training, stage.validation, stage.config, should_stop, counters, resumed
            )
            with closing(self._training.run()) as records:
                for record in records:
                    if isinstance(record, CompletedRecord):
                        if record.reason is StopReason.ALL_EPOCHS_DONE and stage is not self.stages[-1]:
                            break
                        yield record
                        return
                    yield record
            counters = self._training.counters

    def _note(self, record: Record) -> None:
        """Keep the figures of a record, and the weights where it ends an epoch or the training."""
        if isinstance(record, IterationRecord):
            self._iterations = record.iteration
        elif isinstance(record, EpochRecord):
            self._figures = Figures.of_epoch(record)
            self._classifier = self._snapshot()
        elif self.network.is_finite():
            self._figures = self._figures.at_the_end(record)
            self._classifier = self._snapshot()

    def _keep_final_weights(self) -> None:
        """Take the weights as they are now, unless the last update broke them."""
        if self.network.is_finite():
            self._figures = replace(self._figures, iterations=self._iterations)
            self._classifier = self._snapshot()

    def _snapshot(self) -> Classifier:
        """A classifier with a copy of the weights."""
        return Classifier(
            self.network.copy(),
            self.class_names,
            self._preprocessing,
            self.config,
            self._figures,
            self._prepared.backbone,
            self._prepared.novelty,
            self._seen,
        )


def diverged(config: TrainingConfig, iteration: int) -> TrainingDivergedError:
    """The error for a training with these settings; it suggests the usual rate, or less where that is what diverged.

    The rate it names is that of the settings, also in the second stage, which uses a part of it.
    """
    rate, usual = config.learning_rate, OPTIMIZERS[config.optimizer].usual_learning_rate
    return TrainingDivergedError(iteration, rate, usual if rate > usual else rate / 10)


def train(
    dataset: Dataset,
    preset: str | None = None,
    epochs: int | None = None,
    seed: int = 0,
    on_record: Callable[[Record], object] | None = None,
    task: Task | None = None,
    **hyperparameters: int | float | str,
) -> Classifier:
    """Train a classifier on a data set, which says the size and the channels of the images.

    Without `preset` it is the one that suits the images: pretrained for photos, else cnn.  `on_record` is called with
    each record of `nn_trainer.engine.records`, and `task` is told how
    far the features of photos are.  Raises `SettingError`, `DatasetError`, `BackboneError` and `TrainingDivergedError`.
    """
    preset = preset or suggest(dataset).preset
    images = dataset.preprocessing.settings
    config = make_config(preset=preset, epochs=epochs, seed=seed, **{**images, **hyperparameters})
    fitting = Fitting(dataset, config, task)
    with fitting.running() as records:
        for record in records:
            if on_record is not None:
                on_record(record)
    return fitting.classifier
