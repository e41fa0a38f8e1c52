"""What is read from the brain."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mgcells.observables.registry import observable

if TYPE_CHECKING:
    from mgcells.life import Life
    from mgcells.tissues.brain import Brain

MINUTES_PER_HOUR = 60.0


def _brain(model: Life) -> Brain:
    return cast("Brain", model.tissues["brain"])


@observable("brain.neuron_magnesium", unit="mM", label="free magnesium in hippocampal neurons", tissue="brain")
def neuron_magnesium(model: Life) -> float:
    """Return the mean over neurons, mM."""
    return _brain(model).mean("magnesium")


@observable("brain.nmda_current", label="NMDA current of hippocampal neurons", tissue="brain")
def nmda_current(model: Life) -> float:
    """Return the mean current at each neuron's own potential, relative to health."""
    return _brain(model).relative("nmda_current")


@observable("brain.nr2b", label="NR2B in hippocampal neurons", tissue="brain")
def nr2b(model: Life) -> float:
    """Return the mean over neurons, relative to health."""
    return _brain(model).relative("nr2b")


@observable("brain.synapse_density", label="functional synapse density of the hippocampus", tissue="brain")
def synapse_density(model: Life) -> float:
    """Return the mean over neurons, relative to health."""
    return _brain(model).relative("synapse_density")


@observable("brain.ltp", label="long-term potentiation by a burst", tissue="brain")
def ltp(model: Life) -> float:
    """Return long-term potentiation relative to health."""
    return _brain(model).potentiation()


@observable("brain.recall", unit="%", label="recall: share of a stored pattern completed from a part", tissue="brain")
def recall(model: Life) -> float:
    """Return the completed share of the missing parts of stored patterns, per cent."""
    return 100.0 * _brain(model).recall


@observable("brain.memory", label="memory index", tissue="brain")
def memory(model: Life) -> float:
    """Return the memory index relative to health."""
    return _brain(model).memory


@observable("brain.activity", label="firing rate of the hippocampus", tissue="brain")
def activity(model: Life) -> float:
    """Return the mean firing rate, relative to health."""
    return _brain(model).activity


@observable("brain.prefrontal_nr2b", label="NR2B in prefrontal neurons", tissue="brain")
def prefrontal_nr2b(model: Life) -> float:
    """Return the mean over neurons, relative to health."""
    return _brain(model).relative("nr2b", "prefrontal")


@observable("brain.prefrontal_synapse_density", label="functional synapse density, prefrontal", tissue="brain")
def prefrontal_synapse_density(model: Life) -> float:
    """Return the mean over neurons, relative to health."""
    return _brain(model).relative("synapse_density", "prefrontal")


@observable("brain.amygdala_nr2b", label="NR2B in neurons of the amygdala", tissue="brain")
def amygdala_nr2b(model: Life) -> float:
    """Return the mean over neurons, relative to health."""
    return _brain(model).relative("nr2b", "amygdala")


@observable("brain.amygdala_synapse_density", label="functional synapse density, amygdala", tissue="brain")
def amygdala_synapse_density(model: Life) -> float:
    """Return the mean over neurons, relative to health."""
    return _brain(model).relative("synapse_density", "amygdala")


@observable("brain.excitation_inhibition", label="balance of excitation and inhibition", tissue="brain")
def excitation_inhibition(model: Life) -> float:
    """Return the mean balance of receptor gains, relative to health."""
    return _brain(model).relative("excitation_inhibition")


@observable("brain.tnf", label="TNF-alpha in the hippocampus", tissue="brain")
def tnf(model: Life) -> float:
    """Return the mean over the patch, relative to health."""
    return _brain(model).relative("tnf")


@observable("brain.nfkb", label="NF-kB activity in the hippocampus", tissue="brain")
def nfkb(model: Life) -> float:
    """Return the mean over the patch, relative to health."""
    return _brain(model).relative("nfkb")


@observable("brain.il1b", label="IL-1 beta in the hippocampus", tissue="brain")
def il1b(model: Life) -> float:
    """Return the mean over the patch, relative to health."""
    return _brain(model).relative("il1b")


@observable("plasma.melatonin", label="nocturnal melatonin", tissue="brain")
def melatonin(model: Life) -> float:
    """Return it relative to health."""
    return _brain(model).whole.value("melatonin")


@observable("sleep.latency", unit="min", label="time to fall asleep", tissue="brain")
def sleep_latency(model: Life) -> float:
    """Return it in minutes."""
    return _brain(model).whole.value("sleep_latency") * MINUTES_PER_HOUR


@observable("sleep.slow_wave", unit="min", label="slow-wave sleep", tissue="brain")
def slow_wave(model: Life) -> float:
    """Return it in minutes."""
    return _brain(model).whole.value("slow_wave") * MINUTES_PER_HOUR


@observable("sleep.rem", unit="min", label="REM sleep", tissue="brain")
def rem(model: Life) -> float:
    """Return it in minutes."""
    return _brain(model).whole.value("rem") * MINUTES_PER_HOUR


@observable("mood.depression", label="depression-like behaviour", tissue="brain")
def depression(model: Life) -> float:
    """Return it relative to health."""
    return _brain(model).whole.value("depression")


@observable("brain.neuron_survival", unit="%", label="neurons alive", tissue="brain")
def neuron_survival(model: Life) -> float:
    """Return the share of the neurons of the start that live, per cent."""
    return 100.0 * _brain(model).survival
