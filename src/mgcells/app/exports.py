"""What can be downloaded: values as CSV, the picture as PNG, the settings as a scenario file."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from mgcells.app import charts
from mgcells.app.memory import table
from mgcells.app.session import Session
from mgcells.app.steering import scenario_text
from mgcells.app.viewer import Viewer
from mgcells.tissues.view import KIND, Choice

MARGIN, CAPTION, SIDE = 24, 44, 400
INK, PAPER = "#262626", "#ffffff"


def timeseries(viewer: Viewer) -> str:
    """Return every observable of both sides so far, in the columns of a batch's timeseries.csv."""
    session = viewer.session
    with session.lock:
        sides = [(side.model.strategy.name, session.replicate, side.history) for side in session.sides]
        return table(sides[:1] if sides[0][0] == sides[1][0] else sides, session.sides[0].history.names)


def scenario_file(viewer: Viewer) -> str:
    """Return the scenario with the settings as one more strategy."""
    session = viewer.session
    return scenario_text(session.scenario, session.strategy, session.steering)


def picture_of_all(viewer: Viewer) -> bytes:
    """Return a PNG of the tissues on screen with their captions, the body and the curves."""
    session, view = viewer.session, viewer.view.value
    with session.lock:
        panels = []
        for tissue in session.tissues:
            if view.large not in ("", tissue):
                continue
            cells, ground = view.choices[tissue]
            for number in range(2 if view.side_by_side else 1):
                side = session.sides[number]
                scene = side.scenes[tissue]
                image = Image.fromarray(session.draw(tissue, number, cells, ground, view.chosen)).resize(
                    (SIDE, SIDE), 0
                )
                lines = [f"{scene.title}, {side.model.strategy.name}"]
                lines += [_caption("cells", scene.cells[cells], session, tissue)]
                lines += [_caption("ground", scene.fields[ground], session, tissue)]
                panels.append((image, "\n".join(lines)))
        curves = [charts.body_chart(session)]
        if view.observables:
            curves.append(charts.observable_chart(session, view.observables))
        title = f"{session.scenario.title}   day {session.day:.2f}, subject {session.replicate + 1}"
    return _sheet(title, panels, [Image.open(io.BytesIO(curve)) for curve in curves])


def _caption(what: str, choice: Choice, session: Session, tissue: str) -> str:
    if choice.key == KIND:
        return f"{what}: {choice.label}"
    scale = session.scale(tissue, choice.key)
    return f"{what}: {choice.label}, {scale.low:.3g} to {scale.high:.3g} {choice.unit}".rstrip()


def _sheet(title: str, panels: list[tuple[Image.Image, str]], curves: list[Image.Image]) -> bytes:
    columns = min(2, len(panels)) or 1
    rows = -(-len(panels) // columns)
    cell = SIDE + MARGIN
    width = max(columns * cell, *(curve.width for curve in curves)) + 2 * MARGIN
    top = 2 * MARGIN + rows * (cell + CAPTION)
    sheet = Image.new("RGB", (width, top + sum(curve.height for curve in curves) + MARGIN), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, 12), title, fill=INK, font=ImageFont.load_default(18))
    for place, (image, caption) in enumerate(panels):
        x, y = MARGIN + place % columns * cell, 2 * MARGIN + place // columns * (cell + CAPTION)
        sheet.paste(image, (x, y))
        pen.multiline_text((x, y + SIDE + 4), caption, fill=INK, font=ImageFont.load_default(12))
    for curve in curves:
        sheet.paste(curve, (MARGIN, top))
        top += curve.height
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    return stream.getvalue()
