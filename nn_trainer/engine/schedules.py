"""Schedules: how the learning rate changes during a training."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import ClassVar

from nn_trainer.engine.records import EpochRecord
from nn_trainer.engine.training_state import Plain

SCHEDULES: dict[str, type[Schedule]] = {}  # all schedules by name


class Schedule(ABC):
    """The learning rate of each iteration, as a factor of the one that was set.

    `total` is the number of iterations of a training that is not stopped.
    """

    name: ClassVar[str]

    def __init_subclass__(cls) -> None:
        SCHEDULES[cls.name] = cls

    def __init__(self, total: int) -> None:
        self.total = total

    @abstractmethod
    def factor(self, iteration: int) -> float:
        """Return the factor for an iteration, counted from 1."""

    def note(self, epoch: EpochRecord) -> None:  # noqa: B027 most need not know
        """Take the record of an epoch into account; most schedules ignore it."""

    def state(self) -> dict[str, Plain]:
        """Return what this schedule remembers of the epochs, as plain values."""
        return {}

    def load_state(self, state: dict[str, Plain]) -> None:
        """Restore what `state` returned.  Raises ValueError for anything else."""
        if state:
            raise ValueError(f"the schedule {self.name} remembers nothing, not {', '.join(state)}")


class Constant(Schedule):
    """A constant rate."""

    name = "constant"

    def factor(self, iteration: int) -> float:
        return 1.0


class Step(Schedule):
    """A tenth of the rate after half of the training, a hundredth after three quarters.

    Source: the steps of Huang et al., "Densely connected convolutional networks", CVPR 2017, section 4.2.
    """

    name = "step"

    def factor(self, iteration: int) -> float:
        done = (iteration - 1) / self.total
        return 0.01 if done >= 0.75 else 0.1 if done >= 0.5 else 1.0


class Cosine(Schedule):
    """From the rate down to zero along half a cosine.

    Source: Loshchilov and Hutter, "SGDR", ICLR 2017, equation 5, without restarts.
    """

    name = "cosine"

    def factor(self, iteration: int) -> float:
        return (1 + math.cos(math.pi * (iteration - 1) / self.total)) / 2


class OneCycle(Schedule):
    """A warm-up from a 25th of the rate to the rate in the first 30 % of the training, then a cosine down to zero.

    Both parts are halves of a cosine.  Source: Smith and Topin, "Super-convergence", 2018.
    """

    name = "one-cycle"
    warm_up, start = 0.3, 1 / 25

    def factor(self, iteration: int) -> float:
        done = (iteration - 1) / self.total
        if done < self.warm_up:
            return self.start + (1 - self.start) * (1 - math.cos(math.pi * done / self.warm_up)) / 2
        return (1 + math.cos(math.pi * (done - self.warm_up) / (1 - self.warm_up))) / 2


class ReduceOnPlateau(Schedule):
    """Halves the rate when the loss has not fallen for three epochs.

    The loss is that on the validation images, or on the training images where there are none.
    """

    name = "plateau"
    patience, reduction = 3, 0.5

    def __init__(self, total: int) -> None:
        super().__init__(total)
        self._factor, self._lowest, self._waited = 1.0, math.inf, 0

    def factor(self, iteration: int) -> float:
        return self._factor

    def note(self, epoch: EpochRecord) -> None:
        """Count the epochs without a new lowest loss."""
        loss = epoch.train_loss if epoch.validation_loss is None else epoch.validation_loss
        if loss < self._lowest:
            self._lowest, self._waited = loss, 0
            return
        self._waited += 1
        if self._waited >= self.patience:
            self._factor, self._waited = self._factor * self.reduction, 0

    def state(self) -> dict[str, Plain]:
        """Return the factor, the lowest loss (None: none yet) and the epochs waited since."""
        lowest = self._lowest if math.isfinite(self._lowest) else None
        return {"factor": self._factor, "lowest": lowest, "waited": self._waited}

    def load_state(self, state: dict[str, Plain]) -> None:
        if set(state) != {"factor", "lowest", "waited"}:
            raise ValueError(f"the schedule {self.name} remembers factor, lowest and waited, not {', '.join(state)}")
        lowest = state["lowest"]
        self._factor, self._waited = float(state["factor"] or 0), int(state["waited"] or 0)
        self._lowest = math.inf if lowest is None else float(lowest)
