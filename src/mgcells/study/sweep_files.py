"""The files of a sweep: its tables, and its figures in formats for screens, printers and editors."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mgcells.analysis.effects import write_effects
from mgcells.folder import Folder
from mgcells.reporting.drawing import drawing_settings, figure_files, render
from mgcells.study.sweep_figures import sweep_pictures
from mgcells.study.sweep_results import SweepResults

NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.]+")
LONGEST_NAME = 80


def write_sweep(sweep: SweepResults, folder: Folder, place: str) -> list[Path]:
    """Write tables and figures at `place` in a folder; what an earlier sweep left there goes. Return the paths."""
    with folder.held(), folder.refusing():
        before, written = set(folder.written(place)), list[str]()
        for name, write in _files(sweep):
            with folder.writing(f"{place}{name}") as aside:
                write(aside)
            written.append(f"{place}{name}")
        folder.remove(before - set(written))
    return [folder / name for name in written]


def _files(sweep: SweepResults) -> Iterator[tuple[str, Callable[[Path], object]]]:
    """Yield the name of each file and what writes it."""
    yield "sweep.csv", partial(write_effects, sweep.table)
    yield "sweep.parquet", partial(sweep.table.to_parquet, index=False)
    if sweep.fits:
        yield "curves.csv", partial(write_effects, sweep.curves)
    if importlib.util.find_spec("xarray") is not None:
        yield "sweep.nc", partial(sweep.to_xarray().to_netcdf, engine="scipy")
    taken: set[str] = set()
    with drawing_settings():
        for picture in sweep_pictures(sweep):
            name = _name(picture.column, taken)
            files = figure_files(f"figures/{name}", render(picture.figure), f"{picture.caption}\n")
            for path, content in files.items():
                yield path, partial(_write, content)


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _name(column: str, taken: set[str]) -> str:
    """Return a name for the files of an endpoint that no other has."""
    plain = NOT_IN_NAMES.sub("-", column).strip("-.")[:LONGEST_NAME]
    name = next(name for name in (plain, *(f"{plain}-{count}" for count in range(2, 10_000))) if name not in taken)
    taken.add(name)
    return name
