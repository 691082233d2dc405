"""The handbook: the pages under resources/help, and the one that is made from the table of hyperparameters."""

from __future__ import annotations

from nn_trainer.engine.hyperparameters import HYPERPARAMETERS
from nn_trainer.paths import resources_dir

PAGES: dict[str, str] = {  # file under resources/help: title
    "first-steps.md": "First steps",
    "data.md": "Your pictures",
    "training.md": "Training",
    "hyperparameters.md": "Hyperparameters",
    "predicting.md": "Predicting",
    "command-line.md": "Command line and Python",
    "lesson-1-labelled-data.md": "Lesson 1: Labelled data",
    "lesson-2-loss.md": "Lesson 2: The loss",
    "lesson-3-gradient-descent.md": "Lesson 3: Gradient descent",
    "lesson-4-update.md": "Lesson 4: The update by hand",
    "lesson-5-training-loop.md": "Lesson 5: The training loop",
    "lesson-6-plots.md": "Lesson 6: The plots",
    "lesson-7-inference.md": "Lesson 7: Inference",
    "lesson-8-inside.md": "Lesson 8: Inside the network",
}


def read_page(name: str) -> str:
    """The Markdown of a page in `PAGES`."""
    return (resources_dir() / "help" / name).read_text(encoding="utf-8")


def hyperparameters_page() -> str:
    """The Markdown of the page on hyperparameters; the file of that name must hold just this."""
    parts = ["# Hyperparameters\n\nSettings that you choose before training; the weights are what training finds.\n"]
    for row in HYPERPARAMETERS:
        where = "" if row.in_form else " Command line only."
        parts.append(
            f"\n## {row.label}\n\n{row.does}{where}\n\n"
            f"- *Option:* `{row.option}`\n- *Range:* {row.range_text}\n- *Default:* {row.default}\n"
            f"- *When to change it:* {row.change}\n- *When it is wrong:* {row.wrong}\n"
        )
    return "".join(parts)


if __name__ == "__main__":
    print(hyperparameters_page(), end="")  # noqa: T201
