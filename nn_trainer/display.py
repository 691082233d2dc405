"""Whether a window can be opened: Qt ends the whole process where it cannot, so it is asked before Qt is."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from nn_trainer.errors import DisplayError
from nn_trainer.i18n import _
from nn_trainer.paths import is_file, is_folder


def no_window(reason: str) -> DisplayError:
    """The error that says why there is no window, and how to train without one."""
    text = _("No window can be opened here: {reason}. Without a window, train with: nn-trainer train DATA -o MODEL")
    return DisplayError(text.format(reason=reason))


def check_display(environment: Mapping[str, str] = os.environ) -> None:
    """Raise `DisplayError` if Qt would abort for want of a display, a library or a plugin. Loads no Qt itself."""
    if not sys.platform.startswith("linux"):
        return
    wanted = environment.get("QT_QPA_PLATFORM", "")
    names = [name.partition(":")[0] for name in wanted.split(";") if name] or ["wayland", "xcb"]
    reasons = []
    for name in names:
        check = _CHECKS.get(name, _check_plugin(name))
        reason = check(environment)
        if reason is None:
            return
        reasons.append(reason)
    raise no_window("; ".join(dict.fromkeys(reasons)))


def _check_plugin(name: str) -> Callable[[Mapping[str, str]], str | None]:
    return lambda _environment: _plugin_problem(name)


def _check_wayland(environment: Mapping[str, str]) -> str | None:
    name = environment.get("WAYLAND_DISPLAY")
    if not name:
        return _("no display is set")
    address = Path(environment.get("XDG_RUNTIME_DIR", "/"), name)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(5)
            connection.connect(str(address))
    except OSError:
        return _("the display {name} does not answer").format(name=name)
    return _plugin_problem("wayland")


def _check_x11(environment: Mapping[str, str]) -> str | None:
    name = environment.get("DISPLAY")
    if not name:
        return _("no display is set")
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return _("a library of the system is missing ({error})").format(error=error)
    xcb.xcb_connect.restype = ctypes.c_void_p
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(name.encode(), None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return _("the display {name} does not answer, or refuses").format(name=name) if refused else _plugin_problem("xcb")


def _plugin_problem(name: str) -> str | None:
    """Why Qt's plugin for a platform cannot be loaded, such as a library of the system that is missing."""
    package = find_spec("PySide6")
    folder = Path(package.origin).parent if package is not None and package.origin else Path()
    plugins = folder / "Qt" / "plugins" / "platforms"  # not shown
    if not is_folder(plugins):
        return None  # a Qt of the system, in a place of its own
    files = [plugins / f"libq{name}.so", *plugins.glob(f"libq{name}-*.so")]  # not shown
    file = next((file for file in files if is_file(file)), None)
    if file is None:
        return _("Qt has no platform {name!r}").format(name=name)
    try:
        ctypes.CDLL(str(file))
    except OSError as error:
        return _("a library of the system is missing ({error})").format(error=error)
    return None


_CHECKS: dict[str, Callable[[Mapping[str, str]], str | None]] = {
    "wayland": _check_wayland,
    "wayland-egl": _check_wayland,
    "xcb": _check_x11,
}
