"""The books: what came in equals what went out and what is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mgcells.body import layout

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Account:
    """Amounts of one substance in mmol since the start, shape (n,); `residual` = came in - went out - newly stored."""

    came_in: Floats
    went_out: Floats
    stored: Floats
    residual: Floats


def account(state: Floats, initial: Floats) -> dict[str, Account]:
    """Return the books of both substances between two states of shape (n, STATES)."""
    change = state - initial
    return {
        "magnesium": _account(
            state, change, layout.RECEIVED, (layout.URINE, layout.FAECES), layout.MAGNESIUM_STORES
        ),
        "threonate": _account(
            state,
            change,
            layout.THREONATE_RECEIVED,
            (layout.THREONATE_ELIMINATED, layout.THREONATE_FAECES),
            layout.THREONATE_STORES,
        ),
    }  # fmt: skip


def _account(state: Floats, change: Floats, received: int, lost: tuple[int, ...], stores: tuple[int, ...]) -> Account:
    came_in, went_out = change[:, received], change[:, lost].sum(axis=1)
    residual = came_in - went_out - change[:, stores].sum(axis=1)
    return Account(came_in, went_out, state[:, stores].sum(axis=1), residual)
