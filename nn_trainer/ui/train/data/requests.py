"""What a person can ask for on the left of the Train tab, as signals."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class DataRequests(QWidget):
    """The pages of the panel make the requests, the panel passes them on."""

    open_requested = Signal()
    archive_requested = Signal()
    sample_requested = Signal()
    recent_requested = Signal(object)  # Path
    reload_requested = Signal()
    ask_again_requested = Signal()  # how the folder is to be read
    close_requested = Signal()
    write_label_file_requested = Signal()
    predict_requested = Signal(object)  # list of Path: images of the data set

    def pass_on(self, page: DataRequests) -> None:
        """Make every request of `page` one of this widget."""
        page.open_requested.connect(self.open_requested)
        page.archive_requested.connect(self.archive_requested)
        page.sample_requested.connect(self.sample_requested)
        page.recent_requested.connect(self.recent_requested)
        page.reload_requested.connect(self.reload_requested)
        page.ask_again_requested.connect(self.ask_again_requested)
        page.close_requested.connect(self.close_requested)
        page.write_label_file_requested.connect(self.write_label_file_requested)
        page.predict_requested.connect(self.predict_requested)
