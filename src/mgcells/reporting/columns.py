"""The columns of the time series: what each observable is called, in which unit, and which tissue it reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

BODY = "body"
PRETTY_UNITS = {"uM": "µM", "um": "µm", "um/d": "µm/d", "ug": "µg", "mM*h": "mM·h", "uM*h": "µM·h"}


@dataclass(frozen=True)
class ObservableColumn:
    """A column of the time series: its unit ("" is relative to healthy = 1), its label and the tissue it reads.

    A label that ends in "(0 to 1)" marks an index without a unit that is not relative to health.
    """

    name: str
    unit: str
    label: str
    tissue: str

    @property
    def shown_unit(self) -> str:
        """The unit for an axis or a table."""
        return PRETTY_UNITS.get(self.unit, self.unit) or ("index" if self.is_index else "relative to healthy = 1")

    @property
    def difference_unit(self) -> str:
        """The unit of a difference, for an axis."""
        if self.unit == "%":
            return "percentage points"
        return "healthy = 1" if not self.unit and not self.is_index else self.shown_unit

    @property
    def suffix(self) -> str:
        """What follows a difference within a sentence."""
        if self.unit:
            return f" {self.difference_unit}"
        return "" if self.is_index else " of the healthy level"

    @property
    def is_index(self) -> bool:
        """Whether it is an index from 0 to 1."""
        return not self.unit and self.label.endswith("(0 to 1)")

    @property
    def heading(self) -> str:
        """The label as it begins a line; a word such as cGMP keeps its first letter."""
        kept = self.label[1:2].isupper()
        return self.label if kept else self.label[:1].upper() + self.label[1:]


def described(names: Iterable[str], labels: pd.DataFrame, known: dict[str, Any]) -> dict[str, ObservableColumn]:
    """Return the columns of the time series by name: labels of units.csv, tissues of the resolved scenario."""
    written = {name: str(labels.loc[name, "label"]) if name in labels.index else name for name in names}
    titled = all(text[:1].isupper() for text in written.values())
    return {
        name: ObservableColumn(
            name=name,
            unit=str(labels.loc[name, "unit"]) if name in labels.index else "",
            label=_lowered(text) if titled else text,
            tissue=str(known.get(name, {}).get("tissue") or BODY),
        )
        for name, text in written.items()
    }


def _lowered(label: str) -> str:
    """Write a label that begins like a title as it stands within a sentence; abbreviations stay."""
    first = label.split(" ")[0]
    return label[0].lower() + label[1:] if first[1:].islower() else label
