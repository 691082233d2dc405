"""The named presets: which layers a network is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nn_trainer.engine.layers import Layer, Shape
from nn_trainer.engine.layers.activations import ReLU
from nn_trainer.engine.layers.average_pooling import GlobalAveragePooling
from nn_trainer.engine.layers.batch_normalization import BatchNormalization
from nn_trainer.engine.layers.bias import Bias
from nn_trainer.engine.layers.convolution import Convolution
from nn_trainer.engine.layers.dense import Dense
from nn_trainer.engine.layers.dropout import Dropout
from nn_trainer.engine.layers.feature_inputs import Features
from nn_trainer.engine.layers.flatten import Flatten
from nn_trainer.engine.layers.max_pooling import MaxPooling
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.layers.residual import Residual
from nn_trainer.engine.network import Network


def linear(input_shape: Shape, classes: int, dropout: float) -> list[Layer]:
    """One dense layer: each class is a weighted sum of the pixels (softmax regression)."""
    return [Flatten(), *head(classes, dropout)]


def mlp(input_shape: Shape, classes: int, dropout: float) -> list[Layer]:
    """Two hidden dense layers of 128 and 64."""
    return [Flatten(), Dense(128), ReLU(), Dense(64), ReLU(), *head(classes, dropout)]


def cnn(input_shape: Shape, classes: int, dropout: float) -> list[Layer]:
    """Convolution and pooling until the feature maps are 8 pixels or less, then a dense layer.

    28 and 32 pixels take two blocks (32, then 64 filters); each doubling of the size takes one more, of 128.
    """
    layers: list[Layer] = []
    size, filters = input_shape[0], 32
    while size > 8 or not layers:
        layers += [Convolution(filters, bias=False), MaxPooling(), Bias(), ReLU()]
        size, filters = size // 2, min(2 * filters, 128)
    return [*layers, Flatten(), *head(classes, dropout)]


def resnet(input_shape: Shape, classes: int, dropout: float) -> list[Layer]:
    """A small residual network: 24 filters, then blocks of 64, 128 and 256, each with a residual one.

    Each block halves the feature maps by pooling before it normalizes, so that what is costly works on small maps.
    For images of 32 to 96 pixels; the blocks go on until 4 pixels or less are left.

    Few layers of many filters learn more in the same time than many of few, and matrix products, the larger they are,
    run the nearer to what the processor can do.
    """
    layers: list[Layer] = normalized(24)
    size, filters = input_shape[0], 64
    while size > 4:
        layers += [*normalized(filters, MaxPooling()), Residual(normalized(filters))]
        size, filters = size // 2, min(2 * filters, 256)
    return [*layers, GlobalAveragePooling(), *head(classes, dropout)]


def normalized(filters: int, *pooling: Layer) -> list[Layer]:
    """A convolution, what follows it directly, batch normalization and ReLU."""
    return [Convolution(filters, bias=False), *pooling, BatchNormalization(), ReLU()]


def head(classes: int, dropout: float) -> list[Layer]:
    """The last layer: one logit a class; its first weights are small, so that it begins with no opinion."""
    layers: list[Layer] = [Dropout(dropout)] if dropout else []
    return [*layers, Dense(classes, initializer="small")]


def mlp_head(classes: int, dropout: float) -> list[Layer]:
    """A hidden layer of 128, then the last layer."""
    return [Dense(128), ReLU(), *head(classes, dropout)]


Preset = Callable[[Shape, int, float], list[Layer]]  # from (height, width, channels), classes and dropout
PRESETS: dict[str, Preset] = {"linear": linear, "mlp": mlp, "cnn": cnn, "resnet": resnet}  # those that take pixels

PRETRAINED = "pretrained"  # the preset whose network takes the features of images, and is one of the heads
HEADS: dict[str, Callable[[int, float], list[Layer]]] = {"linear": head, "mlp": mlp_head}
PRESET_NAMES = (*PRESETS, PRETRAINED)
USUAL_EPOCHS = {PRETRAINED: 40}  # where the default of the hyperparameter is not it: an epoch takes milliseconds


def build_network(
    preset: str,
    input_shape: Shape,
    classes: int,
    dropout: float = 0.0,
    seed: int = 0,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    head: str = "linear",
) -> Network:
    """The network of a preset with its first weights; the arguments are those of `preset_layers`."""
    return Network(preset_layers(preset, input_shape, classes, dropout, mean, std, head), input_shape, seed)


def preset_layers(
    preset: str,
    input_shape: Shape,
    classes: int,
    dropout: float = 0.0,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    head: str = "linear",
) -> list[Layer]:
    """The layers of a preset for images of (height, width, channels), or for (features,), and a number of classes.

    `mean` and `std` are those of each channel of the training images, in units of the bytes (0 to 255); a network that
    takes features has them in its first layer.  `head` is for that network alone.
    """
    if preset == PRETRAINED:
        return [Features(), *HEADS[head](classes, dropout)]
    channels = input_shape[2]
    pixels = Pixels(tuple(mean or [127.5] * channels), tuple(std or [64.0] * channels))
    return [pixels, *PRESETS[preset](input_shape, classes, dropout)]
