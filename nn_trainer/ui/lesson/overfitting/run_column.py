"""One of the two trainings: what is done in it, its two plots, and the figures of its end."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from nn_trainer.ui.lesson.overfitting.curve_plot import CurvePlot
from nn_trainer.ui.lesson.overfitting.run_curves import Outcome, RunCurves
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import figures_label
from nn_trainer.wording import digits


class RunColumn(QFrame):
    """`name` begins the object names of what it shows."""

    def __init__(self, name: str, title: str, settings: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setObjectName(name)
        self._title = QLabel(title)
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self.plots = {"loss": CurvePlot("loss"), "accuracy": CurvePlot("accuracy")}
        self.curves = RunCurves()
        self.images = figures_label(f"{name}Images", role="muted", wrap=True)
        self.figures = figures_label(f"{name}Figures", wrap=True)
        self.verdict = figures_label(f"{name}Verdict", bold=True, wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[3 * theme.SPACE] * 4)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._title)
        layout.addWidget(settings)
        layout.addWidget(self.images)
        for metric, plot in self.plots.items():
            plot.setObjectName(f"{name}{metric.title()}Plot")
            plot.setAccessibleName(f"{metric.title()} over the iterations: {title}")
            label = QLabel(f"{metric.upper()}, over the iterations")
            label.setProperty("role", "heading")
            layout.addWidget(label)
            layout.addWidget(plot, 1)
        layout.addWidget(self.figures)
        layout.addWidget(self.verdict)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)

    def start(self, images: str, iterations: int) -> None:
        """Begin a run."""
        self.curves = RunCurves()
        self.images.setText(images)
        self._iterations = iterations
        self.figures.setText("")
        self.verdict.setText("")

    def draw(self, top: float) -> None:
        """Draw what there is; losses up to `top` are in view."""
        self.plots["loss"].set_range(self._iterations, top)
        self.plots["accuracy"].set_range(self._iterations, 1.0)
        for plot in self.plots.values():
            plot.show_run(self.curves)
        outcome = self.curves.outcome()
        if outcome is not None:
            self.figures.setText("\n".join(line.replace("\t", "  ") for line in figure_lines(outcome)))

    def top_loss(self) -> float:
        """The largest loss of the curves."""
        values = [self.curves.training("loss")[1], self.curves.validation("loss")[1]]
        return max((float(y.max()) for y in values if len(y)), default=0.0)

    def say_verdict(self) -> None:
        """Say what the curves of the finished run show."""
        outcome = self.curves.outcome()
        self.verdict.setText("" if outcome is None else verdict_text(outcome))

    def lines(self) -> list[str]:
        """Every number that is shown, and the curves."""
        outcome = self.curves.outcome()
        if outcome is None:
            return [self._title.text()]
        rows = [
            "\t".join(
                [
                    str(record.epoch),
                    *(
                        digits(value)
                        for value in (
                            record.train_loss,
                            record.validation_loss or 0.0,
                            record.train_accuracy,
                            record.validation_accuracy or 0.0,
                        )
                    ),
                ]
            )
            for record in self.curves.epochs
        ]
        head = "epoch\ttraining loss\tvalidation loss\ttraining accuracy\tvalidation accuracy"
        return [self._title.text(), self.images.text(), *figure_lines(outcome), self.verdict.text(), head, *rows]


def figure_lines(outcome: Outcome) -> list[str]:
    """The figures of the end of a run, with tabs between."""
    last, best = outcome.last, outcome.best
    return [
        f"Loss\ttraining {digits(last.train_loss)}\tvalidation {digits(last.validation_loss or 0.0)}",
        f"Accuracy\ttraining {100 * last.train_accuracy:.1f} %"
        f"\tvalidation {100 * (last.validation_accuracy or 0.0):.1f} %",
        f"Lowest validation loss\t{digits(best.validation_loss or 0.0)}\tin epoch {best.epoch} of {last.epoch}",
    ]


def verdict_text(outcome: Outcome) -> str:
    """What the curves show, in a sentence."""
    last, best = outcome.last.validation_loss or 0.0, outcome.best.validation_loss or 0.0
    if outcome.overfits:
        return "It overfits: the validation loss turned and rose, while the training loss fell on."
    if last > 1.1 * best:
        return "The validation loss rose a little after its lowest point: the end of the run was too late."
    return "It does not overfit: the validation loss fell with the training loss and stayed there."
