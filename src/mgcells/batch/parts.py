"""Part files: the table of one run, with the run's name and a digest of what it holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Columns = Mapping[str, NDArray[np.float64]]
RUN, DIGEST, SECONDS = b"mgcells.run", b"mgcells.digest", b"mgcells.seconds"


class DamagedPart(Exception):
    """A part file that is missing, damaged, or of another run."""


def part_name(run_id: str) -> str:
    """Return where a run's table is kept within the output folder."""
    return f"parts/{run_id}.parquet"


def error_name(run_id: str) -> str:
    """Return where the reason why a run failed is kept within the output folder."""
    return f"parts/{run_id}.error.txt"


def write_part(path: Path, aside: Path, run_id: str, columns: Columns, seconds: float) -> None:
    """Write a run's columns as Parquet at `aside`, then rename.

    Raises
    ------
    OSError
        The disk is full, or the folder is gone.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    told = {RUN: run_id, DIGEST: _digest(run_id, columns), SECONDS: f"{seconds:.3f}"}
    try:
        table = pa.table(dict(columns)).replace_schema_metadata(told)
        pq.write_table(table, aside, compression="lz4", use_dictionary=False, write_statistics=False)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def read_part(path: Path, run_id: str) -> pa.Table:
    """Return the table of a run, exactly as it was written.

    Raises
    ------
    DamagedPart
        The file is missing, damaged, or of another run.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # A column of a run is short: a thread for each would take longer than to read them.
        with pq.ParquetFile(path) as part:
            table = part.read(use_threads=False)
        columns = {name: table.column(name).to_numpy() for name in table.column_names}
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise DamagedPart(f"{path}: {error}") from None
    told = table.schema.metadata or {}
    if told.get(DIGEST) != _digest(run_id, columns).encode():
        raise DamagedPart(f"{path} is damaged, or of another run than {run_id}")
    return table


def seems_whole(path: Path, run_id: str) -> bool:
    """Tell whether a file looks like the part of a run, by its end alone; `read_part` looks at every bit."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        told = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError, ValueError):
        return False
    return bool(told.get(RUN) == run_id.encode())


def seconds_of(table: pa.Table) -> float:
    """Return how long the run of a part took; 0 where nobody noted it."""
    return float((table.schema.metadata or {}).get(SECONDS, b"0"))


def _digest(run_id: str, columns: Columns) -> str:
    hashed = hashlib.blake2b(run_id.encode(), digest_size=16)
    for name, values in columns.items():
        hashed.update(f"\0{name}\0{values.dtype.str}\0{len(values)}\0".encode())
        hashed.update(np.ascontiguousarray(values).tobytes())
    return hashed.hexdigest()
