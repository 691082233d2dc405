"""`python -m nn_trainer` is the same as `nn-trainer`."""

import sys

from nn_trainer.cli import main

sys.exit(main())
