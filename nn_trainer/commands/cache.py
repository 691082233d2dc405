"""`nn-trainer cache`: how large the image cache is, clearing it, and what it may take."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace

from nn_trainer.commands.output import Output
from nn_trainer.data.cache.cache_settings import images_dir, most_bytes, read_settings, write_settings
from nn_trainer.data.cache.upkeep import cache_bytes, clear_cache, make_room
from nn_trainer.errors import NNTrainerError
from nn_trainer.i18n import _
from nn_trainer.wording import file_size


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `cache` takes."""
    parser.add_argument("--clear", action="store_true", help=_("remove all that is kept; your own images stay"))
    parser.add_argument(
        "--keep", choices=["yes", "no"], help=_("whether images of data sets are kept for the next time from now on")
    )
    parser.add_argument(
        "--limit",
        metavar="GB",
        type=_gigabytes,
        help=_("the gigabytes that the cache may take from now on; 'auto': a quarter of what the disk has free"),
    )


def run(arguments: Namespace, output: Output) -> int:
    """Do what is asked, then say how things stand."""
    settings = read_settings()
    if arguments.keep is not None:
        settings = replace(settings, keep=arguments.keep == "yes")
    if arguments.limit is not None:
        settings = replace(settings, gigabytes=arguments.limit if math.isfinite(arguments.limit) else None)
    try:
        if settings != read_settings():
            write_settings(settings)
        freed = clear_cache() if arguments.clear else 0
        make_room()
        size, folder = cache_bytes(), images_dir()
        most = most_bytes(size)
    except OSError as error:
        text = _("The image cache cannot be used ({error}). Check the disk and the folder of the cache.")
        raise NNTrainerError(text.format(error=error.strerror)) from error
    output.json({"folder": str(folder), "bytes": size, "freed": freed, "keep": settings.keep, "limit": int(most)})
    if arguments.clear:
        output.line(_("Removed: {size}").format(size=file_size(freed)))
    output.line(_("Kept: {size} in {folder}").format(size=file_size(size), folder=folder))
    if settings.keep:
        output.line(_("At most: {size}").format(size=file_size(most)))
    else:
        output.line(_("Images of data sets are not kept for the next time."))
    return 0


def _gigabytes(text: str) -> float:
    """A number of gigabytes, infinite for "auto"."""
    if text == "auto":
        return math.inf
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < math.inf:
        raise ArgumentTypeError(_("{text!r} is not a number of gigabytes").format(text=text))
    return value
