"""Sweeps from the first value to the last file."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mgcells import report, run
from mgcells import sweep as public_sweep
from mgcells.errors import InputProblems
from mgcells.folder import Folder
from mgcells.scenario import Scenario, read_scenario
from mgcells.study.planning import planned
from mgcells.study.points import points_of, variants_of
from mgcells.study.sweep import Sweep, sweep
from mgcells.study.sweep_figures import sweep_pictures

TEXT = """title = "How does plasma answer?"
subject = "human-adult"
duration = "1 d"
record_every = "1 h"
replicates = 3
control = "placebo"
tissues = []
[[strategy]]
name = "placebo"
[[strategy]]
name = "citrate"
doses = [{ compound = "magnesium citrate", amount = "300 mg", of = "magnesium", every = "24 h", route = "oral" }]
[[strategy]]
name = "oxide"
doses = [{ compound = "magnesium oxide", amount = "300 mg", of = "magnesium", every = "24 h", route = "oral" }]
[endpoints]
"plasma.magnesium" = "highest of last 1 d"
"urine.magnesium" = "last 1 d"
"""
AMOUNTS = ["0 mg", "150 mg", "300 mg", "600 mg"]


def scenario(sweep: str = "") -> Scenario:
    return read_scenario(TEXT + sweep, "test.toml")


@pytest.fixture(scope="module")
def doses(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return sweep(scenario(), {"citrate.doses.amount": AMOUNTS}, out=tmp_path_factory.mktemp("doses"), workers=1)


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    over = {"citrate.doses.amount": ["0 mg", "300 mg"], "oxide.doses.amount": ["200 mg", "400 mg", "800 mg"]}
    asked = replace(scenario(), contrasts=())
    text = 'compare = [["citrate", "oxide"]]\n' + asked.text
    return sweep(read_scenario(text, "test.toml"), over, out=tmp_path_factory.mktemp("grid"), workers=1)


def test_a_grid_has_every_combination_and_pairs_go_together() -> None:
    over = (
        '[sweep]\ndesign = "{}"\n[sweep.over]\n'
        '"citrate.doses.every" = ["8 h", "24 h"]\n"oxide.doses.every" = ["1 h", "2 h"]'
    )
    for design, points in (
        ("grid", [("8 h", "1 h"), ("8 h", "2 h"), ("24 h", "1 h"), ("24 h", "2 h")]),
        ("pairs", [("8 h", "1 h"), ("24 h", "2 h")]),
    ):
        found = scenario(over.format(design)).sweep
        assert found is not None
        assert points_of(found, 1) == points
        assert found.count == len(points)


def test_a_latin_hypercube_has_each_part_of_every_axis_once_and_depends_on_the_seed() -> None:
    found = scenario(
        '[sweep]\ndesign = "latin hypercube"\npoints = 10\n[sweep.over]\n'
        '"citrate.doses.amount" = { from = "0 mg", to = "100 mg" }\n"oxide.doses.every" = ["8 h", "24 h"]\n'
        '"oxide.doses.amount" = { from = "1 mg", to = "1024 mg", spacing = "log" }\n'
    ).sweep
    assert found is not None
    points = points_of(found, 1)
    amounts = [found.axes[0].number(point[0]) for point in points]
    assert sorted(int(amount // 10) for amount in amounts) == list(range(10))
    assert sorted(int(np.log2(found.axes[2].number(point[2]))) for point in points) == list(range(10))
    assert sorted(point[1] for point in points) == ["24 h"] * 5 + ["8 h"] * 5
    assert points_of(found, 1) == points
    assert points_of(found, 2) != points


def test_the_table_is_that_of_each_scenario_run_alone(doses: Sweep, tmp_path: Path) -> None:
    run(read_scenario(TEXT.replace('amount = "300 mg"', 'amount = "600 mg"', 1), "test.toml"), tmp_path, workers=1)
    report(tmp_path)
    own = doses.table[doses.table["citrate.doses.amount (mg)"] == 600.0]
    keys = ["strategy", "against", "observable", "endpoint", "unit"]
    both = own.merge(pd.read_csv(tmp_path / "effects.csv"), on=keys, suffixes=("", "_alone"))
    assert len(both) == len(own) == 4
    for column in ("control_mean", "strategy_mean", "difference", "low", "high", "n"):
        np.testing.assert_allclose(both[column], both[f"{column}_alone"], rtol=1e-8, atol=1e-12)


def test_what_the_sweep_does_not_touch_is_the_same_and_run_once(doses: Sweep) -> None:
    oxide = doses.table[(doses.table["strategy"] == "oxide") & (doses.table["observable"] == "urine.magnesium")]
    assert len(set(oxide["difference"])) == 1
    assert (doses.study.total, doses.study.reused) == (36, 18)
    assert not (doses.curves["strategy"] == "oxide").any()
    nothing = doses.table[(doses.table["strategy"] == "citrate") & (doses.table["citrate.doses.amount (mg)"] == 0.0)]
    assert (nothing["difference"] == 0.0).all()


def test_more_magnesium_reaches_urine_with_every_dose(doses: Sweep) -> None:
    urine = doses.table[(doses.table["strategy"] == "citrate") & (doses.table["observable"] == "urine.magnesium")]
    assert urine["difference"].is_monotonic_increasing


def test_every_file_is_there_and_what_an_earlier_sweep_left_goes(doses: Sweep) -> None:
    folder = Folder(doses.study.folder)
    folder.write_text("sweep/figures/earlier.txt", "")
    written = doses.write()
    assert all(path.stat().st_size for path in written)
    assert not (folder / "sweep/figures/earlier.txt").exists()
    suffixes = {path.suffix for path in written if path.parent.name == "figures"}
    assert suffixes == {".png", ".svg", ".pdf", ".txt"}
    table = pd.read_parquet(folder / "sweep/sweep.parquet")
    pd.testing.assert_frame_equal(table, doses.table)
    assert len(pd.read_csv(folder / "sweep/sweep.csv")) == len(table)
    svg = next(path for path in written if path.suffix == ".svg").read_text(encoding="utf-8")
    assert ">citrate.doses.amount (mg)</text>" in svg
    before = {path: path.read_bytes() for path in written}
    assert {path: path.read_bytes() for path in doses.write()} == before


def test_figures_say_unit_statistic_level_and_number(doses: Sweep, grid: Sweep) -> None:
    for found, labels in (
        (doses, ["citrate.doses.amount (mg)"]),
        (grid, ["citrate.doses.amount (mg)", "oxide.doses.amount (mg)"]),
    ):
        pictures = sweep_pictures(found)
        assert [picture.column for picture in pictures] == [
            "plasma.magnesium, highest of last 1 d", "urine.magnesium, mean of last 1 d"
        ]  # fmt: skip
        for picture in pictures:
            for words in ("mean paired difference", "95 % interval", "n = 3 subjects"):
                assert words in picture.caption
        axes = pictures[0].figure.axes[0]
        assert [axes.get_xlabel(), axes.get_ylabel()][: len(labels)] == labels
        assert any("(mM)" in each.get_ylabel() for each in pictures[0].figure.axes)


def test_the_figure_of_an_endpoint_can_be_asked_for(doses: Sweep) -> None:
    label = doses.figure("urine.magnesium, mean of last 1 d").axes[0].get_ylabel()
    assert "urine.magnesium" in label
    assert "plasma.magnesium" in doses.figure().axes[0].get_ylabel()
    with pytest.raises(InputProblems, match=r"there are plasma\.magnesium"):
        doses.figure("csf.magnesium, at 1 d")


def test_a_contour_stands_where_the_difference_changes_sign(grid: Sweep) -> None:
    contrast = grid.table[(grid.table["strategy"] == "citrate") & (grid.table["against"] == "oxide")]
    assert contrast["difference"].min() < 0.0 < contrast["difference"].max()
    panels = {axes.get_title(): axes for axes in grid.figure().axes}
    crossing = [type(child).__name__ for child in panels["citrate against oxide"].get_children()]
    assert "QuadContourSet" in crossing
    one_sided = [type(child).__name__ for child in panels["oxide against placebo"].get_children()]
    assert "QuadContourSet" not in one_sided


def test_names_and_texts_can_be_swept(tmp_path: Path) -> None:
    found = sweep(
        scenario(), {"citrate.doses.compound": ["magnesium citrate", "magnesium oxide"]}, out=tmp_path, workers=1
    )
    assert found.table["citrate.doses.compound"].unique().tolist() == ["magnesium citrate", "magnesium oxide"]
    assert found.curves.empty
    ticks = [tick.get_text() for tick in found.figure().axes[0].get_xticklabels()]
    assert ticks == ["magnesium citrate", "magnesium oxide"]


def test_more_than_two_values_have_a_table_and_no_figure(tmp_path: Path) -> None:
    found = sweep(
        scenario(),
        {"citrate.doses.amount": ["1 mg"], "oxide.doses.amount": ["1 mg", "2 mg"], "oxide.doses.every": ["8 h"]},
        out=tmp_path, workers=1,
    )  # fmt: skip
    assert sweep_pictures(found) == []
    with pytest.raises(InputProblems, match="no figure"):
        found.figure()


def test_values_that_clash_only_together_are_found_before_anything_runs(tmp_path: Path) -> None:
    over = {"citrate.doses.0.from": ["1 h", "20 h"], "citrate.doses.0.until": ["10 h", "23 h"]}
    with pytest.raises(InputProblems, match=r"citrate\.doses\.0\.from = 20 h, citrate\.doses\.0\.until = 10 h: "):
        sweep(scenario(), over, out=tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


def test_without_anything_to_sweep_it_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match=r"add \[sweep.over\]"):
        public_sweep(scenario(), out=tmp_path)


def test_the_plan_counts_what_reads_the_same_once_and_times_a_life() -> None:
    asked = scenario('[sweep.over]\n"citrate.doses.amount" = ["1 mg", "2 mg"]\n')
    assert asked.sweep is not None
    plan = planned(asked, asked.sweep, variants_of(asked, asked.sweep), 2)
    assert (plan.most, plan.lives, plan.asks) == (18, 12, False)
    assert 0.0 < plan.seconds == pytest.approx(6 * plan.seconds_a_life)
    text = "\n".join(plan.lines())
    assert "12 runs: 2 variants x 3 strategies x 3 subjects, less 6 that read the same as another" in text
    assert "  citrate.doses.amount = 2 mg" in text


def test_a_missing_xarray_is_asked_for_in_one_sentence(doses: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(InputProblems, match=r"pip install 'mgcells\[study\]'"):
        doses.to_xarray()


def test_the_dataset_holds_the_table_by_its_coordinates(doses: Sweep, grid: Sweep, tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    found = grid.to_xarray()
    assert dict(found.sizes) == {
        "citrate.doses.amount": 2, "oxide.doses.amount": 3, "contrast": 3, "endpoint": 2
    }  # fmt: skip
    assert found["citrate.doses.amount"].attrs["units"] == "mg"
    for row in grid.table.to_dict("records"):
        at = {
            "citrate.doses.amount": row["citrate.doses.amount (mg)"],
            "oxide.doses.amount": row["oxide.doses.amount (mg)"],
            "contrast": f"{row['strategy']} against {row['against']}",
            "endpoint": f"{row['observable']}, {row['endpoint']}",
        }
        assert float(found["difference"].sel(at)) == row["difference"]
        assert str(found["unit"].sel(endpoint=at["endpoint"]).item()) == row["unit"]
    written = [path for path in doses.write() if path.suffix == ".nc"]
    again = xarray.open_dataset(written[0], engine="scipy")
    np.testing.assert_array_equal(again["difference"], doses.to_xarray()["difference"])
