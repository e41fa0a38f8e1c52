"""The books: what came in equals what went out and what is stored."""

from __future__ import annotations

from dataclasses import dataclass

from mgcells.arrays import Floats
from mgcells.body import layout


@dataclass(frozen=True)
class Books:
    """Amounts of one substance in mmol since the start, shape (n,); `residual` = came in - went out - newly stored."""

    came_in: Floats
    went_out: Floats
    stored: Floats
    residual: Floats


def books_between(state: Floats, initial: Floats) -> dict[str, Books]:
    """Return the books of both substances between two states of shape (n, STATES)."""
    change = state - initial
    return {
        "magnesium": _books(
            state, change, layout.RECEIVED, (layout.URINE, layout.FAECES), layout.MAGNESIUM_STORES
        ),
        "threonate": _books(
            state,
            change,
            layout.THREONATE_RECEIVED,
            (layout.THREONATE_ELIMINATED, layout.THREONATE_FAECES),
            layout.THREONATE_STORES,
        ),
    }  # fmt: skip


def _books(state: Floats, change: Floats, received: int, lost: tuple[int, ...], stores: tuple[int, ...]) -> Books:
    came_in, went_out = change[:, received], change[:, lost].sum(axis=1)
    residual = came_in - went_out - change[:, stores].sum(axis=1)
    return Books(came_in, went_out, state[:, stores].sum(axis=1), residual)
