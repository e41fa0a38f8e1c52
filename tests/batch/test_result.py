"""What `mgcells.run` returns: tables, the comparison, and a view for notebooks."""

from __future__ import annotations

import pandas as pd
import pytest

from mgcells.batch.batch import run_batch
from mgcells.batch.result import BatchResult
from mgcells.reporting import build_report
from mgcells.scenario import read_scenario

TEXT = """title = "Salts <of> magnesium"
subject = "human-adult"
duration = "2 d"
replicates = 3
control = "none"
tissues = []
compare = [["citrate", "oxide"]]
[[strategy]]
name = "none"
[[strategy]]
name = "citrate"
doses = [{ compound = "magnesium citrate", of = "magnesium", amount = "300 mg", every = "24 h", route = "oral" }]
[[strategy]]
name = "oxide"
doses = [{ compound = "magnesium oxide", of = "magnesium", amount = "300 mg", every = "24 h", route = "oral" }]
[endpoints]
"plasma.magnesium" = ["highest of last 1 d", "area of 0 h to 24 h"]
"urine.magnesium" = "end"
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> BatchResult:
    return run_batch(read_scenario(TEXT, "salts.toml"), tmp_path_factory.mktemp("out"), workers=1)


def test_the_comparison_is_that_of_the_written_table(result: BatchResult) -> None:
    written = pd.read_csv(build_report(result.folder).effects, keep_default_na=False, na_values=[""])
    found = result.effects
    keys = ["strategy", "against", "observable", "endpoint"]
    assert len(found) == 9
    both = found.merge(written, on=keys, suffixes=("", "_written"))
    assert len(both) == 9
    for column in ("difference", "low", "high", "control_mean", "n"):
        assert both[column].to_numpy() == pytest.approx(both[f"{column}_written"].to_numpy())
    assert set(both["unit"]) == {"mM", "mM*h", "mmol/d"}


def test_tables_are_tidy_and_a_notebook_shows_the_comparison(result: BatchResult) -> None:
    assert list(result.endpoints.columns[:2]) == ["strategy", "replicate"]
    assert set(result.timeseries["strategy"]) == {"none", "citrate", "oxide"}
    shown = result._repr_html_()
    assert "<h4>Salts &lt;of&gt; magnesium</h4>" in shown
    assert "highest of last 1 d" in shown


def test_time_series_are_an_xarray_dataset(result: BatchResult) -> None:
    pytest.importorskip("xarray")
    data = result.to_xarray()
    assert dict(data.sizes) == {"strategy": 3, "replicate": 3, "day": 9}
    own = result.timeseries.query("strategy == 'oxide' and replicate == 2 and day == 2.0")["urine.magnesium"].item()
    assert float(data["urine.magnesium"].sel(strategy="oxide", replicate=2, day=2.0)) == own
