"""What a tissue brings about in the subject as a whole: one row of behaviours that senses the tissue's means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.rules.compiled_table import RuleTable

HERE, NOWHERE = np.zeros(1, np.int64), np.zeros((1, 1))


class WholeSubject:
    """The rules of one file of data/cells for the whole subject.

    Parameters
    ----------
    cell : str
        Name of the file.
    sensed : mapping name -> value
        What the rules read as "scalar:NAME", at the start; the row starts in equilibrium with it.
    """

    def __init__(self, library: Library, setting: Setting, cell: str, sensed: Mapping[str, float]) -> None:
        self._cell = cell
        self._names = tuple(sensed)
        self._row = Population(cell, self._table(library, setting), capacity=1)
        self._row.add(HERE.astype(np.uint64), HERE)
        self._row.settle(NOWHERE, self._scalars(sensed))

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on."""
        self._row.table = self._table(library, setting)

    def advance(self, sensed: Mapping[str, float], hours: float) -> None:
        """Answer for `hours` to what is sensed now."""
        self._row.advance(NOWHERE, self._scalars(sensed), hours)

    def value(self, behaviour: str) -> float:
        """Return a behaviour, in its unit."""
        return float(self._row.behaviour(behaviour)[0])

    def _table(self, library: Library, setting: Setting) -> RuleTable:
        return rule_table(library, setting, self._cell, scalars=self._names)

    def _scalars(self, sensed: Mapping[str, float]) -> NDArray[np.float64]:
        return np.array([sensed[name] for name in self._names])
