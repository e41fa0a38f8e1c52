"""Running experiments and putting their verdicts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from mgcells.batch.batch import Progress, run_batch
from mgcells.batch.bodies import run_bodies
from mgcells.errors import InputProblems, Problem
from mgcells.experiments.files import ValidationFiles, write_validation
from mgcells.experiments.judging import VERDICTS, judge
from mgcells.experiments.page import ExperimentNotes
from mgcells.experiments.reading import chosen_experiments, read_experiment
from mgcells.experiments.record import Compared, compare, refuse_unwritable, write_records
from mgcells.experiments.tally import KINDS, Tally, ordered, tallies
from mgcells.library import Library, load_library
from mgcells.library.evidence import BODY
from mgcells.library.verdicts import read_verdicts
from mgcells.places import refuse_unusable
from mgcells.tissues.registry import units

Watch = Callable[[str, int, int, Progress], None]


@dataclass(frozen=True)
class Validation:
    """What a validation came to.

    `table` has one row per expectation, negative controls and falsifiers first; `crashed` names experiments with failed
    runs, `origins` those of own libraries with their places. `compared` says what differs from the recorded verdicts,
    and `recorded` names the files that were written anew with those of today.
    """

    table: pd.DataFrame
    titles: Mapping[str, str]
    origins: Mapping[str, str]
    crashed: tuple[str, ...]
    files: ValidationFiles
    tallies: tuple[Tally, ...] = ()
    compared: Compared = field(default_factory=Compared)
    recorded: tuple[str, ...] = ()


def run_validation(
    names: Sequence[str] = (),
    *,
    out: str | Path = Path("outputs") / "validation",
    full: bool = False,
    libraries: Sequence[str | Path] = (),
    workers: int | None = None,
    record: bool = False,
    progress: Watch | None = None,
) -> Validation:
    """Run experiments and write validation.csv, figures/ and validation.md; each one's runs into runs/<id>.

    Negative controls and falsifiers come first, then validation, then calibration.

    Parameters
    ----------
    names : sequence of str
        Ids or keys of experiments, or what these begin with; all of them when empty.
    out : path
    full : bool
        Run the long ones too (those that are named run anyway).
    libraries : folders
        Own libraries, whose experiments can be named too.
    workers : int, optional
        Processes; all cores when it is left out.
    record : bool
        Put the verdicts into the record, of experiments that ran without a crash only.
    progress : callable, optional
        Called with the id, its place, the number of experiments, and the Progress of its batch.

    Raises
    ------
    InputProblems
        A name belongs to no experiment, an experiment or the record cannot be read, or the folder or, where it is asked
        for, the record cannot be written; then nothing runs.
    """
    library, folder = load_library(*libraries), Path(out)
    ids = chosen_experiments(library, names, full=full)
    ids.sort(key=lambda name: KINDS.index(library.experiments[name].record.kind))
    verdicts = read_verdicts(library)
    if record:
        refuse_unwritable(library, ids)
    ready, problems = {}, list[Problem]()
    for name in ids:
        try:
            ready[name] = read_experiment(library.experiments[name], library)
        except InputProblems as error:
            problems += error.problems
    if problems:
        raise InputProblems(problems)
    refuse_unusable(folder, files=("validation.csv", "validation.md"), folders=("figures", "runs"))
    tables, crashed = [], []
    for place, (name, (scenario, expectations)) in enumerate(ready.items(), start=1):

        def report(state: Progress, name: str = name, place: int = place) -> None:
            if progress:
                progress(name, place, len(ready), state)

        runs = folder / "runs" / name
        if scenario.tissues:
            result = run_batch(scenario, runs, workers=workers, force=True, progress=report)
        else:
            result = run_bodies(scenario, runs, workers=workers, force=True, progress=report)
        if result.failed:
            crashed.append(name)
        if result.done:
            read = pd.read_parquet(runs / "endpoints.parquet")
            shown = {entry.observable: units([entry.observable])[entry.observable][0] for entry in expectations}
            tables.append(judge(name, read, expectations, units=shown, seed=scenario.seed))
    table = ordered(pd.concat(tables, ignore_index=True)) if tables else pd.DataFrame(columns=list(VERDICTS))
    notes = {name: _notes(library, name, scenario.tissues) for name, (scenario, _) in ready.items()}
    counted = tallies(
        table, {name: note.tissues for name, note in notes.items()}, {name: note.grade for name, note in notes.items()}
    )
    files = write_validation(table, notes, crashed, counted, folder)
    whole = table[~table["experiment"].isin(crashed)]
    return Validation(
        table, {name: note.title for name, note in notes.items()},
        {name: note.origin for name, note in notes.items() if note.origin}, tuple(crashed), files, counted,
        compare(table, verdicts), tuple(write_records(whole, library)) if record else (),
    )  # fmt: skip


def _notes(library: Library, name: str, tissues: Sequence[str]) -> ExperimentNotes:
    experiment = library.experiments[name]
    record = experiment.record
    sources = {key: library.sources[key].model_dump(exclude={"tags"}) for key in experiment.sources}
    return ExperimentNotes(
        record.title, record.kind, record.species, record.note, sources, record.disclosure, record.key,
        library.said("experiments", name), experiment.grade, " + ".join(tissues) or BODY,
    )  # fmt: skip
