"""The command line: `nn-trainer` opens the window; its headless commands never load Qt."""

from __future__ import annotations

import os
import stat
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module

import nn_trainer
from nn_trainer.commands.output import Output
from nn_trainer.errors import CancelledError, NNTrainerError
from nn_trainer.i18n import _

COMMANDS = {  # each a module of nn_trainer.commands with `add_arguments` and `run`
    "check": _("say what is in a folder of images, and what is wrong with it"),
    "train": _("train a classifier on images and save it as a model file"),
    "evaluate": _("measure a model on images whose classes are known"),
    "predict": _("say which class images are of, with the probability of each class"),
    "cache": _("say how large the image cache is, clear it, or set what it may take"),
}
_WIDTH = max(map(len, COMMANDS))
_EPILOG = "\n".join(
    [
        _("commands:"),
        *(f"  {name:{_WIDTH}}  {text}" for name, text in COMMANDS.items()),
        "",
        _("Each command explains itself, such as: nn-trainer train --help"),
        _("Write ./train for a folder that has the name of a command."),
        _("Exit status: 0 done, 1 an error that is explained on standard error, 2 wrong usage."),
    ]
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (without the program's name) and return the exit status.

    0: done. 1: an expected error, told on standard error. 2: wrong usage.
    """
    output = Output()
    try:
        arguments = _parse(list(sys.argv[1:] if argv is None else argv))
        output.as_json = arguments.json
        status: int = arguments.run(arguments, output)
    except SystemExit as end:  # argparse has said what there was to say
        return end.code if isinstance(end.code, int) else 2
    except NNTrainerError as error:
        output.warn(str(error))
        status = 1
    except MemoryError:
        output.warn(_("There is not enough memory for this. Choose a smaller image size, or close other programs."))
        status = 1
    except KeyboardInterrupt:
        output.warn(str(CancelledError()))
        status = 1
    if output.error is not None:
        output.warn(_("The output could not be written: {strerror}.").format(strerror=output.error.strerror))
        status = 1
    return status


def _parse(argv: list[str]) -> Namespace:
    """The arguments, with `run`, the function that they are for."""
    if not argv or argv[0] not in COMMANDS:
        return _window_parser().parse_args(argv)
    command = import_module(f"nn_trainer.commands.{argv[0]}")
    parser = ArgumentParser(
        f"nn-trainer {argv[0]}", description=f"{COMMANDS[argv[0]].capitalize()}.", allow_abbrev=False
    )
    command.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help=_("write JSON, and nothing else, to standard output"))
    parser.set_defaults(run=command.run)
    return parser.parse_args(argv[1:])


def _window_parser() -> ArgumentParser:
    """What `nn-trainer` takes without a command."""
    parser = ArgumentParser(
        "nn-trainer",
        usage="nn-trainer [PATH]\n       nn-trainer COMMAND ...",  # not shown: typed as it is
        description=_("Train an image classifier on your own images, watch it learn, and use it."),
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        help=_("a folder or an archive of images, or a model file, to open in the window"),
    )
    version = f"NN Trainer {nn_trainer.__version__}"  # not shown: a name
    parser.add_argument("--version", action="version", version=version)
    parser.set_defaults(run=_open_window, json=False)
    return parser


def _open_window(arguments: Namespace, output: Output) -> int:
    """Open the window and stay until it is closed. Raises `DisplayError`."""
    path = arguments.path
    if path is not None and path != "sample":
        _check_path(path)
    from nn_trainer import app  # which loads Qt

    return app.run([] if path is None else [path])


def _check_path(path: str) -> None:
    """Say what is wrong with a path before the window opens without it. Raises `NNTrainerError`."""
    try:
        if stat.S_ISDIR(os.stat(path).st_mode):  # noqa: PTH116 - a path may hold what no Path takes
            os.scandir(path).close()
    except FileNotFoundError as error:
        text = _("There is no folder, file or command {path!r}. See: nn-trainer --help")
        raise NNTrainerError(text.format(path=path)) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        text = _("{path!r} cannot be opened: {reason}. Choose another folder or file.")
        raise NNTrainerError(text.format(path=path, reason=reason)) from error
