"""A ready tissue without fields: cells of the types that data name for it, all in what the body offers.

What it is made of stands in data, where `<tissue>` is its name with `_` for a space:

- `<tissue>.lattice.rows`, `.columns` and `.spacing` (um), and where a cell type is not at every site
  `<tissue>.share.<cell type>`, the share of sites that have one;
- a cell type for everything that lives in it, whose record names the tissue, with its rules;
- `<tissue>.drive.<name>`, a number that conditions set and that cells read as "scalar:<name>". What the body or other
  tissues send under that name takes its place.

Cells read the levels of `LEVELS` as "level:<name>".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mgcells.cells.kinds import kind_of
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table, unread
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import CellType, Library
from mgcells.library.in_force import Setting
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams
from mgcells.tissues.declaration import section_of
from mgcells.tissues.tissue import Feedback, Surroundings

# What is offered at every site: name -> the level among the surroundings, mM.
LEVELS = {
    "magnesium": "ionised_magnesium",
    "threonate": "threonate",
    "csf_magnesium": "csf_magnesium",
    "csf_threonate": "csf_threonate",
}
LATTICE = ("rows", "columns", "spacing")
NOTHING = Feedback()


class Patch:
    """A lattice of cells that sense the body, answer by their rules, and send nothing back.

    Attributes
    ----------
    name : str
        That of its kind; a subclass states it.
    shape : tuple of int
        Rows and columns.
    spacing : float
        Side of a site, um.
    populations : dict
        The cells of every type by the name of their agents.
    healthy : path -> float
        Parameters of the reference subject in health.
    """

    name: ClassVar[str] = ""

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        problems = self.problems(library)
        if problems:
            raise InputProblems(problems)
        values, section = setting.values, section_of(self.name)
        self.shape = _shape(values, section)
        self.spacing = values[f"{section}.lattice.spacing"]
        self.healthy = setting.healthy
        self._drives = _drives(values, section)
        self._levels = np.zeros((len(LEVELS), self.shape[0] * self.shape[1]))
        self._scalars = np.zeros(len(self._drives))
        self._meet(surroundings)
        self._cells: dict[str, Population] = {}
        agents: dict[str, Population] = {}
        for cell in _cells(library, self.name):
            sites = self._sites(values.get(f"{section}.share.{cell.name}", 1.0), cell.name, streams)
            population = Population(cell.name, self._table(library, setting, cell.name), capacity=sites.size)
            population.add(sites.astype(np.uint64), sites)
            population.settle(self._levels, self._scalars)
            self._cells[cell.name] = agents[kind_of(cell)] = population
        self.populations: Mapping[str, Population] = agents

    @classmethod
    def problems(cls, library: Library) -> list[Problem]:
        """Return what the data of the tissue lack."""
        section, paths = section_of(cls.name), set(library.parameters)
        for subject in library.subjects.values():
            paths |= set(subject.parameters)
        found = []
        for name in LATTICE:
            if f"{section}.lattice.{name}" not in paths:
                text = f"parameter {section}.lattice.{name} is missing; write it in data/tissues/{section}.toml"
                found.append(Problem(f"tissue '{cls.name}'", 0, text))
        cells, drives = _cells(library, cls.name), _drives(paths, section)
        if not cells:
            text = f'no cell type lives in it; write one in data/cells with tissue = ["{cls.name}"]'
            found.append(Problem(f"tissue '{cls.name}'", 0, text))
        begin, names = f"{section}.share.", [cell.name for cell in cells]
        for path in sorted(path for path in paths if path.startswith(begin) and path[len(begin) :] not in names):
            text = f"parameter {path}: no such cell type lives in it{suggestion(path[len(begin) :], names)}"
            found.append(Problem(f"tissue '{cls.name}'", 0, text))
        for cell in cells:
            if cell.record.niche:
                text = f"tissue '{cls.name}' has no niche, it holds cells only; leave out niche"
                found.append(Problem(cell.file, 0, text))
            found += unread(library, cell, levels=tuple(LEVELS), scalars=drives)
            try:
                kind_of(cell)
            except InputProblems as error:
                found += error.problems
        return found

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells keep their state.

        Raises
        ------
        ValueError
            The new parameters ask for a lattice of another size.
        """
        shape = _shape(setting.values, section_of(self.name))
        if shape != self.shape:
            raise ValueError(f"a living {self.name} cannot change its lattice from {self.shape} to {shape}")
        for cell, population in self._cells.items():
            population.table = self._table(library, setting, cell)

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: all cells sense what is offered now, and answer."""
        self._meet(surroundings)
        for population in self._cells.values():
            population.advance(self._levels, self._scalars, hours)

    def feedback(self) -> Feedback:
        """Return what the tissue gives back to the body: nothing."""
        return NOTHING

    def mean(self, cell: str, behaviour: str) -> float:
        """Return the mean of a behaviour over the cells of a type, in its unit; LookupError for unknown names."""
        if cell not in self._cells:
            raise LookupError(f"{self.name} has no cell type '{cell}'{suggestion(cell, self._cells)}")
        known = self._cells[cell].behaviour_row
        if behaviour not in known:
            raise LookupError(f"{cell} has no behaviour '{behaviour}'{suggestion(behaviour, known)}")
        return self._cells[cell].mean(behaviour)

    def relative(self, cell: str, behaviour: str) -> float:
        """Return the mean over the cells of a type, the reference subject in health being 1.

        Raises
        ------
        ValueError
            The behaviour is 0 in health.
        """
        mean, healthy = self.mean(cell, behaviour), self.healthy[f"{cell}.{behaviour}.baseline"]
        if healthy == 0.0:
            raise ValueError(f"{cell}.{behaviour} is 0 in health, to which nothing can be relative; measure its mean")
        return mean / healthy

    def _meet(self, surroundings: Surroundings) -> None:
        for row, level in enumerate(LEVELS.values()):
            self._levels[row] = getattr(surroundings, level)
        values, begin = surroundings.values, f"{section_of(self.name)}.drive."
        self._scalars[:] = [surroundings.signals.get(name, values[begin + name]) for name in self._drives]

    def _sites(self, share: float, cell: str, streams: Streams) -> NDArray[np.int64]:
        """Return the sites that have a cell of a type, drawn where that is not all of them."""
        sites = self.shape[0] * self.shape[1]
        drawn = streams.generator(f"{self.name}.{cell}.placement").permutation(sites)
        return np.sort(drawn[: round(share * sites)])

    def _table(self, library: Library, setting: Setting, cell: str) -> RuleTable:
        return rule_table(library, setting, cell, levels=tuple(LEVELS), scalars=self._drives)


def _cells(library: Library, tissue: str) -> list[CellType]:
    return [cell for cell in library.cells.values() if tissue in cell.record.tissue]


def _drives(paths: Mapping[str, float] | set[str], section: str) -> tuple[str, ...]:
    begin = f"{section}.drive."
    return tuple(sorted(path[len(begin) :] for path in paths if path.startswith(begin)))


def _shape(values: Mapping[str, float], section: str) -> tuple[int, int]:
    return round(values[f"{section}.lattice.rows"]), round(values[f"{section}.lattice.columns"])
