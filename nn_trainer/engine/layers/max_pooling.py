"""Max-pooling over 2x2 pixels."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import Array, Layer, Shape, paired_shape, phases


class MaxPooling(Layer):
    """Each 2x2 square of pixels becomes its largest value; an odd last row or column is left out.

    y[c, r, q] = max of x[c, 2r, 2q], x[c, 2r, 2q + 1], x[c, 2r + 1, 2q], x[c, 2r + 1, 2q + 1]

    It takes two steps, rows, then columns, and keeps who won each: the gradient goes to one winner, the first
    where values are equal, also in flat parts of an image where all four are.
    """

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels, height // 2, width // 2)."""
        channels, height, width = input_shape
        if min(height, width) < 2:
            raise ValueError(f"max-pooling needs 2x2 pixels, the feature map has {height}x{width}")
        return channels, height // 2, width // 2

    def bind(self, y: Array, training: bool) -> Array:
        """The input has its own buffer; in training the winners are kept."""
        self.y = y
        self.training = training
        x = np.empty(paired_shape(self.input_shape, y.shape[-1]), y.dtype)
        height = 2 * len(y)
        self.upper, self.lower = x[0:height:2], x[1:height:2]
        self.rows = np.empty(self.upper.shape, y.dtype)
        self.pairs = self._pairs(y, self.rows)
        if training:
            self.lower_won = np.empty(self.rows.shape, bool)
            self.right_won = np.empty(y.shape, bool)
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy has its own buffer, a quarter of the size of dx."""
        self.dx = dx
        dy = np.empty(self.y.shape, self.y.dtype)
        if dx is not None:
            dx[...] = 0  # an odd last row or column keeps this
            height = 2 * len(self.y)
            self.dupper, self.dlower = dx[0:height:2], dx[1:height:2]
            self.drows = np.zeros_like(self.rows)
            self.dpairs = self._pairs(dy, self.drows)
        return dy

    @staticmethod
    def _pairs(maps: Array, rows: Array) -> list[tuple[Array, Array, Array]]:
        """Views of the columns of y, and of the left and right columns of x that become them, phase by phase."""
        targets = phases(maps)
        width = sum(part.shape[2] for part in targets)
        left, right = phases(rows) if rows.ndim == 5 else (rows[:, :, 0 : 2 * width : 2], rows[:, :, 1 : 2 * width : 2])
        step = len(targets)
        return [(part, left[:, :, i::step], right[:, :, i::step]) for i, part in enumerate(targets)]

    def forward(self, x: Array) -> Array:
        """The larger of each two rows, then the larger of each two columns of those."""
        np.maximum(self.upper, self.lower, out=self.rows)
        for y, left, right in self.pairs:
            np.maximum(left, right, out=y)
        if self.training:
            np.greater(self.lower, self.upper, out=self.lower_won)
            for won, (_, left, right) in zip(phases(self.right_won), self.pairs, strict=True):
                np.greater(right, left, out=won)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Send the gradient back to the winners.

        y equals the winner, so dL/dx = dy for it; the others do not move y, so dL/dx = 0 for them.
        What the winner gets is dy times 1, the other gets dy minus that: exactly dy or exactly 0.
        """
        if self.dx is not None:
            for won, (part, dleft, dright) in zip(phases(self.right_won), self.dpairs, strict=True):
                np.multiply(part, won, out=dright)
                np.subtract(part, dright, out=dleft)
            np.multiply(self.drows, self.lower_won, out=self.dlower)
            np.subtract(self.drows, self.dlower, out=self.dupper)
        return self.dx
