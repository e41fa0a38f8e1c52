"""What is measured on the gut."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mgcells.observables.registry import observable

if TYPE_CHECKING:
    from mgcells.life import Life
    from mgcells.tissues.gut import Gut

HOURS_PER_DAY = 24.0
DUODENUM, JEJUNUM, ILEUM, COLON = range(4)


def _gut(model: Life) -> Gut:
    return cast("Gut", model.tissues["gut"])


def _relative(model: Life, behaviour: str) -> float:
    gut = _gut(model)
    return gut.niche.mean(behaviour) / gut.healthy[f"gut.{behaviour}.baseline"]


@observable("gut.enterocytes", label="absorptive cells", tissue="gut")
def enterocytes(model: Life) -> float:
    """Return living absorptive cells relative to health."""
    return _gut(model).absorptive_cells()


@observable("gut.goblet_fraction", label="share of goblet cells", tissue="gut")
def goblet_fraction(model: Life) -> float:
    """Return the share of goblet cells among differentiated cells, relative to health."""
    return _gut(model).goblet_share()


@observable("gut.crypt_cells", label="dividing cells of crypts", tissue="gut")
def crypt_cells(model: Life) -> float:
    """Return stem and transit-amplifying cells relative to health."""
    return _gut(model).crypt_cells()


@observable("gut.clones", label="clones per crypt of the small bowel", tissue="gut")
def clones(model: Life) -> float:
    """Return the mean number of clones, labelled at the start, among the stem cells of a crypt."""
    return _gut(model).small.clones()


@observable("gut.tight_junction", label="tight-junction protein", tissue="gut")
def tight_junction(model: Life) -> float:
    """Return the mean content of the edges between cells relative to health."""
    return _gut(model).junctions()


@observable("gut.teer", label="transepithelial resistance", tissue="gut")
def teer(model: Life) -> float:
    """Return the resistance of the lining relative to health."""
    return _gut(model).teer()


@observable("gut.permeability", label="permeability to a 4 kDa probe", tissue="gut")
def permeability(model: Life) -> float:
    """Return the leak of the lining relative to health."""
    return _gut(model).permeability()


@observable("gut.permeability_large", label="permeability to a 70 kDa probe", tissue="gut")
def permeability_large(model: Life) -> float:
    """Return the flux through gaps relative to health."""
    return _gut(model).permeability_large()


@observable("gut.tnf", label="TNF-alpha in gut mucosa", tissue="gut")
def tnf(model: Life) -> float:
    """Return the niche's TNF relative to health."""
    return _relative(model, "tnf")


@observable("gut.il1b", label="IL-1 beta in gut mucosa", tissue="gut")
def il1b(model: Life) -> float:
    """Return the niche's IL-1 beta relative to health."""
    return _relative(model, "il1b")


@observable("gut.antioxidant", label="antioxidant enzymes of gut mucosa", tissue="gut")
def antioxidant(model: Life) -> float:
    """Return the niche's antioxidant enzymes relative to health."""
    return _relative(model, "antioxidant")


@observable("gut.oxidative_stress", label="oxidative stress of gut mucosa", tissue="gut")
def oxidative_stress(model: Life) -> float:
    """Return the niche's oxidative stress relative to health."""
    return _relative(model, "oxidative_stress")


@observable("gut.butyrate", unit="mM", label="butyrate at the epithelium", tissue="gut")
def butyrate(model: Life) -> float:
    """Return the butyrate level in mM."""
    return _gut(model).niche.mean("butyrate")


@observable("gut.akkermansia", label="Akkermansia and other mucus symbionts", tissue="gut")
def akkermansia(model: Life) -> float:
    """Return the guild of mucus symbionts relative to health."""
    return _gut(model).microbes.level("mucus_symbionts")


@observable("gut.blautia", label="Blautia and other butyrate producers", tissue="gut")
def blautia(model: Life) -> float:
    """Return the guild of butyrate producers relative to health."""
    return _gut(model).microbes.level("butyrate_producers")


@observable("gut.pathobionts", label="pathobionts", tissue="gut")
def pathobionts(model: Life) -> float:
    """Return the guild of pathobionts relative to health."""
    return _gut(model).microbes.level("pathobionts")


@observable("gut.bifidobacteria", label="Bifidobacteria", tissue="gut")
def bifidobacteria(model: Life) -> float:
    """Return bifidobacteria relative to health."""
    return _relative(model, "commensals")


@observable("gut.aqp3", label="aquaporin 3 of the colon", tissue="gut")
def aqp3(model: Life) -> float:
    """Return aquaporin 3 relative to health."""
    return _relative(model, "aqp3")


@observable("gut.luminal_duodenum", unit="mM", label="magnesium in the content of the duodenum", tissue="gut")
def luminal_duodenum(model: Life) -> float:
    """Return the level in mM."""
    return _gut(model).luminal_magnesium(DUODENUM)


@observable("gut.luminal_jejunum", unit="mM", label="magnesium in the content of the jejunum", tissue="gut")
def luminal_jejunum(model: Life) -> float:
    """Return the level in mM."""
    return _gut(model).luminal_magnesium(JEJUNUM)


@observable("gut.luminal_ileum", unit="mM", label="magnesium in the content of the ileum", tissue="gut")
def luminal_ileum(model: Life) -> float:
    """Return the level in mM."""
    return _gut(model).luminal_magnesium(ILEUM)


@observable("gut.luminal_colon", unit="mM", label="magnesium in the content of the colon", tissue="gut")
def luminal_colon(model: Life) -> float:
    """Return the level in mM."""
    return _gut(model).luminal_magnesium(COLON)


@observable("gut.stool_water", unit="g/d", label="stool water", tissue="gut")
def stool_water(model: Life) -> float:
    """Return stool water in g/d."""
    return _gut(model).stool_water


@observable("gut.stool_frequency", unit="1/d", label="stools a day", tissue="gut")
def stool_frequency(model: Life) -> float:
    """Return stools a day, as remembered over the last days."""
    return _gut(model).stool_frequency() * HOURS_PER_DAY


@observable("gut.constipation", unit="score", label="constipation score, 0 to 30", tissue="gut")
def constipation(model: Life) -> float:
    """Return the score; higher is worse."""
    return _gut(model).constipation()


@observable("gut.turnover", unit="d", label="turnover time of the gut lining", tissue="gut")
def turnover(model: Life) -> float:
    """Return the time in which losses replace the lining, in days."""
    return _gut(model).turnover() / HOURS_PER_DAY


@observable("gut.migration", unit="cells/h", label="migration over the crypt-villus junction", tissue="gut")
def migration(model: Life) -> float:
    """Return cells per hour that pass the crypt-villus junction of a column."""
    return _gut(model).migration()
