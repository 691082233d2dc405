"""What a command writes: results to standard output, warnings and progress to standard error."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TextIO

from nn_trainer.data.problems import display_path
from nn_trainer.work import Task


class Output:
    """Where a command writes.  With `as_json` only `json` reaches standard output, else only `line`.

    When nobody reads standard output any more, or it cannot be written, the command goes on to its end, so that no
    work is lost; `error` then says why the output is not whole (None for a reader that simply left).
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self.error: OSError | None = None
        self._open = True

    def line(self, text: str = "") -> None:
        """Write a line for people."""
        if not self.as_json:
            self._write(display_path(text))

    def json(self, value: Any) -> None:
        """Write a value as one line of JSON."""
        if self.as_json:
            self._write(json.dumps(_plain(value), allow_nan=False))

    def warn(self, text: str) -> None:
        """Write a line to standard error."""
        from tqdm import tqdm

        with tqdm.external_write_mode(file=sys.stderr):
            _write_safely(sys.stderr, display_path(text))

    @contextmanager
    def task(self, unit: str = "") -> Iterator[Task]:
        """A task that is shown as a bar on standard error, if that is a terminal."""
        if not sys.stderr.isatty():
            yield Task()
            return
        from tqdm import tqdm

        bar: tqdm[NoReturn] | None = None
        shown = ""  # what the bar is of

        def show(done: int, total: int, what: str) -> None:
            nonlocal bar, shown
            if bar is None or what != shown:
                if bar is not None:
                    bar.close()
                shown = what
                bar = tqdm(desc=what, unit=unit, leave=False, dynamic_ncols=True, delay=0.5)
            bar.total = total or None
            bar.update(done - bar.n)

        try:
            yield Task(show)
        finally:
            if bar is not None:
                bar.close()

    def _write(self, text: str) -> None:
        """Write a line to standard output at once, as long as it can be written."""
        if not self._open:
            return
        try:
            if sys.stderr.isatty():
                from tqdm import tqdm

                with tqdm.external_write_mode(file=sys.stdout):
                    _write_safely(sys.stdout, text)
            else:
                _write_safely(sys.stdout, text)
        except OSError as error:
            self._open = False
            if not isinstance(error, BrokenPipeError):
                self.error = error
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - what is left in the buffer goes there
                os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _write_safely(stream: TextIO, text: str) -> None:
    """Write a line, with escapes for what the stream's encoding lacks."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()


def _plain(value: Any) -> Any:
    """The value with null in place of floats that JSON cannot say."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
