"""The steps of the lesson, in their order: a new one is a file and a row here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nn_trainer.ui.lesson.descent_step import DescentStep
from nn_trainer.ui.lesson.labelled_data_step import LabelledDataStep
from nn_trainer.ui.lesson.loss_step import LossStep
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.step_to_come import StepToCome
from nn_trainer.ui.lesson.update_step import UpdateStep

STEPS: tuple[Callable[[], LessonStep], ...] = (
    LabelledDataStep,
    LossStep,
    DescentStep,
    UpdateStep,
    partial(StepToCome, "Training loop", "lesson-5-training-loop.md"),
    partial(StepToCome, "The plots", "lesson-6-plots.md"),
    partial(StepToCome, "Inference", "lesson-7-inference.md"),
    partial(StepToCome, "Inside", "lesson-8-inside.md"),
)
