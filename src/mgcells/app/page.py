"""The page: settings at the left, four tissues, the body, curves, and the cell that was clicked."""

from __future__ import annotations

import os
from typing import Any

import solara

from mgcells.app.panels import Body, ChosenCell, Clock, Curves, Tissues
from mgcells.app.server import LIBRARIES, SCENARIO
from mgcells.app.settings_panel import Controls, Settings
from mgcells.app.viewer import Viewer
from mgcells.app.visits import MOST_PAGES, take_place

NAME = "mgcells: living tissues"
FULL = f"{MOST_PAGES} pages are open, and no more can live at once. Close one of them, then load this page again."


@solara.component
def Headline(viewer: Viewer) -> None:
    """Show the title of the scenario above the page and on its tab."""
    viewer.began.value  # noqa: B018 - read so that the headline follows a new session
    title = viewer.session.scenario.title
    solara.Title(f"{title} - {NAME}")
    solara.AppBarTitle(title)


@solara.component
def Page() -> None:
    """Show one viewer's session; every open page has its own."""
    libraries = tuple(filter(None, os.environ.get(LIBRARIES, "").split(os.pathsep)))
    viewer: Viewer | None = solara.use_memo(lambda: _open(os.environ.get(SCENARIO, "brain_salts_rat"), libraries), [])
    solara.Style(STYLE)
    if viewer is None:
        solara.Title(NAME)
        solara.Error(FULL)
        return
    Headline(viewer)
    with solara.Sidebar():
        Controls(viewer)
        Settings(viewer)
    with solara.Column(gap="8px", style={"padding": "0 16px 40px", "max-width": "1900px"}):
        Clock(viewer)
        Tissues(viewer)
        ChosenCell(viewer)
        Body(viewer)
        Curves(viewer)


def _open(scenario: str, libraries: tuple[str, ...]) -> Viewer | None:
    opened: list[Viewer] = []

    def leave() -> None:
        for viewer in opened:
            viewer.close()

    if not take_place(leave):
        return None
    opened.append(Viewer(scenario, libraries))
    return opened[0]


def Layout(children: list[Any]) -> Any:
    """Frame the page: title bar above, settings at the side."""
    return solara.AppLayout(children=children, navigation=False, sidebar_open=True)


STYLE = """
.v-application { font-size: 16px; }
/* Solara's bar and side are narrowed so that four tissues fit a projector of 1280 x 720 without scrolling. */
.v-app-bar, .v-app-bar .v-toolbar__content { height: 44px !important; }
.v-navigation-drawer { min-width: 336px !important; width: 336px !important; }
.v-navigation-drawer--clipped { top: 44px !important; max-height: calc(100% - 44px) !important; }
.solara-content-main.v-content { padding-top: 44px !important; }
.solara-content-main.v-content[style*="400px"] { padding-left: 336px !important; }
.solara-autorouter-content > div { row-gap: 0 !important; }
.v-text-field__details { display: none; }
.v-navigation-drawer .v-text-field { padding-top: 10px; margin-top: 0; }
.v-navigation-drawer .v-input--selection-controls { margin-top: 0; padding-top: 0; }
.tissue-grid { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px 20px; --tall: 30vh; }
@media (min-width: 1000px) { .tissue-grid:not(.large) { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (min-width: 1800px) {
  .tissue-grid.all { grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); --tall: 34vh; }
}
.tissue-grid .v-input { min-width: 0; }
.v-btn:focus-visible, .v-input:has(:focus-visible) { outline: 3px solid #0072b2; outline-offset: 2px; }
.why li { margin-bottom: 4px; }
.why h3 { font-size: 16px; margin: 10px 0 2px; }
.panel-title { font-size: 20px; font-weight: 600; margin: 8px 0 0; }
"""
