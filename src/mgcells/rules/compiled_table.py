"""A cell type's rows as flat arrays, and the one call that advances a whole population."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from mgcells.arrays import Floats, Integers, Sites
from mgcells.rules import kernels
from mgcells.rules.behaviour import Behaviour, Signal, SignalSource
from mgcells.rules.response import BLOCK, Response, respond
from mgcells.rules.terms import Terms
from mgcells.rules.workspace import WORKSPACE

TableArrays = tuple[Integers, Floats, Integers, Floats, Integers, Floats, Integers, Floats, int, Floats]
POTENTIAL = "potential"


class RuleTable:
    """The compiled rules of one cell type: rows sorted by behaviour, signals and behaviours by position.

    Parameters
    ----------
    behaviours, signals
        In the order of the population's columns and of the sensed values.
    responses
        Normalised rows, in any order: rules multiply, so order does not matter.
    residuals
        Behaviour name -> share of its activity that inhibitors leave (1 when absent).
    levels, traits, scalars
        The names among which `Signal.quantity` is looked up, in the order of their arrays.
    """

    def __init__(
        self,
        behaviours: Sequence[Behaviour],
        signals: Sequence[Signal],
        responses: Sequence[Response],
        *,
        residuals: Mapping[str, float] | None = None,
        levels: Sequence[str] = (),
        traits: Sequence[str] = (),
        scalars: Sequence[str] = (),
    ) -> None:
        self.behaviours = tuple(behaviours)
        self.signals = tuple(signals)
        self.names = tuple(behaviour.name for behaviour in behaviours)
        self.levels = tuple(levels)
        position = {name: index for index, name in enumerate(self.names)}
        sensed = {signal.name: index for index, signal in enumerate(signals)}
        self.responses = tuple(sorted(responses, key=lambda response: (position[response.behaviour], response.rule)))
        places = {
            SignalSource.LEVEL: {name: index for index, name in enumerate(levels)},
            SignalSource.OWN: position,
            SignalSource.TRAIT: {name: index for index, name in enumerate(traits)},
            SignalSource.SCALAR: {name: index for index, name in enumerate(scalars)},
        }
        self._sensing = np.array(
            [
                (signal.source, places[signal.source][signal.quantity], signal.name != POTENTIAL)
                for signal in self.signals
            ],
            np.int64,
        ).reshape(-1, 3)
        self._sensing_numbers = np.array([(signal.offset, signal.scale) for signal in self.signals]).reshape(-1, 2)
        self._potential = sensed.get(POTENTIAL, -1)
        terms = Terms(len(self.signals))
        rows = [terms.row(response, sensed[response.signal]) for response in self.responses]
        self._rows = np.array([row[0] for row in rows], np.int64)
        self._row_numbers = np.array([row[1:] for row in rows]).reshape(-1, 3)
        self._terms, self._term_numbers = terms.arrays()
        owners = np.array([position[response.behaviour] for response in self.responses], np.int64)
        additive = np.array([behaviour.additive for behaviour in behaviours])
        self._behaviours = np.zeros((len(behaviours) + 1, 2), np.int64)
        self._behaviours[1:, kernels.FIRST_ROW] = np.cumsum(np.bincount(owners, minlength=len(behaviours)))
        self._behaviours[:-1, kernels.ADDITIVE] = additive
        left = np.array([(residuals or {}).get(name, 1.0) for name in self.names])
        baseline = np.array([behaviour.baseline for behaviour in behaviours])
        np.add.at(baseline, owners[additive[owners]], self._row_numbers[additive[owners], 0])
        self._row_numbers[additive[owners]] *= left[owners[additive[owners]], None]
        self._behaviour_numbers = np.zeros((len(behaviours), 3))
        self._behaviour_numbers[:, kernels.BASELINE] = baseline * left
        self._behaviour_numbers[:, kernels.MAXIMUM] = [behaviour.maximum for behaviour in behaviours]
        self._time_constant = np.array([behaviour.time_constant for behaviour in behaviours])
        self._working_rows = len(signals) + len(self._terms) + kernels.SPARE_ROWS
        self._numbers: dict[float, Floats] = {}

    @property
    def places(self) -> list[int]:
        """The row of every signal in the array that its source is read from."""
        places: list[int] = self._sensing[:, kernels.PLACE].tolist()
        return places

    def rates(self, hours: float) -> Floats:
        """Return the share of the way to its target that each behaviour goes in `hours`, shape (behaviours,)."""
        safe = np.where(self._time_constant > 0, self._time_constant, 1.0)
        fast = -np.expm1(-hours / safe) if math.isfinite(hours) else np.ones_like(safe)
        return np.where(self._time_constant > 0, fast, 1.0)

    def arguments(self, hours: float) -> TableArrays:
        """Return the arguments of the kernels that describe the table; cells and surroundings come before them."""
        if hours not in self._numbers:
            self._numbers[hours] = numbers = self._behaviour_numbers.copy()
            numbers[:, kernels.RATE] = self.rates(hours)
        return (
            self._sensing, self._sensing_numbers, self._terms, self._term_numbers, self._rows, self._row_numbers,
            self._behaviours, self._numbers[hours], self._potential, WORKSPACE.lend(self._working_rows),
        )  # fmt: skip

    def advance(
        self, state: Floats, count: int, levels: Floats, voxel: Sites, traits: Floats, scalars: Floats, hours: float
    ) -> None:
        """Move `count` cells by `hours` towards the targets of their rules, in place.

        Parameters
        ----------
        state : float array, shape (behaviours, capacity)
        levels : float array, shape (quantities, voxels)
        voxel : 32-bit integer array, shape (capacity,)
        traits : float array, shape (traits, capacity)
        scalars : float array, shape (scalars,)
        hours : float
            Infinity puts every behaviour on its target.
        """
        kernels.advance(state, count, levels, voxel, traits, scalars, *self.arguments(hours))

    def sense(self, state: Floats, row: int, levels: Floats, voxel: int, traits: Floats, scalars: Floats) -> Floats:
        """Return what one cell senses, shape (signals,)."""
        sensed = np.empty(len(self.signals))
        for index, signal in enumerate(self.signals):
            place = self._sensing[index, kernels.PLACE]
            column = {
                SignalSource.LEVEL: levels,
                SignalSource.OWN: state,
                SignalSource.TRAIT: traits,
                SignalSource.SCALAR: scalars[:, None],
            }
            position = {
                SignalSource.LEVEL: voxel,
                SignalSource.OWN: row,
                SignalSource.TRAIT: row,
                SignalSource.SCALAR: 0,
            }
            level = column[signal.source][place, position[signal.source]]
            value = (level - signal.offset) * signal.scale
            sensed[index] = value if index == self._potential else max(0.0, value)
        return sensed

    def contributions(self, sensed: Floats) -> dict[str, float]:
        """Return each rule's factor (or addend) for the sensed values: why a cell does what it does."""
        potential = float(sensed[self._potential]) if self._potential >= 0 else 0.0
        level = dict(zip((signal.name for signal in self.signals), sensed.tolist(), strict=True))
        return {
            response.rule: respond(response, level[response.signal], potential if response.form == BLOCK else 0.0)
            for response in self.responses
        }
