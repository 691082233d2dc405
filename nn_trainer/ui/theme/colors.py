"""The colours of the program, once for light and once for dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colors:
    """Every colour the program draws with, as #rrggbb.

    Text colours (text, muted, accent, error, warning, ok) reach a contrast of 4.5 on window and on panel.
    train and validation are the blue and the vermilion/orange of Okabe and Ito, which people with any
    colour blindness tell apart.
    """

    dark: bool
    window: str  # behind panels
    panel: str  # behind figures, lists and plots
    raised: str  # buttons
    text: str
    muted: str  # text of second rank
    disabled: str
    border: str
    accent: str
    accent_text: str  # on the accent colour
    train: str
    validation: str
    faint: str  # lines of earlier runs, empty bars
    band: str  # shading of every other epoch
    error: str
    warning: str
    ok: str


LIGHT = Colors(
    dark=False,
    window="#f2f3f5",
    panel="#ffffff",
    raised="#fafbfc",
    text="#1b1f24",
    muted="#57606a",
    disabled="#9aa2ab",
    border="#d0d5db",
    accent="#0a62a3",
    accent_text="#ffffff",
    train="#0072b2",
    validation="#d55e00",
    faint="#b9c1ca",
    band="#f1f4f8",
    error="#b3261e",
    warning="#855300",
    ok="#006b4f",
)

DARK = Colors(
    dark=True,
    window="#1b1e22",
    panel="#23272c",
    raised="#2d3238",
    text="#e6e9ec",
    muted="#a2abb5",
    disabled="#6b747e",
    border="#3b424a",
    accent="#56b4e9",
    accent_text="#0c1820",
    train="#56b4e9",
    validation="#e69f00",
    faint="#5b646e",
    band="#2a2f35",
    error="#ff8f86",
    warning="#e9b84a",
    ok="#4cc79a",
)
