"""Train an image classifier on your own images, watch it learn, and use it.

    dataset = nn_trainer.load_dataset("pets", image_size=64)
    classifier = nn_trainer.train(dataset, preset="cnn", epochs=5)
    classifier.predict("cat.jpg").probabilities

What the names need is loaded when they are first used; Qt never is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nn_trainer import errors

if TYPE_CHECKING:
    from nn_trainer.data.dataset import load_dataset
    from nn_trainer.models.classifier import load_classifier
    from nn_trainer.models.fitting import train
    from nn_trainer.paths import sample_dataset_path

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "errors",
    "load_classifier",
    "load_dataset",
    "sample_dataset_path",
    "train",
]

_HOMES = {
    "load_dataset": "nn_trainer.data.dataset",
    "train": "nn_trainer.models.fitting",
    "load_classifier": "nn_trainer.models.classifier",
    "sample_dataset_path": "nn_trainer.paths",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
