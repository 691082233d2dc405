"""A classifier: a trained network that is used on image files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nn_trainer.arrays import PixelArray
from nn_trainer.data.dataset import Dataset
from nn_trainer.data.images import ImageLike, load_pixels
from nn_trainer.data.parallel import for_each
from nn_trainer.engine.inference import predict_probabilities
from nn_trainer.engine.layers import Array
from nn_trainer.errors import ImageError
from nn_trainer.i18n import _
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.evaluation import Evaluation
from nn_trainer.models.measuring import evaluate
from nn_trainer.models.model_file import read_model, save_classifier
from nn_trainer.models.prediction import Prediction
from nn_trainer.models.pretrained.recent_features import recent_features
from nn_trainer.models.trained_network import TrainedNetwork
from nn_trainer.work import Task


class Classifier(TrainedNetwork):
    """A trained network that predicts, is measured and saved."""

    def predict(self, source: ImageLike) -> Prediction:
        """The probabilities for an image file, a Pillow image or an (H, W), (H, W, 1) or (H, W, 3) uint8 array.

        Raises `ImageError` if it cannot be used as an image.
        """
        return self._predict_pixels([load_pixels(source, self.preprocessing)])[0]

    def predict_many(self, sources: Sequence[ImageLike]) -> list[Prediction | ImageError]:
        """The predictions in the order of `sources`, with the error in place of those that cannot be used."""
        loaded: list[PixelArray | ImageError | None] = [None] * len(sources)

        def load(index: int) -> None:
            try:
                loaded[index] = load_pixels(sources[index], self.preprocessing)
            except ImageError as error:
                loaded[index] = error

        for_each(load, len(sources), _("Reading images"))
        predictions = iter(self._predict_pixels([item for item in loaded if isinstance(item, np.ndarray)]))
        return [item if isinstance(item, ImageError) else next(predictions) for item in loaded]

    def evaluate(self, dataset: Dataset, split: str | None = None, task: Task | None = None) -> Evaluation:
        """How well it does on `split` of a data set: by default on what it has not learned from; see `measuring`.

        Classes are matched by name.  The progress of `task` counts images.  Raises `DatasetError` if the data
        set has a class that the classifier does not know, or no images to evaluate, and `CancelledError`.
        """
        return evaluate(self, dataset, split, task)

    def save(self, path: str | Path) -> None:
        """Write a model file; see `model_file.save_classifier`. Raises `ModelFileError`."""
        save_classifier(self, path)

    def _predict_pixels(self, images: list[PixelArray]) -> list[Prediction]:
        """One prediction an image (height, width, channels)."""
        if not images:
            return []
        if self.backbone is None:
            inputs: Array = np.stack(images)
        else:
            inputs = recent_features(self.backbone, images, self.config.fine_tune if self.fine_tuned else 0)
        with single_threaded_blas():
            probabilities = predict_probabilities(self.network, inputs)
            unlike = self._unlike(inputs)
        return [
            Prediction(
                self.class_names[int(row.argmax())],
                dict(zip(self.class_names, map(float, row), strict=True)),
                image,
                is_unlike,
            )
            for row, image, is_unlike in zip(probabilities, images, unlike, strict=True)
        ]

    def _unlike(self, inputs: Array) -> list[bool | None]:
        """Whether each image is unlike the training images, by its features as they were before fine-tuning."""
        if self.backbone is None or self.novelty is None:
            return [None] * len(inputs)
        features = inputs
        if self.fine_tuned:
            features = self.backbone.features_of_maps(inputs, self.config.fine_tune, self.config.image_size)
        return [self.novelty.is_unlike(row) for row in features]


def load_classifier(path: str | Path) -> Classifier:
    """Read a model file. Raises `ModelFileError`, with the reason, if it is not one that can be used."""
    model = read_model(path)
    return Classifier(
        model.network,
        model.class_names,
        model.preprocessing,
        model.config,
        model.figures,
        model.backbone,
        model.novelty,
        model.seen,
    )
