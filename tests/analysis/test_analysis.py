"""Paired effects and time-course tables on small made-up runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mgcells.analysis import (
    COLUMNS,
    at_the_end,
    effects,
    listed_endpoints,
    paired_difference_series,
    trajectory_summary,
)
from mgcells.analysis.effects import effects_of, write_effects
from mgcells.analysis.resampling import paired_interval, quantile_over_runs
from mgcells.scenario import Endpoint
from mgcells.scenario.scenario import Contrast

SHIFT = {"control": 0.0, "zeta": 0.1, "alpha": 0.0}


def runs(replicates: int = 8, days: tuple[float, ...] = (0.0, 1.0, 2.0, 3.0, 4.0)) -> pd.DataFrame:
    """Make runs whose replicate-specific level is shared by all strategies; 'zeta' rises, 'alpha' equals control."""
    level = np.random.default_rng(5).normal(1.0, 0.3, replicates)
    response = np.random.default_rng(6).normal(1.0, 0.2, replicates)
    rows = [
        {"strategy": s, "replicate": r, "day": d, "a.x": level[r] + shift * response[r] * d, "b.y": 0.0 * d}
        for s, shift in SHIFT.items()
        for r in range(replicates)
        for d in days
    ]
    return pd.DataFrame(rows)


def compare(table: pd.DataFrame, endpoints: list[Endpoint] | None = None, seed: int = 3) -> pd.DataFrame:
    units = {"a.x": "mM", "b.y": ""}
    return effects(table, control="control", endpoints=endpoints or [], units=units, seed=seed)


def row(table: pd.DataFrame, strategy: str, observable: str) -> pd.Series:
    return table[(table["strategy"] == strategy) & (table["observable"] == observable)].iloc[0]


def test_columns_and_row_order_follow_the_scenario() -> None:
    table = compare(runs())
    assert tuple(table.columns) == COLUMNS
    assert list(zip(table["strategy"], table["observable"], strict=True)) == [
        ("zeta", "a.x"),
        ("zeta", "b.y"),
        ("alpha", "a.x"),
        ("alpha", "b.y"),
    ]
    assert set(table["endpoint"]) == {"at 4 d"}
    assert list(table["unit"]) == ["mM", "", "mM", ""]


def test_difference_is_the_mean_over_pairs_and_pairing_removes_the_spread_between_subjects() -> None:
    data = runs()
    found = row(compare(data), "zeta", "a.x")
    last = data[data["day"] == 4.0].pivot_table(index="replicate", columns="strategy", values="a.x")
    paired = last["zeta"] - last["control"]
    assert found["difference"] == pytest.approx(paired.mean())
    assert found["strategy_mean"] - found["control_mean"] == pytest.approx(found["difference"])
    assert found["relative"] == pytest.approx(paired.mean() / last["control"].mean())
    assert found["low"] < found["difference"] < found["high"]
    assert found["high"] - found["low"] < last["control"].std()
    assert found["pairs_favouring"] == 1.0
    assert found["n"] == 8


def test_identical_arms_give_exactly_zero() -> None:
    found = row(compare(runs()), "alpha", "a.x")
    assert (found["difference"], found["low"], found["high"], found["pairs_favouring"]) == (0.0, 0.0, 0.0, 0.0)


def test_rounding_between_equal_runs_is_no_difference() -> None:
    data = runs()
    rounded = data["strategy"] == "alpha"
    data.loc[rounded, "a.x"] *= 1.0 + 1e-12
    found = row(compare(data), "alpha", "a.x")
    assert (found["difference"], found["low"], found["high"], found["pairs_favouring"]) == (0.0, 0.0, 0.0, 0.0)
    data.loc[rounded, "a.x"] *= 1.0 + 1e-7
    assert row(compare(data), "alpha", "a.x")["low"] > 0.0


def test_relative_is_undefined_when_control_is_zero() -> None:
    assert np.isnan(row(compare(runs()), "zeta", "b.y")["relative"])


def test_only_pairs_with_two_finished_runs_count() -> None:
    data = runs()
    data = data[~((data["strategy"] == "zeta") & (data["replicate"] == 2))]
    data.loc[(data["strategy"] == "control") & (data["replicate"] == 5), "a.x"] = np.nan
    full = runs()
    found = row(compare(data), "zeta", "a.x")
    kept = full[(full["day"] == 4.0) & ~full["replicate"].isin([2, 5])]
    means = kept.groupby("strategy")["a.x"].mean()
    assert found["n"] == 6
    assert found["control_mean"] == pytest.approx(means["control"])
    assert found["difference"] == pytest.approx(means["zeta"] - means["control"])
    assert row(compare(data), "zeta", "b.y")["n"] == 7


def test_one_pair_has_no_interval_and_an_empty_cell(tmp_path: Path) -> None:
    table = compare(runs(replicates=1))
    assert table["low"].isna().all()
    assert table["difference"].notna().all()
    write_effects(table, tmp_path / "effects.csv")
    cells = (tmp_path / "effects.csv").read_text().splitlines()[1].split(",")
    assert cells[COLUMNS.index("low")] == cells[COLUMNS.index("high")] == ""


def test_bytes_are_stable_and_the_seed_matters(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        write_effects(compare(runs(replicates=20), seed=seed), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "three").read_bytes()


def test_another_strategy_changes_no_number() -> None:
    data = runs()
    alone = compare(data[data["strategy"] != "alpha"])
    together = compare(data)
    together = together[together["strategy"] == "zeta"].reset_index(drop=True)
    np.testing.assert_allclose(
        alone[["difference", "low", "high"]].to_numpy(float),
        together[["difference", "low", "high"]].to_numpy(float),
        rtol=1e-12,
    )


def test_mean_windows_of_records_are_half_open_and_between_records_nothing_is_read() -> None:
    data = runs(replicates=3)
    endpoints = [
        Endpoint("a.x", "mean of last 2 d", "mean", 2.0, 4.0),
        Endpoint("a.x", "at 2.5 d", "at", 2.5, 2.5),
        Endpoint("a.x", "at 9 d", "at", 9.0, 9.0),
    ]
    table = compare(data, endpoints)
    zeta = table[table["strategy"] == "zeta"].set_index("endpoint")
    by_day = data.pivot_table(index="day", columns="strategy", values="a.x")
    difference = by_day["zeta"] - by_day["control"]
    assert zeta.loc["mean of last 2 d", "difference"] == pytest.approx((difference[2.0] + difference[3.0]) / 2)
    for missing in ("at 2.5 d", "at 9 d"):
        assert zeta.loc[missing, "n"] == 0
        assert zeta["difference"].isna()[missing]


def test_a_run_that_stopped_early_is_not_read_at_an_earlier_day() -> None:
    data = runs(replicates=4)
    data = data[~((data["strategy"] == "zeta") & (data["replicate"] == 1) & (data["day"] > 2.0))]
    assert row(compare(data), "zeta", "a.x")["n"] == 3


def test_without_control_runs_there_is_nothing_to_compare() -> None:
    data = runs()
    assert compare(data[data["strategy"] != "control"]).empty
    assert compare(data[data["strategy"] == "control"]).empty
    assert tuple(compare(data.iloc[:0]).columns) == COLUMNS


def test_interval_covers_the_true_mean_about_as_often_as_it_says() -> None:
    draws = np.random.default_rng(1).normal(0.5, 1.0, (40, 600))
    found = paired_interval(draws, seed=2, resamples=500)
    covered = np.mean((found.low <= 0.5) & (found.high >= 0.5))
    assert 0.90 <= covered <= 0.98


def test_summary_holds_median_and_band() -> None:
    data = runs()
    summary = trajectory_summary(data, ["a.x"])
    values = data[(data["strategy"] == "zeta") & (data["day"] == 3.0)]["a.x"]
    found = summary[(summary["strategy"] == "zeta") & (summary["day"] == 3.0)].iloc[0]
    assert found["median"] == pytest.approx(values.median())
    assert found["low"] == pytest.approx(values.quantile(0.05))
    assert found["high"] == pytest.approx(values.quantile(0.95))
    assert list(summary.columns) == ["strategy", "observable", "day", "median", "low", "high", "n"]


def test_difference_series_agrees_with_the_effects_table() -> None:
    data = runs()
    series = paired_difference_series(data, control="control", seed=3)
    last = series[(series["strategy"] == "zeta") & (series["observable"] == "a.x") & (series["day"] == 4.0)].iloc[0]
    found = row(compare(data), "zeta", "a.x")
    for column in ("difference", "low", "high"):
        assert last[column] == pytest.approx(found[column], rel=1e-12)
    assert "control" not in set(series["strategy"])


def test_quantiles_skip_missing_runs() -> None:
    values = np.array([[[1.0], [np.nan], [3.0]], [[np.nan], [np.nan], [np.nan]]])
    found = quantile_over_runs(values, 0.5)
    assert found[0, 0] == 2.0
    assert np.isnan(found[1, 0])


def test_endpoint_records_are_read_and_checked() -> None:
    record = {"observable": "a.x", "label": "at 4 d", "kind": "at", "from_day": None, "to_day": 4}
    assert listed_endpoints([record]) == at_the_end(["a.x"], 4.0)
    with pytest.raises(ValueError, match="median"):
        listed_endpoints([record | {"kind": "median"}])


def test_mistakes_in_the_table_are_named() -> None:
    data = runs()
    with pytest.raises(KeyError, match=r"no\.such"):
        compare(data, at_the_end(["no.such"], 4.0))
    with pytest.raises(ValueError, match="two rows"):
        compare(pd.concat([data, data.iloc[:1]]))


def test_few_pairs_have_an_interval_that_covers_the_truth_as_often_as_it_says() -> None:
    draws = np.random.default_rng(8).normal(0.0, 1.0, (4, 4000))
    found = paired_interval(draws, seed=1, resamples=200)
    assert 0.94 < np.mean((found.low <= 0.0) & (found.high >= 0.0)) < 0.96


def test_any_strategies_are_compared_and_of_a_factorial_the_interaction() -> None:
    values = np.random.default_rng(3).normal(5.0, 1.0, (4, 12, 2))
    endpoints = [Endpoint("a.x", "at 4 d", "at", 4.0, 4.0), Endpoint("a.x", "area of last 1 d", "area", 3.0, 4.0)]
    contrasts = [Contrast("both", ("one",)), Contrast("both", ("one", "other"), ("none",)), Contrast("x", ("none",))]
    names = ("none", "one", "other", "both")
    found = effects_of(values, names, contrasts=contrasts, endpoints=endpoints, units={"a.x": "mM"}, seed=1)
    assert list(found["against"]) == ["one", "one", "one + other - none", "one + other - none"]
    none, one, other, both = values
    expected = np.concatenate([(both - one).mean(axis=0), (both - one - other + none).mean(axis=0)])
    assert found["difference"].to_numpy() == pytest.approx(expected)
    assert list(found["unit"]) == ["mM", "mM*h"] * 2
