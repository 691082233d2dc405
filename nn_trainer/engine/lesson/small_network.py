"""A two-layer network of a few neurons, with every number of one iteration kept: backpropagation by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.layers import Array, Layer
from nn_trainer.engine.layers.activations import ReLU, Sigmoid, Tanh
from nn_trainer.engine.layers.base import TRAINING
from nn_trainer.engine.layers.dense import Dense
from nn_trainer.engine.losses import LOSSES, softmax
from nn_trainer.engine.network import Network
from nn_trainer.engine.optimizers import SGD

INPUTS, HIDDEN, CLASSES = 2, 2, 2
ACTIVATIONS: dict[str, type[Layer]] = {"sigmoid": Sigmoid, "relu": ReLU, "tanh": Tanh}


@dataclass(frozen=True, eq=False, slots=True)
class Numbers:
    """Every number of one iteration with one sample. W[i, j] leads from value i to neuron j of the next layer.

    The gradient of the loss with respect to a number is written d, then its name.
    """

    x: Array  # (INPUTS,)
    w1: Array  # (INPUTS, HIDDEN)
    b1: Array  # (HIDDEN,)
    z1: Array
    a1: Array  # the activation of z1
    w2: Array  # (HIDDEN, CLASSES)
    b2: Array  # (CLASSES,)
    z2: Array  # the logits
    predicted: Array  # y', the softmax of z2
    y: Array  # one-hot
    loss: float
    dz2: Array  # delta of the output layer
    dw2: Array
    db2: Array
    da1: Array
    slope1: Array  # da1/dz1
    dz1: Array  # delta of the hidden layer
    dw1: Array
    db1: Array
    learning_rate: float
    w1_after: Array
    b1_after: Array
    w2_after: Array
    b2_after: Array


class SmallNetwork:
    """A small network in float64, of the same layers, losses and optimizer as large networks."""

    def __init__(self, activation: str = "sigmoid", loss: str = "cross-entropy") -> None:
        self.activation, self.loss = activation, loss
        layers = [Dense(HIDDEN), ACTIVATIONS[activation](), Dense(CLASSES)]
        self._network = Network(layers, (INPUTS,), dtype=np.float64)
        self._gradient = np.zeros_like(self._network.weights)
        self._chain = self._network.chain.replicate()
        self._x = self._chain.bind(np.empty((CLASSES, 1)), TRAINING)
        self._chain.take_gradients(self._network.split(self._gradient))
        dlogits = self._chain.bind_gradient(np.empty((INPUTS, 1)))
        assert dlogits is not None
        self._dlogits = dlogits

    @property
    def weights(self) -> dict[str, Array]:
        """The weights under the names w1, b1, w2 and b2: writable views."""
        return _named(self._network.split(self._network.weights))

    def run_iteration(self, x: Array, label: int, learning_rate: float) -> Numbers:
        """One iteration with one sample x (INPUTS,) of class `label`; changes the weights."""
        first, activation, second = self._chain.layers
        before = _copies(self._network.weights, self._network)
        self._x[:, 0] = x
        out = first.forward(self._x)
        z1 = out.copy()  # the activation works in place
        out = activation.forward(out)
        a1 = out.copy()
        z2 = second.forward(out).copy()
        losses, dz2 = LOSSES[self.loss]().of_samples(z2, np.array([label]))
        self._dlogits[...] = dz2
        back = second.backward(self._dlogits)
        assert back is not None
        da1 = back.copy()
        slope = np.array(activation.slope, np.float64)  # type: ignore[attr-defined]
        back = activation.backward(back)
        assert back is not None
        dz1 = back.copy()
        first.backward(back)
        gradients = _copies(self._gradient, self._network)
        SGD(self._network.weights, learning_rate).step(self._network.weights, self._gradient)
        after = _copies(self._network.weights, self._network)
        return Numbers(
            x=np.array(x, np.float64),
            z1=z1[:, 0],
            a1=a1[:, 0],
            z2=z2[:, 0],
            predicted=softmax(z2)[:, 0],
            y=np.eye(CLASSES)[label],
            loss=float(losses[0]),
            dz2=dz2[:, 0],
            da1=da1[:, 0],
            slope1=slope[:, 0],
            dz1=dz1[:, 0],
            learning_rate=learning_rate,
            **before,
            **{f"d{name}": array for name, array in gradients.items()},
            **{f"{name}_after": array for name, array in after.items()},
        )


def _copies(vector: Array, network: Network) -> dict[str, Array]:
    """The parts of a flat vector of weights or gradients, under short names."""
    return {name: array.copy() for name, array in _named(network.split(vector)).items()}


def _named(parts: dict[str, Array]) -> dict[str, Array]:
    short = {"dense1.weight": "w1", "dense1.bias": "b1", "dense2.weight": "w2", "dense2.bias": "b2"}
    return {short[name]: array for name, array in parts.items()}
