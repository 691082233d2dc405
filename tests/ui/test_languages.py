"""Every screen in a language that is a third longer, and in one that runs from right to left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSON_STEPS = 8


@pytest.fixture(scope="module", params=["xx", "xr"], ids=["a third longer", "right to left"])
def screens(request):
    """What a tour of all screens found, a dictionary a screen."""
    command = [sys.executable, "-m", "tests.benchmarks.screens", "--check", "--language", request.param]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_the_tour_sees_every_screen(screens):
    names = [screen["screen"] for screen in screens]
    assert {"first-start", "data-set", "first-training", "second-training-done", "predict"} < set(names)
    assert [name for name in names if name.startswith("lesson")] == [f"lesson-{i + 1}" for i in range(LESSON_STEPS)]


def test_every_word_goes_through_the_translation(screens):
    found = {word: f"{screen['screen']}, {place}" for screen in screens for word, place in screen["left over"].items()}
    assert not found, "\n".join(f"{word}: {place}" for word, place in found.items())


def test_nothing_is_cut(screens):
    assert not [f"{screen['screen']}: {text}" for screen in screens for text in screen["cut"]]


def test_the_window_stays_on_its_screen_and_train_in_sight(screens):
    assert not [(screen["screen"], screen["too large"]) for screen in screens if screen["too large"]]
    assert not [(screen["screen"], screen["outside"]) for screen in screens if screen["outside"]]
