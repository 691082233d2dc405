"""The row below the picture: what the steps work on, and a button for newer weights where there are any."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from nn_trainer.i18n import _
from nn_trainer.ui.widgets.text_labels import ElidedLabel


class OriginRow(QHBoxLayout):
    """A sentence on where network and images come from; the button is hidden at first."""

    def __init__(self) -> None:
        super().__init__()
        self.origin = ElidedLabel()
        self.origin.setObjectName("lessonOrigin")
        self.origin.setProperty("role", "muted")
        self.newer_button = QPushButton(_("&Use newer weights"))
        self.newer_button.setObjectName("lessonNewerButton")
        self.newer_button.setToolTip(
            _("There is a newer classifier than the one whose copy is shown here: copy that one")
        )
        self.newer_button.hide()
        self.addWidget(self.origin, 1)
        self.addWidget(self.newer_button)
