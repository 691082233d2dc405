"""The right of the Train tab: every hyperparameter, with its range, its default and its help beside it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from nn_trainer.engine.config import TrainingConfig, iterations_per_epoch
from nn_trainer.engine.hyperparameter import Value
from nn_trainer.engine.hyperparameters import HYPERPARAMETERS
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.batch_advice import batch_advice
from nn_trainer.models.suggestion import Suggestion
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.settings.boxes import IntegerBox
from nn_trainer.ui.train.settings.defaults import (
    PresetDefaults,
    image_size_limits,
    image_size_range,
    nearest_image_size,
)
from nn_trainer.ui.train.settings.form import SettingForm
from nn_trainer.ui.train.settings.help import HelpBubble, SettingHelp, range_text
from nn_trainer.ui.widgets.text_labels import keep_font
from nn_trainer.wording import number

RESET, LOCKED = _("Reset to defaults"), _("Locked while training")  # what the button says


class ColumnArea(QScrollArea):
    """Scrolls what is too high for it, and is never narrower than that with its scroll bar beside it."""

    def minimumSizeHint(self) -> QSize:
        """The width of what it holds, and of its scroll bar."""
        hint = super().minimumSizeHint()
        content: QWidget | None = self.widget()
        if content is not None:
            bar = self.verticalScrollBar().sizeHint().width()
            hint.setWidth(content.minimumSizeHint().width() + bar + 2 * self.frameWidth())
        return hint


class HyperparameterPanel(QWidget):
    """A form built from the table of hyperparameters; `config()` is what it says."""

    changed = Signal()  # a setting, by the user or by the program

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hyperparameterPanel")
        self._rows = {row.name: row for row in HYPERPARAMETERS if row.in_form}
        self._form = SettingForm(self._rows.values())
        self._boxes = self._form.boxes
        self._kept: dict[str, Value] = {}  # settings that are not in the form
        self._defaults = PresetDefaults(self._rows.values())
        self._preset = str(self._boxes["preset"].setting())
        self._optimizer = str(self._boxes["optimizer"].setting())
        self._training_images: int | None = None
        self._quiet = False
        self._stacked = False
        self._build()
        self.set_deep_images(False)
        self.show_counts(None, None)

    # what the window calls

    def config(self) -> TrainingConfig:
        """The settings of the form; raises `SettingError` if one is out of its range."""
        return TrainingConfig(**self._kept, **{name: box.setting() for name, box in self._boxes.items()})  # type: ignore[arg-type]

    def set_config(self, config: TrainingConfig) -> None:
        """Show these settings; those that the form does not show are kept for `config()`."""
        values = config.as_dict()
        self._kept = {name: value for name, value in values.items() if name not in self._boxes}
        self._set_all({name: values[name] for name in self._boxes})

    def suggest(self, suggestion: Suggestion) -> None:
        """Take what suits a data set: the preset, and the images that go with it; settings of the user's own stay."""
        settings = {name: box.setting() for name, box in self._boxes.items()}
        changes = self._defaults.to_change(settings, self._preset, suggestion.preset)
        self._defaults.suggestion = suggestion
        self._set_all({**changes, **suggestion.preprocessing(suggestion.preset).settings})

    def show_counts(self, training_images: int | None, weights: int | None) -> None:
        """Show what follows from the settings; None where it is not known yet."""
        self._training_images = training_images
        if weights is None:
            self._weights.setText(_("– weights"))
        else:
            self._weights.setText(ngettext("{count} weight", "{count} weights", weights).format(count=number(weights)))
        self._show_iterations()

    def set_locked(self, locked: bool) -> None:
        """Keep the settings as they are while a training uses them; the help stays readable."""
        self._form.set_locked(locked)
        self._reset.setEnabled(not locked)
        self._reset.setText(LOCKED if locked else RESET)

    def set_validation_folder(self, there: bool) -> None:
        """Whether the data set brings its validation images with it, so that no share is split off."""
        self._form.set_useless("validation", _("The val/ folder of the data set is used instead.") if there else "")

    def set_square_images(self, all_square: bool) -> None:
        """Whether all images of the data set are square, so that there is nothing to fit."""
        self._form.set_needed("fit", not all_square)

    def set_deep_images(self, there: bool) -> None:
        """Whether the data set has images of more than 8 bits, for which a range of values has to be chosen."""
        self._form.set_needed("range_percentile", there)

    def set_stacked(self, on: bool) -> None:
        """Whether labels stand above what they name, or beside it."""
        if on == self._stacked:
            return
        self._stacked = on
        self._form.set_stacked(on)
        self._counts.setDirection(QBoxLayout.Direction.TopToBottom if on else QBoxLayout.Direction.LeftToRight)
        # What an area holds does not tell those around it that it became narrower, and they share their room out now.
        for widget in (self._form, self._form.parentWidget()):
            if widget is not None and (layout := widget.layout()) is not None:
                layout.activate()
        self._area.updateGeometry()

    def smallest_width(self, *, stacked: bool) -> int:
        """The least width, with the labels above what they name or beside it."""
        metrics, shown = self._reset.fontMetrics(), Qt.TextFlag.TextShowMnemonic
        words = {text: metrics.size(shown, text).width() for text in (RESET, LOCKED)}
        button = self._reset.minimumSizeHint().width() - words[self._reset.text()] + max(words.values())
        others = self._heading.minimumSizeHint().width(), button
        content = max(self._form.smallest_width(stacked=stacked), *others) + 4 * theme.SPACE  # the margins
        return content + self._area.verticalScrollBar().sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take away what stood beside the form as it was."""
        super().resizeEvent(event)
        self._bubble.hide()

    # the parts

    def _build(self) -> None:
        self._heading = QLabel(_("HYPERPARAMETERS"))
        self._heading.setProperty("role", "heading")
        self._form.edited.connect(self._on_edited)
        self._form.focused.connect(self._show_help)
        self._form.corrected.connect(self._show_range)
        self._reason = self._form.add_note("preset")
        self._reason.setObjectName("presetReason")
        self._batch_note = self._form.add_note("batch_size")
        self._batch_note.setObjectName("batchNote")
        self._follow_preset(self._preset)
        self._reset = QPushButton(RESET)
        self._reset.setObjectName("resetSettingsButton")
        self._reset.setToolTip(_("Preset, image size, channels and fit go back to what suits the data set"))
        self._reset.clicked.connect(self.reset)
        self._iterations = QLabel()
        self._iterations.setObjectName("iterationsPerEpoch")
        self._weights = QLabel()
        self._weights.setObjectName("weightCount")
        self._weights.setToolTip(_("All numbers that training adjusts: the weights and biases of the network."))
        for label in (self._iterations, self._weights):
            keep_font(label, theme.tabular_font)
        self._help = SettingHelp(
            _("Point at a setting, or go to it with Tab, to read what it does and when to change it.")
        )
        self._help.setObjectName("settingHelp")
        self._bubble = HelpBubble(self)
        self._form.left.connect(self._bubble.hide)
        self._counts = QHBoxLayout()
        self._counts.addWidget(self._iterations)
        self._counts.addStretch(1)
        self._counts.addWidget(self._weights)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self._heading)
        layout.addWidget(self._form)
        layout.addLayout(self._counts)
        layout.addWidget(self._reset)
        layout.addWidget(self._help, 1)
        self._put_in_scroll_area(content)

    def _put_in_scroll_area(self, content: QWidget) -> None:
        """Let a low window scroll the form instead of cutting it off."""
        self._area = area = ColumnArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        area.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 2 * theme.SPACE, 0, 0)
        around.addWidget(area)

    @Slot(str)
    def _show_help(self, name: str) -> None:
        """Say what a setting does: under the form, or beside it where there is no room."""
        row = self._rows[name]
        if self._help.show_row(row):
            self._bubble.hide()
        else:
            self._bubble.show_row(row, self._boxes[name])

    @Slot(str)
    def _show_range(self, name: str) -> None:
        row = self._rows[name]
        self._form.show_range(name, image_size_range(self._preset, row) if name == "image_size" else range_text(row))

    # what follows from a change

    @Slot()
    def reset(self) -> None:
        """Put every setting back to its default."""
        self._set_all(self._defaults.of(self._defaults.preset))

    def _set_all(self, values: dict[str, Value]) -> None:
        """Set several boxes as one change."""
        self._quiet = True
        self._follow_preset(str(values.get("preset", self._preset)))
        for name, value in values.items():
            self._boxes[name].set_setting(value)
        self._quiet = False
        self._note_consequences()
        self._optimizer = str(self._boxes["optimizer"].setting())
        self._show_iterations()
        self.changed.emit()

    def _follow_preset(self, preset: str) -> None:
        """Let the form take what suits a preset, and say why it was chosen."""
        self._preset = preset
        self._form.show_for(preset)
        size = self._boxes["image_size"]
        assert isinstance(size, IntegerBox)
        size.set_limits(*image_size_limits(preset, self._rows["image_size"]))
        reason = self._defaults.sentence(preset)
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))

    def _note_consequences(self) -> None:
        """Lock what does nothing with the settings as they are, and say what they would spoil."""
        altered = self._boxes["augment"].setting() != "none"
        self._form.set_useless("variants", "" if altered else _("There are none without augmentation."))
        batch = self._boxes["batch_size"]
        assert isinstance(batch, IntegerBox)
        advice = batch_advice(self._preset, batch.value())  # not `setting()`: somebody may be typing
        self._batch_note.setText(advice)
        self._batch_note.setVisible(bool(advice))

    @Slot()
    def _on_edited(self) -> None:
        if self._quiet:
            return
        changes = self._changes()
        if changes:
            self._set_all(changes)
            return
        self._note_consequences()
        self._show_iterations()
        self.changed.emit()

    def _changes(self) -> dict[str, Value]:
        """What follows from what the user has changed."""
        settings = {name: box.setting() for name, box in self._boxes.items()}
        preset, optimizer = str(settings["preset"]), str(settings["optimizer"])
        if preset != self._preset:
            return self._defaults.to_change(settings, self._preset, preset)
        if optimizer != self._optimizer:
            before, self._optimizer = OPTIMIZERS[self._optimizer], optimizer
            if settings["learning_rate"] == before.usual_learning_rate:  # a rate of the user's own stays
                return {"learning_rate": OPTIMIZERS[optimizer].usual_learning_rate}
        size = nearest_image_size(preset, int(settings["image_size"]))
        if size == settings["image_size"]:
            return {}
        self._show_range("image_size")
        return {"image_size": size}

    def _show_iterations(self) -> None:
        box = self._boxes["batch_size"]
        assert isinstance(box, IntegerBox)
        images, batch = self._training_images, box.value()  # not `setting()`: somebody may be typing
        if images is None:
            self._iterations.setText(_("– iterations/epoch"))
            self._iterations.setToolTip(_("Known when there is a data set"))
            return
        count = iterations_per_epoch(images, batch)
        self._iterations.setText(
            ngettext("{count} iteration/epoch", "{count} iterations/epoch", count).format(count=number(count))
        )
        self._iterations.setToolTip(
            _(
                "Training images divided by batch size, rounded up, as the last batch may be smaller: "
                "ceil({images} / {batch}) = {count}"
            ).format(images=number(images), batch=number(batch), count=number(count))
        )
