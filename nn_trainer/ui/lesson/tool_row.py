"""The row above the picture of a step: which image, copy, save, and the size of the text."""

from __future__ import annotations

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.image_picker import ImagePicker
from nn_trainer.ui.lesson.parts.buttons import show_words_if_they_fit, tool_button
from nn_trainer.ui.lesson.text_size_buttons import TextSizeButtons
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout


class ToolRow(FlowLayout):
    """Stays one line as long as it can: first the buttons give up their words."""

    def __init__(self, text_size: int) -> None:
        """`text_size` is that of the lesson at first, in per cent."""
        super().__init__(across=theme.SPACE, down=theme.SPACE)
        self.picker = ImagePicker()
        copy_tip, save_tip = _("Copy every number of the picture"), _("Save the picture as a PNG file")
        self.copy_button = tool_button(_("Copy numbers"), "lessonCopyButton", "copy", copy_tip)
        self.save_button = tool_button(_("Save picture…"), "lessonSaveButton", "save", save_tip)
        self.buttons = (self.copy_button, self.save_button)
        self.text_size = TextSizeButtons(text_size)
        for widget in (self.picker, *self.buttons, self.text_size):
            self.addWidget(widget)

    def fit(self, width: int) -> None:
        """Leave the words of the buttons out where the row would break; `width` is in pixels."""
        beside = self.picker.sizeHint().width() + self.text_size.sizeHint().width() + 6 * theme.SPACE
        show_words_if_they_fit(self.buttons, width - beside)
