"""A training as stages that follow each other: what each works on, and the network that it begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nn_trainer.arrays import Indices
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.inputs import Samples
from nn_trainer.engine.network import Network
from nn_trainer.engine.training_state import TrainingState
from nn_trainer.models.figures import Figures
from nn_trainer.models.novelty import Novelty
from nn_trainer.models.pretrained.backbone import Backbone


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One training of one network.

    `make_network` makes the network with the weights that the stage begins with, from that of the stage before, which
    is not changed; the first stage is given None.
    """

    config: TrainingConfig
    training: Samples
    validation: Samples
    make_network: Callable[[Network | None], Network]


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """All that is known before the first iteration."""

    stages: tuple[Stage, ...]  # one, or two if blocks of the backbone are trained too
    training: Indices  # in the data set
    validation: Indices
    backbone: Backbone | None = None  # what made features of the images, if the network takes those
    novelty: Novelty | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FittingState:
    """All that a training remembers between two records; the arrays are copies."""

    config: TrainingConfig
    fingerprint: str  # of the data set
    stage: int  # which of `Fitting.stages`, from 0
    training: TrainingState  # of that stage
    figures: Figures  # of the last whole epoch
