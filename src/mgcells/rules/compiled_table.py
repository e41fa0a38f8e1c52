"""A cell type's rows as flat arrays, and the one call that advances a whole population."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mgcells import compiled
from mgcells.rules import kernels
from mgcells.rules.behaviour import Behaviour, Signal, Source
from mgcells.rules.response import BLOCK, Response, respond

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


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
        The names whose positions `Signal.quantity` is looked up in.
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
        position = {name: index for index, name in enumerate(self.names)}
        sensed = {signal.name: index for index, signal in enumerate(signals)}
        self.responses = tuple(sorted(responses, key=lambda response: (position[response.behaviour], response.rule)))
        places = {
            Source.LEVEL: {name: index for index, name in enumerate(levels)},
            Source.OWN: position,
            Source.TRAIT: {name: index for index, name in enumerate(traits)},
            Source.SCALAR: {name: index for index, name in enumerate(scalars)},
        }
        self.residual = np.array([(residuals or {}).get(name, 1.0) for name in self.names])
        self._source = np.array([signal.source for signal in signals], np.int64)
        self._place = np.array([places[signal.source][signal.quantity] for signal in signals], np.int64)
        self._offset = np.array([signal.offset for signal in signals])
        self._scale = np.array([signal.scale for signal in signals])
        self._potential = sensed.get("potential", -1)
        counts = np.bincount([position[response.behaviour] for response in self.responses], minlength=len(behaviours))
        self._start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._signal = np.array([sensed[response.signal] for response in self.responses], np.int64)
        self._form = np.array([response.form for response in self.responses], np.int64)
        self._first = np.array([response.first for response in self.responses])
        self._second = np.array([response.second for response in self.responses])
        self._half = np.array([response.half_max for response in self.responses])
        self._inverse_half = 1.0 / self._half
        self._power = np.array([response.hill for response in self.responses])
        whole = self._power == np.round(self._power)
        self._whole = np.where(whole & (self._power <= kernels.LARGEST_WHOLE_POWER), self._power, 0).astype(np.int64)
        self._baseline = np.array([behaviour.baseline for behaviour in behaviours])
        self._additive = np.array([behaviour.additive for behaviour in behaviours])
        self._maximum = np.array([behaviour.maximum for behaviour in behaviours])
        self._time_constant = np.array([behaviour.time_constant for behaviour in behaviours])
        self._buffer = np.empty((len(signals), kernels.BLOCK_CELLS))
        self._work = np.empty((2, kernels.BLOCK_CELLS))
        self._rates: dict[float, Floats] = {}

    def rates(self, hours: float) -> Floats:
        """Return the share of the way to its target that each behaviour goes in `hours`, shape (behaviours,)."""
        if hours not in self._rates:
            safe = np.where(self._time_constant > 0, self._time_constant, 1.0)
            fast = -np.expm1(-hours / safe) if math.isfinite(hours) else np.ones_like(safe)
            self._rates[hours] = np.where(self._time_constant > 0, fast, 1.0)
        return self._rates[hours]

    def advance(
        self, state: Floats, count: int, levels: Floats, voxel: Integers, traits: Floats, scalars: Floats, hours: float
    ) -> None:
        """Move `count` cells by `hours` towards the targets of their rules, in place.

        Parameters
        ----------
        state : float array, shape (behaviours, capacity)
        levels : float array, shape (quantities, voxels)
        voxel : integer array, shape (capacity,)
        traits : float array, shape (traits, capacity)
        scalars : float array, shape (scalars,)
        hours : float
            Infinity puts every behaviour on its target.
        """
        advance = kernels.advance if compiled.AVAILABLE else kernels.advance_arrays
        advance(
            state, count, levels, voxel, traits, scalars, self.rates(hours),
            self._source, self._place, self._offset, self._scale, self._potential,
            self._start, self._signal, self._form, self._first, self._second, self._half, self._inverse_half,
            self._power, self._whole, self._baseline, self._additive, self._maximum, self.residual,
            self._buffer, self._work,
        )  # fmt: skip

    def sense(self, state: Floats, row: int, levels: Floats, voxel: int, traits: Floats, scalars: Floats) -> Floats:
        """Return what one cell senses, shape (signals,)."""
        sensed = np.empty(len(self.signals))
        for index, signal in enumerate(self.signals):
            place = self._place[index]
            column = {Source.LEVEL: levels, Source.OWN: state, Source.TRAIT: traits, Source.SCALAR: scalars[:, None]}
            position = {Source.LEVEL: voxel, Source.OWN: row, Source.TRAIT: row, Source.SCALAR: 0}
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
