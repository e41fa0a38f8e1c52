"""Predictions against measurements: one verdict per expectation of an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mgcells.analysis.endpoints import column_of
from mgcells.analysis.resampling import paired_interval
from mgcells.arrays import Floats
from mgcells.scenario import Endpoint
from mgcells.scenario.endpoint_grammar import at_hour

RESAMPLES = 2000
START = "start"
ROUNDING = 1e-9
VERDICTS = (
    "experiment", "kind", "observable", "strategy", "against", "at", "measure", "predicted", "predicted_low",
    "predicted_high", "measured", "low", "high", "verdict", "n", "unit", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Expectation:
    """One measured result of an observable; see ExpectRecord.

    `strategies` has several names for the measure "order" only; `against_at` is an endpoint of the same observable.
    """

    kind: str
    strategies: tuple[str, ...]
    against: str | None
    above: str | None
    at: Endpoint
    against_at: Endpoint
    measure: str
    value: float | None
    low: float | None
    high: float | None
    note: str

    @property
    def observable(self) -> str:
        """What is measured."""
        return self.at.observable

    @property
    def start(self) -> Endpoint:
        """The observable at hour 0."""
        return at_hour(self.observable, 0.0)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """What has to be read of every run."""
        return (self.at, self.start if self.against == START else self.against_at)


def judge(
    experiment: str,
    endpoints: pd.DataFrame,
    expectations: Sequence[Expectation],
    *,
    units: Mapping[str, str],
    seed: int,
) -> pd.DataFrame:
    """Return one row of `VERDICTS` per expectation.

    A prediction is what the mean over virtual subjects gives, its bounds a 95 % percentile bootstrap over subjects
    (NaN for one). A relative change is the mean difference over the mean of what it is compared with, a ratio the
    ratio of means, "d" the mean difference over the pooled standard deviation between subjects. The verdict is "pass",
    "fail", or "no result" when no run of a needed strategy has finished.

    Parameters
    ----------
    experiment : str
        Id of the experiment.
    endpoints : DataFrame
        Columns strategy, replicate and `column_of` every endpoint of the expectations.
    expectations : sequence of Expectation
    units : mapping
        Unit of each observable; "" means relative to healthy = 1.
    seed : int
        Seed of the bootstrap.
    """
    read = _by_strategy(endpoints)
    rows = []
    for entry in expectations:
        predicted, low, high, n = _predict(read, entry, seed)
        rows.append(
            (
                experiment, entry.kind, entry.observable, " < ".join(entry.strategies), against(entry),
                entry.at.label, entry.measure, predicted, low, high, entry.value, entry.low, entry.high,
                _verdict(entry, predicted), n, units.get(entry.observable, ""), entry.note,
            )
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(VERDICTS))
    numbers = ["predicted", "predicted_low", "predicted_high", "measured", "low", "high"]
    table[numbers] = table[numbers].astype(float)
    return table


def predicted(endpoints: pd.DataFrame, entry: Expectation) -> float:
    """Return the prediction of `judge` for one expectation that has a size; NaN without a result.

    `endpoints` has the columns strategy, replicate and `column_of` every endpoint of the expectation.
    """
    own, other = _paired(_by_strategy(endpoints), entry)
    return float(_statistic(entry.measure, own[None], other[None])[0]) if own.size else np.nan


def _by_strategy(endpoints: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the runs of each strategy, a row for every subject of any."""
    runs = {str(name): own.set_index("replicate") for name, own in endpoints.groupby("strategy", observed=True)}
    everyone = sorted(set(endpoints["replicate"]))
    return {name: own.reindex(everyone) for name, own in runs.items()}


def _paired(runs: Mapping[str, pd.DataFrame], entry: Expectation) -> tuple[Floats, Floats]:
    """Return what is compared, subject by subject, of those who have both."""
    own = _read(runs, entry, entry.strategies[0], entry.at)
    other = np.zeros_like(own)
    if entry.against == START:
        other = _read(runs, entry, entry.strategies[0], entry.start)
    elif entry.against is not None:
        other = _read(runs, entry, entry.against, entry.against_at)
    paired = np.isfinite(own) & np.isfinite(other)
    return own[paired], other[paired]


def against(entry: Expectation) -> str:
    """Return in words what an expectation is compared with, "" for none."""
    if entry.against is None:
        return ""
    same = entry.against_at == entry.at or entry.against == START
    text = entry.against if same else f"{entry.against} {entry.against_at.label}"
    return text if entry.above is None else f"{text}, both above {entry.above}"


def _predict(runs: Mapping[str, pd.DataFrame], entry: Expectation, seed: int) -> tuple[float, float, float, int]:
    if entry.measure == "order":
        each = np.array([_read(runs, entry, name, entry.at) for name in entry.strategies])
        each = each[:, np.isfinite(each).all(axis=0)]
        if each.shape[1] == 0:
            return np.nan, np.nan, np.nan, 0
        means = each.mean(axis=1)
        return float(np.mean(np.diff(means) > ROUNDING * abs(means[0]))), np.nan, np.nan, each.shape[1]
    own, other = _paired(runs, entry)
    # An effect size is measured by the spread between subjects, which one subject does not have.
    if own.size < (2 if entry.measure == "d" else 1):
        return np.nan, np.nan, np.nan, own.size
    predicted = float(_statistic(entry.measure, own[None], other[None])[0])
    if own.size == 1:
        return predicted, np.nan, np.nan, 1
    if entry.measure in ("value", "difference", "sign"):
        found = paired_interval((own - other)[:, None], seed=seed, resamples=RESAMPLES)
        return predicted, float(found.low[0]), float(found.high[0]), own.size
    picks = np.random.default_rng([seed, own.size]).integers(0, own.size, (RESAMPLES, own.size))
    samples = _statistic(entry.measure, own[picks], other[picks])
    bounds = np.quantile(samples[np.isfinite(samples)], [0.025, 0.975])
    return predicted, float(bounds[0]), float(bounds[1]), own.size


def _statistic(measure: str, own: Floats, other: Floats) -> Floats:
    """Return the measure of each row of subjects, arrays of shape (samples, subjects)."""
    mean, base = own.mean(axis=1), other.mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "relative":
            return np.asarray((mean - base) / np.abs(base))
        if measure == "ratio":
            return np.asarray(mean / base)
        if measure == "d":
            spread = np.sqrt((own.var(axis=1, ddof=1) + other.var(axis=1, ddof=1)) / 2.0)
            return np.asarray((mean - base) / spread)
    return np.asarray(mean - base)


def _read(runs: Mapping[str, pd.DataFrame], entry: Expectation, strategy: str, endpoint: Endpoint) -> Floats:
    """Return the endpoint of each subject under a strategy, above that under `above` where one is named."""
    values = _of_strategy(runs, strategy, endpoint)
    if entry.above is None:
        return values
    return np.asarray(values - _of_strategy(runs, entry.above, endpoint))


def _of_strategy(runs: Mapping[str, pd.DataFrame], strategy: str, endpoint: Endpoint) -> Floats:
    if strategy not in runs:
        return np.full(max(map(len, runs.values()), default=0), np.nan)
    return runs[strategy][column_of(endpoint)].to_numpy(dtype=float)


def _verdict(entry: Expectation, predicted: float) -> str:
    if not np.isfinite(predicted):
        return "no result"
    if entry.measure == "order":
        agrees = predicted == 1.0
    elif entry.measure == "sign":
        agrees = predicted * float(entry.value or 0.0) > ROUNDING
    else:
        low = -np.inf if entry.low is None else entry.low
        high = np.inf if entry.high is None else entry.high
        agrees = low <= predicted <= high
    return "pass" if agrees else "fail"
