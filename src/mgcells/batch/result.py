"""What a batch came to, with its tables when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mgcells.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

MOST_SHOWN = 30


@dataclass(frozen=True)
class BatchResult:
    """What a batch came to: the folder, and how many of its runs are done, failed, and were there before."""

    folder: Path
    done: int
    failed: int
    resumed: int
    total: int
    wall_seconds: float
    scenario: Scenario = field(compare=False, repr=False)

    @property
    def timeseries(self) -> pd.DataFrame:
        """What was recorded of every run: strategy, replicate, day (d), and one column per observable."""
        import pandas as pd

        return pd.read_parquet(self.folder / "timeseries.parquet")

    @property
    def endpoints(self) -> pd.DataFrame:
        """The endpoints of every run: strategy, replicate, and one column per endpoint."""
        import pandas as pd

        return pd.read_parquet(self.folder / "endpoints.parquet")

    @property
    def effects(self) -> pd.DataFrame:
        """What the scenario compares, in its endpoints; the columns are those of `effects.csv`."""
        from mgcells.analysis.effects import effects_of_endpoints
        from mgcells.tissues.registry import units

        scenario = self.scenario
        names = list(dict.fromkeys(endpoint.observable for endpoint in scenario.endpoints))
        told = {name: unit for name, (unit, _) in units(names).items()}
        return effects_of_endpoints(
            self.endpoints, contrasts=scenario.contrasts, endpoints=scenario.endpoints, units=told, seed=scenario.seed
        )

    def to_xarray(self) -> Any:
        """Return the time series as an xarray Dataset over strategy, replicate and day.

        Raises
        ------
        ModuleNotFoundError
            xarray is not installed; the message says how to have it.
        """
        try:
            import xarray
        except ModuleNotFoundError:
            raise ModuleNotFoundError("xarray is not installed: pip install 'mgcells[study]'") from None
        return xarray.Dataset.from_dataframe(self.timeseries.set_index(["strategy", "replicate", "day"]))

    def _repr_html_(self) -> str:
        title = escape(self.scenario.title)
        rows = self.effects.drop(columns=["strategy_mean", "pairs_favouring"]).head(MOST_SHOWN)
        state = f"{self.done} of {self.total} runs done, {self.failed} failed, in {escape(str(self.folder))}"
        return f"<h4>{title}</h4><p>{state}</p>{rows.to_html(index=False, na_rep='', float_format='{:.4g}'.format)}"
