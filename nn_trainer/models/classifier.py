"""A classifier: a network with all that is needed to use it on image files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.images import ImageSource, load_pixels
from nn_trainer.data.parallel import for_each
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.inference import predict_logits, predict_probabilities
from nn_trainer.engine.layers import Array
from nn_trainer.engine.network import Network
from nn_trainer.errors import ImageError
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.evaluation import Evaluation, evaluate
from nn_trainer.models.figures import Figures
from nn_trainer.models.novelty import Novelty
from nn_trainer.models.prediction import Prediction
from nn_trainer.models.pretrained.backbone import FEATURES, Backbone
from nn_trainer.models.pretrained.cached_maps import compute_maps
from nn_trainer.models.pretrained.features import compute_features
from nn_trainer.models.pretrained.recent_features import recent_features
from nn_trainer.work import Task


class Classifier:
    """A network, the names of its classes in label order, and how images are made ready for it.

    `config` is what it was trained with and `figures` what training reached.  With a `backbone` the network takes the
    features that it finds in an image, and `novelty` tells images that are unlike the training images.  A classifier
    does not change, and may be used from several threads at once.
    """

    def __init__(
        self,
        network: Network,
        class_names: Sequence[str],
        preprocessing: Preprocessing,
        config: TrainingConfig,
        figures: Figures | None = None,
        backbone: Backbone | None = None,
        novelty: Novelty | None = None,
    ) -> None:
        if network.classes != len(class_names):
            raise ValueError(f"{len(class_names)} class names for a network with {network.classes} classes")
        self.network = network
        self.class_names = tuple(class_names)
        self.preprocessing = preprocessing
        self.config = config
        self.figures = figures or Figures()
        self.backbone = backbone
        self.novelty = novelty

    @property
    def fine_tuned(self) -> bool:
        """Whether the last blocks of the backbone were trained too, and belong to the network; it then takes maps."""
        return self.backbone is not None and self.network.input_shape != (FEATURES,)

    def inputs(self, pixels: NDArray[np.uint8], task: Task | None = None) -> Array:
        """What the network takes of images (N, height, width, channels), which went through the preprocessing.

        That is the pixels themselves, or features (N, features), or, if it was fine-tuned, feature maps (N, numbers).
        Features are computed once and then kept in the cache; `task` is told how far that is, and may end it
        with `CancelledError`.
        """
        if self.backbone is None:
            return pixels
        if self.fine_tuned:
            return compute_maps(self.backbone, pixels, self.config, task)
        return compute_features(self.backbone, pixels, task=task)

    def logits(self, pixels: NDArray[np.uint8], task: Task | None = None) -> NDArray[np.float32]:
        """Logits (classes, N) of images (N, height, width, channels); the arguments are those of `inputs`."""
        inputs = self.inputs(pixels, task)
        with single_threaded_blas():
            return predict_logits(self.network, inputs)

    def predict(self, source: ImageSource) -> Prediction:
        """The probabilities for an image file, a Pillow image or an (H, W), (H, W, 1) or (H, W, 3) uint8 array.

        Raises `ImageError` if it cannot be used as an image.
        """
        return self._predict_pixels([load_pixels(source, self.preprocessing)])[0]

    def predict_many(self, sources: Sequence[ImageSource]) -> list[Prediction | ImageError]:
        """The predictions in the order of `sources`, with the error in place of those that cannot be used."""
        loaded: list[NDArray[np.uint8] | ImageError | None] = [None] * len(sources)

        def load(index: int) -> None:
            try:
                loaded[index] = load_pixels(sources[index], self.preprocessing)
            except ImageError as error:
                loaded[index] = error

        for_each(load, len(sources), "Reading images")
        predictions = iter(self._predict_pixels([item for item in loaded if isinstance(item, np.ndarray)]))
        return [item if isinstance(item, ImageError) else next(predictions) for item in loaded]

    def evaluate(self, dataset: Dataset, split: str | None = None, task: Task | None = None) -> Evaluation:
        """How well it does on `split` of a data set: by default the test images, or all if there are none.

        Classes are matched by name.  The progress of `task` counts images.  Raises `DatasetError` if the data
        set has a class that the classifier does not know, or no images to evaluate.
        """
        return evaluate(self, dataset, split, task)

    def save(self, path: str | Path) -> None:
        """Write a model file; see `model_file.save_classifier`. Raises `ModelFileError`."""
        from nn_trainer.models.model_file import save_classifier  # which makes classifiers, so it imports this file

        save_classifier(self, path)

    def _predict_pixels(self, images: list[NDArray[np.uint8]]) -> list[Prediction]:
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
