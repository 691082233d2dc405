"""Fitting: from a data set and settings, by way of records, to a classifier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.parallel import Cancelled, Progress, never_cancelled, no_progress
from nn_trainer.data.split import stratified_split
from nn_trainer.engine.architectures import PRETRAINED, build_network
from nn_trainer.engine.config import TrainingConfig, iterations_per_epoch, make_config
from nn_trainer.engine.layers import Array
from nn_trainer.engine.layers.features import Features
from nn_trainer.engine.network import Network
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, Record
from nn_trainer.engine.training import train as run_training
from nn_trainer.errors import DatasetError, SettingError, TrainingDivergedError
from nn_trainer.models.backbone import Backbone, load_backbone
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.features import altered, check_images, compute_features_of, copies, network_shape
from nn_trainer.models.novelty import Novelty, learn_novelty
from nn_trainer.models.suggestion import suggest

_CHUNK = 1024  # images whose bytes are counted at a time


class Fitting:
    """One training on one data set; the window, the command line and Python all train through this.

    With the preset pretrained it computes the features of all images first, which takes time: `progress` tells how far
    it is and `cancelled` ends it.

    Raises `DatasetError` if the data set cannot be learned from, `SettingError` if the settings do not fit it,
    `BackboneError` if the pretrained network cannot be used, and `CancelledError`.
    """

    def __init__(
        self,
        dataset: Dataset,
        config: TrainingConfig,
        progress: Progress = no_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> None:
        _check(dataset, config)
        self.config = config
        self.class_names = dataset.class_names
        self._preprocessing = dataset.preprocessing
        self._backbone: Backbone | None = None
        self._novelty: Novelty | None = None
        training, validation = training_and_validation(dataset, config)
        inputs = self._take_features if config.preset == PRETRAINED else self._take_pixels
        x, y = inputs(dataset, training, validation, progress, cancelled)
        self._training = x, np.tile(dataset.labels[training], copies(config))
        self._validation = y, dataset.labels[validation]
        self._figures: dict[str, float | int | str | None] = {"epochs": 0, "iterations": 0}
        self._classifier = self._snapshot()

    @property
    def training_images(self) -> int:
        """How many images the network learns from, altered ones included where they are made beforehand."""
        return len(self._training[1])

    @property
    def validation_images(self) -> int:
        """How many images are kept to measure it."""
        return len(self._validation[1])

    @property
    def iterations_per_epoch(self) -> int:
        """Weight updates in one pass over the training images."""
        return iterations_per_epoch(self.training_images, self.config.batch_size)

    @property
    def total_iterations(self) -> int:
        """Weight updates if no one stops the training."""
        return self.iterations_per_epoch * self.config.epochs

    @property
    def classifier(self) -> Classifier:
        """A copy of what is learned; may be asked for and used from any thread.

        While training runs it has the weights of the last whole epoch (the first weights before that), then
        the final ones.  If the loss stopped being a number, it keeps those of the last whole epoch.
        """
        return self._classifier

    def run(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Record]:
        """Train and yield the records; `should_stop` is asked after each iteration. To be run once.

        Closing the iterator ends the training. Raises `TrainingDivergedError`.
        """
        try:
            with single_threaded_blas():
                for record in run_training(self.network, self._training, self._validation, self.config, should_stop):
                    self._note(record)
                    yield record
        except TrainingDivergedError:
            raise
        except BaseException:  # closed by the listener, or a fault: keep what was learned until then
            self._keep_final_weights()
            raise

    def _note(self, record: Record) -> None:
        """Keep the figures of a record, and the weights where it ends an epoch or the training."""
        if isinstance(record, IterationRecord):
            self._figures["iterations"] = record.iteration
        elif isinstance(record, EpochRecord):
            figures = asdict(record)
            self._figures |= {"epochs": figures.pop("epoch"), "iterations": figures.pop("iteration"), **figures}
            self._classifier = self._snapshot()
        elif isinstance(record, CompletedRecord):
            figures = asdict(record)
            del figures["validation_accuracy"]  # that of the last whole epoch, which is there already
            self._figures |= figures
            self._keep_final_weights()

    def _keep_final_weights(self) -> None:
        """Take the weights as they are now, unless the last update broke them."""
        if np.isfinite(self.network.weights).all():
            self._classifier = self._snapshot()

    def _take_pixels(
        self,
        dataset: Dataset,
        training: NDArray[np.int64],
        validation: NDArray[np.int64],
        _progress: Progress,
        _cancelled: Cancelled,
    ) -> tuple[Array, Array]:
        """The pixels of the training and of the validation images, and the network that takes them."""
        pixels = dataset.images[training]
        self.network = self._build(*channel_statistics(pixels))
        return pixels, dataset.images[validation]

    def _take_features(
        self,
        dataset: Dataset,
        training: NDArray[np.int64],
        validation: NDArray[np.int64],
        progress: Progress,
        cancelled: Cancelled,
    ) -> tuple[Array, Array]:
        """The features of the training and of the validation images, and the head that takes them."""
        self._backbone = load_backbone()
        config, count = self.config, len(training)
        times = copies(config)

        def image(index: int) -> NDArray[np.uint8]:
            """First the training images, then the first variant of each and so on, then the validation images."""
            if index >= times * count:
                kept: NDArray[np.uint8] = dataset.images[validation[index - times * count]]
                return kept
            variant, place = divmod(index, count)
            return altered(dataset.images[training[place]], config.augment, variant)

        features = compute_features_of(
            self._backbone, times * count + len(validation), image, config.threads, progress, cancelled
        )
        for_training, for_validation = features[: times * count], features[times * count :]
        self.network = self._build()
        first = self.network.layers[0]
        assert isinstance(first, Features)
        first.standardise(for_training)
        with single_threaded_blas():
            self._novelty = learn_novelty(for_training[:count], for_validation, config.seed)
        return for_training, for_validation

    def _snapshot(self) -> Classifier:
        """A classifier with a copy of the weights."""
        network = self._build()
        network.load_state(self.network.state())
        return Classifier(
            network,
            self.class_names,
            self._preprocessing,
            self.config,
            self._figures,
            self._backbone,
            self._novelty,
        )

    def _build(self, mean: tuple[float, ...] | None = None, std: tuple[float, ...] | None = None) -> Network:
        """The network of the settings, with its first weights."""
        return build_for(self.config, len(self.class_names), mean, std)


def train(
    dataset: Dataset,
    preset: str | None = None,
    epochs: int | None = None,
    seed: int = 0,
    on_record: Callable[[Record], object] | None = None,
    progress: Progress | None = None,
    **hyperparameters: int | float | str,
) -> Classifier:
    """Train a classifier on a data set, which says the size and the channels of the images.

    Without `preset` it is the one that suits the images: pretrained for photos, else cnn.  `on_record` is called with
    each record of `nn_trainer.engine.records`, and `progress(done, total, what)` while the features of photos are
    computed.  Raises `SettingError`, `DatasetError`, `BackboneError` and `TrainingDivergedError`.
    """
    preset = preset or suggest(dataset).preset
    images = {"image_size": dataset.preprocessing.image_size, "channels": dataset.preprocessing.channels}
    config = make_config(preset=preset, epochs=epochs, seed=seed, **{**images, **hyperparameters})
    fitting = Fitting(dataset, config, progress or no_progress)
    for record in fitting.run():
        if on_record is not None:
            on_record(record)
    return fitting.classifier


def build_for(
    config: TrainingConfig,
    classes: int,
    mean: tuple[float, ...] | None = None,
    std: tuple[float, ...] | None = None,
) -> Network:
    """The network of the settings, with its first weights; see `build_network`."""
    return build_network(
        config.preset, network_shape(config), classes, config.dropout, config.seed, mean, std, config.head
    )


def channel_statistics(images: NDArray[np.uint8]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of (N, height, width, channels), in units of the bytes.

    Counts how often each byte occurs, which is exact and needs little memory.  A channel that is the same
    everywhere gets a deviation of 1, so that one can divide by it.
    """
    channels = images.shape[3]
    counts = np.zeros((channels, 256), np.int64)
    for start in range(0, len(images), _CHUNK):
        for channel in range(channels):
            counts[channel] += np.bincount(images[start : start + _CHUNK, :, :, channel].ravel(), minlength=256)
    values = np.arange(256)
    shares = counts / counts.sum(axis=1, keepdims=True)
    mean = shares @ values
    std = np.sqrt((shares * np.square(values - mean[:, None])).sum(axis=1))
    return tuple(map(float, mean)), tuple(float(s) if s > 0 else 1.0 for s in std)


def _check(dataset: Dataset, config: TrainingConfig) -> None:
    """Raise if this cannot be trained."""
    with_images = np.unique(dataset.labels[dataset.splits == "train"])
    if len(with_images) < 2:
        raise DatasetError(
            f"Training takes images of two classes or more, and {dataset.name} has training images of "
            f"{len(with_images) or 'none'}. Make one folder for each class and put its images in."
        )
    wanted = dataset.preprocessing
    if (config.image_size, config.channels) != (wanted.image_size, wanted.channels):
        raise SettingError(
            f"The data set was loaded at {wanted.image_size}x{wanted.image_size} {wanted.channels}, and training is "
            f"set to {config.image_size}x{config.image_size} {config.channels}. Load the data set again at that size."
        )
    check_images(config)


def training_and_validation(dataset: Dataset, config: TrainingConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of the training and of the validation images: as the folders say, else a share of each class."""
    training = np.flatnonzero(dataset.splits == "train")
    validation = np.flatnonzero(dataset.splits == "validation")
    if not len(validation):
        kept, held_out = stratified_split(dataset.labels[training], config.validation, config.seed)
        training, validation = training[kept], training[held_out]
    return training, validation
