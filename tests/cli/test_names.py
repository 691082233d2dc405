"""Names of files and classes on the command line: no character of theirs moves the cursor or turns the text round."""

import sys
import unicodedata

import pytest

import nn_trainer
from tests.helpers.colours import write_picture

NAME = "<b>\x1b[31mx&\r\n\u202ey\u200b\x07"
SHOWN = r"<b>\x1b[31mx&\r\n\u202ey\u200b\x07"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there names hold none of these characters")


def test_no_name_can_do_anything_to_the_terminal(run, tmp_path):
    root, model = tmp_path / f"{NAME}data", tmp_path / f"{NAME}m.safetensors"
    for seed in range(4):
        for colour in ("red", "blue"):
            write_picture(root / f"{NAME}{colour}" / f"{NAME}{seed}.png", colour, seed)
    (root / f"{NAME}red" / f"{NAME}broken.png").write_bytes(b"nothing")
    commands = [
        ("check", root),
        ("train", root, "-o", model, "--preset", "linear", "--epochs", 1),
        ("evaluate", model, root),
        ("predict", model, root),
        ("evaluate", model, tmp_path / f"{NAME}none"),
        ("train", root, "-o", tmp_path / f"{NAME}none" / "m.safetensors"),
        ("check", root, "--layout", NAME),
    ]
    for command in commands:
        for flags in ((), ("--json",)):
            result = run(*command, *flags)
            written = result.out + result.err
            odd = {char for char in written if unicodedata.category(char) in ("Cc", "Cf") and char != "\n"}
            assert not odd, (command[0], odd)
            assert flags or SHOWN in written, command[0]
        if command[0] == "train" and result.status == 0:
            classifier = nn_trainer.load_classifier(model)
            classifier.class_names = tuple(f"{NAME}{colour}" for colour in ("blue", "red"))  # as made elsewhere
            classifier.save(model)
