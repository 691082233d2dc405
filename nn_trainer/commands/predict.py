"""`nn-trainer predict`: class probabilities of images."""

from __future__ import annotations

import csv
import io
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nn_trainer.atomic import check_writable, write_atomically
from nn_trainer.commands.output import Output
from nn_trainer.data.archives.archive_kinds import is_archive
from nn_trainer.data.walk import walker_of
from nn_trainer.errors import DatasetError, ImageError, NNTrainerError
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.classifier import Classifier, load_classifier
from nn_trainer.paths import is_folder
from nn_trainer.wording import names_beside_numbers, number

_CHUNK = 64  # files whose pixels are in memory at a time
_SHOWN = 3  # classes on a line for people


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one file: its prediction or its error."""

    path: Path
    label: str = ""
    probabilities: dict[str, float] | None = None
    error: str = ""
    unlike_training: bool | None = None  # None: the model does not know

    def as_json(self) -> dict[str, Any]:
        """The row for --json."""
        if self.probabilities is None:
            return {"path": str(self.path), "error": self.error}
        row: dict[str, Any] = {"path": str(self.path), "label": self.label, "probabilities": self.probabilities}
        if self.unlike_training is not None:
            row["unlike_training"] = self.unlike_training
        return row


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `predict` takes."""
    parser.add_argument("model", metavar="MODEL", help=_("a model file"))
    parser.add_argument("images", metavar="IMAGE", nargs="+", help=_("image files, or folders or archives of them"))
    parser.add_argument(
        "--csv", metavar="FILE", help=_("also write a table: a row for each file, a column for each class")
    )


def run(arguments: Namespace, output: Output) -> int:
    """Predict; 1 if a file could not be used, after the others were."""
    classifier = load_classifier(arguments.model)
    if arguments.csv:
        _save_table(arguments.csv, None)  # fail before the work, not after it
    paths, rows = _find(arguments.images)
    for row in rows:
        _print(row, output)
    for row in _predict(classifier, paths, output):
        rows.append(row)
        _print(row, output)
    output.json([row.as_json() for row in rows])
    if arguments.csv:
        _save_table(arguments.csv, _table(classifier, rows))
    failed = sum(row.probabilities is None for row in rows)
    if failed:
        text = ngettext(
            "{failed} of {count} file could not be used.", "{failed} of {count} files could not be used.", len(rows)
        )
        output.warn(text.format(failed=number(failed), count=number(len(rows))))
    return 1 if failed else 0


def _find(named: Sequence[str]) -> tuple[list[Path], list[Row]]:
    """The files that are named, folders walked, and a row for each folder of which nothing can be used."""
    paths: list[Path] = []
    failed: list[Row] = []
    for path in map(Path, named):
        if not is_folder(path) and not is_archive(path):
            paths.append(path)
            continue
        try:
            walker = walker_of(path)
        except DatasetError as error:
            failed.append(Row(path, error=str(error)))
            continue
        pictures = walker.images(path)
        paths += [picture.path for picture in pictures]
        failed += [Row(p.path, error=f"{p.reason}. {p.action}.") for p in walker.problems]
        if not pictures and not walker.problems:
            failed.append(Row(path, error=_("There are no images in it. Name another.")))
    return paths, failed


def _predict(classifier: Classifier, paths: Sequence[Path], output: Output) -> Iterator[Row]:
    """A row for each file, in order."""
    with output.task("image") as task:
        for start in range(0, len(paths), _CHUNK):
            chunk = paths[start : start + _CHUNK]
            for path, result in zip(chunk, classifier.predict_many(chunk), strict=True):
                if isinstance(result, ImageError):
                    yield Row(path, error=f"{result.reason}. {result.action}.")
                else:
                    yield Row(path, result.label, result.probabilities, unlike_training=result.unlike_training)
            task.progress(start + len(chunk), len(paths), _("Predicting"))


def _print(row: Row, output: Output) -> None:
    """A line for people; what went wrong goes to standard error."""
    if row.probabilities is None:
        if not output.as_json:
            output.warn(f"{row.path}: {row.error}")
        return
    ranked = sorted(row.probabilities.items(), key=lambda item: -item[1])
    names = names_beside_numbers(list(row.probabilities))
    shown = dict(zip(row.probabilities, names, strict=True))
    shares = ", ".join(f"{shown[name]} {share:.1%}" for name, share in ranked[:_SHOWN])
    if row.unlike_training:
        shares = _("{shares} (unlike the training images)").format(shares=shares)
    output.line(f"{row.path}: {shares}")


def _table(classifier: Classifier, rows: Sequence[Row]) -> str:
    """The rows as CSV: path, label, a column for each class, unlike_training if the model knows, error."""
    names = classifier.class_names
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    known = classifier.novelty is not None
    writer.writerow(["path", "label", *names, *["unlike_training"] * known, "error"])
    for row in rows:
        shares = row.probabilities.values() if row.probabilities else [""] * len(names)
        unlike = "" if row.unlike_training is None else str(row.unlike_training).lower()
        writer.writerow([row.path, row.label, *shares, *[unlike] * known, row.error])
    return text.getvalue()


def _save_table(path: str, table: str | None) -> None:
    """Write the table, or only see whether that can be done."""
    try:
        if table is None:
            check_writable(Path(path))
        else:
            write_atomically(Path(path), table.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise NNTrainerError(
            _("The table cannot be saved as {path}: {reason}. Choose another folder or name.").format(
                path=path, reason=reason
            )
        ) from error
