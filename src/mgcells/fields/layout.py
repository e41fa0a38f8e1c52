"""How the cells of a grid are stored: between a closed row above and below, with one closed cell after each row."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray


def inside(cells: NDArray[Any], columns: int) -> NDArray[Any]:
    """Return the cells (rows, columns) of a grid without its closed border, as a view."""
    inner: NDArray[Any] = cells.reshape(-1, columns + 1)[1:-1, :-1]
    return inner
