"""What a sweep found: its table, its curves, its Dataset."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from mgcells.arrays import Floats
from mgcells.scenario import Scenario
from mgcells.scenario.swept import SweptDesign
from mgcells.study.curves import FittedCurve
from mgcells.study.points import SweptVariant
from mgcells.study.running import Study
from mgcells.study.sweep_curves import Moved, curve_table, fitted
from mgcells.study.sweep_table import to_dataset

if TYPE_CHECKING:
    import xarray


@dataclass(frozen=True)
class SweepResults:
    """What a sweep found.

    Attributes
    ----------
    table : DataFrame
        One row per variant, contrast and endpoint: the variant, the swept values (with their units in the names), then
        strategy, against, observable, endpoint, means, the paired difference with its 95 % interval, n and unit.
    values : shape (variants, strategies, subjects, endpoints)
        NaN where a run did not finish.
    """

    scenario: Scenario
    design: SweptDesign
    variants: tuple[SweptVariant, ...]
    study: Study
    values: Floats
    table: pd.DataFrame

    @cached_property
    def fits(self) -> list[tuple[Moved, FittedCurve | str]]:
        """Every endpoint and contrast that one swept number moves, with its curve, or why it has none."""
        return fitted(self.scenario, self.design, self.variants, self.values)

    @property
    def curves(self) -> pd.DataFrame:
        """One row for each of `fits`, with what it says in words; empty where more is swept than one number."""
        return curve_table(self.design, self.fits)

    def to_xarray(self) -> xarray.Dataset:
        """Return the table as a Dataset; InputProblems when xarray is not installed."""
        return to_dataset(self.design, self.table)
