"""What a tissue can show: its cells coloured by a behaviour or a trait, over one of its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mgcells.app.colours import CELLS, FIELD, KINDS, Picture, Scale
from mgcells.app.drawing import Missing
from mgcells.arrays import Flags, Floats, Integers
from mgcells.cells.population import Population
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import CellType, Library
from mgcells.library.in_force import Setting
from mgcells.tissues.registry import tissue_kinds, view_class
from mgcells.tissues.tissue import Tissue
from mgcells.tissues.view import KIND, Choice

PANEL_PIXELS, BORDER = 400, 40
CELL_SPREAD, FIELD_SPREAD = 0.5, 0.1
FIELD_NAMES = {"magnesium": ("magnesium", "mM"), "threonate": ("threonate", "mM")}
NOTHING = Choice("nothing", "nothing", "", np.nan)


@dataclass(frozen=True)
class Lattice:
    """The grid that cells and fields are drawn on: sites, and pixels of a site, (rows, columns)."""

    sites: tuple[int, int]
    pixels: tuple[int, int]


class Scene:
    """One living tissue as choices and pictures. It reads the tissue and never writes to it."""

    def __init__(self, library: Library, setting: Setting, tissue: Tissue) -> None:
        self.tissue = tissue
        self.title = tissue_kinds()[tissue.name].title
        self._setting = setting
        self._view = view_class(tissue.name)(tissue)
        self._types = {kind: _cell_type(library, tissue, kind) for kind in tissue.populations}
        rows, columns = self._view.sites
        pixels = (max(4, round(PANEL_PIXELS / rows)), max(4, round(PANEL_PIXELS / columns)))
        self.lattice = Lattice((rows, columns), pixels)
        parts = self._view.parts()
        self.note = f"from left: {', '.join(parts)}" if len(parts) > 1 else ""
        self._borders = list(parts.values())[1:]
        self._bounds: dict[str, tuple[float, float]] = {}
        self.cells = {choice.key: choice for choice in self._cell_choices()}
        self.fields = {choice.key: choice for choice in self._field_choices(library)}

    def kinds(self) -> list[str]:
        """Return the names of the kinds of cell, in the order of their colours."""
        return list(self._view.kinds) or [entry.record.title.lower() for entry in self._types.values()]

    def name_of(self, kind: str, uid: int) -> str | None:
        """Return what a cell of a population is now; None when it no longer lives."""
        population = self.tissue.populations[kind]
        try:
            row = population.row(uid)
        except KeyError:
            return None
        if self._view.kinds:
            return self._view.kinds[int(self._view.kind_of(population)[row])]
        return self._types[kind].record.title.lower()

    def has(self, key: str) -> bool:
        """Tell whether a choice of the other side can be shown here too."""
        return key in self.cells or key in self.fields

    def cell_values(self, key: str) -> Floats:
        """Return what the cells are coloured by, all populations together; NaN for cells that do not have it."""
        if key == KIND:
            parts = [
                self._view.kind_of(population) if self._view.kinds else np.full(population.count, float(number))
                for number, population in enumerate(self.tissue.populations.values())
            ]
            return np.concatenate(parts)
        owner, name = key.split(".")
        parts = []
        for kind, population in self.tissue.populations.items():
            if self._types[kind] is not self._types[owner]:
                parts.append(np.full(population.count, np.nan))
            else:
                own = name in population.behaviour_row
                parts.append(population.behaviour(name) if own else population.trait(name))
        return np.concatenate(parts)

    def field_values(self, key: str) -> Floats:
        """Return a field on the sites, shape `lattice.sites`, the way it is drawn.

        Raises
        ------
        Missing
            The tissue has no such field, such as one that only the other strategy's has.
        """
        if key not in self.fields:
            raise Missing("this tissue has no such ground under its strategy")
        return np.zeros(self.lattice.sites) if key == NOTHING.key else self._view.ground(key)

    def scale(self, key: str) -> Scale:
        """Return the colour scale that a choice begins with, wide enough for its values now."""
        of_cells = key in self.cells
        choice = self.cells[key] if of_cells else self.fields[key]
        values = self.cell_values(key) if of_cells else self.field_values(key)
        if key in self._bounds:
            scale = Scale(*self._bounds[key])
        elif np.isfinite(choice.healthy):
            scale = Scale.around(choice.healthy, CELL_SPREAD if of_cells else FIELD_SPREAD)
        else:
            scale = Scale(float(np.nanmin(values)), float(np.nanmax(values))) if values.size else Scale(0.0, 0.0)
        scale.take_in(values)
        return scale

    def sites(self, population: Population) -> tuple[Integers, Integers]:
        """Return row and column of every cell on the lattice as drawn."""
        return self._view.places(population)

    def draw(self, cells: str, field: str, scales: Mapping[str, Scale], marked: tuple[str, int] | None) -> Picture:
        """Return the picture, shape (height, width, 3); `marked` is (population, uid) of a cell to frame."""
        (rows, columns), (tall, wide) = self.lattice.sites, self.lattice.pixels
        ground = scales[field].shade(self.field_values(field), FIELD)
        picture = np.repeat(np.repeat(ground, tall, axis=0), wide, axis=1)
        blocks = picture.reshape(rows, tall, columns, wide, 3).transpose(0, 2, 1, 3, 4)
        values, begin = self.cell_values(cells), 0
        for number, (kind, population) in enumerate(self.tissue.populations.items()):
            own = values[begin : begin + population.count]
            begin += population.count
            row, column = self.sites(population)
            if cells == KIND:
                colour = KINDS[own.astype(int) % len(KINDS)]
            elif np.isnan(own).all():
                colour = np.full((population.count, 3), 60, np.uint8)
            else:
                row, column, own = _one_per_site(row, column, own, columns)
                colour = scales[cells].shade(own, CELLS)
            _stamp(blocks, row, column, colour, _shape(number, tall, wide))
            if marked is not None and marked[0] == kind:
                at = np.flatnonzero(population.uid[: population.count] == np.uint64(marked[1]))
                if at.size:
                    site = [part[at] for part in self.sites(population)]
                    _stamp(blocks, site[0], site[1], np.zeros((at.size, 3), np.uint8), _frame(tall, wide))
        for border in self._borders:
            picture[:, border * wide - 1 : border * wide + 1] = BORDER
        return picture

    def cell_at(self, across: float, down: float) -> tuple[str, int] | None:
        """Return (population, uid) of the cell nearest to a point of the picture, both shares of its size."""
        best: tuple[float, tuple[str, int]] | None = None
        (rows, columns), (tall, wide) = self.lattice.sites, self.lattice.pixels
        for kind, population in self.tissue.populations.items():
            if population.count == 0:
                continue
            row, column = self.sites(population)
            away = np.hypot((row + 0.5 - down * rows) * tall, (column + 0.5 - across * columns) * wide)
            nearest = int(np.argmin(away))
            if best is None or away[nearest] < best[0]:
                best = float(away[nearest]), (kind, int(population.uid[nearest]))
        return None if best is None else best[1]

    def _cell_choices(self) -> list[Choice]:
        owners = {cell.name: kind for kind, cell in reversed(self._types.items())}
        several = len(owners) > 1
        found = [Choice(KIND, KIND, "", np.nan)] if several or self._view.kinds else []
        for kind, population in self.tissue.populations.items():
            cell = self._types[kind]
            if owners[cell.name] != kind:
                continue
            owner = f"{cell.record.title}: " if several else ""
            for name in population.table.names:
                record = cell.record.behaviours[name]
                healthy = self._setting.healthy[f"{cell.name}.{name}.baseline"]
                found.append(Choice(f"{kind}.{name}", owner + record.label, record.unit, healthy))
            for name in population.trait_row:
                if name in self._view.traits:
                    trait, key = self._view.traits[name], f"{kind}.{name}"
                    found.append(Choice(key, owner + trait.label, trait.unit, np.nan))
                    if trait.bounds:
                        self._bounds[key] = trait.bounds
        return found

    def _field_choices(self, library: Library) -> list[Choice]:
        niches = [
            cell for cell in library.cells.values() if cell.record.niche and self.tissue.name in cell.record.tissue
        ]
        levels = [self._level(name, niches) for name in self._view.levels()]
        return [*self._view.grounds(), *levels] or [NOTHING]

    def _level(self, name: str, niches: Sequence[CellType]) -> Choice:
        for cell in niches:
            if name in cell.record.behaviours:
                record = cell.record.behaviours[name]
                return Choice(name, record.label, record.unit, self._setting.healthy[f"{cell.name}.{name}.baseline"])
        healthy, labels = np.nan, FIELD_NAMES.get(name)
        for cell in (*self._types.values(), *niches):
            for signal in cell.record.signals.values():
                if signal.reads == f"level:{name}" and signal.healthy:
                    healthy = self._setting.healthy[signal.healthy]
                    labels = labels or (
                        signal.label,
                        "mM" if "magnesium" in name or "threonate" in name else signal.unit,
                    )
        label, unit = labels or (name.replace("_", " "), "mM" if "threonate" in name or "magnesium" in name else "")
        return Choice(name, label, unit, healthy)


def _cell_type(library: Library, tissue: Tissue, kind: str) -> CellType:
    name = tissue.populations[kind].name
    if name not in library.cells:
        text = f"population {kind} should have the name of its cell type, not '{name}'{suggestion(name, library.cells)}"
        raise InputProblems([Problem(f"tissue '{tissue.name}'", 0, text)])
    return library.cells[name]


def _one_per_site(row: Integers, column: Integers, values: Floats, columns: int) -> tuple[Integers, Integers, Floats]:
    """Return one mark a site with the mean of its cells: a team of osteoblasts shares a site."""
    site, place = np.unique(row * columns + column, return_inverse=True)
    mean = np.bincount(place, values) / np.bincount(place)
    return site // columns, site % columns, mean


def _stamp(blocks: Picture, row: Integers, column: Integers, colour: Picture, shape: Flags) -> None:
    stamped = blocks[row, column]
    stamped[:, shape] = colour[:, None, :]
    blocks[row, column] = stamped


def _shape(number: int, tall: int, wide: int) -> Flags:
    """Return the mark of the nth population: disc, diamond, then a dot; a brick where sites are flat."""
    down, across = (np.arange(tall) + 0.5) / tall - 0.5, (np.arange(wide) + 0.5) / wide - 0.5
    if max(tall, wide) > 3 * min(tall, wide):
        return np.outer(np.abs(down) < 0.5 - 0.9 / tall, np.abs(across) < 0.4)
    marks: list[Callable[[], Flags]] = [
        lambda: np.add.outer(down**2, across**2) < 0.42**2,
        lambda: np.add.outer(np.abs(down), np.abs(across)) < 0.52,
        lambda: np.add.outer(down**2, across**2) < 0.22**2,
    ]
    return marks[number % len(marks)]()


def _frame(tall: int, wide: int) -> Flags:
    edge = np.ones((tall, wide), bool)
    edge[2:-2, 2:-2] = False
    if min(tall, wide) < 8:
        edge[:] = True
    return edge
