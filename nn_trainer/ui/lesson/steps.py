"""The steps of the lesson, in their order: a new one is a file and a row here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nn_trainer.ui.lesson.inference.inference_step import InferenceStep
from nn_trainer.ui.lesson.inside.inside_step import InsideStep
from nn_trainer.ui.lesson.loop.training_loop_step import TrainingLoopStep
from nn_trainer.ui.lesson.plots.plots_step import PlotsStep
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.step_to_come import StepToCome

STEPS: tuple[Callable[[], LessonStep], ...] = (
    partial(StepToCome, "Labelled data", "lesson-1-labelled-data.md"),
    partial(StepToCome, "The loss", "lesson-2-loss.md"),
    partial(StepToCome, "Gradient descent", "lesson-3-gradient-descent.md"),
    partial(StepToCome, "The update", "lesson-4-update.md"),
    TrainingLoopStep,
    PlotsStep,
    InferenceStep,
    InsideStep,
)
