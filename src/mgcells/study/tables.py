"""Rows of a table, and means of what may lack some subjects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mgcells.arrays import Floats


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def mean_of_subjects(values: Floats) -> Floats:
    """Return means over axis 1, shape (variants, subjects, endpoints), of the subjects that finished; NaN of none."""
    present = np.isfinite(values)
    count = present.sum(axis=1)
    total = np.where(present, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))
