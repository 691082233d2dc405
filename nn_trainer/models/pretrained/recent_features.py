"""Features of the images that were predicted last, for the next classifier that sees them.

While training goes on, the images in the Predict tab are predicted again and again: the head changes, and the features
do not.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import PixelArray
from nn_trainer.models.pretrained.backbone import Backbone
from nn_trainer.models.pretrained.feature_cache import feature_key

MOST = 1000  # images, at 5 kB each, or at 38 kB with the maps of a fine-tuned classifier

_lock = threading.Lock()
_known: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()  # the last used at the end


def recent_features(backbone: Backbone, images: Sequence[PixelArray], blocks: int = 0) -> NDArray[np.float32]:
    """Features (N, 1280) of images (size, size, 3); those that are not known are computed. From any thread.

    With `blocks` it is the maps (N, numbers) that the last blocks take.
    """
    keys = [feature_key(image, f"{backbone.hash} {blocks}") for image in images]
    with _lock:
        features = {key: _known[key] for key in keys if key in _known}
    missing = {key: image for key, image in zip(keys, images, strict=True) if key not in features}
    if missing:
        compute = partial(backbone.maps, blocks=blocks) if blocks else backbone.features
        features.update(zip(missing, compute(np.stack([*missing.values()])), strict=True))
    with _lock:
        for key in keys:
            _known[key] = features[key].copy()
            _known.move_to_end(key)
        while len(_known) > MOST:
            _known.popitem(last=False)
    return np.stack([features[key] for key in keys])
