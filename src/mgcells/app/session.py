"""One viewer's session: a steered model and the one it is compared with, on the same virtual subject.

All that reads or moves the models goes through one lock, so that a picture never shows half a step.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from mgcells.app.colours import Picture, Scale
from mgcells.app.memory import CellRecord, History
from mgcells.app.scenes import Scene
from mgcells.app.steering import Steering, steered
from mgcells.cells.reasons import Account, explain
from mgcells.model import MagnesiumModel
from mgcells.scenario import Scenario
from mgcells.tissues.firsts import first_picture


@dataclass(frozen=True)
class ChosenCell:
    """A cell that a viewer has chosen; `side` 0 is the steered model, 1 the compared one."""

    side: int
    tissue: str
    kind: str
    uid: int


@dataclass
class Side:
    """One model with what is seen and remembered of it."""

    model: MagnesiumModel
    scenes: dict[str, Scene]
    history: History
    cells: CellRecord

    @classmethod
    def begin(cls, scenario: Scenario, strategy: str, replicate: int) -> Side:
        """Build the model of one strategy."""
        model = MagnesiumModel(scenario, strategy, replicate, collect=False)
        library = scenario.library
        scenes = {name: Scene(library, model.setting, tissue) for name, tissue in model.tissues.items()}
        return cls(model, scenes, History(model), CellRecord(model))

    def step(self) -> None:
        """Let one step pass and remember it."""
        self.model.step()
        self.history.add(self.model)
        self.cells.add(self.model)


@dataclass
class Session:
    """Two models of one virtual subject, side 0 steered by the viewer, side 1 left as the scenario says."""

    scenario: Scenario
    strategy: str
    compared: str
    replicate: int = 0
    steering: Steering = field(default_factory=Steering)
    # The species that the scenario was written for.
    home: str = ""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.home = self.home or self.scenario.library.subjects[self.scenario.base.subject].species
        self._watched: ChosenCell | None = None
        # The day on which the watched cell was first seen to be gone.
        self.died: float | None = None
        self.restart()

    @property
    def day(self) -> float:
        """Days since the start."""
        return self.sides[0].model.day

    @property
    def running(self) -> bool:
        """Whether the scenario's time is not yet over."""
        return bool(self.sides[0].model.running)

    @property
    def has_body(self) -> bool:
        """Whether the subject is more than a culture."""
        return self.sides[0].model.body is not None

    @property
    def tissues(self) -> tuple[str, ...]:
        """The tissues of the scenario."""
        return self.scenario.tissues

    def restart(self) -> None:
        """Put the same subject back to day 0, under the settings as they are."""
        with self.lock:
            self.sides = [Side.begin(self.scenario, name, self.replicate) for name in (self.strategy, self.compared)]
            self._scales: dict[tuple[str, str], Scale] = {}
            self.watch(None)
            if self.steering != Steering():
                self._adopt(self.steering)

    def advance(self, steps: int) -> int:
        """Let up to `steps` pass; return how many did before the scenario's end."""
        with self.lock:
            for done in range(steps):
                if not self.running:
                    return done
                for side in self.sides:
                    side.step()
                if self._watched and self.died is None and not self._lives(self._watched):
                    self.died = self.day
            return steps

    def steer(self, steering: Steering) -> None:
        """Let settings act from now on; InputProblems when they contradict the scenario, and then nothing changes."""
        with self.lock:
            if steering != self.steering:
                self._adopt(steering)
                self.steering = steering

    def caption(self, tissue: str, side: int, cells: str, ground: str) -> str:
        """Return what a picture shows; both sides are asked for what side 0 has."""
        scene, strategy = self.sides[0].scenes[tissue], self.sides[side].model.strategy.name
        return f"{scene.title}, {strategy}: {scene.cells[cells].label} over {scene.fields[ground].label}"

    def draw(self, tissue: str, side: int, cells: str, ground: str, marked: ChosenCell | None) -> Picture:
        """Return the picture of one tissue of one side; both sides share their colour scales."""
        with self.lock:
            for key in (cells, ground):
                self.scale(tissue, key)
            mine = marked is not None and (marked.side, marked.tissue) == (side, tissue)
            mark = (marked.kind, marked.uid) if marked is not None and mine else None
            scales = {key: self._scales[tissue, key] for key in (cells, ground)}
            return self.sides[side].scenes[tissue].draw(cells, ground, scales, mark)

    def scale(self, tissue: str, key: str) -> Scale:
        """Return the colour scale of a choice, widened to what both sides show now."""
        with self.lock:
            scenes = [side.scenes[tissue] for side in self.sides]
            for scene in [one for one in scenes if one.has(key)]:
                if (tissue, key) not in self._scales:
                    self._scales[tissue, key] = scene.scale(key)
                values = scene.cell_values(key) if key in scene.cells else scene.field_values(key)
                self._scales[tissue, key].take_in(values)
            return self._scales[tissue, key]

    def cell_at(self, tissue: str, side: int, across: float, down: float) -> ChosenCell | None:
        """Return the cell nearest to a point of a picture, given as shares of its width and height."""
        with self.lock:
            found = self.sides[side].scenes[tissue].cell_at(across, down)
            return None if found is None else ChosenCell(side, tissue, *found)

    def watch(self, cell: ChosenCell | None) -> None:
        """Follow a cell, so that the day of its death is known."""
        with self.lock:
            self._watched, self.died = cell, None

    def name_of(self, cell: ChosenCell) -> str | None:
        """Return what a cell is now, such as a goblet cell; None when it no longer lives."""
        with self.lock:
            return self.sides[cell.side].scenes[cell.tissue].name_of(cell.kind, cell.uid)

    def why(self, cell: ChosenCell) -> list[Account] | None:
        """Return why a cell does what it does; None when it no longer lives."""
        with self.lock:
            if not self._lives(cell):
                return None
            model = self.sides[cell.side].model
            population = model.tissues[cell.tissue].populations[cell.kind]
            return explain(model.scenario.library, model.setting, population, cell.uid)

    def kept_choice(self, tissue: str, choice: tuple[str, str]) -> tuple[str, str]:
        """Return what cells and ground of a tissue show: what was chosen where it is there, else what is at first."""
        scene, (cells, ground) = self.sides[0].scenes[tissue], self.first_choice(tissue)
        return choice[0] if choice[0] in scene.cells else cells, choice[1] if choice[1] in scene.fields else ground

    def first_choice(self, tissue: str) -> tuple[str, str]:
        """Return what cells and ground of a tissue show at first; InputProblems when they cannot."""
        scene = self.sides[0].scenes[tissue]
        return first_picture(tissue, list(scene.cells), list(scene.fields))

    def _lives(self, cell: ChosenCell) -> bool:
        return self.name_of(cell) is not None

    def _adopt(self, steering: Steering) -> None:
        self.sides[0].model.adopt(steered(self.scenario, self.strategy, steering))


def values_now(scene: Scene, key: str) -> tuple[float, float, float]:
    """Return mean, least and greatest of what is shown, NaN when there is nothing."""
    values = scene.cell_values(key) if key in scene.cells else scene.field_values(key)
    library = values[np.isfinite(values)]
    if library.size == 0:
        return float("nan"), float("nan"), float("nan")
    return float(library.mean()), float(library.min()), float(library.max())
