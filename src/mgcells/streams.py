"""Random numbers keyed by (seed, replicate, process, step, cell): no draw depends on the order or number of others.

The generator is Philox4x32-10, a counter-based one: the key is made of the replicate's seed and the name of the
process, the counter of the cell's `uid` and the step. Strategies are not part of the key, so replicate k meets the
same numbers in every strategy for as long as a cell lives.
"""

from __future__ import annotations

import hashlib

import numpy as np

from mgcells.arrays import Floats, Uids
from mgcells.compiled import kernel

LOW = np.uint64(0xFFFFFFFF)
SHIFT_HALF, SHIFT_MANTISSA = np.uint64(32), np.uint64(11)
MULTIPLIER_0, MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
TO_UNIT = 1.0 / 9007199254740992.0
STEPS_PER_HOUR = 64


def name_key(name: str) -> int:
    """Return a 32-bit key for the name of a process, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")


@kernel(twin="mgcells.streams:_fill_arrays")
def _fill(seed: np.uint64, streams: Uids, step: np.uint64, uid: Uids, out: Floats) -> None:
    for s in range(streams.size):
        for i in range(uid.size):
            x0, x1 = uid[i] & LOW, uid[i] >> SHIFT_HALF
            x2, x3 = step & LOW, step >> SHIFT_HALF
            a, b = seed, streams[s]
            for _ in range(10):
                p0, p1 = MULTIPLIER_0 * x0, MULTIPLIER_1 * x2
                x0, x1, x2, x3 = (p1 >> SHIFT_HALF) ^ x1 ^ a, p1 & LOW, (p0 >> SHIFT_HALF) ^ x3 ^ b, p0 & LOW
                a, b = (a + WEYL_0) & LOW, (b + WEYL_1) & LOW
            out[s, i] = float(((x0 << SHIFT_HALF) | x1) >> SHIFT_MANTISSA) * TO_UNIT


def _fill_arrays(seed: np.uint64, streams: Uids, step: np.uint64, uid: Uids, out: Floats) -> None:
    """Do what `_fill` does with whole arrays: its oracle in tests."""
    for stream, row in zip(streams, out, strict=True):
        x0, x1 = uid & LOW, uid >> SHIFT_HALF
        x2, x3 = np.full_like(uid, step & LOW), np.full_like(uid, step >> SHIFT_HALF)
        a, b = seed, stream
        for _ in range(10):
            p0, p1 = MULTIPLIER_0 * x0, MULTIPLIER_1 * x2
            x0, x1, x2, x3 = (p1 >> SHIFT_HALF) ^ x1 ^ a, p1 & LOW, (p0 >> SHIFT_HALF) ^ x3 ^ b, p0 & LOW
            a, b = (a + WEYL_0) & LOW, (b + WEYL_1) & LOW
        row[:] = (((x0 << SHIFT_HALF) | x1) >> SHIFT_MANTISSA).astype(np.float64) * TO_UNIT


class Streams:
    """The random numbers of one virtual subject.

    A cell draws the same number whichever cells draw with it:

    >>> streams, cells = Streams(seed=1, replicate=3), np.array([7, 8], np.uint64)
    >>> both = streams.uniform("death", 5.0, cells)
    >>> bool(both[1] == streams.uniform("death", 5.0, cells[1:])[0])
    True
    """

    def __init__(self, seed: int, replicate: int) -> None:
        digest = hashlib.blake2b(f"{seed}/{replicate}".encode(), digest_size=4).digest()
        self._seed = np.uint64(int.from_bytes(digest, "little"))
        self._entropy = (seed, replicate)
        self._keys: dict[tuple[str, ...], Uids] = {}

    def uniform(self, process: str, hour: float, uid: Uids) -> Floats:
        """Return one number in [0, 1) for every cell in `uid`, shape (cells,), for this process at this hour."""
        drawn: Floats = self.several((process,), hour, uid)[0]
        return drawn

    def several(self, processes: tuple[str, ...], hour: float, uid: Uids) -> Floats:
        """Return the numbers of several processes, shape (processes, cells): the same as one after the other."""
        if processes not in self._keys:
            self._keys[processes] = np.array([name_key(process) for process in processes], np.uint64)
        out = np.empty((len(processes), uid.size))
        _fill(self._seed, self._keys[processes], np.uint64(round(hour * STEPS_PER_HOUR)), uid, out)
        return out

    def generator(self, name: str) -> np.random.Generator:
        """Return a NumPy generator of its own for set-up draws such as placement, keyed by `name`."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([*self._entropy, name_key(name)])))


def daughters(mothers: Uids, hour: float) -> Uids:
    """Return uids of the cells born to `mothers` at `hour`, shape (cells,); one extra birth shifts no other cell."""
    step = round(hour * STEPS_PER_HOUR) + 1
    return _mix(mothers, np.uint64(0x9E3779B97F4A7C15 * step % 2**64))


@kernel
def _mix(mothers: Uids, shift: np.uint64) -> Uids:
    mixed = mothers + shift
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
