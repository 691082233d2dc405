"""Which of a classifier's classes those of a data set are: matched by name, in whatever order either has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nn_trainer.arrays import Labels
from nn_trainer.data.problems import class_name_of


def labels_by_name(names: Sequence[str], class_names: Sequence[str]) -> Labels:
    """(len(names),) the label in `class_names` of the class that has each of the names; -1 where there is none.

    A data set has its names as `class_name_of` gives them, with composed accents; a classifier made by another program,
    or on a Mac, may have them decomposed, and they look the same.
    """
    label_of = {class_name_of(name): label for label, name in reversed(list(enumerate(class_names)))}
    label_of |= {name: label for label, name in enumerate(class_names)}
    labels = (label_of.get(name, label_of.get(class_name_of(name), -1)) for name in names)
    matched: Labels = np.fromiter(labels, np.int64, len(names))
    return matched
