"""One life, of which nothing is kept but its endpoints: no more is measured than they read, and no longer is lived."""

from __future__ import annotations

import numpy as np

from mgcells.analysis.endpoints import column_of
from mgcells.analysis.running import RunningEndpoints
from mgcells.arrays import Floats
from mgcells.batch.endpoint_table import sparse
from mgcells.scenario import Scenario
from mgcells.subject.guard import refuse_measured
from mgcells.subject.run_input import run_input
from mgcells.subject.steps import body_columns, body_values, records, step_days
from mgcells.subject.subject import Subject, begun


def endpoints_of_life(scenario: Scenario, strategy: str, replicate: int) -> dict[str, Floats]:
    """Run one subject as far as the endpoints of its scenario reach.

    Returns
    -------
    dict
        One array of shape (1,) for `column_of` every endpoint, the same to the last bit as in a batch.

    Raises
    ------
    InputProblems, ValueError
        As for a Subject.
    """
    run = run_input(scenario, strategy, replicate)
    subject = begun(scenario, run)
    of_body = body_columns() if subject.body is not None else []
    wanted = {endpoint.observable for endpoint in scenario.endpoints}
    of_tissues = [entry for entry in subject.observables if entry.tissue and entry.name in wanted]
    names = [*of_body, *(entry.name for entry in of_tissues)]
    recorded = records(run)
    running = RunningEndpoints(step_days(run), recorded, scenario.endpoints, names, sparse(scenario), 1)
    last = int(running.rows.max(initial=0))
    read = np.zeros(last + 1, dtype=bool)
    read[running.rows] = True
    for step in range(last + 1):
        if step:
            subject.step()
        if read[step]:
            measured = {}
            if recorded[step]:
                measured = {entry.name: float(entry.of(subject)) for entry in of_tissues}
                refuse_measured(measured, subject.hour)
            running.take(step, _row(subject, len(of_body), list(measured.values()), len(of_tissues)))
    values = running.values[0]
    return {column_of(entry): values[place, None] for place, entry in enumerate(scenario.endpoints)}


def _row(subject: Subject, of_body: int, measured: list[float], of_tissues: int) -> Floats:
    """Return what is known at the end of a step, shape (columns, 1)."""
    row = np.full((of_body + of_tissues, 1), np.nan)
    if subject.body is not None:
        row[:of_body] = body_values(subject.body)
    if measured:
        row[of_body:, 0] = measured
    return row
