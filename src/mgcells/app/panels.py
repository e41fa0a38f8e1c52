"""What is looked at: the clock, the tissues, the chosen cell, the body and the curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import solara

from mgcells.app.charts import headline
from mgcells.app.exports import picture_of_all, timeseries
from mgcells.app.viewer import Viewer
from mgcells.arrays import HOURS_PER_DAY
from mgcells.cells.reasons import Account
from mgcells.tissues.registry import observables


@solara.component_vue("clock.vue", vuetify=False)
def _Clock(frame: int, day: str, text: str, event_shown: Callable[[int], None]) -> None:
    """Day and what is shown; answers when a frame is on screen."""


@solara.component_vue("tissue.vue", vuetify=False)
def _Tissue(
    title: str,
    note: str,
    large: bool,
    sides: list[dict[str, str]],
    legends: list[dict[str, Any]],
    event_pick: Callable[[dict[str, Any]], None],
) -> None:
    """Pictures of one tissue with legends; answers where it was clicked."""


@solara.component_vue("picture.vue", vuetify=False)
def _Picture(source: str, problem: str, text: str) -> None:
    """A picture with a line of text, or the sentence that stands in its place."""


@solara.component
def Clock(viewer: Viewer) -> None:
    """Show the day, who is looked at, and whether time is over."""
    frame, session = viewer.frame.value, viewer.session
    last = session.scenario.hours / HOURS_PER_DAY
    names = [side.model.strategy.name for side in session.sides]
    subject = session.scenario.library.subjects[session.scenario.base.subject].title
    text = f"of {last:g}. {subject}, virtual subject {session.replicate + 1}: {names[0]}, beside {names[1]}."
    if not frame.running and frame.day > 0:
        text += " The scenario ends here."
    _Clock(frame=frame.number, day=f"Day {frame.day:.2f}", text=text, event_shown=viewer.seen)


@solara.component
def Tissues(viewer: Viewer) -> None:
    """Show the tissues, all at once or one in large."""
    frame = viewer.frame.value
    view = frame.looked
    alone = view.large or len(frame.tissues) == 1
    with solara.Div(classes=["tissue-grid", "large" if alone else "beside" if view.side_by_side else "all"]):
        for name, (sides, legends) in frame.tissues.items():
            with solara.Column(gap="0px").key(name):
                _choices(viewer, view.choices, name)
                scene = viewer.session.sides[0].scenes[name]

                def pick(point: dict[str, Any], name: str = name) -> None:
                    viewer.pick(name, int(point["side"]), float(point["x"]), float(point["y"]))

                _Tissue(
                    title=scene.title, note=scene.note, large=bool(alone), sides=sides, legends=legends,
                    event_pick=pick,
                )  # fmt: skip


def _choices(viewer: Viewer, choices: Mapping[str, tuple[str, str]], name: str) -> None:
    scene = viewer.session.sides[0].scenes[name]
    cells, ground = choices[name]
    cell_keys = {choice.label: choice.key for choice in scene.cells.values()}
    ground_keys = {choice.label: choice.key for choice in scene.fields.values()}

    def choose_cells(label: str) -> None:
        viewer.look(choices={**choices, name: (cell_keys[label], ground)})

    def choose_ground(label: str) -> None:
        viewer.look(choices={**choices, name: (cells, ground_keys[label])})

    with solara.Row(gap="12px"):
        solara.Select(
            f"{scene.title}: cells show", list(cell_keys), scene.cells[cells].label, on_value=choose_cells, dense=True
        )
        solara.Select("Ground shows", list(ground_keys), scene.fields[ground].label, on_value=choose_ground, dense=True)


@solara.component
def ChosenCell(viewer: Viewer) -> None:
    """Say why the clicked cell does what it does."""
    frame = viewer.frame.value
    chosen = frame.looked.chosen
    if chosen is None:
        solara.Text("Click a cell to learn why it does what it does. The mark on a scale is the healthy value.")
        return
    strategy = viewer.session.sides[chosen.side].model.strategy.name
    with solara.Column(gap="0px", classes=["why"]):
        with solara.Row(style={"align-items": "center"}):
            solara.HTML(
                tag="h2", unsafe_innerHTML=_escaped(f"Why this {frame.cell} does what it does"), classes=["panel-title"]
            )
            solara.Button("Close", text=True, on_click=lambda: viewer.look(chosen=None))
        if frame.why is None:
            day = frame.day if frame.died is None else frame.died
            solara.Text(f"This cell no longer lives; it was gone on day {day:.2f} ({strategy}).")
        for account in frame.why or ():
            solara.HTML(tag="h3", unsafe_innerHTML=_escaped(_standing(account)))
            lines = "".join(f"<li>{_escaped(reason.sentence)}</li>" for reason in account.reasons)
            solara.HTML(tag="ul", unsafe_innerHTML=lines or "<li>No rule acts on it.</li>")
        _Picture(**vars(frame.past), text="This cell so far. Dotted: where its rules pull it now.")


@solara.component
def Body(viewer: Viewer) -> None:
    """Show magnesium and threonate of plasma and cerebrospinal fluid; nothing of a culture."""
    if not viewer.session.has_body:
        return
    solara.HTML(tag="h2", unsafe_innerHTML="Body", classes=["panel-title"])
    text = (
        "Ionised magnesium and threonate. Solid: the strategy; dotted: the comparison. "
        "Marks on the axis: doses (triangles) and what is drunk or eaten all day (bars)."
    )
    _Picture(**vars(viewer.frame.value.body), text=text)


@solara.component
def Curves(viewer: Viewer) -> None:
    """Show chosen observables against the comparison, and offer what is on screen for download."""
    view, session = viewer.frame.value.looked, viewer.session
    labels = {f"{observables()[name].label} ({name})": name for name in session.sides[0].history.names}
    chosen = [label for label, name in labels.items() if name in view.observables]
    solara.HTML(tag="h2", unsafe_innerHTML="Curves", classes=["panel-title"])
    solara.SelectMultiple(
        "Observables",
        chosen,
        list(labels),
        on_value=lambda picked: viewer.look(observables=tuple(labels[p] for p in picked)),
    )
    text = f"Blue: {session.sides[0].model.strategy.name}. Grey, dashed: {session.sides[1].model.strategy.name}."
    _Picture(**vars(viewer.frame.value.curves), text=text)
    with solara.Row(gap="12px"):
        solara.FileDownload(lambda: timeseries(viewer), "timeseries.csv", label="Values as CSV", mime_type="text/csv")
        solara.FileDownload(
            lambda: picture_of_all(viewer), "tissues.png", label="Picture as PNG", mime_type="image/png"
        )


def _standing(account: Account) -> str:
    unit = f" {account.unit}" if account.unit else ""
    name = headline(account.label)
    pull = f"its rules pull it to {account.target:.3g}{unit}"
    speed = f", two thirds of the way in {_spoken(account.time_constant)}" if account.time_constant > 0 else " at once"
    return f"{name} is {account.value:.3g}{unit} ({account.healthy:.3g}{unit} in health); {pull}{speed}."


def _spoken(hours: float) -> str:
    return f"{hours / HOURS_PER_DAY:g} d" if hours >= 2 * HOURS_PER_DAY else f"{hours:g} h"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
