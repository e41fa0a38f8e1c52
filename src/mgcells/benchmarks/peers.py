"""The same rules on the same cells in other engines: plain Mesa, AgentPy, whole-array NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mgcells.arrays import Floats
from mgcells.benchmarks.workloads import Cells
from mgcells.rules.behaviour import SignalSource
from mgcells.rules.compiled_table import POTENTIAL, RuleTable
from mgcells.rules.response import HILL, respond

Numbers = list[float]
PlainStep = Callable[[Numbers, int, list[Numbers], Numbers, Numbers], None]


def plain_rules(table: RuleTable, hours: float) -> PlainStep:
    """Return the rules of a table in plain Python, for one cell: step(own, voxel, levels, traits, scalars).

    Numbers are unpacked into tuples beforehand, which is twice as fast as attributes by name.
    """
    level, own_source, trait = int(SignalSource.LEVEL), int(SignalSource.OWN), int(SignalSource.TRAIT)
    signals = [
        (int(signal.source), place, signal.offset, signal.scale, signal.name != POTENTIAL)
        for signal, place in zip(table.signals, table.places, strict=True)
    ]
    names = [signal.name for signal in table.signals]
    potential = names.index(POTENTIAL) if POTENTIAL in names else -1
    behaviours = []
    for behaviour, rate in zip(table.behaviours, table.rates(hours).tolist(), strict=True):
        rows = [
            (names.index(r.signal), r.form == HILL, r.first, r.second, 1.0 / r.half_max, r.hill, r)
            for r in table.responses
            if r.behaviour == behaviour.name
        ]
        behaviours.append((behaviour.baseline, behaviour.maximum, rate, behaviour.additive, rows))

    def step(own: Numbers, voxel: int, levels: list[Numbers], traits: Numbers, scalars: Numbers) -> None:
        sensed = []
        for source, place, offset, scale, floored in signals:
            raw = (
                levels[place][voxel] if source == level
                else own[place] if source == own_source
                else traits[place] if source == trait
                else scalars[place]
            )  # fmt: skip
            value = (raw - offset) * scale
            sensed.append(0.0 if floored and value < 0.0 else value)
        voltage = sensed[potential] if potential >= 0 else 0.0
        for b, (target, most, rate, additive, rows) in enumerate(behaviours):
            for j, hill, first, second, scale, power, response in rows:
                if hill:
                    x = (sensed[j] * scale) ** power
                    factor = (first + second * x) / (1.0 + x)
                else:
                    factor = respond(response, sensed[j], voltage)
                target = target + factor if additive else target * factor
            own[b] += rate * (min(target, most) - own[b])

    return step


class MesaCells:
    """One mesa.Agent a cell, `model.agents.do("step")`."""

    def __init__(self, table: RuleTable, cells: Cells) -> None:
        import mesa

        advance, levels = plain_rules(table, 1.0), cells.levels.tolist()

        class MesaCell(mesa.Agent):  # type: ignore[misc]
            def __init__(self, model: Any, own: Numbers, voxel: int) -> None:
                super().__init__(model)
                self.own, self.voxel = own, voxel

            def step(self) -> None:
                advance(self.own, self.voxel, levels, [], [])

        self._model = mesa.Model()
        for own, voxel in zip(cells.state.T.tolist(), cells.voxel.tolist(), strict=True):
            MesaCell(self._model, own, voxel)

    def step(self) -> object:
        """Let one hour pass."""
        return self._model.agents.do("step")

    def state(self) -> Floats:
        """Return all behaviours."""
        return np.array([agent.own for agent in self._model.agents]).T


class AgentPyCells:
    """One agentpy.Agent a cell, `agents.step()`; ImportError when AgentPy is not installed."""

    def __init__(self, table: RuleTable, cells: Cells) -> None:
        import agentpy

        advance, levels = plain_rules(table, 1.0), cells.levels.tolist()

        class AgentPyCell(agentpy.Agent):  # type: ignore[misc]
            def step(self) -> None:
                advance(self.own, self.voxel, levels, [], [])

        model = agentpy.Model()
        self._agents = agentpy.AgentList(model, cells.voxel.size, AgentPyCell)
        for agent, own, voxel in zip(self._agents, cells.state.T.tolist(), cells.voxel.tolist(), strict=True):
            agent.own, agent.voxel = own, voxel

    def step(self) -> object:
        """Let one hour pass."""
        return self._agents.step()

    def state(self) -> Floats:
        """Return all behaviours."""
        return np.array([agent.own for agent in self._agents]).T


class WholeArrays:
    """One NumPy expression a row over all cells, as disease models with array-valued states do."""

    def __init__(self, table: RuleTable, cells: Cells) -> None:
        self._table, self._cells = table, cells.copy()

    def step(self) -> object:
        """Let one hour pass."""
        table, cells = self._table, self._cells
        sensed = {}
        for signal, place in zip(table.signals, table.places, strict=True):
            raw = cells.levels[place, cells.voxel] if signal.source == SignalSource.LEVEL else cells.state[place].copy()
            sensed[signal.name] = np.maximum(0.0, (raw - signal.offset) * signal.scale)
        for b, (behaviour, rate) in enumerate(zip(table.behaviours, table.rates(1.0).tolist(), strict=True)):
            target = np.full(cells.voxel.size, behaviour.baseline)
            for row in table.responses:
                if row.behaviour == behaviour.name:
                    x = (sensed[row.signal] / row.half_max) ** row.hill
                    target *= (row.first + row.second * x) / (1.0 + x)
            cells.state[b] += rate * (target - cells.state[b])
        return None

    def state(self) -> Floats:
        """Return all behaviours."""
        return self._cells.state


PEERS: dict[str, type[MesaCells] | type[AgentPyCells] | type[WholeArrays]] = {
    "plain Mesa": MesaCells,
    "AgentPy": AgentPyCells,
    "whole-array NumPy": WholeArrays,
}
