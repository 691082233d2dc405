"""How a data set is to be read, where a person has said so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

#: Where the classes stand: in the names of the files, of the folders, or in a table.
ClassesFrom = Literal["name", "folder", "table"]
CLASSES_FROM: tuple[ClassesFrom, ...] = get_args(ClassesFrom)

#: What joins the codes of several questions, one after the other.
AND = "+"


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """What a person has decided of how a folder is read; None: what the folder says by itself.

    `layout` is the code of one of the readings of an `AmbiguousFolderError`, `labels` a table or a class label file
    that is used instead of those that are found.
    """

    layout: str | None = None
    labels: Path | None = None
    classes_from: ClassesFrom | None = None

    @property
    def answers(self) -> tuple[str, ...]:
        """The codes in `layout`, one for each question that was answered."""
        return tuple(self.layout.split(AND)) if self.layout else ()

    def with_layout(self, code: str) -> LayoutChoice:
        """The same choice with another reading."""
        return replace(self, layout=code)

    def as_dict(self) -> dict[str, str]:
        """What was decided, as plain text, for a settings file."""
        said = {"layout": self.layout, "labels": self.labels, "classes_from": self.classes_from}
        return {name: str(value) for name, value in said.items() if value is not None}

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> LayoutChoice:
        """The choice that `as_dict` wrote; what cannot be read is left out."""
        layout, labels, classes_from = (said.get(name) for name in ("layout", "labels", "classes_from"))
        return cls(
            layout if isinstance(layout, str) else None,
            Path(labels) if isinstance(labels, str) else None,
            next((known for known in CLASSES_FROM if known == classes_from), None),
        )
