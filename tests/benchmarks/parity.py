"""Compare this engine with PyTorch: each layer, and 50 iterations of whole networks from the same weights.

    python -m tests.benchmarks.parity

PyTorch has to be installed beside; it is no dependency of the program.  Ends with exit status 1 if they differ.
"""

from __future__ import annotations

import sys

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import nn

from nn_trainer.engine.architectures import PRESETS
from nn_trainer.engine.layers import LAYERS, array_shape, assign, natural_order
from nn_trainer.engine.layers.base import TRAINING
from nn_trainer.engine.layers.chain import Chain
from nn_trainer.engine.layers.dropout import Dropout
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Network, Replica
from nn_trainer.engine.optimizers import OPTIMIZERS
from tests.benchmarks.torch_networks import from_chain, from_layer
from tests.engine.test_layers import EXAMPLES, NOT_TRAINED_THROUGH

ITERATIONS = 50
TORCH_OPTIMIZERS = {
    "sgd": lambda p, rate: torch.optim.SGD(p, rate),
    "momentum": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9),
    "nesterov": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9, nesterov=True),
    "rmsprop": lambda p, rate: torch.optim.RMSprop(p, rate),
    "adam": lambda p, rate: torch.optim.Adam(p, rate),
    "adamw": lambda p, rate: torch.optim.AdamW(p, rate, weight_decay=0.01),
}


def difference(ours: np.ndarray, theirs: torch.Tensor) -> float:
    """The largest difference, relative to the largest value."""
    other = theirs.detach().numpy()
    return float(np.abs(ours - other).max() / max(np.abs(other).max(), 1e-12))


def to_torch(x: np.ndarray) -> torch.Tensor:
    """From our order of axes to (N, channels, height, width) or (N, features)."""
    turned = x.transpose(3, 1, 0, 2) if x.ndim == 4 else x.T
    return torch.from_numpy(np.ascontiguousarray(turned))


def compare_layer(make, shape) -> float:
    """Forward and dL/dx of one layer in training."""
    chain, samples = Chain([make()]), 6
    rng = np.random.default_rng(0)
    output_shape = chain.build(shape)
    chain.take_parameters({n: rng.standard_normal(s).astype(np.float32) for n, s in chain.parameter_shapes().items()})
    chain.take_gradients({n: np.zeros(s, np.float32) for n, s in chain.parameter_shapes().items()})
    slot = chain.bind(np.zeros(array_shape(output_shape, samples), np.float32), TRAINING)
    dx = np.zeros(slot.shape, np.float32)
    dy_slot = chain.bind_gradient(dx)
    x = rng.standard_normal(array_shape(shape, samples)).astype(np.float32)
    dy = rng.standard_normal(array_shape(output_shape, samples)).astype(np.float32)
    chain.derive()
    assign(slot, x)
    ours = np.array(chain.forward(slot))
    assign(dy_slot, dy)
    chain.backward(dy_slot)
    dx = natural_order(dx)
    module = from_layer(chain.layers[0])
    if isinstance(module, nn.BatchNorm2d) and x.ndim == 2:
        return 0.0  # the same code as for feature maps
    module.train()
    their_x = to_torch(x).requires_grad_(True)
    theirs = module(their_x)
    theirs.backward(to_torch(dy))
    return max(difference(to_torch(ours).numpy(), theirs), difference(to_torch(dx).numpy(), their_x.grad))


def compare_training(preset: str, optimizer: str, loss_name: str) -> float:
    """The largest difference of the losses of 50 iterations, relative to the loss."""
    shape, classes, rng = (28, 28, 1), 10, np.random.default_rng(1)
    layers = [Pixels((80.0,), (64.0,)), *PRESETS[preset](shape, classes, 0.0)]
    network = Network(layers, shape, seed=2, dtype=np.float64)  # rounding grows from iteration to iteration
    module = from_chain(network.chain).double()
    rate = OPTIMIZERS[optimizer].usual_learning_rate / 5
    ours = OPTIMIZERS[optimizer](network.weights, rate, OPTIMIZERS[optimizer].usual_weight_decay)
    theirs = TORCH_OPTIMIZERS[optimizer](module.parameters(), rate)
    loss, worst = LOSSES[loss_name](), 0.0
    replica = Replica(network, 32, TRAINING)
    for _ in range(ITERATIONS):
        pixels, labels = rng.integers(0, 256, (32, *shape), np.uint8), rng.integers(0, classes, 32)
        value, dlogits = loss(replica.forward(pixels), labels)
        replica.backward(dlogits)
        ours.step(network.weights, replica.gradient)
        logits, target = module(torch.from_numpy(pixels).double()), torch.from_numpy(labels)
        if loss_name == "mse":
            error = torch.softmax(logits, 1) - nn.functional.one_hot(target, classes)
            their_loss = error.square().sum(1).mean()
        else:
            their_loss = nn.functional.cross_entropy(logits, target)
        theirs.zero_grad()
        their_loss.backward()
        theirs.step()
        worst = max(worst, abs(value - their_loss.item()) / their_loss.item())
    return worst


def main() -> int:
    rows = [
        (f"{make().kind} {shape}", compare_layer(make, shape), 2e-4)
        for make, shape in EXAMPLES
        if not isinstance(make(), Dropout)
    ]
    compared = {name.split()[0] for name, _, _ in rows}
    assert compared == set(LAYERS) - NOT_TRAINED_THROUGH - {"Dropout"}, "a layer is missing"
    for preset in PRESETS:
        for optimizer in OPTIMIZERS:
            for loss in LOSSES:
                name = f"{ITERATIONS} iterations: {preset}, {optimizer}, {loss}"
                rows.append((name, compare_training(preset, optimizer, loss), 1e-6))
    for name, value, limit in rows:
        print(f"{name:60} {value:.1e}  {'' if value <= limit else 'DIFFERS'}")
    return int(any(value > limit for _, value, limit in rows))


if __name__ == "__main__":
    with threadpool_limits(1):
        sys.exit(main())
