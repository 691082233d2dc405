"""A trained network with all that belongs to it: what a model file holds, and what prediction and evaluation need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import PixelArray
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.inference import predict_logits
from nn_trainer.engine.layers import Array
from nn_trainer.engine.network import Network
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.figures import Figures
from nn_trainer.models.novelty import Novelty
from nn_trainer.models.pretrained.backbone import FEATURES, Backbone
from nn_trainer.models.pretrained.cached_maps import compute_maps
from nn_trainer.models.pretrained.features import compute_features
from nn_trainer.models.seen_images import SeenImages
from nn_trainer.work import Task


class TrainedNetwork:
    """A network, the names of its classes in label order, and how images are made ready for it.

    `config` is what it was trained with and `figures` what training reached.  With a `backbone` the network takes the
    features that it finds in an image, and `novelty` tells images that are unlike the training images.  `seen` knows
    which images training had, None in files of older versions.  It does not change, and may be used from several
    threads at once.
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
        seen: SeenImages | None = None,
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
        self.seen = seen

    @property
    def fine_tuned(self) -> bool:
        """Whether the last blocks of the backbone were trained too, and belong to the network; it then takes maps."""
        return self.backbone is not None and self.network.input_shape != (FEATURES,)

    def inputs(self, pixels: PixelArray, task: Task | None = None) -> Array:
        """What the network takes of images (N, height, width, channels), which went through the preprocessing.

        That is the pixels themselves, or features (N, features), or, if it was fine-tuned, feature maps (N, numbers).
        Features are computed once and then kept in the cache; `task` is told how far that is, and may end it
        with `CancelledError`.
        """
        if self.backbone is None:
            return pixels
        if self.fine_tuned:
            return compute_maps(self.backbone, pixels, replace(self.config, threads=0), task)
        return compute_features(self.backbone, pixels, task=task)

    def logits(self, pixels: PixelArray, task: Task | None = None) -> NDArray[np.float32]:
        """Logits (classes, N) of images (N, height, width, channels). Raises `CancelledError`."""
        task = task or Task()
        inputs = self.inputs(pixels, task)
        with single_threaded_blas():
            logits = predict_logits(self.network, inputs, should_stop=task.cancelled)
        task.check()  # what was not computed then are not logits
        return logits
