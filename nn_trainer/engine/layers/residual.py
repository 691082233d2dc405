"""The residual block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self, TypeVar

import numpy as np

from nn_trainer.engine.layers.base import InputLayer, Layer, Mode, Scratch
from nn_trainer.engine.layers.chain import Chain
from nn_trainer.engine.layers.memory_layout import Array, Shape, assign, phases

T = TypeVar("T")


class Residual(Layer):
    """y = branch(x) + shortcut(x); without a shortcut, y = branch(x) + x.

    The sum lets the gradient bypass the branch, so that deep networks train.  The branch must begin with a layer that
    does not overwrite its input, such as a convolution, since x is needed again for the sum; others are refused.

    Parameters and constants are those of the branch and the shortcut, by "branch.layer.parameter".
    Source: He et al., "Deep residual learning for image recognition", CVPR 2016.
    """

    def __init__(self, branch: Sequence[Layer], shortcut: Sequence[Layer] = ()) -> None:
        super().__init__()
        self.branch, self.shortcut = Chain(branch), Chain(shortcut)

    @property
    def chains(self) -> dict[str, Chain]:
        """Branch and shortcut by name, the shortcut only if it has layers."""
        return {"branch": self.branch, "shortcut": self.shortcut} if self.shortcut.layers else {"branch": self.branch}

    def shape_after(self, input_shape: Shape) -> Shape:
        """Return the shape after the branch, which the shortcut must match."""
        shapes = {name: self._build(chain, input_shape) for name, chain in self.chains.items()}
        if shapes["branch"] != shapes.get("shortcut", input_shape):
            raise ValueError(f"the branch gives {shapes['branch']}, the shortcut {shapes.get('shortcut', input_shape)}")
        return shapes["branch"]

    def _build(self, chain: Chain, input_shape: Shape) -> Shape:
        first = chain.layers[0] if chain.layers else None
        if first is None or isinstance(first, InputLayer):
            raise ValueError(f"the branch of {self.name} needs layers, and no input layer among them")
        if first.in_place and chain is self.branch:
            raise ValueError(
                f"the branch of {self.name} begins with the layer {first.kind}, which works in place, so that the "
                "input is lost before it can be added; begin with a convolution"
            )
        return chain.build(input_shape)

    def constant_shapes(self) -> dict[str, Shape]:
        return _prefixed({name: chain.constant_shapes() for name, chain in self.chains.items()})

    def make_constants(self) -> None:
        """Share the arrays of the inner layers, which have already made them."""
        self.constants = _prefixed({name: chain.constants() for name, chain in self.chains.items()})

    def parameter_shapes(self) -> dict[str, Shape]:
        return _prefixed({name: chain.parameter_shapes() for name, chain in self.chains.items()})

    def to_file_shapes(self, values: dict[str, Array]) -> dict[str, Array]:
        return _prefixed({name: chain.to_file_shapes(_part(name, values)) for name, chain in self.chains.items()})

    def take_parameters(self, values: dict[str, Array]) -> None:
        for name, chain in self.chains.items():
            chain.take_parameters(_part(name, values))
        super().take_parameters(values)

    def take_gradients(self, values: dict[str, Array]) -> None:
        super().take_gradients(values)
        for name, chain in self.chains.items():
            chain.take_gradients(_part(name, values))

    def initialize(self, rng: np.random.Generator) -> None:
        for chain in self.chains.values():
            chain.initialize(rng)

    def multiplications(self) -> int:
        return sum(layer.multiplications() for chain in self.chains.values() for layer in chain.layers)

    def replicate(self) -> Self:
        twin = super().replicate()
        twin.branch, twin.shortcut = self.branch.replicate(), self.shortcut.replicate()
        return twin

    def use_scratch(self, scratch: Scratch) -> None:
        for chain in self.chains.values():
            chain.use_scratch(scratch)

    def seed(self, rng: np.random.Generator) -> None:
        for chain in self.chains.values():
            chain.seed(rng)

    def merge_statistics(self, replicas: Sequence[Self]) -> None:
        for name, chain in self.chains.items():
            chain.merge_statistics([replica.chains[name] for replica in replicas])

    def derive(self) -> None:
        for chain in self.chains.values():
            chain.derive()

    def bind(self, y: Array, mode: Mode) -> Array:
        """The branch writes to y; the shortcut, if there is one, has its own buffers."""
        self.y = y
        self.x = self.branch.bind(y, mode)
        if self.shortcut.layers:
            self.by_shortcut = np.empty_like(y)
            self.x_shortcut = self.shortcut.bind(self.by_shortcut, mode)
        return self.x

    def bind_gradient(self, dx: Array | None) -> Array:
        """Both branch and shortcut need dy, so each gets a copy."""
        self.dx = dx
        self.dy_branch = self.branch.bind_gradient(dx)
        if self.shortcut.layers:
            self.dx_shortcut = np.empty(self.x_shortcut.shape, dx.dtype) if dx is not None else None
            self.dy_shortcut = self.shortcut.bind_gradient(self.dx_shortcut)
        return np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """Add the outputs of branch and shortcut."""
        self.branch.forward(x)
        if self.shortcut.layers:
            assign(self.x_shortcut, x)
            self.y += self.shortcut.forward(self.x_shortcut)
        else:
            add_maps(self.y, x)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """y is a sum, so dy goes back through branch and shortcut, and dL/dx is the sum of their results."""
        assert self.dy_branch is not None
        self.dy_branch[...] = dy
        self.branch.backward(self.dy_branch)
        by_shortcut: Array | None = dy
        if self.shortcut.layers:
            assert self.dy_shortcut is not None
            self.dy_shortcut[...] = dy
            by_shortcut = self.shortcut.backward(self.dy_shortcut)
        if self.dx is not None:
            assert by_shortcut is not None
            add_maps(self.dx, by_shortcut)
        return self.dx


def add_maps(target: Array, values: Array) -> None:
    """target += values; feature maps may differ in layout."""
    if target.ndim == values.ndim:
        target += values
        return
    for columns, part in zip(phases(target), phases(values), strict=True):
        columns += part


def _prefixed(parts: dict[str, dict[str, T]]) -> dict[str, T]:
    """{"branch": {"dense1.weight": a}} as {"branch.dense1.weight": a}."""
    return {f"{part}.{name}": value for part, values in parts.items() for name, value in values.items()}


def _part(part: str, values: dict[str, Array]) -> dict[str, Array]:
    """The inverse of `_prefixed` for one part."""
    return {name.removeprefix(f"{part}."): a for name, a in values.items() if name.startswith(f"{part}.")}
