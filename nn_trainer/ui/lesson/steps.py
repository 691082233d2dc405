"""The steps of the lesson, in their order: a new one is a file and a row here."""

from __future__ import annotations

from nn_trainer.ui.lesson.descent.step import DescentStep
from nn_trainer.ui.lesson.inference.step import InferenceStep
from nn_trainer.ui.lesson.inside.step import InsideStep
from nn_trainer.ui.lesson.labelled_data.step import LabelledDataStep
from nn_trainer.ui.lesson.loop.step import TrainingLoopStep
from nn_trainer.ui.lesson.loss.step import LossStep
from nn_trainer.ui.lesson.overfitting.step import OverfittingStep
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.update.step import UpdateStep

STEPS: tuple[type[LessonStep], ...] = (
    LabelledDataStep,
    LossStep,
    DescentStep,
    UpdateStep,
    TrainingLoopStep,
    OverfittingStep,
    InferenceStep,
    InsideStep,
)
