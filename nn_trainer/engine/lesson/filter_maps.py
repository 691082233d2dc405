"""The output of a convolution for one image, filter by filter, down to the products of one pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.inspection import LayerOutput, look_inside
from nn_trainer.engine.layers import Array
from nn_trainer.engine.layers.convolution import Convolution
from nn_trainer.engine.layers.direct_convolution import border_before
from nn_trainer.engine.network import Network


@dataclass(frozen=True, eq=False, slots=True)
class Products:
    """One pixel of one feature map: the sum of patch * kernel over channels and taps, plus the bias."""

    patch: Array  # (channels, k, k) of the input, with zeros beyond its border
    kernel: Array  # (channels, k, k)
    bias: float
    value: float  # as the layer computed it

    @property
    def products(self) -> Array:
        """(channels, k, k)."""
        return np.asarray(self.patch * self.kernel)

    @property
    def channel_sums(self) -> Array:
        """(channels,): what each channel of the input adds."""
        return np.asarray(self.products.sum(axis=(1, 2)))


@dataclass(frozen=True, eq=False, slots=True)
class ConvolutionBlock:
    """A convolution of one image, and the layers after it that work map by map: pooling, bias, activation."""

    layer: str
    stride: int
    before: tuple[int, int]  # rows and columns of zeros above and left of the input that a kernel may reach
    kernels: Array  # (filters, channels, k, k)
    bias: Array  # (filters,), zeros where the layer has none
    x: Array  # the input (channels, height, width)
    outputs: tuple[LayerOutput, ...]  # that of the convolution first, then of each layer that follows it

    @property
    def filters(self) -> int:
        """How many feature maps there are."""
        return len(self.kernels)

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """The first row and column of the input under the kernel for a pixel of a map; may lie outside the input."""
        return row * self.stride - self.before[0], column * self.stride - self.before[1]

    def products(self, number: int, row: int, column: int) -> Products:
        """Return the products that make up the pixel (row, column) of feature map `number`."""
        k = self.kernels.shape[-1]
        padded = np.pad(self.x, ((0, 0), (k, k), (k, k)))
        top, left = (start + k for start in self.corner(row, column))
        return Products(
            padded[:, top : top + k, left : left + k],
            self.kernels[number],
            float(self.bias[number]),
            float(self.outputs[0].values[number, row, column]),
        )


def convolution_names(network: Network) -> tuple[str, ...]:
    """The names of the convolutions of a network that are not inside another layer, in order."""
    return tuple(layer.name for layer in network.layers if isinstance(layer, Convolution))


def convolution_blocks(network: Network, image: Array) -> tuple[ConvolutionBlock, ...]:
    """The block of each of these convolutions for an image (height, width, channels) uint8."""
    outputs = look_inside(network, image)
    blocks = []
    for place, layer in enumerate(network.layers):
        if not isinstance(layer, Convolution):
            continue
        end = place + 1
        while end < len(outputs) and _looks_at_one_channel(outputs[end], len(outputs[place].values)):
            end += 1
        parameters = layer.to_file_shapes(layer.parameters)
        blocks.append(
            ConvolutionBlock(
                layer.name,
                layer.stride,
                border_before(layer.input_shape, layer.kernel, layer.stride, layer.padding),
                np.array(parameters["weight"]),
                np.array(parameters.get("bias", np.zeros(layer.filters))),
                outputs[place - 1].values,
                outputs[place:end],
            )
        )
    return tuple(blocks)


def _looks_at_one_channel(output: LayerOutput, channels: int) -> bool:
    """Whether each output map of a layer depends on one input map only."""
    values = output.values
    mixes = output.kind in ("Convolution", "DepthwiseConvolution", "Residual", "Flatten", "GlobalAveragePooling")
    return not mixes and values.ndim == 3 and len(values) == channels
