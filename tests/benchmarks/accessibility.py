"""The window as a screen reader has it: found, pressed and read through AT-SPI, without a screen.

    python -m tests.benchmarks.accessibility [--objects]

Starts the real program on a display of its own (Xvfb), finds *Try the sample* and *Train* by their names alone, presses
them and reads the result; then goes through all tabs and all steps of the lesson and lists every object that can take
the focus and has no name.  Exits with 1 if there is one, or if something cannot be found.  --objects prints all that
takes the focus.  Needs Linux and the packages xvfb, dbus, at-spi2-core and python3-pyatspi; as the last is one for the
system's Python, /usr/bin/python3 reads, by running this file.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SYSTEM_PYTHON = "/usr/bin/python3"
AT_SPI = "/usr/libexec/at-spi-bus-launcher"
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0  # seconds; the training takes most of it
TABS = ("Train", "Predict", "Lesson")
STEPS = 8


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


# outside: a display, a bus, the program


def start_session(objects: bool) -> int:
    """Run this again within a D-Bus session of its own."""
    with tempfile.TemporaryDirectory(prefix="accessibility-") as folder:
        places = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"), folder)
        command = ["dbus-run-session", "--", sys.executable, "-m", "tests.benchmarks.accessibility", "--inside"]
        return subprocess.run(
            command + ["--objects"] * objects, env={**os.environ, **places, "XDG_RUNTIME_DIR": folder}, cwd=ROOT
        ).returncode


def run_inside(objects: bool) -> int:
    """Start display, accessibility bus and program, then read it with the system's Python."""
    reading, writing = os.pipe()
    started = [
        subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
    ]
    try:
        display = os.read(reading, 16).decode().strip()
        environment = {
            **os.environ,
            "DISPLAY": f":{display}",
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        started.append(subprocess.Popen([AT_SPI, "--launch-immediately"], env=environment, stderr=subprocess.DEVNULL))
        started.append(subprocess.Popen([sys.executable, "-m", "nn_trainer"], env=environment))
        reader = [SYSTEM_PYTHON, __file__, "--read", *["--objects"] * objects]
        return subprocess.run(reader, env=environment).returncode
    finally:
        for process in reversed(started):
            process.terminate()
        for process in reversed(started):
            process.wait(20)


# inside: what a screen reader does


class Reader:
    """Finds, presses and reads objects by role and name."""

    def __init__(self) -> None:
        import pyatspi

        pyatspi.setTimeout(60_000, 60_000)  # milliseconds; the Lesson is made when its tab is pressed
        self._spi = pyatspi
        self._program: Any = None

    def wait(self, what: str, found: Callable[[], Any]) -> Any:
        """Whatever `found` gives, as soon as it gives something; raises `TimeoutError` with `what`."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                result = found()
            except Exception:  # an object may go while it is asked; D-Bus has many ways to say so
                result = None
            if result:
                return result
            time.sleep(0.1)
        raise TimeoutError(f"not found: {what}")

    def open(self) -> None:
        """Wait for the program's window."""
        desktop = self._spi.Registry.getDesktop(0)
        self._program = self.wait(
            "the program", lambda: next((app for app in desktop if app and "trainer" in app.name.lower()), None)
        )

    def objects(self, below: Any = None) -> Iterator[Any]:
        """Every object that is showing."""
        waiting = [below or self._program]
        while waiting:
            here = waiting.pop()
            if here is None or here.get_state_set().is_empty():
                continue
            yield here
            if not here.getState().contains(self._spi.STATE_MANAGES_DESCENDANTS):  # the cells of a table are its own
                waiting.extend(here[place] for place in reversed(range(here.childCount)))

    def has(self, this: Any, *states: str) -> bool:
        """Whether an object is in all of these states."""
        held = this.getState()
        return all(held.contains(getattr(self._spi, f"STATE_{state}")) for state in states)

    def find(self, name: str, *roles: str) -> Any:
        """The showing object of a name that can be used, in one of these roles."""

        def found() -> Any:
            for this in self.objects():
                if this.name == name and this.getRoleName() in roles and self.has(this, "SHOWING", "ENABLED"):
                    return this
            return None

        return self.wait(f"{' or '.join(roles)} “{name}”", found)

    def press(self, name: str, *roles: str) -> None:
        """Do what a click does."""
        action = self.find(name, *roles).queryAction()
        names = [action.getName(place).lower() for place in range(action.nActions)]
        action.doAction(next((place for place, each in enumerate(names) if each in ("press", "toggle", "check")), 0))

    def read(self, words: str) -> str:
        """The first showing text that holds these words."""

        def found() -> str | None:
            texts = (this.name for this in self.objects() if self.has(this, "SHOWING"))
            return next((text for text in texts if words in text), None)

        return str(self.wait(f"the words “{words}”", found))

    def focusable(self) -> list[tuple[str, str, str]]:
        """(role, name, description) of all that can take the focus and is showing."""
        return [
            (this.getRoleName(), this.name, this.description)
            for this in self.objects()
            if self.has(this, "FOCUSABLE", "SHOWING")
        ]


def read_window(objects: bool) -> int:
    """Use the program by names alone, then look for what has none."""
    reader = Reader()
    begin = time.monotonic()
    reader.open()
    say(f"the window is there after {time.monotonic() - begin:.1f} s")
    reader.press("Try the sample", "push button", "button")
    say(f"read: {reader.read('Ready to train on')}")
    reader.press("Train", "push button", "button")
    say(f"read: {reader.read('epochs done')}")
    nameless: set[tuple[str, str, str]] = set()
    seen = 0
    for tab in TABS:
        reader.press(tab, "page tab")
        if tab == "Lesson":
            reader.read("Step 1")
        for step in range(1, STEPS + 1 if tab == "Lesson" else 2):
            if tab == "Lesson":
                names = [this.name for this in reader.objects() if this.name.startswith((f"{step} ", f"Step {step}"))]
                reader.press(names[0], "push button", "button", "toggle button", "radio button", "check box")
                time.sleep(2)  # a step computes before it shows
            place = tab if tab != "Lesson" else f"Lesson {step}"
            found = reader.focusable()
            seen += len(found)
            for role, name, description in found:
                if objects:
                    say(f"  {place}: {role} “{name}” {description[:80]}")
                if not name.strip():
                    nameless.add((place, role, description))
    say(f"{seen} objects take the focus on {len(TABS) - 1 + STEPS} pages; without a name: {len(nameless)}")
    for place, role, description in sorted(nameless):
        say(f"  {place}: {role} {description[:80]}")
    return 1 if nameless else 0


def main() -> int:
    """Outside, inside or reading, as the flags say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", action="store_true", help="print all that takes the focus")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        return read_window(given.objects)
    return run_inside(given.objects) if given.inside else start_session(given.objects)


if __name__ == "__main__":
    sys.exit(main())
