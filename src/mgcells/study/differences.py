"""Differences between a strategy and its control, variant by variant, subject by subject."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mgcells.analysis.cube import differences
from mgcells.arrays import Floats
from mgcells.study.running import Study


def differences_of(
    study: Study, columns: Sequence[str], variants: Sequence[str], strategy: str, control: str, replicates: int
) -> Floats:
    """Return strategy minus control, shape (variants, replicates, columns); NaN where one of the two did not finish."""
    table = study.read(columns, variants).set_index(["variant", "strategy", "replicate"])
    wanted = pd.MultiIndex.from_product([variants, range(replicates)], names=["variant", "replicate"])

    def of(name: str) -> Floats:
        own = table[table.index.get_level_values("strategy") == name].droplevel("strategy")
        values = own.reindex(wanted).to_numpy(dtype=float)
        return values.reshape(len(variants), replicates, len(columns))

    return np.asarray(differences(of(strategy), of(control)))


def mean_of_subjects(values: Floats) -> Floats:
    """Return means over axis 1, shape (variants, subjects, endpoints), of the subjects that finished; NaN of none."""
    present = np.isfinite(values)
    count = present.sum(axis=1)
    total = np.where(present, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))
