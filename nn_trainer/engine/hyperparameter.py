"""One hyperparameter: all that the form, the command line, the help and the checks know of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from nn_trainer.errors import SettingError
from nn_trainer.i18n import _
from nn_trainer.wording import number

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Hyperparameter:
    """One row of the table: everything that is known of a hyperparameter."""

    name: str  # the field of TrainingConfig; the command line's option is --name with dashes
    text: str  # as the form shows it; the letter behind & is its key
    default: Value
    does: str  # one line: what it is
    change: str  # when to change it
    wrong: str  # what one sees when it is wrong
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    in_form: bool = True  # False: on the command line only
    advanced: bool = False  # True: the form shows it only when asked for more
    presets: tuple[str, ...] = ()  # those it leaves a choice, if not all; the form shows it with these alone

    @property
    def label(self) -> str:
        """The name without the mark of its key, as in the handbook and in sentences."""
        return self.text.replace("&", "")

    @property
    def option(self) -> str:
        """The option of the command line, such as `--batch-size`."""
        return "--" + self.name.replace("_", "-")

    @property
    def range_text(self) -> str:
        """The values it may take, in words."""
        if self.choices:
            return ", ".join(self.choices)
        low, high = (number(int(e)) if e == int(e) else f"{e:g}" for e in (self.minimum or 0, self.maximum or 0))
        if self.unit:
            return _("{low} to {high} {unit}").format(low=low, high=high, unit=self.unit)
        return _("{low} to {high}").format(low=low, high=high)

    def check(self, value: Any) -> Value:
        """Return `value` in the type of the default; raise `SettingError` if it is out of range."""
        if self.choices:
            if value not in self.choices:
                raise SettingError(
                    _("{label} cannot be {value}. Choose one of: {range_text}.").format(
                        label=self.label, value=repr(value), range_text=self.range_text
                    )
                )
            return str(value)
        whole = isinstance(self.default, int)
        assert self.minimum is not None
        assert self.maximum is not None
        try:
            given = float(value)
            fits = math.isfinite(given) and self.minimum <= given <= self.maximum
            fits = fits and not (whole and given != int(given))
        except (TypeError, ValueError, OverflowError):
            fits = False
        if not fits:
            kind = _("a whole number") if whole else _("a number")
            raise SettingError(
                _("{label} cannot be {value}. Give {kind} from {range_text}.").format(
                    label=self.label, value=repr(value), kind=kind, range_text=self.range_text
                )
            )
        return int(given) if whole else given
