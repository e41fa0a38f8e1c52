"""Nervous tissue: brain and spinal cord, their neurons and glia, and what is measured in them."""

from mgcells.tissues.declaration import TissueKind

TISSUES = (
    TissueKind(
        name="brain",
        title="Brain",
        place="mgcells.tissues.nervous.brain:Brain",
        view="mgcells.tissues.nervous.view:NervousView",
        observables=("mgcells.tissues.nervous.brain_observables",),
        agents=("Neuron",),
        first_picture=("Neuron.synapse_density", "magnesium"),
        first_curves=("brain.synapse_density", "brain.memory"),
        senses=("csf.magnesium", "csf.threonate", "plasma.magnesium", "gut_inflammation"),
        order=10,
    ),
    TissueKind(
        name="spinal cord",
        title="Dorsal horn",
        place="mgcells.tissues.nervous.spinal_cord:SpinalCord",
        view="mgcells.tissues.nervous.view:NervousView",
        observables=("mgcells.tissues.nervous.spinal_cord_observables",),
        agents=("DorsalHornNeuron",),
        first_picture=("DorsalHornNeuron.sensitisation", "tnf"),
        first_curves=("pain.threshold", "spinal.sensitisation"),
        senses=("csf.magnesium", "csf.threonate", "plasma.magnesium"),
        order=20,
    ),
)
