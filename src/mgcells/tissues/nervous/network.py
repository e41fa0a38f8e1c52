"""A sparse network of excitatory and inhibitory neurons whose firing rates are solved anew in every step.

With `f(x) = (1 + s) x / (1 + s x)` for `x > 0` the rates are the fixed point of

    r_i = f(1 - E + I + input + E nmda_i mean_exc(r) - I gaba_i mean_inh(r))

where the means run over a neuron's own partners and `nmda_i = 1 - m_i + m_i J_i R_i`, with `m_i = m w_i`, is the part
of its excitation that NMDA channels carry. The constant makes the rate of the reference neuron in health exactly 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Flags, Floats, Integers, Sites
from mgcells.compiled import Index, kernel
from mgcells.streams import Streams

LAST_ROUND = 200
TOLERANCE = 1e-8
PAIR = np.uint64(32)
# Beyond so many reaches lies less than one in ten thousand connections; they are not looked for.
FARTHEST = 12.0


@dataclass(frozen=True)
class Wiring:
    """Who listens to whom, as compressed rows: inputs of site i are `source[first[i]:first[i + 1]]`.

    The excitatory ones come first, up to `split[i]`. Distances decide, so that neighbours are joined more often.

    Attributes
    ----------
    first : integer array, shape (sites + 1,)
    split : integer array, shape (sites,)
    source : 32-bit integer array, shape (connections,)
    inhibitory : bool array, shape (sites,)
    """

    first: Integers
    split: Integers
    source: Sites
    inhibitory: Flags


@dataclass(frozen=True)
class Gains:
    """The strengths of a network; all dimensionless but the depolarisation, mV per unit of rate."""

    excitation: float
    inhibition: float
    saturation: float
    nmda_share: float
    depolarisation: float

    @classmethod
    def read(cls, values: Mapping[str, float], section: str) -> Gains:
        """Take the numbers of one tissue from the parameters in force."""
        names = ("excitation", "inhibition", "saturation", "nmda_share", "depolarisation")
        return cls(*(values[f"{section}.network.{name}"] for name in names))


def wire(
    values: Mapping[str, float], section: str, name: str, region: NDArray[np.int8], width: int, streams: Streams
) -> Wiring:
    """Draw the connections of a tissue, each pair by a number of its own; no connection leaves a region.

    Parameters
    ----------
    region : 8-bit integer array, shape (sites,)
        The region of every lattice site, sites counted row by row.
    width : int
        Columns of the lattice.
    """
    sites = np.arange(region.size)
    uid = sites.astype(np.uint64)
    inhibitory = streams.uniform(f"{name}.inhibitory", 0.0, uid) < values[f"{section}.network.inhibitory_share"]
    reach = values[f"{section}.network.reach"] / values[f"{section}.lattice.spacing"]
    wanted = [round(values[f"{section}.network.{kind}"]) for kind in ("excitatory_inputs", "inhibitory_inputs")]
    first, split = np.zeros(sites.size + 1, np.int64), np.zeros(sites.size, np.int64)
    span = math.ceil(FARTHEST * reach)
    away = np.arange(-span, span + 1)
    stretch = np.exp(np.hypot(away[:, None], away) / reach)
    areas, kinds, numbers = region.reshape(-1, width), inhibitory.reshape(-1, width), sites.reshape(-1, width)
    chosen: list[Sites] = []
    for site in sites.tolist():
        y, x = divmod(site, width)
        top, left = max(0, y - span), max(0, x - span)
        window = slice(top, y + span + 1), slice(left, x + span + 1)
        near = numbers[window]
        far = stretch[top - y + span :, left - x + span :][: near.shape[0], : near.shape[1]]
        own = (areas[window] == region[site]) & (near != site)
        pair = (np.uint64(site) << PAIR) | near[own].astype(np.uint64)
        key = -np.log1p(-streams.uniform(f"{name}.connection", 0.0, pair)) * far[own]
        others, kind, end = near[own].astype(np.int32), kinds[window][own], int(first[site])
        for inhibiting, number in enumerate(wanted):
            pool = kind == bool(inhibiting)
            partners = _least(others[pool], key[pool], number)
            chosen.append(partners)
            end += partners.size
            if not inhibiting:
                split[site] = end
        first[site + 1] = end
    return Wiring(first, split, np.concatenate(chosen), inhibitory)


def _least(sites: Sites, key: Floats, number: int) -> Sites:
    """Return the `number` sites with the least keys, in order of place."""
    if number < sites.size:
        sites = sites[np.argpartition(key, number)[:number]]
    return np.sort(sites)


def solve(
    rate: Floats, potential: Floats, wiring: Wiring, gains: Gains, site: Sites, weight: Floats, resting: Floats,
    current: Floats, nr2b: Floats, gaba: Floats, external: Floats,
) -> None:  # fmt: skip
    """Find the firing rates, in place and starting from the present ones, and the potentials that follow them.

    Sites without a neuron stay silent.

    Parameters
    ----------
    rate : float array, shape (sites,)
        Relative to the reference neuron in health.
    potential : float array, shape (neurons,)
        mV; written only.
    site : integer array, shape (neurons,)
        Where each neuron lives.
    weight, resting : float arrays, shape (sites,)
        How much of the NMDA share of excitation the neuron of a site has, and its potential (mV) at rate 1.
    current, nr2b, gaba : float arrays, shape (neurons,)
        NMDA current, NR2B and the factor of inhibition, 1 in the reference neuron.
    external : float array, shape (neurons,)
        What comes in from outside beyond health.
    """
    _solve(
        rate, potential, wiring.first, wiring.split, wiring.source, site, weight, resting, current, nr2b, gaba,
        external, gains.excitation, gains.inhibition, gains.saturation, gains.nmda_share, gains.depolarisation,
    )  # fmt: skip


@kernel(twin="mgcells.tissues.nervous.network:_solve_arrays")
def _solve(
    rate: Floats, potential: Floats, first: Integers, split: Integers, source: Sites, site: Sites, weight: Floats,
    resting: Floats, current: Floats, nr2b: Floats, gaba: Floats, external: Floats, excitation: float,
    inhibition: float, saturation: float, nmda_share: float, depolarisation: float,
) -> None:  # fmt: skip
    new, exciting_gain = rate.copy(), np.empty(site.size)
    for k in range(site.size):
        exciting_gain[k] = excitation * (1.0 + nmda_share * weight[Index(site[k])] * (current[k] * nr2b[k] - 1.0))
    for _ in range(LAST_ROUND):
        change = 0.0
        for k in range(site.size):
            i = Index(site[k])
            begin, middle, end = Index(first[i]), Index(split[i]), Index(first[i + Index(1)])
            exciting = inhibiting = 0.0
            for c in range(begin, middle):
                exciting += rate[Index(source[c])]
            for c in range(middle, end):
                inhibiting += rate[Index(source[c])]
            x = 1.0 - excitation + inhibition + external[k]
            if middle > begin:
                x += exciting_gain[k] * exciting / float(middle - begin)
            if end > middle:
                x -= inhibition * gaba[k] * inhibiting / float(end - middle)
            x = max(x, 0.0)
            new[i] = (1.0 + saturation) * x / (1.0 + saturation * x)
            change = max(change, abs(new[i] - rate[i]))
        rate[:] = new
        if change < TOLERANCE:
            break
    for k in range(site.size):
        i = Index(site[k])
        potential[k] = (rate[i] - 1.0) * depolarisation + resting[i]


def _solve_arrays(
    rate: Floats, potential: Floats, first: Integers, split: Integers, source: Sites, site: Sites, weight: Floats,
    resting: Floats, current: Floats, nr2b: Floats, gaba: Floats, external: Floats, excitation: float,
    inhibition: float, saturation: float, nmda_share: float, depolarisation: float,
) -> None:  # fmt: skip
    """Do what `_solve` does with whole arrays: its oracle in tests."""
    listener = np.repeat(np.arange(split.size), np.diff(first))
    exciting = np.arange(source.size) < split[listener]
    counts = [np.maximum(np.bincount(listener[part], minlength=split.size), 1) for part in (exciting, ~exciting)]
    exciting_gain = excitation * (1.0 + nmda_share * weight[site] * (current * nr2b - 1.0))
    drive = 1.0 - excitation + inhibition + external
    for _ in range(LAST_ROUND):
        heard = [
            np.bincount(listener[part], rate[source[part]], split.size)[site] / count[site]
            for part, count in zip((exciting, ~exciting), counts, strict=True)
        ]
        x = np.maximum(drive + exciting_gain * heard[0] - inhibition * gaba * heard[1], 0.0)
        new = (1.0 + saturation) * x / (1.0 + saturation * x)
        change = float(np.abs(new - rate[site]).max(initial=0.0))
        rate[site] = new
        if change < TOLERANCE:
            break
    potential[:] = (rate[site] - 1.0) * depolarisation + resting[site]
