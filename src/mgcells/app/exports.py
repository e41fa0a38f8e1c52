"""What can be downloaded: values as CSV, the picture as PNG, the settings as a scenario file."""

from __future__ import annotations

import io
import textwrap

from PIL import Image, ImageDraw, ImageFont

from mgcells.app import charts
from mgcells.app.drawing import Undrawn, drawn
from mgcells.app.memory import table
from mgcells.app.session import Session
from mgcells.app.steering import scenario_text
from mgcells.app.viewer import PageState, Viewer
from mgcells.tissues.view import KIND

MARGIN, CAPTION, SIDE = 24, 44, 400
# A sentence in the place of a picture: its height, and the width of a letter.
NOTE, LETTER = 200, 7
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
        shown = [tissue for tissue in session.tissues if view.large in ("", tissue)]
        sides = range(2 if view.side_by_side else 1)
        panels = [_panel(session, view, tissue, number) for tissue in shown for number in sides]
        curves = [
            drawn("The body", lambda: charts.body_chart(session)),
            drawn("The curves", lambda: charts.observable_chart(session, view.observables)),
        ]
        title = f"{session.scenario.title}   day {session.day:.2f}, subject {session.replicate + 1}"
    return _sheet(title, panels, [curve for curve in curves if curve is not None])


def _panel(session: Session, view: PageState, tissue: str, number: int) -> tuple[Image.Image | Undrawn, str]:
    cells, ground = view.choices[tissue]
    side = session.sides[number]

    def draw() -> Image.Image:
        return Image.fromarray(session.draw(tissue, number, cells, ground, view.chosen)).resize((SIDE, SIDE), 0)

    lines = [f"{side.scenes[tissue].title}, {side.model.strategy.name}"]
    lines += [_caption("cells", cells, session, tissue), _caption("ground", ground, session, tissue)]
    return drawn(session.caption(tissue, number, cells, ground), draw), "\n".join(lines)


def _caption(what: str, key: str, session: Session, tissue: str) -> str:
    scene = session.sides[0].scenes[tissue]
    choice = scene.cells[key] if key in scene.cells else scene.fields[key]
    if key == KIND:
        return f"{what}: {choice.label}"
    scale = drawn("The scale", lambda: session.scale(tissue, key))
    if isinstance(scale, Undrawn):
        return f"{what}: {choice.label}"
    return f"{what}: {choice.label}, {scale.low:.3g} to {scale.high:.3g} {choice.unit}".rstrip()


def _sheet(title: str, panels: list[tuple[Image.Image | Undrawn, str]], curves: list[bytes | Undrawn]) -> bytes:
    columns = min(2, len(panels)) or 1
    rows = -(-len(panels) // columns)
    cell = SIDE + MARGIN
    charted = [
        _note(curve, round(charts.WIDTH * charts.DOTS_PER_INCH)) if isinstance(curve, Undrawn) else _opened(curve)
        for curve in curves
    ]
    width = max(columns * cell, *(curve.width for curve in charted), 0) + 2 * MARGIN
    top = 2 * MARGIN + rows * (cell + CAPTION)
    sheet = Image.new("RGB", (width, top + sum(curve.height for curve in charted) + MARGIN), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, 12), title, fill=INK, font=ImageFont.load_default(18))
    for place, (panel, caption) in enumerate(panels):
        image = _note(panel, SIDE) if isinstance(panel, Undrawn) else panel
        x, y = MARGIN + place % columns * cell, 2 * MARGIN + place // columns * (cell + CAPTION)
        sheet.paste(image, (x, y))
        pen.multiline_text((x, y + SIDE + 4), caption, fill=INK, font=ImageFont.load_default(12))
    for curve in charted:
        sheet.paste(curve, (MARGIN, top))
        top += curve.height
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    return stream.getvalue()


def _opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture))


def _note(undrawn: Undrawn, width: int) -> Image.Image:
    """Return a sentence in the place of a picture."""
    note = Image.new("RGB", (width, NOTE), PAPER)
    lines = textwrap.fill(undrawn.sentence, width // LETTER)
    ImageDraw.Draw(note).multiline_text((4, 4), lines, fill=INK, font=ImageFont.load_default(12))
    return note
