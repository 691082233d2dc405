"""Sentences that several parts of the window say alike."""

from __future__ import annotations

import logging

from nn_trainer.errors import NNTrainerError

log = logging.getLogger(__name__)


def progress_text(done: int, total: int, what: str) -> str:
    """How far something is; `total` 0 when nobody knows yet."""
    return f"{what} {done:,} of {total:,}" if total else f"{what}…"


def sentence_of(error: Exception) -> str:
    """The message of an expected error; of another what it is and where more stands."""
    if isinstance(error, NNTrainerError):
        return str(error)
    log.debug("Shown as unexpected: %r", error)
    return (
        f"Something went wrong in the program: {error or type(error).__name__}. The details are in the log (Help menu)."
    )
