"""The same networks in PyTorch, built from ours layer by layer, with the same weights."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from nn_trainer.engine.layers import Layer
from nn_trainer.engine.layers.activations import GELU, LeakyReLU, ReLU, ReLU6, Sigmoid, Tanh
from nn_trainer.engine.layers.average_pooling import AveragePooling, GlobalAveragePooling
from nn_trainer.engine.layers.batch_normalization import BatchNormalization
from nn_trainer.engine.layers.bias import Bias
from nn_trainer.engine.layers.chain import Chain
from nn_trainer.engine.layers.convolution import Convolution
from nn_trainer.engine.layers.dense import Dense
from nn_trainer.engine.layers.depthwise_convolution import DepthwiseConvolution
from nn_trainer.engine.layers.feature_inputs import Standardization
from nn_trainer.engine.layers.flatten import Flatten
from nn_trainer.engine.layers.layer_normalization import LayerNormalization
from nn_trainer.engine.layers.max_pooling import MaxPooling
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.layers.pointwise_convolution import PointwiseConvolution
from nn_trainer.engine.layers.residual import Residual


class TorchPixels(nn.Module):
    """(N, height, width, channels) bytes to standardised (N, channels, height, width)."""

    def __init__(self, layer: Pixels) -> None:
        super().__init__()
        self.mean = torch.from_numpy(layer.constants["mean"])[:, None, None]
        self.std = torch.from_numpy(layer.constants["std"])[:, None, None]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x.permute(0, 3, 1, 2) - self.mean) / self.std


class TorchBias(nn.Module):
    def __init__(self, layer: Bias) -> None:
        super().__init__()
        self.bias = parameter(layer.parameters["bias"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + (self.bias[:, None, None] if x.ndim == 4 else self.bias)


class TorchStandardization(nn.Module):
    def __init__(self, layer: Standardization) -> None:
        super().__init__()
        self.mean, self.std = (torch.from_numpy(layer.constants[name]) for name in ("mean", "std"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - self.mean) / self.std


class TorchFlatten(nn.Module):
    """In the order row, channel, column."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(0, 2, 1, 3).flatten(1)


class TorchMean(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean((2, 3))


class TorchLayerNormalization(nn.Module):
    """Over the channels of each pixel."""

    def __init__(self, layer: LayerNormalization) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(layer.input_shape[0], eps=layer.epsilon)
        self.norm.weight = parameter(layer.parameters["scale"])
        self.norm.bias = parameter(layer.parameters["shift"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(x.movedim(1, -1)).movedim(-1, 1)


class TorchResidual(nn.Module):
    def __init__(self, layer: Residual) -> None:
        super().__init__()
        self.branch = from_chain(layer.branch)
        self.shortcut = from_chain(layer.shortcut) if layer.shortcut.layers else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.branch(x) + self.shortcut(x)


def parameter(array: np.ndarray) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.array(array, order="C")))


def from_chain(chain: Chain) -> nn.Sequential:
    return nn.Sequential(*map(from_layer, chain.layers))


def _convolution(layer: Convolution | DepthwiseConvolution) -> nn.Module:
    groups = layer.input_shape[0] if isinstance(layer, DepthwiseConvolution) else 1
    module = nn.Conv2d(
        layer.input_shape[0],
        layer.output_shape[0],
        layer.kernel,
        layer.stride,
        padding=layer.kernel // 2 if layer.padding == "symmetric" else 0,
        groups=groups,
        bias=layer.bias,
    )
    parameters = layer.to_file_shapes(layer.parameters)
    module.weight = parameter(parameters["weight"])
    if layer.bias:
        module.bias = parameter(parameters["bias"])
    return module if layer.padding == "symmetric" else nn.Sequential(_same_padding(layer), module)


def _pointwise(layer: PointwiseConvolution) -> nn.Conv2d:
    module = nn.Conv2d(layer.input_shape[0], layer.filters, 1, bias=layer.bias)
    parameters = layer.to_file_shapes(layer.parameters)
    module.weight = parameter(parameters["weight"])
    if layer.bias:
        module.bias = parameter(parameters["bias"])
    return module


def _same_padding(layer: Convolution | DepthwiseConvolution) -> nn.ZeroPad2d:
    """TensorFlow's rule, which PyTorch does not have with a stride: as few zeros as it takes, the odd one behind."""
    borders = []
    for size, out in zip(layer.input_shape[:0:-1], layer.output_shape[:0:-1], strict=True):
        zeros = max((out - 1) * layer.stride + layer.kernel - size, 0)
        borders += [zeros // 2, zeros - zeros // 2]
    return nn.ZeroPad2d((borders[0], borders[1], borders[2], borders[3]))


def _dense(layer: Dense) -> nn.Linear:
    module = nn.Linear(layer.input_shape[0], layer.outputs)
    module.weight = parameter(layer.parameters["weight"].T)
    module.bias = parameter(layer.parameters["bias"])
    return module


def _normalization(layer: BatchNormalization) -> nn.BatchNorm2d:
    module = nn.BatchNorm2d(layer.input_shape[0])
    module.weight = parameter(layer.parameters["scale"])
    module.bias = parameter(layer.parameters["shift"])
    return module


MODULES = {
    Pixels: TorchPixels,
    Convolution: _convolution,
    DepthwiseConvolution: _convolution,
    PointwiseConvolution: _pointwise,
    Dense: _dense,
    BatchNormalization: _normalization,
    Bias: TorchBias,
    Standardization: TorchStandardization,
    LayerNormalization: TorchLayerNormalization,
    Flatten: lambda layer: TorchFlatten(),
    MaxPooling: lambda layer: nn.MaxPool2d(2),
    AveragePooling: lambda layer: nn.AvgPool2d(2),
    GlobalAveragePooling: lambda layer: TorchMean(),
    ReLU: lambda layer: nn.ReLU(),
    ReLU6: lambda layer: nn.ReLU6(),
    LeakyReLU: lambda layer: nn.LeakyReLU(layer.leak),
    Tanh: lambda layer: nn.Tanh(),
    Sigmoid: lambda layer: nn.Sigmoid(),
    GELU: lambda layer: nn.GELU(approximate="tanh"),
    Residual: TorchResidual,
}


def usual_order(layers: list[Layer]) -> list[Layer]:
    """Convolution with its bias, ReLU, pooling: how a PyTorch user writes what we order as pooling, bias, ReLU.

    Of both orders PyTorch is faster with this one in some settings and never slower by much; it is the one to beat.
    """
    result = list(layers)
    for i, layer in enumerate(result[:-3]):
        following = result[i + 1 : i + 4]
        if isinstance(layer, Convolution) and [type(x) for x in following] == [MaxPooling, Bias, ReLU]:
            with_bias = copy.copy(layer)
            with_bias.bias = True
            with_bias.parameters = {**layer.parameters, "bias": following[1].parameters["bias"]}
            result[i : i + 4] = [with_bias, following[2], following[0], following[0]]
    return [layer for i, layer in enumerate(result) if i == 0 or layer is not result[i - 1]]


def from_layer(layer: Layer) -> nn.Module:
    """The PyTorch module that does the same; dropout has none, its random numbers being its own."""
    return MODULES[type(layer)](layer)
