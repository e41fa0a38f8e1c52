"""All cells of one type in one subject: columns of numbers, advanced together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mgcells.arrays import Floats, Integers, Sites, Uids
from mgcells.cells.compaction import close_gaps
from mgcells.compiled import Index, kernel
from mgcells.rules.compiled_table import RuleTable

GROWTH = 1.03125
SETTLED = 1e-12


def average(values: Floats) -> float:
    """Return the mean of a flat array; NaN when it is empty."""
    # What `mean()` does, without its checks: a model's observables ask for dozens of means an hour.
    return float(np.add.reduce(values) / values.size) if values.size else float("nan")


class Population:
    """Dense rows of cells; a cell's row may change when another dies, its `uid` never does.

    Attributes
    ----------
    state : float array, shape (behaviours, capacity)
    traits : float array, shape (traits, capacity)
        Properties that rules do not change: position in a column, age, kind, membrane potential.
    voxel : 32-bit integer array, shape (capacity,)
        Flat index of the lattice site where the cell is.
    named : bool
        Whether cells are told apart; those without names cannot leave.
    uid : unsigned integer array, shape (capacity,)
        Empty where cells have no names.
    count : int
        Living cells; rows from `count` on are spare.
    surroundings : (float array, float array)
        The lattice levels, shape (quantities, voxels), and tissue-wide numbers that the cells last sensed; not copies.
    """

    def __init__(
        self, name: str, table: RuleTable, traits: Sequence[str] = (), capacity: int = 16, named: bool = True
    ) -> None:
        self.name = name
        self.named = named
        self.table = table
        self.behaviour_row = {behaviour: index for index, behaviour in enumerate(table.names)}
        self.trait_row = {trait: index for index, trait in enumerate(traits)}
        self.count = 0
        self.generation = 0
        self.state = np.zeros((len(table.names), capacity))
        self.traits = np.zeros((len(traits), capacity))
        self.voxel: Sites = np.zeros(capacity, np.int32)
        self.uid = np.zeros(capacity if named else 0, np.uint64)
        self.surroundings = (np.zeros((0, 0)), np.zeros(0))
        self._rows: dict[int, int] = {}
        self._rows_of = -1

    def __len__(self) -> int:
        return self.count

    def behaviour(self, name: str) -> Floats:
        """Return the living cells' values of a behaviour: a view, shape (count,)."""
        return self.state[self.behaviour_row[name], : self.count]

    def trait(self, name: str) -> Floats:
        """Return the living cells' values of a trait: a view, shape (count,)."""
        return self.traits[self.trait_row[name], : self.count]

    def mean(self, name: str) -> float:
        """Return the mean of a behaviour over living cells; NaN when there are none."""
        return average(self.behaviour(name))

    def means(self) -> dict[str, float]:
        """Return the mean of every behaviour over living cells; NaN when there are none."""
        if not self.count:
            return dict.fromkeys(self.behaviour_row, float("nan"))
        means = np.add.reduce(self.state[:, : self.count], axis=1) / self.count
        return dict(zip(self.behaviour_row, means.tolist(), strict=True))

    def advance(self, levels: Floats, scalars: Floats, hours: float) -> None:
        """Let every cell sense and answer for `hours`; infinity puts each behaviour on its target."""
        self.surroundings = (levels, scalars)
        if self.count:
            self.table.advance(self.state, self.count, levels, self.voxel, self.traits, scalars, hours)

    def settle(self, levels: Floats, scalars: Floats, rounds: int = 60) -> None:
        """Bring every behaviour to the equilibrium of the present surroundings."""
        for _ in range(rounds):
            before = self.state[:, : self.count].copy()
            self.advance(levels, scalars, float("inf"))
            now = self.state[:, : self.count]
            if (np.abs(now - before) <= SETTLED * np.abs(now)).all():
                return

    def add(
        self, uid: Uids | None, voxel: Integers | Sites, mothers: Integers | None = None, **traits: Floats | float
    ) -> slice:
        """Append cells and return their rows; behaviours start as those of `mothers`, else at their healthy baseline.

        Parameters
        ----------
        uid, voxel : shape (n,)
            No `uid` where cells have no names.
        mothers : integer array, shape (n,), optional
            Rows of living cells.
        traits
            One value or array of shape (n,) per trait; traits not named start at 0.
        """
        begin, end = self.count, self.count + voxel.size
        self._reserve(end)
        rows = slice(begin, end)
        if uid is not None:
            self.uid[rows] = uid
        self.voxel[rows] = voxel
        if mothers is None:
            self.state[:, rows] = np.array([behaviour.baseline for behaviour in self.table.behaviours])[:, None]
        else:
            _inherit(self.state, begin, mothers)
        self.traits[:, rows] = 0.0
        for name, values in traits.items():
            self.traits[self.trait_row[name], rows] = values
        self.count = end
        self.generation += 1
        return rows

    def remove(self, rows: Integers) -> None:
        """Take cells out; the last rows move into the gaps (in row order, so the result is reproducible).

        Raises
        ------
        ValueError
            Cells without names stay.
        """
        if rows.size == 0:
            return
        if not self.named:
            raise ValueError(f"{self.name}: cells without names cannot leave")
        self.count = close_gaps(rows, self.count, self.state, self.traits, self.voxel, self.uid)
        self.generation += 1

    def __contains__(self, uid: object) -> bool:
        """Tell whether a cell of this name lives."""
        return uid in self._living()

    def row(self, uid: int) -> int:
        """Return the row of a living cell; KeyError when it has died."""
        return self._living()[uid]

    def _living(self) -> dict[int, int]:
        if self._rows_of != self.generation:
            self._rows = {int(name): row for row, name in enumerate(self.uid[: self.count].tolist())}
            self._rows_of = self.generation
        return self._rows

    def _reserve(self, needed: int) -> None:
        capacity = self.voxel.size
        if needed <= capacity:
            return
        capacity = max(needed, int(capacity * GROWTH) + 1)
        for name in ("state", "traits"):
            old = getattr(self, name)
            new = np.zeros((old.shape[0], capacity))
            new[:, : self.count] = old[:, : self.count]
            setattr(self, name, new)
        self.voxel = np.concatenate([self.voxel, np.zeros(capacity - self.voxel.size, np.int32)])
        if self.named:
            self.uid = np.concatenate([self.uid, np.zeros(capacity - self.uid.size, np.uint64)])


@kernel(twin="mgcells.cells.population:_inherit_arrays")
def _inherit(state: Floats, begin: int, mothers: Integers) -> None:
    """Copy the columns of `mothers`, row by row of `state`, to those from `begin` on."""
    first = Index(begin)
    for b in range(state.shape[0]):
        behaviour = state[b]
        for k in range(Index(mothers.size)):
            behaviour[first + k] = behaviour[Index(mothers[k])]


def _inherit_arrays(state: Floats, begin: int, mothers: Integers) -> None:
    """Do what `_inherit` does with whole arrays: its oracle in tests."""
    state[:, begin : begin + mothers.size] = state[:, mothers]
