"""EfficientNet-Lite0 up to its features, as layers of the engine.

A block widens its channels with a convolution of one pixel, filters each of them with a depthwise convolution, and
narrows them again; where that changes neither size nor channels, its input is added.  Batch normalization is folded
into weights and biases in advance (`backbone_weights.py`).

Source: Tan and Le, "EfficientNet", ICML 2019, and the TPU project's description of its Lite variants, which
replace swish by ReLU6 and leave out squeeze-and-excitation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nn_trainer.engine.layers import Layer
from nn_trainer.engine.layers.activations import ReLU6
from nn_trainer.engine.layers.average_pooling import GlobalAveragePooling
from nn_trainer.engine.layers.convolution import Convolution
from nn_trainer.engine.layers.depthwise_convolution import DepthwiseConvolution
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.layers.pointwise_convolution import PointwiseConvolution
from nn_trainer.engine.layers.residual import Residual

STEM, FEATURES = 32, 1280  # filters of the first convolution and of the last
_PIXELS = ((127.0,) * 3, (128.0,) * 3)  # the mean and standard deviation it was trained with


@dataclass(frozen=True, slots=True)
class Block:
    """One block: channels before, between and after, and the depthwise kernel and its stride."""

    channels: int
    widened: int
    filters: int
    kernel: int
    stride: int

    @property
    def widens(self) -> bool:
        """The first block does not: its channels are wide already."""
        return self.widened != self.channels

    @property
    def adds_its_input(self) -> bool:
        """Whether the output has the shape of the input."""
        return self.stride == 1 and self.channels == self.filters

    def layers(self) -> list[Layer]:
        """The block as layers: one if its input is added, else several."""
        widening: list[Layer] = [PointwiseConvolution(self.widened), ReLU6()] if self.widens else []
        layers = [
            *widening,
            DepthwiseConvolution(self.kernel, self.stride, padding="same"),
            ReLU6(),
            PointwiseConvolution(self.filters),
        ]
        return [Residual(layers)] if self.adds_its_input else layers


def _blocks() -> tuple[Block, ...]:
    """All 16, from a table: how many, depthwise kernel, stride of the first, widened how many times, filters."""
    table = (
        (1, 3, 1, 1, 16),
        (2, 3, 2, 6, 24),
        (2, 5, 2, 6, 40),
        (3, 3, 2, 6, 80),
        (3, 5, 1, 6, 112),
        (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320),
    )
    blocks, channels = [], STEM
    for count, kernel, stride, times, filters in table:
        for place in range(count):
            blocks.append(Block(channels, times * channels, filters, kernel, 1 if place else stride))
            channels = filters
    return tuple(blocks)


BLOCKS = _blocks()


def backbone_layers() -> list[Layer]:
    """All layers, from the bytes of images to 1,280 features, which are never negative."""
    return [*first_layers(0), *last_layers(0)]


def first_layers(blocks: int) -> list[Layer]:
    """From the bytes of images to the feature maps that the last `blocks` blocks take."""
    return [
        Pixels(*_PIXELS),
        Convolution(STEM, stride=2, padding="same"),
        ReLU6(),
        *_layers_of(BLOCKS[: len(BLOCKS) - blocks]),
    ]


def last_layers(blocks: int) -> list[Layer]:
    """The rest: the last `blocks` blocks, and what turns their maps into features."""
    return [
        *_layers_of(BLOCKS[len(BLOCKS) - blocks :]),
        PointwiseConvolution(FEATURES),
        ReLU6(),
        GlobalAveragePooling(),
    ]


def _layers_of(blocks: Sequence[Block]) -> list[Layer]:
    return [layer for block in blocks for layer in block.layers()]
