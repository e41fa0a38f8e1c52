"""What a viewer sets: the scenario, the strategies, the pace, and the steering that acts while the tissues live."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import solara

from mgcells.app.exports import scenario_file
from mgcells.app.steering import Steering, dividable, foreign_doses
from mgcells.app.viewer import Viewer
from mgcells.library.in_force import layered
from mgcells.scenario.phases import phases
from mgcells.scenario.shipped import shipped_scenarios

PACES = {"1 hour": 1.0, "3 hours": 3.0, "6 hours": 6.0, "12 hours": 12.0, "1 day": 24.0}
ALL = "all tissues"
AS_STATED = "as the strategy says"


@solara.component
def Controls(viewer: Viewer) -> None:
    """Choose scenario, strategies, subject and pace; play, step and reset."""
    viewer.began.value  # noqa: B018 - read so that a new session draws the controls anew
    session, view = viewer.session, viewer.view.value
    source = session.scenario.source
    opened = source.stem if source else ""
    scenarios = {**{path.stem: str(path) for path in shipped_scenarios().values()}, opened: str(source)}
    names = [strategy.name for strategy in session.scenario.strategies]
    with solara.Row(gap="8px"):
        if viewer.playing.value:
            solara.Button("Pause", icon_name="mdi-pause", color="primary", on_click=viewer.pause)
        else:
            solara.Button("Play", icon_name="mdi-play", color="primary", on_click=viewer.play)
        solara.Button("Step", icon_name="mdi-skip-next", on_click=viewer.step, disabled=viewer.playing.value)
        solara.Button("Reset", icon_name="mdi-restart", on_click=viewer.restart)
    if viewer.problem.value:
        solara.Error(viewer.problem.value)
    solara.Select(
        "Time between pictures", list(PACES), _pace(view.hours), on_value=lambda p: viewer.look(hours=PACES[p])
    )
    solara.Select("Scenario", sorted(scenarios), opened, on_value=lambda name: viewer.begin(scenarios[name]))
    solara.Select("Strategy", names, session.strategy, on_value=lambda name: viewer.compare(strategy=name))
    solara.Select("Beside", names, session.compared, on_value=lambda name: viewer.compare(compared=name))
    kinds = {entry.title: name for name, entry in session.scenario.library.subjects.items()}
    kind = session.scenario.library.subjects[session.scenario.base.subject].title
    solara.Select("Subject", list(kinds), kind, on_value=lambda title: viewer.inhabit(kinds[title]))
    subjects = [str(number + 1) for number in range(session.scenario.replicates)]
    chosen = str(session.replicate + 1)
    solara.Select("Virtual subject", subjects, chosen, on_value=lambda text: viewer.compare(replicate=int(text) - 1))
    tissues = [ALL, *session.tissues]
    shown = view.large or ALL
    solara.Select("Show", tissues, shown, on_value=lambda text: viewer.look(large="" if text == ALL else text))
    solara.Checkbox(
        label="Both strategies side by side", value=view.side_by_side, on_value=lambda on: viewer.look(side_by_side=on)
    )


@solara.component
def Settings(viewer: Viewer) -> None:
    """Steer the strategy from now on, and save the settings as a scenario."""
    viewer.began.value, viewer.frame.value  # noqa: B018 - read so that settings follow a new session
    session = viewer.session
    steering, start = session.steering, session.scenario.strategy(session.strategy)
    library = session.scenario.library
    solara.HTML(tag="h2", unsafe_innerHTML="From now on", classes=["panel-title"])
    if start.doses:
        _slider(f"Dose: {steering.dose:g} times the strategy's", steering.dose, 4.0, 0.25, viewer, "dose")
    else:
        solara.Text("This strategy gives no dose.")
    if dividable(start):
        rhythm = {AS_STATED: 0, **{f"{times} times a day": times for times in (1, 2, 3, 4, 6)}}
        current = next(text for text, times in rhythm.items() if times == steering.times_per_day)
        solara.Select("Doses", list(rhythm), current, on_value=lambda text: viewer.steer(times_per_day=rhythm[text]))
    for dose in session.sides[0].model.strategy.doses:
        solara.Text(dose.text, style={"font-size": "14px", "color": "#444"})
    for number, side in enumerate(session.sides):
        for sentence in foreign_doses(session.scenario, side.model.strategy, session.home):
            solara.Warning(sentence).key(f"{number} {sentence}")
    _slider(f"GLUT transport left: {100 * steering.glut:.0f} %", steering.glut, 1.0, 0.05, viewer, "glut")
    _slider(f"Magnesium of the diet: {100 * steering.diet:.0f} %", steering.diet, 2.0, 0.05, viewer, "diet")
    species = library.subjects[start.subject].species
    conditions = [name for name, entry in library.conditions.items() if not entry.species or species in entry.species]
    condition = steering.condition or AS_STATED
    solara.Select(
        "Condition", [AS_STATED, *sorted(conditions)], condition,
        on_value=lambda name: viewer.steer(condition="" if name == AS_STATED else name),
    )  # fmt: skip
    courses = (layered(library, phase.strategy).rules for phase in phases(start, session.scenario.hours))
    acting = sorted({name for rules in courses for name in rules if _lives(name, viewer)})
    contested = sorted(
        name
        for name, rule in library.rules.items()
        if rule.status != "on" and name not in acting and _lives(name, viewer)
    )
    solara.SelectMultiple(
        "Rules switched off",
        list(steering.rules_off),
        acting,
        on_value=lambda names: viewer.steer(rules_off=tuple(names)),
    )
    solara.SelectMultiple(
        "Contested rules switched on", list(steering.rules_on), contested,
        on_value=lambda names: viewer.steer(rules_on=tuple(names)),
    )  # fmt: skip
    solara.Button("Undo all settings", text=True, on_click=lambda: viewer.steer(**vars(Steering())))
    name = f"{Path(session.scenario.source).stem if session.scenario.source else 'scenario'}_steered.toml"
    solara.FileDownload(
        lambda: scenario_file(viewer), name, label="Settings as a scenario", mime_type="application/toml"
    )
    solara.Text("The file gives the settings from day 0 on.", style={"font-size": "14px", "color": "#444"})


def _slider(label: str, value: float, most: float, step: float, viewer: Viewer, name: str) -> None:
    def set_value(number: Any) -> None:
        viewer.steer(**{name: float(number)})

    solara.SliderFloat(label, value=value, min=0.0, max=most, step=step, on_value=set_value)


def _lives(rule: str, viewer: Viewer) -> bool:
    library = viewer.session.scenario.library
    cell = library.cells[library.rules[rule].cell]
    return any(tissue in viewer.session.tissues for tissue in cell.record.tissue)


def _pace(hours: float) -> str:
    return next(text for text, value in PACES.items() if value == hours)
