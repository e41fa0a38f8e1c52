"""A finished output folder, read once; everything in the report is drawn from it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mgcells.analysis import at_the_end, listed_endpoints, trajectory_summary
from mgcells.analysis.cube import KEYS, Cube, build_cube, observable_columns
from mgcells.analysis.effects import effects_of, read_values
from mgcells.analysis.endpoints import endpoint_values, unit_of
from mgcells.analysis.resampling import BOOTSTRAP_FROM
from mgcells.analysis.running import weights_of
from mgcells.analysis.spread import spread_over_subjects
from mgcells.arrays import Floats
from mgcells.reporting.columns import BODY, ObservableColumn, described
from mgcells.reporting.tables import rows_of
from mgcells.scenario import Endpoint
from mgcells.scenario.scenario import Contrast
from mgcells.scenario.texts import spoken

PANELS = 12
LONG_RUN = 14.0
WITHIN_DAY = 1e-6


@dataclass(frozen=True)
class Results:
    """What a finished scenario left in its folder.

    `timeseries` holds finished runs only, strategies in the order of the scenario. `listed` are the endpoints of the
    resolved scenario, `endpoints` adds every other observable at the last day. `exact` has the listed endpoints of
    each run and the peak of its plasma magnesium, read of its steps (strategy, replicate, then `column_of` each).
    `libraries` are the own libraries that the scenario draws on, with what each adds and replaces; `packages` are the
    installed packages with the tissues and observables that they bring to it; `doubts` are warnings
    on the input; `origins` are the places of the subjects,
    conditions, switches and compounds that it names; `claims` are those that its rules stand on.
    """

    folder: Path
    scenario: dict[str, Any]
    strategies: tuple[dict[str, Any], ...]
    observables: dict[str, ObservableColumn]
    timeseries: pd.DataFrame
    runs: pd.DataFrame
    manifest: dict[str, Any]
    parameters: dict[str, dict[str, Any]]
    rules: dict[str, dict[str, Any]]
    sources: dict[str, dict[str, Any]]
    exact: pd.DataFrame
    libraries: tuple[dict[str, Any], ...] = ()
    packages: tuple[dict[str, Any], ...] = ()
    doubts: tuple[str, ...] = ()
    origins: dict[str, str] = field(default_factory=dict)
    listed: tuple[Endpoint, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def control(self) -> str:
        """The strategy the others are compared with; the first one when the scenario names none."""
        return str(self.scenario.get("control") or self.strategies[0]["name"])

    @property
    def names(self) -> tuple[str, ...]:
        """All strategies in the order of the scenario."""
        return tuple(str(strategy["name"]) for strategy in self.strategies)

    @property
    def compared(self) -> tuple[str, ...]:
        """The strategies that are not control."""
        return tuple(name for name in self.names if name != self.control)

    @property
    def seed(self) -> int:
        """Seed of the scenario, which also seeds the resampling."""
        return int(self.scenario.get("seed") or 0)

    @property
    def last_day(self) -> float:
        """The last recorded day."""
        return float(self.timeseries["day"].max()) if len(self.timeseries) else 0.0

    @property
    def declared(self) -> tuple[Endpoint, ...]:
        """The endpoints the scenario chose; none when it lists every observable at the end, which is the default."""
        at_end = {item.observable for item in self.listed if item.kind == "at" and item.to_day >= self.duration}
        return () if at_end >= set(self.observables) else self.listed

    @property
    def subjects(self) -> int:
        """How many virtual subjects each strategy has."""
        return int(self.scenario.get("replicates") or self.timeseries["replicate"].nunique())

    @property
    def duration(self) -> float:
        """Length of the scenario in days."""
        return float(self.scenario.get("duration_days") or self.last_day)

    @property
    def main(self) -> tuple[Endpoint, ...]:
        """The endpoints that are drawn: the declared ones, or the first observables of each tissue in turn."""
        if self.declared:
            return self.declared[:PANELS]
        by_tissue: dict[str, list[Endpoint]] = {}
        for endpoint in self.endpoints:
            by_tissue.setdefault(self.observables[endpoint.observable].tissue, []).append(endpoint)
        longest = max(map(len, by_tissue.values()), default=0)
        turns = [group[turn] for turn in range(longest) for group in by_tissue.values() if turn < len(group)]
        return tuple(sorted(turns[:PANELS], key=self.endpoints.index))

    @property
    def main_observables(self) -> tuple[str, ...]:
        """The observables of the main endpoints, each once."""
        return tuple(dict.fromkeys(endpoint.observable for endpoint in self.main))

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The listed endpoints, then every other observable at the last day."""
        named = {endpoint.observable for endpoint in self.listed}
        others = [name for name in self.observables if name not in named]
        return (*self.listed, *at_the_end(others, self.last_day))

    @cached_property
    def effects(self) -> pd.DataFrame:
        """The table written as effects.csv."""
        units = {name: observable.unit for name, observable in self.observables.items()}
        cube, values = self._values
        return effects_of(
            values, cube.strategies, contrasts=self.contrasts, endpoints=self.endpoints, units=units, seed=self.seed
        )

    @cached_property
    def _values(self) -> tuple[Cube, Floats]:
        """The runs, and their endpoints, shape (strategies, replicates, endpoints)."""
        cube = build_cube(self.timeseries, list(dict.fromkeys(endpoint.observable for endpoint in self.endpoints)))
        values = endpoint_values(cube, self.endpoints)
        listed = read_values(self.exact, cube.strategies, cube.replicates, self.listed)
        values[..., : len(self.listed)] = listed
        return cube, values

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """The time series of the main observables as they are drawn: in a long run the mean of every run over each day.

        Swings within a day would fill a panel, and an interval of a mean is not the mean of intervals.
        """
        rows = self.timeseries[[*KEYS, *self.main_observables]]
        if self.last_day <= LONG_RUN:
            return rows
        day = np.ceil(rows["day"] - WITHIN_DAY).rename("whole")
        daily = rows.groupby(["strategy", "replicate", day], sort=False, observed=True).mean().reset_index()
        return daily[[*KEYS, *self.main_observables]]

    @property
    def daily_note(self) -> str:
        """What a caption says of `drawn`."""
        return " Means of every day are drawn." if self.last_day > LONG_RUN else ""

    @cached_property
    def courses(self) -> pd.DataFrame:
        """Median and 5-95 % band of the main observables."""
        return trajectory_summary(self.drawn, self.main_observables)

    @cached_property
    def pairs(self) -> str:
        """Number of pairs per comparison as text, a range where strategies differ."""
        counts = self.effects["n"]
        if counts.empty:
            return "0"
        low, high = int(counts.min()), int(counts.max())
        return str(high) if low == high else f"{low} to {high}"

    @cached_property
    def interval(self) -> str:
        """How the intervals were made, for captions."""
        counts = self.effects["n"]
        few, many = bool((counts < BOOTSTRAP_FROM).any()), bool((counts >= BOOTSTRAP_FROM).any())
        kinds = ["of t"] * few + ["from a percentile bootstrap"] * many
        return f"95 % interval of this mean ({' or, of more pairs, '.join(kinds)})"

    @cached_property
    def same_as_control(self) -> frozenset[str]:
        """Strategies whose runs equal those of control in every record, in every endpoint and in their peaks."""
        records = _by_strategy(self.timeseries, ["replicate", "day"])
        read = _by_strategy(self.exact, ["replicate"])
        control = self.control
        if control not in records:
            return frozenset()
        return frozenset(
            name
            for name in self.compared
            if name in records and records[name].equals(records[control]) and read[name].equals(read[control])
        )

    def spread(self, endpoint: Endpoint) -> float:
        """Standard deviation of an endpoint over the subjects of control, in its unit; NaN where they are alike."""
        return self._spreads.get((endpoint.observable, endpoint.label), float("nan"))

    @cached_property
    def _spreads(self) -> dict[tuple[str, str], float]:
        cube, values = self._values
        if self.control not in cube.strategies:
            return {}
        spreads = spread_over_subjects(values[cube.strategies.index(self.control)])
        keys = [(endpoint.observable, endpoint.label) for endpoint in self.endpoints]
        return dict(zip(keys, spreads.tolist(), strict=True))

    def measured(self, endpoint: Endpoint) -> ObservableColumn:
        """What an endpoint measures, in its own unit: an area or a time is not in that of its observable."""
        observable = self.observables[endpoint.observable]
        if endpoint.threshold is not None:
            side = endpoint.kind.split(" ")[-1]
            value = f"{endpoint.threshold:g}{f' {observable.unit}' if observable.unit else ''}"
            counted = "time that" if endpoint.kind.startswith("time") else "time until"
            return replace(observable, unit="h", label=f"{counted} {observable.label} is {side} {value}")
        if endpoint.kind == "area":
            return replace(observable, unit=unit_of(endpoint, observable.unit), label=f"area under {observable.label}")
        return observable

    @property
    def further(self) -> tuple[Contrast, ...]:
        """What the scenario compares beside each strategy with control."""
        return tuple(contrast for contrast in self.contrasts if contrast.against != self.control)

    def note(self, endpoint: Endpoint) -> str:
        """Say from how many records an endpoint was read; "" when it was read of every step, or at one moment."""
        if endpoint.kind == "at" or self.observables[endpoint.observable].tissue == BODY:
            return ""
        count = int((weights_of(np.unique(self.timeseries["day"].to_numpy(dtype=float)), endpoint) > 0).sum())
        every = spoken(float(self.scenario["record_every_hours"]))
        return f"from {count} record{'' if count == 1 else 's'}, every {every}"

    def heading(self, endpoint: Endpoint) -> str:
        """What was measured, when, and from how many records."""
        note = self.note(endpoint)
        heading = f"{self.observables[endpoint.observable].heading}, {endpoint.label}"
        return f"{heading} ({note})" if note else heading

    def effect(self, strategy: str, endpoint: Endpoint, against: str | None = None) -> dict[str, Any] | None:
        """One row of the effects table, with the share of `pairs_below`; None without a finished pair."""
        return self._effect_rows.get((strategy, against or self.control, endpoint.observable, endpoint.label))

    @cached_property
    def _effect_rows(self) -> dict[tuple[str, str, str, str], dict[str, Any]]:
        # effects.csv holds the share of pairs above control; as pairs may tie, the share below is counted, not inferred
        cube, values = self._values
        below = effects_of(
            -values, cube.strategies, contrasts=self.contrasts, endpoints=self.endpoints, units={}, seed=self.seed,
            resamples=1,
        )  # fmt: skip
        return {
            (row["strategy"], row["against"], row["observable"], row["endpoint"]): row
            for row in rows_of(self.effects.assign(pairs_below=below["pairs_favouring"]))
            if row["n"] > 0
        }


def read_results(folder: Path) -> Results:
    """Read a finished output folder.

    Raises
    ------
    FileNotFoundError
        The folder lacks one of its files; the message names it.
    """
    resolved = json.loads((folder / "resolved.json").read_text(encoding="utf-8"))
    strategies = tuple(resolved["strategies"])
    runs = pd.read_csv(folder / "runs.csv", keep_default_na=False, dtype={"strategy": str, "error": str})
    order = {str(strategy["name"]): place for place, strategy in enumerate(strategies)}
    timeseries = _finished_rows(pd.read_parquet(folder / "timeseries.parquet"), runs, order)
    labels = pd.read_csv(folder / "units.csv", keep_default_na=False, dtype=str).set_index("observable")
    spreads = resolved.get("variation", {})
    present = [name for name in labels.index if name in timeseries.columns]
    present += [name for name in observable_columns(timeseries) if name not in labels.index]
    return Results(
        folder=folder,
        scenario=resolved["scenario"],
        strategies=strategies,
        observables=described(present, labels, resolved.get("observables", {})),
        timeseries=timeseries[[*KEYS, *present]],
        runs=runs,
        manifest=json.loads((folder / "manifest.json").read_text(encoding="utf-8")),
        parameters=resolved.get("parameters", {}) | {f"variation.{path}": item for path, item in spreads.items()},
        rules=resolved.get("rules", {}),
        sources=resolved.get("sources", {}),
        libraries=tuple(resolved.get("library", [])),
        packages=tuple(resolved.get("packages", [])),
        doubts=tuple(resolved.get("warnings", [])),
        origins={name: entry["origin"] for name, entry in resolved.get("compounds", {}).items()}
        | resolved.get("origins", {}),
        listed=tuple(item for item in listed_endpoints(resolved.get("endpoints", [])) if item.observable in present),
        contrasts=tuple(_contrast(entry) for entry in resolved["contrasts"]),
        exact=_finished(pd.read_parquet(folder / "endpoints.parquet"), runs),
        claims=resolved.get("claims", {}),
    )


def _contrast(record: dict[str, Any]) -> Contrast:
    return Contrast(str(record["strategy"]), tuple(record["plus"]), tuple(record["minus"]))


def failed_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that did not finish."""
    return runs[runs["status"].astype(str).str.lower().isin(["failed", "error", "lost"])]


def _by_strategy(table: pd.DataFrame, index: list[str]) -> dict[str, pd.DataFrame]:
    """Return the rows of each strategy without its name, in the order of `index`."""
    groups = table.groupby("strategy", sort=False, observed=True)
    return {str(name): rows.drop(columns="strategy").set_index(index).sort_index() for name, rows in groups}


def _finished(table: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of runs that did not fail."""
    table = table.assign(strategy=table["strategy"].astype(str))
    failed = failed_runs(runs)
    lost = pd.MultiIndex.from_arrays([failed["strategy"], failed["replicate"]])
    return table[~pd.MultiIndex.from_frame(table[["strategy", "replicate"]]).isin(lost)]


def _finished_rows(timeseries: pd.DataFrame, runs: pd.DataFrame, order: dict[str, int]) -> pd.DataFrame:
    table = _finished(timeseries, runs)
    table = table[table["strategy"].isin(list(order))]
    table = table.assign(_place=table["strategy"].map(order)).sort_values(["_place", "replicate", "day"])
    return table.drop(columns="_place").reset_index(drop=True)
