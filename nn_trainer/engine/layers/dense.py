"""The dense (fully connected) layer."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.memory_layout import Array, Shape, array_shape


class Dense(Layer):
    """y = W^T x + b, for each sample a column of x (inputs, samples) and of y (outputs, samples).

    Parameters: weight (inputs, outputs), bias (outputs,).
    """

    ranks = (1,)

    def __init__(self, outputs: int, initializer: str = "he") -> None:
        super().__init__()
        self.outputs = outputs
        self.initializer = initializer

    def shape_after(self, input_shape: Shape) -> Shape:
        """(inputs,) becomes (outputs,)."""
        return (self.outputs,)

    def parameter_shapes(self) -> dict[str, Shape]:
        """weight (inputs, outputs) and bias (outputs,)."""
        return {"weight": (self.input_shape[0], self.outputs), "bias": (self.outputs,)}

    def initialize(self, rng: np.random.Generator) -> None:
        """Random weights by the chosen initializer, biases zero."""
        weight = self.parameters["weight"]
        weight[...] = INITIALIZERS[self.initializer](rng, weight.shape, *weight.shape)
        self.parameters["bias"][...] = 0

    def multiplications(self) -> int:
        """Return one for each weight."""
        return self.input_shape[0] * self.outputs

    def bind(self, y: Array, mode: Mode) -> Array:
        """Keep the input in its own buffer until `backward` has used it."""
        self.y = y
        self.x = np.empty(array_shape(self.input_shape, y.shape[-1]), y.dtype)
        return self.x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy needs its own buffer, since dx has another shape."""
        self.dx = dx
        return np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        np.matmul(self.parameters["weight"].T, x, out=self.y)
        self.y += self.parameters["bias"][:, None]
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of weight and bias and return dx.

        y_o = sum_i W_io x_i + b_o, so by the chain rule, summed over the samples s:
        dL/dW_io = sum_s x_is dy_os,  dL/db_o = sum_s dy_os,  dL/dx_i = sum_o W_io dy_o.
        """
        np.matmul(self.x, dy.T, out=self.gradients["weight"])
        np.sum(dy, axis=1, out=self.gradients["bias"])
        if self.dx is not None:
            np.matmul(self.parameters["weight"], dy, out=self.dx)
        return self.dx
