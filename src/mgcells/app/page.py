"""The page: settings at the left, four tissues, the body, curves, and the cell that was clicked."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import solara

from mgcells.app.panels import Body, ChosenCell, Clock, Curves, Tissues
from mgcells.app.server import LIBRARIES, SCENARIO
from mgcells.app.settings_panel import Controls, Settings
from mgcells.app.viewer import Viewer

TITLE = "mgcells: living tissues"


@solara.component
def Page() -> None:
    """Show one viewer's session; every open page has its own."""
    libraries = tuple(filter(None, os.environ.get(LIBRARIES, "").split(os.pathsep)))
    viewer: Viewer = solara.use_memo(lambda: Viewer(os.environ.get(SCENARIO, "brain_salts_rat"), libraries), [])

    def live() -> Callable[[], None]:
        return viewer.close

    solara.use_effect(live, [])
    solara.Title(TITLE)
    solara.AppBarTitle(viewer.session.scenario.title)
    solara.Style(STYLE)
    with solara.Sidebar():
        Controls(viewer)
        Settings(viewer)
    with solara.Column(gap="8px", style={"padding": "0 16px 40px", "max-width": "1900px"}):
        Clock(viewer)
        Tissues(viewer)
        ChosenCell(viewer)
        Body(viewer)
        Curves(viewer)


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
