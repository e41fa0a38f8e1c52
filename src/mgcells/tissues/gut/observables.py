"""What is measured on the gut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mgcells.arrays import HOURS_PER_DAY
from mgcells.observables import observable

if TYPE_CHECKING:
    from mgcells.tissues.gut.gut import Gut

DUODENUM, JEJUNUM, ILEUM, COLON = range(4)


def _relative(gut: Gut, behaviour: str) -> float:
    return gut.niche.mean(behaviour) / gut.healthy[f"gut.{behaviour}.baseline"]


@observable("gut.enterocytes", label="absorptive cells", tissue="gut")
def enterocytes(gut: Gut) -> float:
    """Return living absorptive cells relative to health."""
    return gut.absorptive_cells()


@observable("gut.goblet_fraction", label="share of goblet cells", tissue="gut")
def goblet_fraction(gut: Gut) -> float:
    """Return the share of goblet cells among differentiated cells, relative to health."""
    return gut.goblet_share()


@observable("gut.crypt_cells", label="dividing cells of crypts", tissue="gut")
def crypt_cells(gut: Gut) -> float:
    """Return stem and transit-amplifying cells relative to health."""
    return gut.crypt_cells()


@observable("gut.clones", label="clones per crypt of the small bowel", tissue="gut")
def clones(gut: Gut) -> float:
    """Return the mean number of clones, labelled at the start, among the stem cells of a crypt."""
    return gut.small.clones()


@observable("gut.tight_junction", label="tight-junction protein", tissue="gut")
def tight_junction(gut: Gut) -> float:
    """Return the mean content of the edges between cells relative to health."""
    return gut.junctions()


@observable("gut.teer", label="transepithelial resistance", tissue="gut")
def teer(gut: Gut) -> float:
    """Return the resistance of the lining relative to health."""
    return gut.teer()


@observable("gut.permeability", label="permeability to a 4 kDa probe", tissue="gut")
def permeability(gut: Gut) -> float:
    """Return the flux of a 4 kDa probe relative to health."""
    return gut.permeability()


@observable("gut.permeability_large", label="permeability to a 70 kDa probe", tissue="gut")
def permeability_large(gut: Gut) -> float:
    """Return the flux of a 70 kDa probe, which passes through gaps, relative to health."""
    return gut.permeability_large()


@observable("gut.tnf", label="TNF-alpha in gut mucosa", tissue="gut")
def tnf(gut: Gut) -> float:
    """Return the niche's TNF relative to health."""
    return _relative(gut, "tnf")


@observable("gut.il1b", label="IL-1 beta in gut mucosa", tissue="gut")
def il1b(gut: Gut) -> float:
    """Return the niche's IL-1 beta relative to health."""
    return _relative(gut, "il1b")


@observable("gut.antioxidant", label="antioxidant enzymes of gut mucosa", tissue="gut")
def antioxidant(gut: Gut) -> float:
    """Return the niche's antioxidant enzymes relative to health."""
    return _relative(gut, "antioxidant")


@observable("gut.oxidative_stress", label="oxidative stress of gut mucosa", tissue="gut")
def oxidative_stress(gut: Gut) -> float:
    """Return the niche's oxidative stress relative to health."""
    return _relative(gut, "oxidative_stress")


@observable("gut.butyrate", unit="mM", label="butyrate at the epithelium", tissue="gut")
def butyrate(gut: Gut) -> float:
    """Return butyrate at the epithelium, mM."""
    return gut.niche.mean("butyrate")


@observable("gut.akkermansia", label="Akkermansia and other mucus symbionts", tissue="gut")
def akkermansia(gut: Gut) -> float:
    """Return the guild of mucus symbionts relative to health."""
    return gut.microbes.level("mucus_symbionts")


@observable("gut.blautia", label="Blautia and other butyrate producers", tissue="gut")
def blautia(gut: Gut) -> float:
    """Return the guild of butyrate producers relative to health."""
    return gut.microbes.level("butyrate_producers")


@observable("gut.pathobionts", label="pathobionts", tissue="gut")
def pathobionts(gut: Gut) -> float:
    """Return the guild of pathobionts relative to health."""
    return gut.microbes.level("pathobionts")


@observable("gut.bifidobacteria", label="Bifidobacteria", tissue="gut")
def bifidobacteria(gut: Gut) -> float:
    """Return bifidobacteria relative to health."""
    return _relative(gut, "commensals")


@observable("gut.aqp3", label="aquaporin 3 of the colon", tissue="gut")
def aqp3(gut: Gut) -> float:
    """Return aquaporin 3 relative to health."""
    return _relative(gut, "aqp3")


@observable("gut.luminal_duodenum", unit="mM", label="magnesium in the content of the duodenum", tissue="gut")
def luminal_duodenum(gut: Gut) -> float:
    """Return the magnesium of the content of the duodenum, mM."""
    return gut.luminal_magnesium(DUODENUM)


@observable("gut.luminal_jejunum", unit="mM", label="magnesium in the content of the jejunum", tissue="gut")
def luminal_jejunum(gut: Gut) -> float:
    """Return the magnesium of the content of the jejunum, mM."""
    return gut.luminal_magnesium(JEJUNUM)


@observable("gut.luminal_ileum", unit="mM", label="magnesium in the content of the ileum", tissue="gut")
def luminal_ileum(gut: Gut) -> float:
    """Return the magnesium of the content of the ileum, mM."""
    return gut.luminal_magnesium(ILEUM)


@observable("gut.luminal_colon", unit="mM", label="magnesium in the content of the colon", tissue="gut")
def luminal_colon(gut: Gut) -> float:
    """Return the magnesium of the content of the colon, mM."""
    return gut.luminal_magnesium(COLON)


@observable("gut.stool_water", unit="g/d", label="stool water", tissue="gut")
def stool_water(gut: Gut) -> float:
    """Return the water of the stool, g/d."""
    return gut.stool_water


@observable("gut.stool_frequency", unit="1/d", label="stools a day", tissue="gut")
def stool_frequency(gut: Gut) -> float:
    """Return the stool frequency as remembered over the last days, 1/d."""
    return gut.stool_frequency() * HOURS_PER_DAY


@observable("gut.constipation", unit="score", label="constipation score, 0 to 30", tissue="gut")
def constipation(gut: Gut) -> float:
    """Return the score; higher is worse."""
    return gut.constipation()


@observable("gut.turnover", unit="d", label="turnover time of the gut lining", tissue="gut")
def turnover(gut: Gut) -> float:
    """Return the time in which losses replace the lining of the small bowel, d."""
    return gut.turnover() / HOURS_PER_DAY


@observable("gut.migration", unit="cells/h", label="migration over the crypt-villus junction", tissue="gut")
def migration(gut: Gut) -> float:
    """Return the cells that pass the crypt-villus junction of a column, cells/h."""
    return gut.migration()
