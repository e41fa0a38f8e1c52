"""What is read from the brain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mgcells.observables import observable

if TYPE_CHECKING:
    from mgcells.tissues.nervous.brain import Brain

MINUTES_PER_HOUR = 60.0


@observable("brain.neuron_magnesium", unit="mM", label="free magnesium in hippocampal neurons", tissue="brain")
def neuron_magnesium(brain: Brain) -> float:
    """Return the mean over neurons, mM."""
    return brain.mean("magnesium")


@observable("brain.nmda_current", label="NMDA current of hippocampal neurons", tissue="brain")
def nmda_current(brain: Brain) -> float:
    """Return the mean current at each neuron's own potential, relative to health."""
    return brain.relative("nmda_current")


@observable("brain.nr2b", label="NR2B in hippocampal neurons", tissue="brain")
def nr2b(brain: Brain) -> float:
    """Return the mean over neurons, relative to health."""
    return brain.relative("nr2b")


@observable("brain.synapse_density", label="functional synapse density of the hippocampus", tissue="brain")
def synapse_density(brain: Brain) -> float:
    """Return the mean over neurons, relative to health."""
    return brain.relative("synapse_density")


@observable("brain.ltp", label="long-term potentiation by a burst", tissue="brain")
def ltp(brain: Brain) -> float:
    """Return long-term potentiation relative to health."""
    return brain.potentiation()


@observable("brain.recall", unit="%", label="recall: share of a stored pattern completed from a part", tissue="brain")
def recall(brain: Brain) -> float:
    """Return the completed share of the missing parts of stored patterns, per cent."""
    return 100.0 * brain.recall


@observable("brain.memory", label="memory index", tissue="brain")
def memory(brain: Brain) -> float:
    """Return the memory index relative to health."""
    return brain.memory


@observable("brain.activity", label="firing rate of the hippocampus", tissue="brain")
def activity(brain: Brain) -> float:
    """Return the mean firing rate, relative to health."""
    return brain.activity


@observable("brain.prefrontal_nr2b", label="NR2B in prefrontal neurons", tissue="brain")
def prefrontal_nr2b(brain: Brain) -> float:
    """Return the mean over neurons, relative to health."""
    return brain.relative("nr2b", "prefrontal")


@observable("brain.prefrontal_synapse_density", label="functional synapse density, prefrontal", tissue="brain")
def prefrontal_synapse_density(brain: Brain) -> float:
    """Return the mean over neurons, relative to health."""
    return brain.relative("synapse_density", "prefrontal")


@observable("brain.amygdala_nr2b", label="NR2B in neurons of the amygdala", tissue="brain")
def amygdala_nr2b(brain: Brain) -> float:
    """Return the mean over neurons, relative to health."""
    return brain.relative("nr2b", "amygdala")


@observable("brain.amygdala_synapse_density", label="functional synapse density, amygdala", tissue="brain")
def amygdala_synapse_density(brain: Brain) -> float:
    """Return the mean over neurons, relative to health."""
    return brain.relative("synapse_density", "amygdala")


@observable("brain.excitation_inhibition", label="balance of excitation and inhibition", tissue="brain")
def excitation_inhibition(brain: Brain) -> float:
    """Return the mean balance of receptor gains, relative to health."""
    return brain.relative("excitation_inhibition")


@observable("brain.tnf", label="TNF-alpha in the hippocampus", tissue="brain")
def tnf(brain: Brain) -> float:
    """Return the mean over the patch, relative to health."""
    return brain.relative("tnf")


@observable("brain.nfkb", label="NF-kB activity in the hippocampus", tissue="brain")
def nfkb(brain: Brain) -> float:
    """Return the mean over the patch, relative to health."""
    return brain.relative("nfkb")


@observable("brain.il1b", label="IL-1 beta in the hippocampus", tissue="brain")
def il1b(brain: Brain) -> float:
    """Return the mean over the patch, relative to health."""
    return brain.relative("il1b")


@observable("plasma.melatonin", label="nocturnal melatonin", tissue="brain")
def melatonin(brain: Brain) -> float:
    """Return nocturnal melatonin relative to health."""
    return brain.whole_subject.value("melatonin")


@observable("sleep.latency", unit="min", label="time to fall asleep", tissue="brain")
def sleep_latency(brain: Brain) -> float:
    """Return the time to fall asleep, min."""
    return brain.whole_subject.value("sleep_latency") * MINUTES_PER_HOUR


@observable("sleep.slow_wave", unit="min", label="slow-wave sleep", tissue="brain")
def slow_wave(brain: Brain) -> float:
    """Return slow-wave sleep, min."""
    return brain.whole_subject.value("slow_wave") * MINUTES_PER_HOUR


@observable("sleep.rem", unit="min", label="REM sleep", tissue="brain")
def rem(brain: Brain) -> float:
    """Return REM sleep, min."""
    return brain.whole_subject.value("rem") * MINUTES_PER_HOUR


@observable("mood.depression", label="depression-like behaviour", tissue="brain")
def depression(brain: Brain) -> float:
    """Return depression-like behaviour relative to health."""
    return brain.whole_subject.value("depression")


@observable("brain.neuron_survival", unit="%", label="neurons alive", tissue="brain")
def neuron_survival(brain: Brain) -> float:
    """Return the share of the neurons of the start that live, per cent."""
    return 100.0 * brain.survival
