"""One of the two trainings: what is done in it, its two plots, and the figures of its end."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from nn_trainer.i18n import _, ngettext
from nn_trainer.models.overfitting import SmallTraining
from nn_trainer.ui.lesson.overfitting.curve_plot import CurvePlot
from nn_trainer.ui.lesson.overfitting.recorded_run import RecordedRun, RunSummary, Verdict
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import figures_label
from nn_trainer.wording import digits, fixed, number

HEADINGS = {"loss": _("LOSS, over the iterations"), "accuracy": _("ACCURACY, over the iterations")}
PLOT_NAMES = {
    "loss": _("Loss over the iterations: {title}"),
    "accuracy": _("Accuracy over the iterations: {title}"),
}
LABEL_NAMES = {
    "images": _("Images: {title}"),
    "figures": _("Figures: {title}"),
    "verdict": _("Outcome: {title}"),
}
VERDICTS = {
    Verdict.OVERFITS: _("It overfits: the validation loss turned and rose, while the training loss fell on."),
    Verdict.ROSE_A_LITTLE: _(
        "The validation loss rose a little after its lowest point: the end of the run was too late."
    ),
    Verdict.HOLDS: _("It does not overfit: the validation loss fell with the training loss and stayed there."),
}
PLOT_ROWS = (4, 6)  # of the grid that both columns stand in


class RunColumn(QFrame):
    """The panel behind a column; its parts stand in a grid with those of the other, so that the plots line up.

    `name` begins the object names of what it shows.
    """

    def __init__(self, name: str, title: str, settings: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setObjectName(name)
        self._settings = settings
        self._title = QLabel(title, wordWrap=True)
        self._title.setMinimumWidth(1)
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self.plots = {"loss": CurvePlot("loss"), "accuracy": CurvePlot("accuracy")}
        for metric, plot in self.plots.items():
            plot.setObjectName(f"{name}{metric.title()}Plot")
            plot.setAccessibleName(PLOT_NAMES[metric].format(title=title))
        self.run = RecordedRun()
        self._iterations = 0
        called = {part: text.format(title=title) for part, text in LABEL_NAMES.items()}
        self.images = figures_label(f"{name}Images", called["images"], role="muted", wrap=True)  # not shown
        self.figures = figures_label(f"{name}Figures", called["figures"], wrap=True)  # not shown
        self.verdict = figures_label(f"{name}Verdict", called["verdict"], bold=True, wrap=True)  # not shown
        for label in (self.images, self.figures, self.verdict):
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def stand_in(self, grid: QGridLayout, column: int) -> None:
        """Take a column of the grid."""
        parts: list[QWidget] = [self._title, self._settings, self.images]
        for metric, plot in self.plots.items():
            heading = QLabel(HEADINGS[metric], wordWrap=True)
            heading.setMinimumWidth(1)
            heading.setProperty("role", "heading")
            parts += [heading, plot]
        parts += [self.figures, self.verdict]
        margin = 3 * theme.SPACE
        grid.addWidget(self, 0, column, len(parts) + 2, 1)
        grid.setRowMinimumHeight(0, margin - grid.verticalSpacing())
        grid.setRowMinimumHeight(len(parts) + 1, margin - grid.verticalSpacing())
        for row, part in enumerate(parts, 1):
            part.setContentsMargins(margin, 0, margin, 0)
            grid.addWidget(part, row, column)
            if row - 1 in PLOT_ROWS:
                grid.setRowStretch(row, 1)

    def clear(self) -> None:
        """No run yet."""
        self.run = RecordedRun()
        self._iterations = 0
        for label in (self.images, self.figures, self.verdict):
            label.clear()

    def start(self, training: SmallTraining, iterations: int) -> None:
        """Begin a run; the axes show `iterations`."""
        self.clear()
        self.run = RecordedRun(training.config.epochs)
        self._iterations = iterations
        self.images.setText(images_text(training))

    def draw(self, top: float) -> None:
        """Draw what there is; losses up to `top` are in view."""
        self.plots["loss"].set_range(self._iterations, top)
        self.plots["accuracy"].set_range(self._iterations, 1.0)
        for plot in self.plots.values():
            plot.show_run(self.run)
        summary = self.run.summary()
        if summary is not None:
            self.figures.setText("\n".join(line.replace("\t", "  ") for line in figure_lines(summary)))

    def top_loss(self) -> float:
        """The largest loss of the curves."""
        values = [self.run.training("loss")[1], self.run.validation("loss")[1]]
        return max((float(y.max()) for y in values if len(y)), default=0.0)

    def say_verdict(self, *, both_whole: bool) -> None:
        """Say what the curves show; of runs that were cut off, that they prove nothing."""
        summary = self.run.summary()
        if both_whole and summary is not None:
            self.verdict.setText(VERDICTS[summary.verdict])
        else:
            self.verdict.setText(_("Ended early: only a whole run shows whether it overfits."))

    def lines(self) -> list[str]:
        """Every number that is shown, and the curves."""
        summary = self.run.summary()
        if summary is None:
            return [self._title.text()]
        rows = [
            "\t".join(
                [
                    str(record.epoch),
                    digits(record.train_loss),
                    digits(record.validation_loss or 0.0),
                    digits(record.train_accuracy),
                    digits(record.validation_accuracy or 0.0),
                ]
            )
            for record in self.run.epochs
        ]
        head = [_("epoch"), _("training loss"), _("validation loss"), _("training accuracy"), _("validation accuracy")]
        shown = [self._title.text(), self.images.text(), *figure_lines(summary), self.verdict.text()]
        return [*shown, "\t".join(head), *rows]


def images_text(training: SmallTraining) -> str:
    """On which images a run trains, how long, and on which it is measured."""
    moved = training.copies - 1
    if moved:
        images = _("Trains on {images} images: {originals}, and {moved} moved copies of each.")
    else:
        images = ngettext("Trains on {images} image.", "Trains on {images} images.", training.images)
    sentences = (
        images.format(images=number(training.images), originals=number(training.originals), moved=moved),
        _("{epochs} epochs of {iterations} iterations.").format(
            epochs=number(training.config.epochs), iterations=number(training.iterations_per_epoch)
        ),
        ngettext(
            "Measured on {images} other image, which is kept out of training.",
            "Measured on {images} other images, which are kept out of training.",
            training.validation_images,
        ).format(images=number(training.validation_images)),
    )
    return " ".join(sentences)


def figure_lines(summary: RunSummary) -> list[str]:
    """The figures of the end of a run, with tabs between."""
    last, best = summary.last, summary.best
    return [
        _("Loss\ttraining {training}\tvalidation {validation}").format(
            training=digits(last.train_loss), validation=digits(last.validation_loss or 0.0)
        ),
        _("Accuracy\ttraining {training} %\tvalidation {validation} %").format(
            training=fixed(100 * last.train_accuracy, 1), validation=fixed(100 * (last.validation_accuracy or 0.0), 1)
        ),
        _("Lowest validation loss\t{loss}\tin epoch {epoch} of {epochs}").format(
            loss=digits(best.validation_loss or 0.0), epoch=number(best.epoch), epochs=number(last.epoch)
        ),
    ]
