"""What is read from the spinal cord."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mgcells.arrays import HOURS_PER_DAY, MILLIGRAMS_PER_GRAM
from mgcells.observables import observable

if TYPE_CHECKING:
    from mgcells.tissues.nervous.spinal_cord import SpinalCord


@observable("spinal.neuron_magnesium", unit="mM", label="free magnesium in dorsal horn neurons", tissue="spinal cord")
def neuron_magnesium(cord: SpinalCord) -> float:
    """Return the mean over neurons, mM."""
    return cord.mean("magnesium")


@observable("spinal.nmda_current", label="NMDA current of dorsal horn neurons", tissue="spinal cord")
def nmda_current(cord: SpinalCord) -> float:
    """Return the mean current at each neuron's own potential, relative to health."""
    return cord.relative("nmda_current")


@observable("spinal.nr2b", label="NR2B in dorsal horn neurons", tissue="spinal cord")
def nr2b(cord: SpinalCord) -> float:
    """Return the mean over neurons, relative to health."""
    return cord.relative("nr2b")


@observable("spinal.tnf", label="TNF-alpha in the dorsal horn", tissue="spinal cord")
def tnf(cord: SpinalCord) -> float:
    """Return the mean over the patch, relative to health."""
    return cord.relative("tnf")


@observable("spinal.nfkb", label="NF-kB activity in the dorsal horn", tissue="spinal cord")
def nfkb(cord: SpinalCord) -> float:
    """Return the mean over the patch, relative to health."""
    return cord.relative("nfkb")


@observable("spinal.il1b", label="IL-1 beta in the dorsal horn", tissue="spinal cord")
def il1b(cord: SpinalCord) -> float:
    """Return the mean over the patch, relative to health."""
    return cord.relative("il1b")


@observable("spinal.activity", label="firing rate of the dorsal horn", tissue="spinal cord")
def activity(cord: SpinalCord) -> float:
    """Return the mean firing rate, relative to health; it winds up with injury and sensitisation."""
    return cord.activity


@observable("spinal.cgmp", label="cGMP in dorsal horn neurons", tissue="spinal cord")
def cgmp(cord: SpinalCord) -> float:
    """Return the mean over neurons, relative to health."""
    return cord.relative("cgmp")


@observable("spinal.sensitisation", label="central sensitisation (0 to 1)", tissue="spinal cord")
def sensitisation(cord: SpinalCord) -> float:
    """Return the mean over dorsal horn neurons: 0 none, 1 complete."""
    return float(cord.neurons.trait("sensitisation").mean())


@observable("pain.threshold", label="mechanical pain threshold", tissue="spinal cord")
def pain_threshold(cord: SpinalCord) -> float:
    """Return the threshold relative to health; lower means more pain."""
    return cord.threshold


@observable("opioid.tolerance", unit="decades", label="opioid tolerance (shift of the dose)", tissue="spinal cord")
def opioid_tolerance(cord: SpinalCord) -> float:
    """Return the mean over neurons of the shift of the dose that has the same effect, in powers of ten (decades)."""
    return cord.tolerance


@observable("opioid.dose", unit="mg/d", label="opioid dose", tissue="spinal cord")
def opioid_dose(cord: SpinalCord) -> float:
    """Return the dose given now, mg/d."""
    return cord.dose * MILLIGRAMS_PER_GRAM * HOURS_PER_DAY


@observable("plasma.substance_p", label="substance P of plasma", tissue="spinal cord")
def substance_p(cord: SpinalCord) -> float:
    """Return substance P of plasma relative to health."""
    return cord.whole_subject.value("substance_p")


@observable("plasma.tnf", label="TNF-alpha of plasma", tissue="spinal cord")
def plasma_tnf(cord: SpinalCord) -> float:
    """Return TNF-alpha of plasma relative to health."""
    return 1.0 + cord.whole_subject.value("cytokine_3")


@observable("plasma.crp", label="C-reactive protein of plasma", tissue="spinal cord")
def crp(cord: SpinalCord) -> float:
    """Return C-reactive protein of plasma relative to health."""
    return cord.whole_subject.value("crp")
