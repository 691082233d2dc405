"""Max-pooling over 2x2 pixels."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.memory_layout import Array, Shape, assign, paired_shape


class MaxPooling(Layer):
    """Each 2x2 square of pixels becomes its largest value; an odd last row or column is left out.

    y[c, r, q] = max of x[c, 2r, 2q], x[c, 2r, 2q + 1], x[c, 2r + 1, 2q], x[c, 2r + 1, 2q + 1]

    It takes two steps, rows, then columns, and keeps who won each: the gradient goes to one winner, the first
    where values are equal, also in flat parts of an image where all four are.
    """

    ranks = (3,)

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels, height // 2, width // 2)."""
        channels, height, width = input_shape
        if min(height, width) < 2:
            raise ValueError(f"max-pooling needs 2x2 pixels, the feature map has {height}x{width}")
        return channels, height // 2, width // 2

    def bind(self, y: Array, mode: Mode) -> Array:
        """The input has its own buffer; if the mode has a backward pass, the winners are kept."""
        self.y = y
        self.keeps_winners = mode.backward
        x = np.empty(paired_shape(self.input_shape, y.shape[-1]), y.dtype)
        self.upper, self.lower = upper_and_lower(x)
        self.rows = np.empty(self.upper.shape, y.dtype)
        self.left, self.right = left_and_right(self.rows)
        # Where y is wanted in pairs, it is made in its natural order and then copied: that takes less time.
        self.natural_y = y if y.ndim == 4 else np.empty(self.left.shape, y.dtype)
        if mode.backward:
            self.lower_won = np.empty(self.rows.shape, bool)
            self.right_won = np.empty(self.left.shape, bool)
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy has its own buffer, a quarter of the size of dx."""
        self.dx = dx
        if dx is not None:
            clear_odd_edges(dx)
            self.dupper, self.dlower = upper_and_lower(dx)
            self.drows = np.zeros(self.rows.shape, self.rows.dtype)  # an odd last column keeps this
            self.dleft, self.dright = left_and_right(self.drows)
            self.natural_dy = np.empty(self.left.shape, self.y.dtype)
        return np.empty(self.y.shape, self.y.dtype)

    def forward(self, x: Array) -> Array:
        """Take the larger of each two rows, then the larger of each two columns of the result."""
        np.maximum(self.upper, self.lower, out=self.rows)
        np.maximum(self.left, self.right, out=self.natural_y)
        if self.keeps_winners:
            np.greater(self.lower, self.upper, out=self.lower_won)
            np.greater(self.right, self.left, out=self.right_won)
        if self.natural_y is not self.y:
            assign(self.y, self.natural_y)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Send the gradient back to the winners.

        y equals the winner, so dL/dx = dy for it; the others do not move y, so dL/dx = 0 for them.
        What the winner gets is dy times 1, the other gets dy minus that: exactly dy or exactly 0.
        """
        if self.dx is not None:
            if dy.ndim == 5:
                assign(self.natural_dy, dy)
                dy = self.natural_dy
            np.multiply(dy, self.right_won, out=self.dright)
            np.subtract(dy, self.dright, out=self.dleft)
            np.multiply(self.drows, self.lower_won, out=self.dlower)
            np.subtract(self.drows, self.dlower, out=self.dupper)
        return self.dx


def upper_and_lower(maps: Array) -> tuple[Array, Array]:
    """Views of the upper and of the lower row of each pair; an odd last row is left out."""
    rows = maps.shape[-4]
    return maps[..., 0 : rows - rows % 2 : 2, :, :, :], maps[..., 1::2, :, :, :]


def left_and_right(maps: Array) -> tuple[Array, Array]:
    """Views (rows, channels, columns, samples) of the left and of the right column of each pair; as above."""
    if maps.ndim == 5:
        return maps[0], maps[1]
    columns = maps.shape[2]
    return maps[:, :, 0 : columns - columns % 2 : 2], maps[:, :, 1::2]


def clear_odd_edges(dx: Array) -> None:
    """Set an odd last row or column to zero: no pair has it, so no gradient is ever written there."""
    if dx.shape[-4] % 2:
        dx[..., -1, :, :, :] = 0
    if dx.ndim == 4 and dx.shape[2] % 2:
        dx[:, :, -1] = 0
