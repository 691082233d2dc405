"""The steps of the lesson, in their order: a new one is a file and a row here."""

from __future__ import annotations

from nn_trainer.ui.lesson.descent_step import DescentStep
from nn_trainer.ui.lesson.inference.inference_step import InferenceStep
from nn_trainer.ui.lesson.inside.inside_step import InsideStep
from nn_trainer.ui.lesson.labelled_data_step import LabelledDataStep
from nn_trainer.ui.lesson.loop.training_loop_step import TrainingLoopStep
from nn_trainer.ui.lesson.loss_step import LossStep
from nn_trainer.ui.lesson.plots.plots_step import PlotsStep
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.update_step import UpdateStep

STEPS: tuple[type[LessonStep], ...] = (
    LabelledDataStep,
    LossStep,
    DescentStep,
    UpdateStep,
    TrainingLoopStep,
    PlotsStep,
    InferenceStep,
    InsideStep,
)
