"""What the preset pretrained reaches: accuracy with few photos and with many, seconds, and the mark of other pictures.

    python -m tests.benchmarks.pretrained --data FOLDER [--seeds 5] [--fine-tune BLOCKS] [PART ...]

FOLDER holds training_set/ and test_set/ with class folders of photos, clothing/ with train/, validation/ and test/, and
fashion/test/ with pictures of another kind; parts whose data are missing are left out.  The parts: few, all, clothing,
window.  All work in caches of their own that begin empty.  Seconds are those of a real window, without a screen: from
the click on Train to the last point of the plots, and from the drop of a photo to its bars.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PARTS = ("few", "all", "clothing", "window")
FEW = 30  # photos a class
OTHERS = 300  # pictures of another kind


def row(what: str, value: str, target: str) -> None:
    print(f"{what:66} {value:>24}   {target}", flush=True)


def choose(source: Path, target: Path, count: int, seed: int) -> Path:
    """Copy `count` photos of each class, chosen by `seed`."""
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        (target / folder.name).mkdir(parents=True)
        for path in random.Random(seed).sample(sorted(folder.iterdir()), count):
            shutil.copy(path, target / folder.name)
    return target


def digits() -> list[object]:
    """Handwritten digits as pictures; none if scikit-learn is not installed."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        return []
    return [(image * 15.9).astype("uint8") for image in load_digits().images[:OTHERS]]


def marked(classifier: object, sources: Sequence[object]) -> float:
    """The share of images that the classifier finds unlike its training images."""
    predictions = classifier.predict_many(sources)  # type: ignore[attr-defined]
    return statistics.mean(bool(prediction.unlike_training) for prediction in predictions)


def measure_few(data: Path, scratch: Path, seeds: int, blocks: int) -> None:
    import nn_trainer

    test = nn_trainer.load_dataset(data / "test_set")
    others = sorted((data / "fashion" / "test").rglob("*.png"))
    others = random.Random(0).sample(others, min(OTHERS, len(others)))
    accuracies, own, fashion, numbers = [], [], [], []
    for seed in range(seeds):
        dataset = nn_trainer.load_dataset(choose(data / "training_set", scratch / f"few{seed}", FEW, seed))
        classifier = nn_trainer.train(dataset, seed=seed, fine_tune=blocks)
        accuracies.append(classifier.evaluate(test).accuracy)
        own.append(marked(classifier, test.paths))
        fashion.append(marked(classifier, others) if others else float("nan"))
        if seed == 0:
            numbers = [marked(classifier, pictures) for pictures in [digits()] if pictures]
    spread = f"{statistics.mean(accuracies):.4f} ({min(accuracies):.3f} to {max(accuracies):.3f})"
    row(f"accuracy, {FEW} photos a class, mean of {seeds} seeds", spread, ">= 0.94")
    row("its own test photos marked as unlike training", percent(own), "<= 5 %")
    row("pictures of fashion marked", percent(fashion), ">= 90 %")
    if numbers:
        row("pictures of digits marked (first seed)", percent(numbers), ">= 90 %")


def percent(shares: Sequence[float]) -> str:
    return f"{statistics.mean(shares):.1%} ({min(shares):.1%} to {max(shares):.1%})"


def measure_all(data: Path, scratch: Path, seeds: int, blocks: int) -> None:
    import nn_trainer

    classifier = nn_trainer.train(nn_trainer.load_dataset(data / "training_set"), fine_tune=blocks)
    test = nn_trainer.load_dataset(data / "test_set")
    row("accuracy, all of training_set", f"{classifier.evaluate(test).accuracy:.4f}", ">= 0.975")
    row("its own test photos marked", f"{marked(classifier, test.paths):.1%}", "<= 5 %")


def measure_clothing(data: Path, scratch: Path, seeds: int, blocks: int) -> None:
    import nn_trainer

    dataset = nn_trainer.load_dataset(data / "clothing")
    classifier = nn_trainer.train(dataset, fine_tune=blocks)
    row("accuracy, clothing, official test", f"{classifier.evaluate(dataset).accuracy:.4f}", ">= 0.86")
    row("its own test photos marked", f"{marked(classifier, dataset.select('test')[2]):.1%}", "<= 5 %")


def measure_window(data: Path, scratch: Path, seeds: int, blocks: int) -> None:
    """In a process of its own, so that nothing is loaded and nothing cached."""
    folder = choose(data / "training_set", scratch / "window", FEW, 0)
    photos = sorted((data / "test_set").rglob("*.jpg"))[:20]
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "XDG_CACHE_HOME": str(scratch / "empty cache")}
    command = [sys.executable, "-m", "tests.benchmarks.pretrained", "--in-window", str(folder), *map(str, photos)]
    subprocess.run(command, check=True, env=environment)


def in_window(folder: Path, photos: Sequence[Path]) -> None:
    """Train twice and drop photos, as a person does."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QTableView

    from nn_trainer.app import create_window
    from tests.helpers.qt_events import drop_on, mime_of

    def wait(condition: Callable[[], bool]) -> None:
        # An event loop as in the program: it lets go of the interpreter while it waits, which QTest.qWait does not.
        loop = QEventLoop()
        look = QTimer(interval=2)
        look.timeout.connect(lambda: condition() and loop.quit())
        look.start()
        loop.exec()

    _, window = create_window([str(folder)])
    window.show()
    train = window.train_tab
    wait(lambda: not train.why_not_ready())
    for what, target in (("nothing cached", "<= 6 s"), ("features cached", "<= 1 s")):
        began = time.perf_counter()
        QTest.mouseClick(train.run_bar.train_button, Qt.MouseButton.LeftButton)
        wait(lambda: train.session.state != "idle")
        wait(lambda: train.session.state == "idle")
        QApplication.processEvents()
        window.repaint()
        seconds = time.perf_counter() - began
        row(f"{2 * FEW} photos, from Train to the final plot, {what}", f"{seconds:.2f} s", target)
    window.tabs.setCurrentIndex(1)
    times = []
    for number, photo in enumerate(photos):
        began = time.perf_counter()
        drop_on(window.predict_tab.drop_area, mime_of([photo]))
        wait(lambda n=number: len(items := window.predict_tab.strip.items()) > n and items[n].prediction is not None)
        bars = window.findChild(QTableView, "probabilityBars")
        bars.viewport().repaint()
        times.append(1000 * (time.perf_counter() - began))
    row("one dropped photo to bars", f"{statistics.median(times):.0f} ms (at most {max(times):.0f})", "<= 150 ms")
    window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one or more of: {', '.join(PARTS)}; all if none")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the photos are")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--fine-tune", type=int, default=0, metavar="BLOCKS", help="not in the part window")
    parser.add_argument("--in-window", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.in_window:
        folder, *photos = map(Path, arguments.parts)
        in_window(folder, photos)
        return
    measures = dict(zip(PARTS, (measure_few, measure_all, measure_clothing, measure_window), strict=True))
    needed = {"clothing": "clothing"}
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_CONFIG_HOME"] = scratch
        print(f"{os.cpu_count()} cores")
        for part in arguments.parts or PARTS:
            if (arguments.data / needed.get(part, "training_set")).is_dir():
                measures[part](arguments.data, Path(scratch), arguments.seeds, arguments.fine_tune)
            else:
                print(f"{part}: its data are missing; it is left out.")


if __name__ == "__main__":
    main()
