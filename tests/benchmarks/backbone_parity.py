"""Compare the backbone with the same network in PyTorch: features, and the logits of ImageNet's classes on them.

    python -m tests.benchmarks.backbone_parity [--write-golden]

PyTorch has to be installed beside; it is no dependency of the program.  It computes in float64 here, with batch
normalization as the weights' file has it.  Ends with exit status 1 if they differ.  `--write-golden` writes PyTorch's
features of the test pictures to the file that `tests/models/test_backbone.py` compares with.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import torch
from safetensors.numpy import save_file

from nn_trainer.models.pretrained.backbone import SIZES, load_backbone
from tests.benchmarks.torch_backbone import torch_backbone, torch_images
from tests.helpers.golden_pictures import GOLDEN, GOLDEN_SIZES, golden_pictures

LIMIT = 2e-5  # relative to the largest value


def difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest difference, relative to the largest value."""
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write-golden", action="store_true")
    arguments = parser.parse_args()
    module, backbone, golden, worst = torch_backbone().double(), load_backbone(), {}, 0.0
    for size in SIZES:
        rng = np.random.default_rng(size)
        pixels = np.concatenate([golden_pictures(size), rng.integers(0, 256, (2, size, size, 3), np.uint8)])
        ours = backbone.features(pixels)
        with torch.inference_mode():
            features = module(torch_images(pixels).double())
            theirs, logits = features.numpy(), module._fc(features).numpy()
            our_logits = module._fc(torch.from_numpy(ours).double()).numpy()
        differences = difference(ours, theirs), difference(our_logits, logits)
        agree = (our_logits.argmax(1) == logits.argmax(1)).mean()
        print(f"{size} pixels: features {differences[0]:.1e}, logits {differences[1]:.1e}, same class {agree:.0%}")
        worst = max(worst, *differences)
        if size in GOLDEN_SIZES:
            golden[str(size)] = theirs[: len(golden_pictures(size))].astype(np.float32)
    if arguments.write_golden:
        save_file(golden, GOLDEN)
    print("They are the same." if worst <= LIMIT else "They DIFFER.")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
