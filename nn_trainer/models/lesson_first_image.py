"""Which image the lesson begins with: the one that the network is least sure of, where a loss has something to show."""

from __future__ import annotations

import numpy as np

from nn_trainer.models.lesson_subject import LessonSubject

MOST_MULTIPLICATIONS = 1_500_000_000  # half a second; of a large network fewer images are looked at


def least_sure(subject: LessonSubject) -> int:
    """The index of the image whose highest probability is the lowest, of those that are looked at."""
    count = len(subject.labels)
    affordable = max(1, MOST_MULTIPLICATIONS // max(1, subject.network.multiplications))
    looked_at = np.arange(count)[:: -(-count // affordable)]
    highest = subject.probabilities(looked_at).max(axis=1)
    return int(looked_at[np.argmin(highest)])
