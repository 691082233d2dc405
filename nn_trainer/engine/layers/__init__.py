"""One kind of layer per file.  Importing this package registers every layer in `LAYERS`."""

import importlib
import pkgutil

from nn_trainer.engine.layers.base import LAYERS, Layer
from nn_trainer.engine.layers.memory_layout import Array, Shape, array_shape, assign, natural_order, paired_shape

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["LAYERS", "Array", "Layer", "Shape", "array_shape", "assign", "natural_order", "paired_shape"]
