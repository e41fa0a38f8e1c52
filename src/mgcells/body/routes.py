"""The ways into the body that a dose can take."""

ROUTES: tuple[str, ...] = (
    "oral",
    "drinking water",
    "diet",
    "intravenous",
    "intraperitoneal",
    "subcutaneous",
    "intrathecal",
    "scaffold",
)
SPREAD_ROUTES = frozenset({"drinking water", "diet"})
SWALLOWED_ROUTES = frozenset({"oral", "drinking water", "diet"})
INFUSED_ROUTES = frozenset({"oral", "intravenous", "intrathecal"})
