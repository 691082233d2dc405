"""Inference in the lesson: from one image to y', with what stands between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.arrays import PixelArray
from nn_trainer.data.images import ImageLike
from nn_trainer.engine.inference import predict_logits
from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import softmax
from nn_trainer.file_names import display_path
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.lesson_subject import LessonSubject


@dataclass(frozen=True, eq=False, slots=True)
class Inference:
    """What a network says of one image; there is no label."""

    name: str  # of the picture
    pixels: PixelArray  # (height, width, channels): what went in, for the screen
    logits: Array  # (classes,) z
    exponentials: Array  # (classes,) e to the power of z minus the largest z
    probabilities: Array  # (classes,) y': the exponentials divided by their sum

    @property
    def arg_max(self) -> int:
        """The class of the highest probability, the first of equals."""
        return int(self.probabilities.argmax())


def infer(subject: LessonSubject, name: str, source: ImageLike) -> Inference:
    """Take an image through the preprocessing and the network. Raises `ImageError`."""
    pixels, inputs = subject.read(source)
    return _infer(subject, name, pixels, inputs)


def infer_own(subject: LessonSubject, image: int) -> Inference:
    """Take an image of the subject, which is in memory, through the network."""
    name = display_path(subject.paths[image].name)
    return _infer(subject, name, subject.pictures[image], subject.inputs[image : image + 1])


def _infer(subject: LessonSubject, name: str, pixels: PixelArray, inputs: Array) -> Inference:
    with single_threaded_blas():
        logits = predict_logits(subject.network, inputs, threads=1, batch_size=1)
    z = logits[:, 0]
    return Inference(name, pixels, z, np.exp(z - z.max()), softmax(logits)[:, 0])


def noise(subject: LessonSubject, number: int) -> PixelArray:
    """An image (height, width, channels) whose every value is drawn at random; another for each number."""
    shape = subject.pictures.shape[1:]
    return np.random.default_rng(number).integers(0, 256, shape, dtype=np.uint8)


def plain_grey(subject: LessonSubject) -> PixelArray:
    """An image (height, width, channels) of one grey."""
    return np.full(subject.pictures.shape[1:], 128, np.uint8)
