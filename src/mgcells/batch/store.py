"""The folder of a batch: part files, and the tables put together from them."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mgcells.batch.drawn_on import layers_drawn_on, packages_drawn_on
from mgcells.batch.endpoint_table import FILES, recorded_rows
from mgcells.batch.plan import RunSpec
from mgcells.batch.resolved import fingerprint, resolved
from mgcells.batch.run import RunOutcome, part_path
from mgcells.errors import InputProblems, Problem
from mgcells.scenario import Scenario
from mgcells.tissues.registry import units

if TYPE_CHECKING:
    import pyarrow as pa

OURS = (
    "timeseries.csv", "timeseries.parquet", "units.csv", "runs.csv", "manifest.json", "resolved.json",
    "scenario.toml", "effects.csv", "report.html", "references.bib", "fingerprint", *FILES, "summary.csv", "safety.csv",
)  # fmt: skip
OUR_FOLDERS = ("parts", "figures", "library")
ROWS_A_GROUP = 1024


class Store:
    """One output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = folder / "parts"

    def open(self, scenario: Scenario, *, force: bool) -> None:
        """Make the folder ready; results of another scenario are refused, not overwritten, unless `force`."""
        mark = self.folder / "fingerprint"
        identity = fingerprint(scenario)
        here = self.folder.resolve()
        for layer in scenario.library.own:
            if Path(layer.where).resolve() in (here, *here.parents):
                reason = f"lies in the library '{layer.name}'; choose an --out that is no part of it"
                raise InputProblems([Problem(str(self.folder), 0, reason)])
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            taken = any((self.folder / name).exists() for name in (*OURS, *OUR_FOLDERS))
            same = mark.exists() and mark.read_text(encoding="utf-8").strip() == identity
            if taken and not same:
                if not force:
                    why = self._difference(scenario)
                    reason = (
                        f"holds results of a different scenario{why}; choose another --out, or --force to overwrite"
                    )
                    raise InputProblems([Problem(str(self.folder), 0, f"{reason} them")])
                self._clear()
            self.parts.mkdir(exist_ok=True)
            for left_over in (*(self.folder / f"{name}.tmp" for name in OURS), *self.parts.glob("*.tmp")):
                left_over.unlink(missing_ok=True)
            write_text(mark, identity + "\n")
        except OSError as error:
            reason = f"cannot be used for results: {error.strerror or error}"
            raise InputProblems([Problem(str(self.folder), 0, reason)]) from None

    def _difference(self, scenario: Scenario) -> str:
        """Return how libraries and packages of the results differ from the scenario's, "" when they do not."""
        try:
            noted = json.loads((self.folder / "resolved.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ""
        libraries = [{"name": layer.name, "digest": layer.digest} for layer in layers_drawn_on(scenario)]
        found = _differences("library", noted.get("library", []), libraries)
        found += _differences("package", noted.get("packages", []), packages_drawn_on(scenario))
        return f" ({'; '.join(found)})" if found else ""

    def _clear(self) -> None:
        for name in OURS:
            (self.folder / name).unlink(missing_ok=True)
        for name in OUR_FOLDERS:
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def finished(self, specs: Iterable[RunSpec]) -> dict[RunSpec, RunOutcome]:
        """Return the runs whose part file is there and complete."""
        return {
            spec: RunOutcome(spec.run_id, spec.strategy, spec.replicate, "done", 0.0)
            for spec in specs
            if _whole(part_path(self.parts, spec.run_id))
        }

    def forget(self, specs: Iterable[RunSpec]) -> None:
        """Take the part files of these runs away."""
        for spec in specs:
            part_path(self.parts, spec.run_id).unlink(missing_ok=True)

    def write_scenario(self, scenario: Scenario) -> None:
        """Write the scenario as it was given and as it was understood, and the own libraries that it draws on."""
        write_text(self.folder / "scenario.toml", scenario.text)
        write_text(self.folder / "resolved.json", _json(resolved(scenario)))
        shutil.rmtree(self.folder / "library", ignore_errors=True)
        for layer in layers_drawn_on(scenario):
            for path, text in layer.files:
                place = self.folder / "library" / layer.name / path
                place.parent.mkdir(parents=True, exist_ok=True)
                write_text(place, text)

    def write_tables(self, specs: Sequence[RunSpec]) -> None:
        """Put the part files of `specs` together, one at a time, as Parquet and CSV; units beside them."""
        for name in (*FILES, "summary.csv"):
            (self.folder / name).unlink(missing_ok=True)
        present = [spec for spec in specs if part_path(self.parts, spec.run_id).exists()]
        if not present:
            for name in ("timeseries.parquet", "timeseries.csv", "units.csv"):
                (self.folder / name).unlink(missing_ok=True)
            return
        self.write_series(self._part(present[0]).schema, map(self._part, present))

    def write_series(self, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
        """Write time series one table after the other, as Parquet and CSV, with units beside them."""
        import pyarrow.csv as pacsv
        import pyarrow.parquet as pq

        aside = {name: self.folder / f"{name}.tmp" for name in ("timeseries.parquet", "timeseries.csv")}
        options = {"compression": "zstd", "use_dictionary": ["strategy"], "write_statistics": False}
        floats = [name for name in schema.names if name not in ("strategy", "replicate")]
        with (
            pq.ParquetWriter(aside["timeseries.parquet"], schema, use_byte_stream_split=floats, **options) as parquet,
            pacsv.CSVWriter(aside["timeseries.csv"], schema) as text,
        ):
            for table in _gathered(tables):
                parquet.write_table(table)
                text.write_table(table)
        for name, path in aside.items():
            os.replace(path, self.folder / name)
        names = [name for name in floats if name != "day"]
        rows = [("observable", "unit", "label"), *((name, *units(names)[name]) for name in names)]
        write_text(self.folder / "units.csv", _csv(rows))

    def write_runs(self, outcomes: Iterable[RunOutcome]) -> None:
        """Write one row per run."""
        rows: list[tuple[object, ...]] = [("run_id", "strategy", "replicate", "status", "seconds", "error")]
        rows += [(o.run_id, o.strategy, o.replicate, o.status, f"{o.seconds:.3f}", o.error) for o in outcomes]
        write_text(self.folder / "runs.csv", _csv(rows))

    def write_summary(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Write mean, standard deviation and range over subjects at every record."""
        head = ("strategy", "observable", "day", "mean", "sd", "lowest", "highest", "n")
        write_text(self.folder / "summary.csv", _csv([head, *rows]))

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write what is needed to run the batch again."""
        write_text(self.folder / "manifest.json", _json(manifest))

    def _part(self, spec: RunSpec) -> pa.Table:
        import pyarrow as pa
        import pyarrow.parquet as pq

        # A column of a run is short: a thread for each would take longer than to read them.
        with pq.ParquetFile(part_path(self.parts, spec.run_id)) as part:
            table = recorded_rows(part.read(use_threads=False))
        count = table.num_rows
        table = table.add_column(0, "replicate", pa.array([spec.replicate] * count, pa.int64()))
        return table.add_column(0, "strategy", pa.array([spec.strategy] * count, pa.string()))


def _differences(kind: str, noted: Iterable[Mapping[str, Any]], used: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each library or package that came, went or changed, by name."""
    then, now = ({entry["name"]: entry for entry in entries} for entries in (noted, used))
    found = []
    for name in sorted({*then, *now}):
        if name not in now:
            named = kind == "library" and not then[name].get("installed")
            found.append(f"they were made with the {kind} '{name}', which is not {'named' if named else 'used'} now")
        elif name not in then:
            found.append(f"they were made without the {kind} '{name}'")
        elif any(then[name].get(key) != now[name].get(key) for key in ("digest", "version")):
            found.append(f"the {kind} '{name}' has changed since")
    return found


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


def write_text(path: Path, text: str) -> None:
    """Write a file aside and rename it, so that it is never half written."""
    aside = path.with_name(path.name + ".tmp")
    aside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(aside, path)


def _whole(path: Path) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.exists():
        return False
    try:
        pq.read_metadata(path)
    except (pa.ArrowInvalid, OSError):
        path.unlink()
        return False
    return True


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
