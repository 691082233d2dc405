"""What an array holds, for signatures: images, labels or indices.

NumPy's types tell the kind of number and not the number of axes: shapes stand in docstrings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PixelArray = NDArray[np.uint8]  # images as files give them, 0 to 255, channels last
Labels = NDArray[np.int64]  # the class of each image, from 0
Indices = NDArray[np.int64]  # which images of a data set, or rows of another array, in this order
