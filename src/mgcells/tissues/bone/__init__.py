"""Bone: osteoclasts, the osteoblast line and stroma of a trabecular section, and what is measured in them."""

from mgcells.tissues.declaration import TissueKind

TISSUES = (
    TissueKind(
        name="bone",
        title="Trabecular bone",
        place="mgcells.tissues.bone.bone:Bone",
        view="mgcells.tissues.bone.view:BoneView",
        observables=("mgcells.tissues.bone.observables", "mgcells.tissues.bone.histomorphometry"),
        agents=("Osteoclast", "Osteoblast", "Progenitor"),
        first_picture=("kind of cell", "mineral"),
        first_curves=("bone.volume_fraction", "bone.osteoclasts"),
        senses=(
            "plasma.magnesium",
            "plasma.threonate",
            "pth",
            "calcitriol",
            "scaffold_magnesium",
            "scaffold_threonate",
        ),
        returns=("bone.exchange",),
        order=30,
    ),
)
