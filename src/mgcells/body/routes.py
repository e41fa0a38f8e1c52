"""The ways into the body that a dose can take."""

# What becomes of a dose, and where the numbers stand by which it does: parameters whose paths begin so.
MEANINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "oral": ("swallowed: what dissolves waits for the carriers of the bowel, the rest passes on", ("body.gut.",)),
    "drinking water": ("drunk evenly over the interval, beside the food", ("body.gut.",)),
    "diet": ("eaten evenly over the interval, with the food", ("body.gut.",)),
    "intravenous": ("into plasma", ("body.plasma.",)),
    "intraperitoneal": ("into a depot that empties into plasma", ("body.injection.intraperitoneal",)),
    "subcutaneous": ("into a depot that empties into plasma", ("body.injection.subcutaneous",)),
    "intrathecal": (
        "into the cerebrospinal fluid, which clears it to plasma", ("body.injection.intrathecal", "body.csf.volume"),
    ),
    "scaffold": (
        "into a scaffold in bone, which frees a part of it soon and the rest slowly", ("body.scaffold.",),
    ),
}  # fmt: skip
ROUTES: tuple[str, ...] = tuple(MEANINGS)
SPREAD_ROUTES = frozenset({"drinking water", "diet"})
SWALLOWED_ROUTES = frozenset({"oral", "drinking water", "diet"})
INFUSED_ROUTES = frozenset({"oral", "intravenous", "intrathecal"})
