"""The loss of a batch as a function of one weight or two, with all others fixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nn_trainer.engine.description import build_layers, describe
from nn_trainer.engine.inspection import WeightIndex, weight_at
from nn_trainer.engine.layers import Array, Layer
from nn_trainer.engine.layers.base import LOSS_ONLY, Scratch
from nn_trainer.engine.layers.memory_layout import all_but_channels, natural_order
from nn_trainer.engine.lesson.narrow_layers import NarrowLayers
from nn_trainer.engine.losses import Loss
from nn_trainer.engine.network import Network

LINEAR = (  # layers whose output is linear in each of their weights
    *("Convolution", "PointwiseConvolution", "DepthwiseConvolution"),  # not shown
    *("Dense", "Bias", "BatchNormalization"),  # not shown
)


class LossOfWeights:
    """`at(value, ...)` is the loss with these values for the weights `indices` of the parameter `name`.

    **Why not simply forward, once for each point of a curve?**  It would take a second for a photo network.  Three
    facts save nearly all of it, and none of them is an approximation:

    1. What comes before the layer of the weights does not change, so it is computed once.
    2. The output of that layer is linear in each weight: y(w) = y(w0) + (w - w0) D.  D is the difference that one
       unit of the weight makes; it is zero except in one channel, that of the weight's filter.
    3. Pooling, bias, activation and normalization work on each channel separately, so only that channel goes on
       (`narrow_layers.py`), and the next convolution or dense layer adds what its change makes to the output it had.

    The layers after that one run as a whole, in the same mode as in training; the network itself is not changed.
    """

    def __init__(
        self, network: Network, inputs: Array, labels: Array, loss: Loss, name: str, indices: Sequence[WeightIndex]
    ) -> None:
        self.values = tuple(weight_at(network, name, index) for index in indices)  # those of the network
        self._loss, self._labels = loss, labels
        layer_name, parameter = name.split(".", 1)
        chain = network.chain.replicate()
        self._layers = chain.layers
        self._place = next(i for i, layer in enumerate(self._layers) if layer.name == layer_name)
        layer = self._layers[self._place] = own_layer(self._layers[self._place])
        self._weights = layer.to_file_shapes(layer.parameters)[parameter]
        self._indices = tuple(indices)
        chain.use_scratch(Scratch())
        chain.bind(np.empty((network.classes, len(labels)), network.weights.dtype), LOSS_ONLY)
        chain.derive()
        x = inputs
        for before in self._layers[: self._place]:
            x = before.forward(x)
        self._x, self._x_kept = x, x.copy()
        self.at: Callable[..., float] = self._at_slowly
        if layer.kind in LINEAR:
            self._prepare()

    def curve(self, values: Sequence[float]) -> Array:
        """The losses at many values of the one weight."""
        return np.array([self.at(float(value)) for value in values])

    def _output(self, values: Sequence[float]) -> Array:
        """The output of the layer of the weights with these values, in a buffer that the next call overwrites."""
        for index, value in zip(self._indices, values, strict=True):
            self._weights[index] = value
        self._x[...] = self._x_kept  # a layer may work in place
        layer = self._layers[self._place]
        layer.derive()
        return layer.forward(self._x)

    def _at_slowly(self, *values: float) -> float:
        """The loss by running all layers from that of the weights on."""
        return self._finish(self._place + 1, self._output(values))

    def _finish(self, place: int, x: Array) -> float:
        for layer in self._layers[place:]:
            x = layer.forward(x)
        with np.errstate(all="ignore"):
            value, _ = self._loss(x, self._labels)
        return value

    def _prepare(self) -> None:
        """Find D for each weight, and the layers that one channel can pass alone."""
        base = natural_order(self._output(self.values)).copy()
        slopes = []
        for i in range(len(self.values)):
            moved = [value + (i == j) for j, value in enumerate(self.values)]
            slopes.append(natural_order(self._output(moved)) - base)
        touched = np.any([slope != 0 for slope in slopes], axis=0)
        channels = np.flatnonzero(touched.any(axis=all_but_channels(base)))
        x = self._output(self.values)  # the buffers hold the network as it is, again
        following = self._layers[self._place + 1 :]
        if not len(channels):  # a weight that no image of the batch uses
            constant = self._finish(self._place + 1, x)
            self.at = lambda *_values: constant
            return
        narrow = NarrowLayers(following, channels, base.shape, base.dtype)
        pick = (slice(None), channels) if base.ndim == 4 else (channels,)
        start, steps = base[pick], [slope[pick] for slope in slopes]
        for layer in following[: narrow.whole_before]:
            x = layer.forward(x)
        meeting = narrow.meet(x)
        after = self._place + 1 + narrow.whole_before + narrow.mixes

        def at(*values: float) -> float:
            channel = start.copy()
            for value, at_start, step in zip(values, self.values, steps, strict=True):
                channel += (value - at_start) * step
            return self._finish(after, meeting(channel))

        self.at = at


def own_layer(layer: Layer) -> Layer:
    """The same layer with parameters of its own, and all that it derives from them."""
    (twin,) = build_layers(describe([layer]))
    twin.build(layer.input_shape)
    twin.name = layer.name
    twin.take_parameters({name: array.copy() for name, array in layer.parameters.items()})
    return twin
