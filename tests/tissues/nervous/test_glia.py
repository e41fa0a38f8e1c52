"""Glia secretes cytokines in some places; they spread from there, and NF-kB stays inside cells."""

from __future__ import annotations

import numpy as np
import pytest
from nervous import brain, live, rat, spinal_cord

from mgcells.library import load_library
from mgcells.streams import Streams
from mgcells.tissues.nervous.glia import Cytokines, place_glia
from mgcells.tissues.nervous.nervous_tissue import MAGNESIUM, NICHE, TNF, NervousTissue

LOW = 0.75
DISTANT = 4


def sensed(tissue: NervousTissue, name: str) -> np.ndarray:
    """Return what the niche shows of a behaviour at every site."""
    found: np.ndarray = tissue.levels[NICHE + tissue.niche.behaviour_row[name]]
    return found


def test_every_region_holds_the_same_share_of_glia() -> None:
    values = rat(brain__glia__share=0.25).values
    region = np.repeat([0, 1], [40, 10])
    density = place_glia(values, "brain", "brain", region, Streams(1, 0))
    assert [(density[region == number] > 0).sum() for number in (0, 1)] == [10, 2]
    assert [density[region == number].mean() for number in (0, 1)] == pytest.approx([1.0, 1.0])
    other = place_glia(values, "brain", "brain", region, Streams(1, 1))
    assert (density != other).any()


def settled(cytokines: Cytokines, secretion: np.ndarray) -> np.ndarray:
    sensed = np.empty(secretion.size)
    cytokines.settle("tnf", secretion, sensed)
    return sensed


@pytest.mark.parametrize("half_life", [0.1, 0.3, 4.0])
@pytest.mark.parametrize("diffusivity", [0.0, 1.8e5])
def test_the_mean_follows_secretion_whatever_spreads(half_life: float, diffusivity: float) -> None:
    values = rat(brain__tnf__half_life=half_life, brain__tnf__diffusivity=diffusivity).values
    density = place_glia(values, "brain", "brain", np.zeros(400, np.int64), Streams(1, 0))
    cytokines = Cytokines.build(values, "brain", (20, 20), density)
    assert (settled(cytokines, density) == 1.0).all()
    assert cytokines.fields["tnf"].values.mean() == pytest.approx(1.0, rel=1e-5)
    doubled = settled(cytokines, 2.0 * density)
    assert doubled.mean() == pytest.approx(2.0, rel=1e-5)
    assert doubled[density > 0].mean() > doubled[density == 0].mean()


def test_one_source_is_felt_within_the_screening_length() -> None:
    values = rat().values
    one = np.zeros((41, 41))
    one[20, 20] = one.size
    cytokines = Cytokines.build(values, "brain", one.shape, np.ones(one.size))
    field = cytokines.fields["tnf"]
    settled(cytokines, one.ravel())
    length = np.sqrt(field.medium.diffusivity / field.medium.decay) / values["brain.lattice.spacing"]
    near, far = field.values[20, 24], field.values[20, 30]
    # From a point source in a plane: the Bessel function K0(r / length), asymptotically.
    expected = np.exp(-6.0 / length) * np.sqrt(4.0 / 10.0)
    assert far / near == pytest.approx(expected, rel=0.1)
    assert settled(cytokines, np.zeros(one.size)).max() < 1e-3


def test_lack_of_magnesium_in_one_half_inflames_the_border_of_the_other() -> None:
    of = rat(brain__lattice__rows=20.0, brain__lattice__columns=20.0, brain__glia__share=1.0)
    tissue = brain(of)
    rows = np.repeat(np.arange(20), 20)
    for _ in range(24 * 10):
        tissue.levels[MAGNESIUM] = of.values["body.csf.magnesium"] * np.where(rows < 10, LOW, 1.0)
        tissue.niche.advance(tissue.levels, np.array([0.0, 0.0, 1.0, 0.0]), 1.0)
        tissue.show_niche(tissue.niche, tissue.levels)
        tissue.secrete(tissue.levels, 1.0)
    tnf, secretion = tissue.levels[TNF], sensed(tissue, "tnf_secretion")
    assert secretion[rows == 10] == pytest.approx(1.0, abs=1e-9)
    assert tnf[rows == 10].mean() > 1.2
    assert tnf[rows == 10].mean() > tnf[rows == 10 + DISTANT].mean() > tnf[rows == 19].mean() > 1.0
    assert tnf.mean() == pytest.approx(secretion.mean(), rel=0.01)
    # Inside cells: 0.8 of what TNF-alpha at the same voxel is above health, nothing of what the neighbours have.
    assert sensed(tissue, "nfkb") - 1.0 == pytest.approx(0.8 * (tnf - 1.0), abs=0.01)


def test_neurons_beside_glia_suffer_more() -> None:
    of = rat(spinal_cord__glia__share=0.1, spinal_cord__lattice__rows=12.0, spinal_cord__lattice__columns=12.0)
    tissue = spinal_cord(of)
    live(tissue, of, 14, magnesium=LOW)
    beside = tissue.shares["tnf_secretion"] > 0
    nr2b = tissue.neurons.behaviour("nr2b")
    assert nr2b[beside].mean() > 1.02 * nr2b[~beside].mean() > 1.02
    nfkb = sensed(tissue, "nfkb")
    assert np.corrcoef(nfkb, nr2b)[0, 1] > 0.99


def test_magnesium_closes_the_branch_of_tnf_but_not_that_of_injury() -> None:
    of = rat()
    injured, restored = spinal_cord(of), spinal_cord(of)
    live(injured, of, 30, magnesium=LOW, injury=1.0)
    live(restored, of, 30, injury=1.0)
    assert restored.levels[TNF] == pytest.approx(1.0, abs=1e-9)
    assert injured.levels[TNF].min() > 1.5
    residual = (restored.relative("nfkb") - 1.0) / (injured.relative("nfkb") - 1.0)
    assert 0.3 < residual < 0.5
    assert injured.threshold < restored.threshold < 0.95


def test_adopting_a_strategy_keeps_the_cytokines() -> None:
    of = rat()
    tissue = spinal_cord(of)
    live(tissue, of, 5, magnesium=LOW)
    before = {name: field.values.copy() for name, field in tissue.fields.items()}
    tissue.adopt(load_library(), rat(inhibitors=(("TNF", 0.1),)))
    for name, values in before.items():
        np.testing.assert_array_equal(tissue.fields[name].values, values)
    live(tissue, of, 20, magnesium=LOW)
    assert tissue.levels[TNF].min() >= 0.0
    assert tissue.relative("tnf") < 0.3
