"""Gut: the lining of small bowel and colon, a layer of its cells in culture, and what is measured in both."""

from mgcells.tissues.declaration import TissueKind

TISSUES = (
    TissueKind(
        name="gut",
        title="Gut lining",
        place="mgcells.tissues.gut.gut:Gut",
        view="mgcells.tissues.gut.view:GutView",
        observables=("mgcells.tissues.gut.observables",),
        agents=("Enterocyte", "Colonocyte"),
        first_picture=("kind of cell", "tnf"),
        first_curves=("gut.teer", "gut.stool_water"),
        senses=("lumen.magnesium", "lumen.threonate", "plasma.magnesium", "plasma.threonate", "osmotic_magnesium"),
        returns=("absorption", "gut_inflammation"),
        order=40,
    ),
    TissueKind(
        name="monolayer",
        title="Caco-2 layer",
        place="mgcells.tissues.gut.monolayer:Monolayer",
        observables=("mgcells.tissues.gut.monolayer_observables",),
        agents=("Caco2Cell",),
        first_picture=("Caco2Cell.junction_assembly", "tnf"),
        first_curves=("monolayer.teer", "monolayer.permeability"),
        subjects=("caco-2",),
        order=50,
        culture=True,
    ),
)
