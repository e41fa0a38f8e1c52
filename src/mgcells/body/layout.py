"""Columns of the arrays that the kernel works on; every row is one subject."""

from __future__ import annotations

# State. Amounts in mmol, concentrations in mM. What is swallowed is split at once into the share that will be absorbed,
# which dissolves and then enters plasma, and the rest, which moves on from part to part of the bowel to the stool.
# WAITING is no amount of its own: it is how much of the supplements in the bowel still keeps the carriers busy.
(
    GUT_DISSOLVING,
    GUT_DISSOLVED,
    GUT_DUODENUM,
    GUT_JEJUNUM,
    GUT_ILEUM,
    GUT_COLON,
    PLASMA,
    INTRACELLULAR,
    BONE_SURFACE,
    BONE_DEEP,
    MUSCLE,
    INTRAPERITONEAL,
    SUBCUTANEOUS,
    INTRATHECAL,
    SCAFFOLD_FAST,
    SCAFFOLD_SLOW,
    RECEIVED,
    ABSORBED,
    URINE,
    FAECES,
    OSMOTIC_PASSED,
    THREONATE_GUT,
    THREONATE_REMAINDER,
    THREONATE_PLASMA,
    THREONATE_INTRAPERITONEAL,
    THREONATE_SUBCUTANEOUS,
    THREONATE_INTRATHECAL,
    THREONATE_SCAFFOLD_FAST,
    THREONATE_SCAFFOLD_SLOW,
    THREONATE_RECEIVED,
    THREONATE_ELIMINATED,
    THREONATE_FAECES,
    OSMOTIC,
    WAITING,
    CARRIER,
    CSF_MAGNESIUM,
    CSF_GAIN,
    CSF_THREONATE,
    PARATHYROID,
    CALCITRIOL,
    STATES,
) = range(41)

FOLLOWERS = PARATHYROID  # states from here on follow plasma magnesium and act on nothing in the body

SEGMENTS = ("duodenum", "jejunum", "ileum", "colon")
DEPOTS = 5
RUNNING_TOTALS = slice(RECEIVED, OSMOTIC_PASSED + 1)
MAGNESIUM_STORES = tuple(range(GUT_DISSOLVING, SCAFFOLD_SLOW + 1))
MAGNESIUM_BODY = tuple(range(PLASMA, SCAFFOLD_SLOW + 1))
THREONATE_STORES = tuple(range(THREONATE_GUT, THREONATE_SCAFFOLD_SLOW + 1))

# Parameters. Rates in 1/h, flows in mmol/h or L/h.
(
    DISSOLUTION_RATE,
    ABSORPTION_RATE,
    TRANSIT_RATE,
    SEGMENT_RATE,
    _SEGMENT_RATE_2,
    _SEGMENT_RATE_3,
    _SEGMENT_RATE_4,
    SECRETION,
    FILTRATION,
    SPLAY,
    SPLAY_LOG,
    SENSING_POWER,
    HEALTHY_PLASMA,
    HEALTHY_INTRACELLULAR,
    HEALTHY_SURFACE,
    HEALTHY_DEEP,
    HEALTHY_MUSCLE,
    INTRACELLULAR_RATE,
    SURFACE_RATE,
    REFILL,
    DEEP_RATE,
    DEEP_SHARE,
    MUSCLE_RATE,
    MUSCLE_SHARE,
    DEPOT_RATE,
    _DEPOT_RATE_2,
    _DEPOT_RATE_3,
    _DEPOT_RATE_4,
    _DEPOT_RATE_5,
    THREONATE_DEPOT_RATE,
    _THREONATE_DEPOT_RATE_2,
    _THREONATE_DEPOT_RATE_3,
    _THREONATE_DEPOT_RATE_4,
    _THREONATE_DEPOT_RATE_5,
    CARRIER_CAPACITY,
    CARRIER_HALF,
    WAITING_RATE,
    CARRIER_GAIN,
    CARRIER_HALF_POWER,
    CARRIER_POWER,
    CARRIER_HEALTHY,
    CARRIER_RATE,
    CSF_RATE,
    CSF_SET_POINT,
    CSF_FLOOR,
    CSF_SATURATION,
    CSF_POWER,
    GAIN_RATE,
    GAIN_MAXIMUM,
    GAIN_HALF,
    THREONATE_ABSORPTION_RATE,
    THREONATE_ELIMINATION_RATE,
    THREONATE_PRODUCTION,
    THREONATE_VOLUME,
    THREONATE_HEALTHY,
    CSF_THREONATE_ENTRY,
    CSF_THREONATE_SOURCE,
    CSF_THREONATE_RATE,
    TISSUE_ABSORPTION,
    TISSUE_BONE_EXCHANGE,
    PARATHYROID_POWER,
    PARATHYROID_CEILING,
    PARATHYROID_SEVERE,
    PARATHYROID_SWITCH,
    PARATHYROID_WIDTH,
    PARATHYROID_RATE,
    CALCITRIOL_POWER,
    CALCITRIOL_RATE,
    PARAMETERS,
) = range(69)

# Constant inputs between two events, mmol/h. Swallowed magnesium: all of it, the share absorbed in proportion, the
# share absorbed by carriers in health, and what holds water in the bowel. Of doses that are swallowed over some time:
# what keeps carriers busy, what reaches them, and the part of that which would hold water. OCCUPIED, in mmol, is the
# food and water that the carriers are busy with. CLAMPED is 1 while plasma is held.
(
    SWALLOWED,
    IN_PROPORTION,
    BY_CARRIERS,
    HOLDING_WATER,
    FLOWING,
    FLOWING_TO_CARRIERS,
    FLOWING_OSMOTIC,
    OCCUPIED,
    INFUSED,
    INTRATHECAL_INFUSED,
    THREONATE_SWALLOWED,
    THREONATE_ABSORBABLE,
    THREONATE_INFUSED,
    THREONATE_INTRATHECAL_INFUSED,
    CLAMPED,
    INPUTS,
) = range(16)

# Levels that are followed within a step, and what is noted of each.
PLASMA_LEVEL, THREONATE_LEVEL, CSF_LEVEL, CSF_THREONATE_LEVEL, LEVELS = range(5)
MEAN, HIGHEST, LOWEST, NOTES = range(4)
