"""Fitting the fitted numbers of a library to its calibration experiments, and what that says of the shipped values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from mgcells.arrays import Floats
from mgcells.batch.supervise import all_cores, local_pool
from mgcells.batch.workers import runs_alone, start_server
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Library, load_library
from mgcells.library.calibration_checks import fit_problems, to_fit
from mgcells.places import refuse_unusable
from mgcells.study.calibration_tables import Calibration, Fitted, tabled
from mgcells.study.fitting import Best, Profile, agreeing, correlation, least, profile, search, starts
from mgcells.study.objective import Objective

STARTS_PER_NUMBER = 2
SEED = 1
FILES = (
    "calibration.csv", "calibration.md", "calibration-rows.csv", "calibration-profiles.csv",
    "calibration-correlations.csv", "calibration-profiles.png", "calibration-profiles.svg", "calibration-profiles.pdf",
)  # fmt: skip
Watch = Callable[[str, int, int], None]
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class _Job:
    """A calibration of a library, made anew where it is worked on."""

    library: Library
    name: str
    replicates: int | None
    seed: int | None

    def objective(self) -> Objective:
        return Objective(self.library, self.name, self.replicates, self.seed)


def calibrate(
    names: Sequence[str] = (),
    *,
    out: str | Path | None = None,
    full: bool = False,
    libraries: Sequence[str | Path] = (),
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Watch | None = None,
) -> Calibration:
    """Fit the fitted numbers of the library to its calibration experiments; nothing in the library is changed.

    Least squares over the plausible range of each number, from starts of a seeded Latin hypercube that know nothing of
    the shipped values, with the same virtual subjects for all values. Only rows of the kind "calibration" count.

    Parameters
    ----------
    names : sequence of str
        Calibrations; all that can be fitted when empty.
    out : path, optional
        Folder for tables, the figure of the profiles and a page; nothing is written when left out.
    full : bool
        Fit the long ones too (those that are named are fitted anyway).
    libraries : folders
        Own libraries, whose calibrations and experiments count too.
    replicates : int, optional
        Virtual subjects of every experiment; of the body alone its own number, of tissues two, when left out.
    seed : int, optional
        Of starts and virtual subjects; the experiments' own when left out.
    workers : int, optional
        Processes; all cores when left out.
    progress : callable, optional
        Called with what is done, how much of it is, and how much there is.

    Raises
    ------
    InputProblems
        A name is no calibration or one that cannot be fitted, an experiment cannot be read, or the folder cannot be
        used; then nothing runs.
    """
    library, count = load_library(*libraries), workers or all_cores()
    chosen = _chosen(library, names, full=full)
    if out is not None:
        refuse_unusable(Path(out), files=FILES)
    jobs = [_Job(library, name, replicates, seed) for name in chosen]
    objectives = [job.objective() for job in jobs]
    if count > 1:
        start_server()
    begin = [
        starts(STARTS_PER_NUMBER * len(objective.axes), len(objective.axes), SEED if seed is None else seed)
        for objective in objectives
    ]
    todo = [(place, start) for place, own in enumerate(begin) for start in own]
    ended = _each(partial(_search, jobs), todo, count, partial(progress, "fitting") if progress else None)
    searches = [[(best, runs) for (at, _), (best, runs) in zip(todo, ended, strict=True) if at == place]
                for place in range(len(jobs))]  # fmt: skip
    bests = [least(best for best, _ in own) for own in searches]
    held = [(place, number) for place, objective in enumerate(objectives) for number in range(len(objective.axes))]
    profiled = _each(partial(_profile, jobs, bests), held, count, partial(progress, "profiles") if progress else None)
    profiles = [[(found, runs) for (at, _), (found, runs) in zip(held, profiled, strict=True) if at == place]
                for place in range(len(jobs))]  # fmt: skip
    lowest = [least((best, *(_lowest(found) for found, _ in own))) for best, own in zip(bests, profiles, strict=True)]
    closed = _each(
        partial(_close, jobs, lowest), range(len(jobs)), count, partial(progress, "correlations") if progress else None
    )
    fitted = [
        Fitted(
            job.name, objective, best, tuple(found for found, _ in own), len(tried),
            agreeing([end for end, _ in tried]), sum(runs for _, runs in (*tried, *own)), *last,
        )
        for job, objective, best, own, tried, last in zip(jobs, objectives, lowest, profiles, searches, closed,
                                                          strict=True)
    ]  # fmt: skip
    result = tabled(library, fitted)
    if out is None:
        return result
    from mgcells.study.calibration_files import write_calibration

    return write_calibration(result, library, Path(out))


def _chosen(library: Library, names: Sequence[str], *, full: bool) -> list[str]:
    fitting = [name for name, entry in library.calibrations.items() if entry.to and to_fit(library, entry)]
    problems = []
    for name in names:
        entry = library.calibrations.get(name)
        if entry is None:
            problems.append(Problem(name, 0, f"is not a calibration{suggestion(name, fitting)}"))
        elif name not in fitting:
            reason = entry.reason or "none of its numbers has the basis 'fitted' any more"
            problems.append(Problem(name, 0, f"cannot be fitted: {reason}"))
    chosen = list(dict.fromkeys(names)) or [name for name in fitting if full or not library.calibrations[name].full]
    problems += [problem for name in chosen if name in fitting for problem in fit_problems(library, name)]
    if problems:
        raise InputProblems(problems)
    return chosen


def _search(jobs: Sequence[_Job], item: tuple[int, Floats]) -> tuple[Best, int]:
    place, start = item
    objective = jobs[place].objective()
    found = search(objective, start, objective.step)
    return found, objective.evaluations


def _profile(jobs: Sequence[_Job], bests: Sequence[Best], item: tuple[int, int]) -> tuple[Profile, int]:
    place, number = item
    objective = jobs[place].objective()
    found = profile(objective, bests[place], number, objective.step)
    return found, objective.evaluations


def _close(jobs: Sequence[_Job], bests: Sequence[Best], place: int) -> tuple[Floats, Floats, Floats]:
    """Return the correlation at the best position, and what is predicted there and with the shipped values."""
    objective, position = jobs[place].objective(), bests[place].position
    found = correlation(objective, position, objective.step)
    return found, objective.predictions(position), objective.predictions(objective.shipped)


def _lowest(found: Profile) -> Best:
    place = int(np.argmin(found.squares))
    return Best(found.others[place], float(found.squares[place]))


def _each(
    work: Callable[[Item], Result], items: Sequence[Item], workers: int, tick: Callable[[int, int], None] | None
) -> list[Result]:
    """Return what the work makes of each item, in their order."""

    def counted(results: Iterator[Result]) -> Iterator[Result]:
        for done, result in enumerate(results):
            if tick:
                tick(done + 1, len(items))
            yield result

    if tick:
        tick(0, len(items))
    if runs_alone(min(workers, len(items))):
        return list(counted(map(work, items)))
    with local_pool(min(workers, len(items))) as pool:
        waiting = [pool.submit(work, item) for item in items]
        list(counted(future.result() for future in as_completed(waiting)))
        return [future.result() for future in waiting]
