"""Sweeps: a scenario run over values of what its strategies hold, as one long table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mgcells.batch.batch import Progress
from mgcells.errors import InputProblems, Problem
from mgcells.folder import Folder
from mgcells.library.located import parse
from mgcells.scenario import Scenario, read_document
from mgcells.scenario.addresses import SWEEP
from mgcells.scenario.shipped import find_scenario
from mgcells.scenario.swept import DesignName, SweptDesign
from mgcells.study.explain import study_folder
from mgcells.study.points import SweptVariant, variants_of
from mgcells.study.running import run_study
from mgcells.study.sweep_results import SweepResults
from mgcells.study.sweep_table import sweep_table, values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLACE = "sweep/"
Values = Sequence[Any] | Mapping[str, Any]


class Sweep(SweepResults):
    """A sweep that was run, with its figures and files; see `SweepResults` for what it holds."""

    def figure(self, column: str | None = None) -> Figure:
        """Return the figure of an endpoint, such as "plasma.magnesium, at 1 d"; of the first one that has a figure.

        Raises
        ------
        InputProblems
            There is no figure of it: more than two values are swept, or the sweep moves nothing in it.
        """
        from mgcells.study.sweep_figures import sweep_pictures

        pictures = {picture.column: picture for picture in sweep_pictures(self)}
        chosen = pictures.get(column) if column else next(iter(pictures.values()), None)
        if chosen is None:
            known = f"; there are {', '.join(pictures)}" if pictures else ""
            raise InputProblems([Problem(self.scenario.title, 0, f"no figure of {column or 'the sweep'}{known}")])
        return chosen.figure

    def write(self) -> list[Path]:
        """Write tables and figures into `sweep/` of the study's folder; return the paths.

        Raises
        ------
        InputProblems
            The folder cannot be used.
        """
        from mgcells.study.sweep_files import write_sweep

        return write_sweep(self, Folder(self.study.folder), PLACE)


def swept_scenario(
    scenario: Scenario | str | Path,
    over: Mapping[str, Values] | None = None,
    *,
    design: DesignName = "grid",
    points: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
) -> tuple[Scenario, SweptDesign]:
    """Return a scenario and what it sweeps: that of its file, or `over` in its place; see `sweep`."""
    scenario = find_scenario(scenario)
    if over is not None or replicates is not None or seed is not None:
        document = parse(scenario.text, scenario.shown)
        if over is not None:
            asked = {"over": dict(over), "design": design} | ({} if points is None else {"points": points})
            document = replace(document, data={**document.data, SWEEP: asked})
        scenario = read_document(
            document, source=scenario.source, library=scenario.library,
            replicates=replicates or scenario.replicates, seed=scenario.seed if seed is None else seed,
        )  # fmt: skip
    if scenario.sweep is None:
        text = 'sweeps nothing; add [sweep.over] with a line such as "STRATEGY.doses.0.amount" = ["100 mg", "200 mg"]'
        raise InputProblems([Problem(scenario.shown or scenario.title, 0, text)])
    return scenario, scenario.sweep


def sweep(
    scenario: Scenario | str | Path,
    over: Mapping[str, Values] | None = None,
    *,
    design: DesignName = "grid",
    points: int | None = None,
    out: str | Path | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Sweep:
    """Run a scenario over values of what its strategies hold, every variant on the same virtual subjects.

    Parameters
    ----------
    scenario : Scenario, path or name of a shipped scenario
    over : mapping, optional
        Values by address, as under `[sweep.over]` of a file: "L-TAMS.doses.0.amount" with a list, or with a range
        {"from": "100 mg", "to": "1 g", "count": 5}. The scenario's own sweep when left out.
    design : "grid", "pairs" or "latin hypercube"
        How the values of `over` are put together; the last takes `points` of them.
    out : path, optional
        Folder of the study; `outputs/` and the name of the scenario's file with `-study` when left out.
    replicates, seed : int, optional
        Instead of what the scenario says.
    workers, progress
        As for `mgcells.run`.

    Raises
    ------
    InputProblems
        The scenario or a value of the sweep cannot be read, nothing is swept, or the folder cannot be used.
    """
    read, swept = swept_scenario(scenario, over, design=design, points=points, replicates=replicates, seed=seed)
    return run_sweep(read, swept, variants_of(read, swept), out=out, workers=workers, progress=progress)


def run_sweep(
    scenario: Scenario,
    design: SweptDesign,
    variants: Sequence[SweptVariant],
    *,
    out: str | Path | None = None,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Sweep:
    """Run the variants of a scenario's sweep; see `sweep`."""
    folder = Path(out) if out is not None else study_folder(scenario)
    scenarios = {variant.name: variant.scenario for variant in variants}
    study = run_study(scenarios, folder, workers=workers, progress=progress)
    values = values_of(study, variants)
    table = sweep_table(design, variants, values)
    return Sweep(scenario, design, tuple(variants), study, values, table)
