"""PyTorch as a contender in the speed benchmark, in every setting that may be its best."""

from __future__ import annotations

import os
from collections.abc import Callable

import torch
from torch import nn

from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.network import Network
from tests.benchmarks.speed_cases import Case
from tests.benchmarks.torch_networks import from_layer, usual_order

torch._dynamo.config.recompile_limit = 100  # once for each case and number of threads


def contenders(case: Case, network: Network) -> dict[str, Callable[[], None]]:
    """One iteration of each setting: threads 1 and all; NCHW and channels_last; fused Adam; compiled where it works."""
    cores = os.cpu_count() or 1
    layouts = [False] if case.hidden else [False, True]
    steps = {}
    for threads in dict.fromkeys((1, cores)):
        for channels_last in layouts:
            for compiled in (False, True):
                words = [f"{threads} thread{'s' * (threads > 1)}"]
                words += [] if case.hidden else ["channels_last" if channels_last else "NCHW"]
                words += ["compiled"] * compiled
                step = make_step(case, network, threads, channels_last, compiled)
                if step is not None:
                    steps[f"PyTorch, {', '.join(words)}"] = step
    return steps


def make_step(
    case: Case, network: Network, threads: int, channels_last: bool, compiled: bool
) -> Callable[[], None] | None:
    """One iteration; None if this machine cannot compile."""
    layers = [layer for layer in usual_order(network.layers) if not isinstance(layer, Pixels)]
    module: nn.Module = nn.Sequential(*map(from_layer, layers))
    x = torch.from_numpy(case.pixels).permute(0, 3, 1, 2).float().sub(127.5).div(64).contiguous()
    if channels_last:
        module, x = module.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    labels = torch.from_numpy(case.labels)
    optimizer = torch.optim.Adam(module.parameters(), 0.001, fused=True)
    loss_function = nn.CrossEntropyLoss()
    run = torch.compile(module) if compiled else module
    state = {"order": torch.randperm(len(x)), "at": 0}

    def step() -> None:
        torch.set_num_threads(threads)
        if state["at"] + case.batch > len(x):
            state["order"], state["at"] = torch.randperm(len(x)), 0
        batch = state["order"][state["at"] : state["at"] + case.batch]
        state["at"] += case.batch
        optimizer.zero_grad()
        loss = loss_function(run(x[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        loss.item()

    try:
        step()
    except Exception as error:
        if not compiled:
            raise
        print(f"PyTorch cannot compile here: {str(error).splitlines()[0][:100]}")
        return None
    return step
