"""Recall measured: patterns are stored in the network of a region and probed with a part of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Flags, Floats, Integers, Sites
from mgcells.compiled import Index, kernel
from mgcells.streams import Streams
from mgcells.tissues.nervous.network import Wiring

MOST_PATTERNS = 64
TOGETHER = 4


@dataclass(frozen=True)
class Probe:
    """How patterns are learnt and probed; all dimensionless.

    Attributes
    ----------
    learning : float
        What one unit of potentiation adds to a connection between two members of a pattern.
    inhibition : float
        Feedback inhibition per unit of mean activity.
    half, hill : float
        Drive at half of the full rate, and steepness.
    rounds : int
        Rounds of recurrent activity after the cue.
    """

    learning: float
    inhibition: float
    half: float
    hill: float
    rounds: int

    @classmethod
    def read(cls, values: Mapping[str, float], section: str) -> Probe:
        """Take the numbers from the parameters in force."""
        learning, inhibition, half, hill, rounds = (
            values[f"{section}.recall.{name}"] for name in ("learning", "inhibition", "half", "hill", "rounds")
        )
        return cls(learning, inhibition, half, hill, round(rounds))


@dataclass(frozen=True)
class Patterns:
    """What is to be remembered.

    Attributes
    ----------
    sites : integer array, shape (cells,)
        The excitatory sites that take part.
    member, cue : bool arrays, shape (patterns, sites of the tissue)
        Which sites belong to a pattern, and which of them the probe shows.
    """

    sites: Integers
    member: Flags
    cue: Flags

    @classmethod
    def draw(cls, values: Mapping[str, float], section: str, name: str, sites: Integers, total: int,
             streams: Streams) -> Patterns:  # fmt: skip
        """Draw the patterns of a subject: every site decides by a number of its own; ValueError for too many."""
        count = round(values[f"{section}.recall.patterns"])
        if count > MOST_PATTERNS:
            raise ValueError(f"{section}.recall.patterns: at most {MOST_PATTERNS} patterns can be stored, not {count}")
        member, cue = np.zeros((count, total), np.bool_), np.zeros((count, total), np.bool_)
        uid = sites.astype(np.uint64)
        for pattern in range(count):
            lot = streams.uniform(f"{name}.pattern", float(pattern), uid)
            chosen = sites[lot < np.sort(lot)[max(2, round(values[f"{section}.recall.size"] * sites.size)) - 1] + 1e-15]
            shown = streams.uniform(f"{name}.cue", float(pattern), chosen.astype(np.uint64))
            order = np.argsort(shown, kind="stable")
            member[pattern, chosen] = True
            cue[pattern, chosen[order[: max(1, round(values[f"{section}.recall.cue"] * chosen.size))]]] = True
        return cls(sites, member, cue)


def completed(patterns: Patterns, wiring: Wiring, probe: Probe, transmission: Floats, learnt: Floats) -> float:
    """Return the share of the patterns' missing parts that the network fills in, less what it adds wrongly.

    Parameters
    ----------
    transmission : float array, shape (sites,)
        What a burst of each site passes on; 0 where there is no neuron.
    learnt : float array, shape (sites,)
        Potentiation of each site's inputs.
    """
    return float(
        _completed(
            patterns.sites, patterns.member, patterns.cue, wiring.first, wiring.split, wiring.source,
            transmission, learnt, probe.learning, probe.inhibition, probe.half, probe.hill, probe.rounds,
        )
    )  # fmt: skip


@kernel
def _power(x: float, exponent: float) -> float:
    # A call of the general power is dear, and exponents are whole as a rule.
    if exponent != int(exponent):
        return float(x**exponent)
    result = 1.0
    for _ in range(int(exponent)):
        result *= x
    return result


@kernel
def _completed(
    sites: Integers, member: Flags, cue: Flags, first: Integers, split: Integers, source: Sites,
    transmission: Floats, learnt: Floats, learning: float, inhibition: float, half: float, hill: float, rounds: int,
) -> float:  # fmt: skip
    patterns = member.shape[0]
    belongs = np.zeros(member.shape[1], np.uint64)
    for pattern in range(patterns):
        for site in sites:
            i = Index(site)
            if member[pattern, i]:
                belongs[i] |= Index(1) << Index(pattern)
    weight = np.zeros(source.size)
    for site in sites:
        i = Index(site)
        own, gain, inputs = belongs[i], learning * learnt[i], split[i] - first[i]
        for k in range(Index(first[i]), Index(split[i])):
            partner = Index(source[k])
            together = (own & belongs[partner]) != Index(0)
            weight[k] = (1.0 + gain * together) * transmission[partner] / inputs
    # Rows of patterns, empty ones added: four at a time share what a connection costs to look up.
    rates = np.zeros((member.shape[1], (patterns + TOGETHER - 1) // TOGETHER * TOGETHER))
    rates[:, :patterns] = cue.T
    new, mean, half_power = rates.copy(), np.zeros(rates.shape[1]), half**hill
    for _ in range(rounds):
        mean[:] = 0.0
        for site in sites:
            i = Index(site)
            for pattern in range(Index(mean.size)):
                mean[pattern] += transmission[i] * rates[i, pattern]
        mean /= sites.size
        for block in range(Index(0), Index(patterns), Index(TOGETHER)):
            second, third, fourth = block + Index(1), block + Index(2), block + Index(3)
            for site in sites:
                i = Index(site)
                a, b = -inhibition * mean[block], -inhibition * mean[second]
                c, d = -inhibition * mean[third], -inhibition * mean[fourth]
                for k in range(Index(first[i]), Index(split[i])):
                    part, partner = weight[k], Index(source[k])
                    a += part * rates[partner, block]
                    b += part * rates[partner, second]
                    c += part * rates[partner, third]
                    d += part * rates[partner, fourth]
                for place, drive in enumerate((a, b, c, d)):
                    shown = block + Index(place)
                    if shown < Index(patterns) and not cue[shown, i]:
                        power = _power(max(drive, 0.0), hill)
                        new[i, shown] = power / (half_power + power)
        rates[:] = new
    total = 0.0
    for pattern in range(patterns):
        right = wrong = 0.0
        missing = strangers = 0
        for site in sites:
            i = Index(site)
            if member[pattern, i] and not cue[pattern, i]:
                right += rates[i, pattern]
                missing += 1
            elif not member[pattern, i]:
                wrong += rates[i, pattern]
                strangers += 1
        total += right / max(missing, 1) - wrong / max(strangers, 1)
    return float(total / patterns)
