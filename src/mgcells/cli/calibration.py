"""`mgcells calibrate`: the fitted numbers of the library, fitted anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mgcells.cli.application import RUNS_FAILED, Libraries, app, refusing
from mgcells.cli.commands import Quiet, Replicates, Workers
from mgcells.cli.output import courtesy, say

if TYPE_CHECKING:
    from mgcells.study.calibration_tables import Calibration

TABLE = "{:<62}  {:>9}  {:>9}  {:<20}  {}"


@app.command("calibrate")
def calibrate_(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Calibrations (see data/calibrations.toml).  [default: all]"),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Fit the long ones too.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for tables, figure and page.")] = Path("outputs") / "calibration",
    workers: Workers = None,
    replicates: Replicates = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of starts and virtual subjects, instead of the experiments' own.")
    ] = None,
    library: Libraries = None,
    quiet: Quiet = False,
) -> None:
    """Fit the fitted numbers to their calibration experiments and set them beside the shipped ones.

    The library is not changed. Ends with status 1 when a shipped value lies outside of what the fit gives.
    """
    from mgcells.cli.progress import counting

    out = out.expanduser()
    with refusing(), counting(quiet=quiet) as watch:
        from mgcells.study.calibrate import calibrate

        result = calibrate(
            names or (), out=out, full=full, libraries=library or (), replicates=replicates, seed=seed, workers=workers,
            progress=watch,
        )  # fmt: skip
    if not quiet:
        with courtesy():
            _print(result, out)
    if result.differing:
        say(f"Shipped values that differ from the fit: {', '.join(result.differing)}.", err=True)
        raise typer.Exit(RUNS_FAILED)


def _print(result: Calibration, out: Path) -> None:
    from mgcells.reporting.tables import rows_of
    from mgcells.study.calibration_page import words

    for group in rows_of(result.groups):
        own, pairs = (
            table[table["calibration"] == group["calibration"]] for table in (result.numbers, result.correlations)
        )
        say(f"{group['calibration']}: {group['title']}")
        say(TABLE.format("  number", "shipped", "fitted", "95 % interval, unit", "shipped value"))
        for row in rows_of(own):
            span = f"{row['low']:.3g} to {row['high']:.3g} {row['unit']}".strip()
            say(
                TABLE.format(
                    f"  {row['number']}", f"{row['shipped']:.4g}", f"{row['fitted']:.4g}", span, row["verdict"]
                )
            )
        for text in words(group, own, pairs):
            say(f"  {text.replace('`', '').replace('**', '')}")
        say()
    say(f"Tables, profiles and page in {out}")
