"""Some channels of a network without the others, up to the first layer that mixes channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import DTypeLike

from nn_trainer.engine.description import build_layers, describe
from nn_trainer.engine.layers import Array, Layer, Shape
from nn_trainer.engine.layers.activations import Activation
from nn_trainer.engine.layers.base import PREDICTION, TRAINING
from nn_trainer.engine.layers.convolution import Convolution
from nn_trainer.engine.layers.dense import Dense
from nn_trainer.engine.layers.memory_layout import array_shape, assign, natural_order
from nn_trainer.engine.layers.pointwise_convolution import PointwiseConvolution

BY_CHANNEL = (
    *("MaxPooling", "AveragePooling", "GlobalAveragePooling"),
    *("Bias", "BatchNormalization", "DepthwiseConvolution", "Flatten"),  # not shown
)


class NarrowLayers:
    """Copies of the first of `layers` for some channels, up to the first layer that mixes channels.

    `channels` are indices into the input of `layers`, whose shape is `shape` (natural order, with samples).
    `whole_before` is the number of layers that work channel by channel, and `mixes` says whether the next one is
    a convolution or a dense layer, which then takes the change of the channels alone.
    """

    def __init__(self, layers: Sequence[Layer], channels: Array, shape: Shape, dtype: DTypeLike) -> None:
        self._samples, self._dtype = shape[-1], dtype
        self._channels = channels  # of what comes out of the narrow layers; positions in a vector after Flatten
        self._layers: list[Layer] = []
        form: Shape = (len(channels), shape[0], shape[2]) if len(shape) == 4 else (len(channels),)
        for layer in layers:
            if layer.kind not in BY_CHANNEL and not isinstance(layer, Activation):
                break
            form = self._add(layer, form)
        self.whole_before = len(self._layers)
        self._mixer = layers[self.whole_before] if self.whole_before < len(layers) else None
        self.mixes = isinstance(self._mixer, Dense | Convolution | PointwiseConvolution)
        self._narrow_mixer = self._make_mixer(form) if self.mixes else None
        self._bind(form)

    def meet(self, x: Array) -> Callable[[Array], Array]:
        """Keep the output of the layers before the mixer for the network as it is.

        Returns a function of other values of the channels.  It returns the output of the mixer or, without a mixer, `x`
        with the channels replaced; its next call overwrites that.
        """
        kept = natural_order(x).copy()
        pick = (slice(None), self._channels) if kept.ndim == 4 else (self._channels,)
        if self._mixer is None or self._narrow_mixer is None:
            whole = kept.copy()

            def replaced(channels: Array) -> Array:
                whole[...] = kept
                whole[pick] = self._pass(channels)
                assign(x, whole)
                return x

            return replaced
        before, narrow_before = self._mixer.forward(x).copy(), kept[pick]
        result, mixer = self._mixer.y, self._narrow_mixer

        def mixed(channels: Array) -> Array:
            assign(self._mixer_input, self._pass(channels) - narrow_before)
            return np.add(before, mixer.forward(self._mixer_input), out=result)

        return mixed

    def _add(self, layer: Layer, form: Shape) -> Shape:
        """Append a narrow copy of a layer; return the shape after it."""
        (twin,) = build_layers(describe([layer]))
        after = twin.build(form)
        values = layer.to_file_shapes(layer.parameters)
        self._fill(twin, {name: array[self._channels] for name, array in values.items()})
        if layer.kind == "Flatten":
            _, height, width = form
            channels, _, _ = layer.input_shape
            positions = np.arange(height * channels * width).reshape(height, channels, width)
            self._channels = positions[:, self._channels].ravel()
        self._layers.append(twin)
        return after

    def _make_mixer(self, form: Shape) -> Layer:
        """The mixer for these channels alone, without its bias."""
        mixer = self._mixer
        assert mixer is not None
        weight = mixer.to_file_shapes(mixer.parameters)["weight"]
        twin: Layer
        if isinstance(mixer, Dense):
            twin, part = Dense(mixer.outputs), weight[self._channels]
        elif isinstance(mixer, PointwiseConvolution):
            twin, part = PointwiseConvolution(mixer.filters, bias=False), weight[:, self._channels]
        else:
            assert isinstance(mixer, Convolution)
            twin = Convolution(mixer.filters, mixer.kernel, mixer.stride, bias=False, padding=mixer.padding)
            part = weight[:, self._channels]
        twin.build(form)
        self._fill(twin, {"weight": part})
        return twin

    @staticmethod
    def _fill(layer: Layer, values: dict[str, Array]) -> None:
        """Give a built layer parameters of its own with these values, in the shapes of the model file."""
        dtype = next((array.dtype for array in values.values()), np.float64)
        layer.take_parameters({name: np.zeros(shape, dtype) for name, shape in layer.parameter_shapes().items()})
        parameters = layer.to_file_shapes(layer.parameters)
        for name, value in values.items():
            parameters[name][...] = value
        layer.derive()

    def _bind(self, form: Shape) -> None:
        """Give the layers their buffers."""
        if self._mixer is not None and self._narrow_mixer is not None:  # its output is added to that of the mixer
            self._mixer_input = self._narrow_mixer.bind(np.empty_like(self._mixer.y), PREDICTION)
        y = np.empty(array_shape(form, self._samples), self._dtype)
        for layer in reversed(self._layers):
            y = layer.bind(y, TRAINING)
        self._input = y

    def _pass(self, channels: Array) -> Array:
        """Return the output of the narrow layers for these channels."""
        assign(self._input, channels)
        x = self._input
        for layer in self._layers:
            x = layer.forward(x)
        return x
