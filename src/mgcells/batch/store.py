"""The folder of a batch: part files, and the tables put together from them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mgcells.batch.drawn_on import drawn_on, layers_drawn_on, library_differences
from mgcells.batch.endpoint_table import FILES, Row, endpoints_of_run, recorded_rows, write_endpoints
from mgcells.batch.parts import DamagedPart, error_name, part_name, read_part, seconds_of, seems_whole
from mgcells.batch.plan import RunSpec
from mgcells.batch.program import program, program_differences
from mgcells.batch.resolved import resolved
from mgcells.batch.run import RunOutcome
from mgcells.errors import InputProblems, Problem
from mgcells.folder import Folder
from mgcells.scenario import Scenario
from mgcells.tissues.registry import units

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["run", "kinetics"]
SERIES = ("timeseries.parquet", "timeseries.csv", "units.csv")
# All that may come to stand in the folder, so that nothing is found in the way when the runs are done.
NAMES = (
    *SERIES, "runs.csv", "manifest.json", "resolved.json", "scenario.toml", *FILES, "summary.csv",
    "effects.csv", "safety.csv", "references.bib", "report.html", "parts/", "figures/",
)  # fmt: skip
RUNS = ".mgcells/runs.txt"
ROWS_A_GROUP = 1024
# Bytes that a number takes in a part, in the Parquet table and in the text, together and compressed as they come.
BYTES_A_VALUE = 24
# What the report, its figures and what was in force take, of however few runs.
BYTES_OF_A_REPORT = 15_000_000


class Store:
    """One output folder."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Folder(folder)

    @contextmanager
    def held(self, scenario: Scenario, specs: Sequence[RunSpec], kind: Kind, *, force: bool) -> Iterator[None]:
        """Keep the folder for the runs `specs` of a scenario, and write down what they are.

        A folder belongs to any scenario that shares a run with its results, and to the one of their title, edited as it
        may be, for as long as the libraries that they draw on are the same.

        Raises
        ------
        InputProblems
            The folder cannot be used, holds results of a different scenario or program (unless `force`), or something
            that mgcells did not write is in the way.
        """
        self._refuse_library(scenario)
        if not force:
            self._refuse_others(scenario, specs, kind)
        names = [*NAMES, "library/"] if layers_drawn_on(scenario) else NAMES
        with self.folder.held(names):
            reason = self._other(scenario, specs, kind)
            if reason and not force:
                self._refuse_others(scenario, specs, kind)
            if reason:
                self._clear()
                self.folder.claim(names)
            with self.folder.refusing():
                self.folder.note(program=dict(program()), title=scenario.title, kind=kind, drawn_on=drawn_on(scenario))
                (self.folder / "parts").mkdir(exist_ok=True)
                self._note_runs(specs)
            yield

    def finished(self, specs: Iterable[RunSpec]) -> dict[RunSpec, RunOutcome]:
        """Return the runs whose part file is there."""
        return {
            spec: RunOutcome(spec.run_id, spec.strategy, spec.replicate, "done", 0.0)
            for spec in specs
            if seems_whole(self.folder / part_name(spec.run_id), spec.run_id)
        }

    def forget(self, specs: Iterable[RunSpec]) -> None:
        """Take the part files of these runs away."""
        for spec in specs:
            (self.folder / part_name(spec.run_id)).unlink(missing_ok=True)

    def refuse_without_room(self, values: int) -> None:
        """Raise InputProblems when the disk has no room for results of so many numbers."""
        need, free = values * BYTES_A_VALUE + BYTES_OF_A_REPORT, self.folder.room()
        if need > free:
            reason = f"lies on a disk with {_size(free)} left, and the results need about {_size(need)}"
            remedy = "free some space, record less often (record_every), or choose another --out"
            raise InputProblems([Problem(str(self.folder.path), 0, f"{reason}; {remedy}")])

    def write_scenario(self, scenario: Scenario) -> None:
        """Write the scenario as it was given and as it was understood, and the own libraries that it draws on."""
        self.folder.write_text("scenario.toml", scenario.text)
        self.folder.write_text("resolved.json", as_json(resolved(scenario)))
        copies = {f"library/{layer.name}/{path}": text for layer in layers_drawn_on(scenario)
                  for path, text in layer.files}  # fmt: skip
        self.folder.remove(set(self.folder.written("library/")) - copies.keys() - {"library/"})
        for name, text in copies.items():
            self.folder.write_text(name, text)

    def write_tables(self, scenario: Scenario, specs: Sequence[RunSpec]) -> tuple[list[RunSpec], dict[RunSpec, float]]:
        """Put the part files of `specs` together, one at a time: time series, units, and the endpoints of every run.

        Returns
        -------
        lost : list of RunSpec
            Runs whose part is gone or damaged; they are not in the tables.
        seconds : dict of RunSpec to float
            How long each of the others took.
        """
        lost: list[RunSpec] = []
        seconds: dict[RunSpec, float] = {}
        endpoints: list[Row] = []

        def tables() -> Iterator[pa.Table]:
            for spec in specs:
                try:
                    table = read_part(self.folder / part_name(spec.run_id), spec.run_id)
                except DamagedPart:
                    (self.folder / part_name(spec.run_id)).unlink(missing_ok=True)
                    lost.append(spec)
                    continue
                seconds[spec] = seconds_of(table)
                columns = {name: table.column(name).to_numpy() for name in table.column_names}
                endpoints.append((spec.strategy, spec.replicate, endpoints_of_run(columns, scenario).tolist()))
                yield _of_run(recorded_rows(table), spec)

        self.unlink("summary.csv")
        self.write_series(tables())
        write_endpoints(self.folder, scenario, endpoints)
        return lost, seconds

    def write_series(self, tables: Iterable[pa.Table]) -> None:
        """Write time series one table after the other, as Parquet and CSV, with units beside them; none without any."""
        import pyarrow.csv as pacsv
        import pyarrow.parquet as pq

        groups = _gathered(tables)
        first = next(groups, None)
        if first is None:
            self.unlink(*SERIES)
            return
        floats = [name for name in first.schema.names if name not in ("strategy", "replicate")]
        options = {"compression": "zstd", "use_dictionary": ["strategy"], "write_statistics": False}
        with ExitStack() as stack:
            aside = {name: stack.enter_context(self.folder.writing(name)) for name in SERIES[:2]}
            columns = pq.ParquetWriter(aside[SERIES[0]], first.schema, use_byte_stream_split=floats, **options)
            with columns as parquet, pacsv.CSVWriter(aside[SERIES[1]], first.schema) as text:
                for table in (first, *groups):
                    parquet.write_table(table)
                    text.write_table(table)
        names = [name for name in floats if name != "day"]
        rows = [("observable", "unit", "label"), *((name, *units(names)[name]) for name in names)]
        self.folder.write_text("units.csv", _csv(rows))

    def write_runs(self, outcomes: Iterable[RunOutcome]) -> None:
        """Write one row per run."""
        rows: list[tuple[object, ...]] = [("run_id", "strategy", "replicate", "status", "seconds", "error")]
        rows += [(o.run_id, o.strategy, o.replicate, o.status, f"{o.seconds:.3f}", o.error) for o in outcomes]
        self.folder.write_text("runs.csv", _csv(rows))

    def write_summary(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Write mean, standard deviation and range over subjects at every record."""
        head = ("strategy", "observable", "day", "mean", "sd", "lowest", "highest", "n")
        self.folder.write_text("summary.csv", _csv([head, *rows]))

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write what is needed to run the batch again."""
        self.folder.write_text("manifest.json", as_json(manifest))

    def _refuse_library(self, scenario: Scenario) -> None:
        here = self.folder.path.resolve()
        for layer in scenario.library.own:
            if Path(layer.where).resolve() in (here, *here.parents):
                reason = f"lies in the library '{layer.name}'; choose an --out that is no part of it"
                raise InputProblems([Problem(str(self.folder.path), 0, reason)])

    def _refuse_others(self, scenario: Scenario, specs: Sequence[RunSpec], kind: Kind) -> None:
        reason = self._other(scenario, specs, kind)
        if reason:
            text = f"holds results {reason}; choose another --out, or --force to overwrite them"
            raise InputProblems([Problem(str(self.folder.path), 0, text)])

    def _other(self, scenario: Scenario, specs: Sequence[RunSpec], kind: Kind) -> str:
        """Return of what else the folder holds results, "" when it may hold those of this scenario."""
        facts = self.folder.facts
        if not facts:
            return ""
        if facts["kind"] != kind:
            return f"of mgcells {facts['kind']}"
        made = program_differences(facts["program"])
        if made:
            return f"that were made {made}"
        if any((self.folder / part_name(spec.run_id)).exists() for spec in specs):
            return ""
        found = library_differences(facts["drawn_on"], drawn_on(scenario))
        if facts["title"] == scenario.title and not found:
            return ""
        return f"of a different scenario ({'; '.join(found)})" if found else "of a different scenario"

    def _clear(self) -> None:
        with self.folder.refusing():
            runs = self.folder / RUNS
            for run_id in runs.read_text(encoding="utf-8").split() if runs.exists() else ():
                for name in (part_name(run_id), error_name(run_id)):
                    (self.folder / name).unlink(missing_ok=True)
            runs.unlink(missing_ok=True)
            self.folder.clear()

    def _note_runs(self, specs: Sequence[RunSpec]) -> None:
        """Enter the runs before any of them leaves a file: those that are entered can be taken away again."""
        runs = self.folder / RUNS
        known = set(runs.read_text(encoding="utf-8").split()) if runs.exists() else set()
        with runs.open("a", encoding="utf-8") as file:
            file.writelines(f"{spec.run_id}\n" for spec in specs if spec.run_id not in known)

    def unlink(self, *names: str) -> None:
        """Take tables of an earlier call away."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)


def as_json(data: Mapping[str, Any]) -> str:
    """Return the text of a JSON file of the folder."""
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _of_run(table: pa.Table, spec: RunSpec) -> pa.Table:
    import pyarrow as pa

    count = table.num_rows
    table = table.replace_schema_metadata(None).add_column(
        0, "replicate", pa.array([spec.replicate] * count, pa.int64())
    )
    return table.add_column(0, "strategy", pa.array([spec.strategy] * count, pa.string()))


def _gathered(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables joined to groups of many rows: a Parquet writer remembers every column of every group."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        waiting.append(table)
        rows += table.num_rows
        if rows >= ROWS_A_GROUP:
            yield pa.concat_tables(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


def _csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
