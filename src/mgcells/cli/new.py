"""`mgcells new`: a template of one kind, planned and checked as a whole before the first file is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mgcells.cli.additions.cells import new_cell
from mgcells.cli.additions.files import new_condition, new_experiment, new_library, new_subject
from mgcells.cli.additions.packages import new_figure, new_observable, new_tissue
from mgcells.cli.additions.plan import Plan, Request, wrong
from mgcells.cli.additions.rows import new_compound, new_rule
from mgcells.cli.additions.scenarios import new_scenario

PLANS: Mapping[str, Callable[[Request], Plan]] = {
    "rule": new_rule,
    "compound": new_compound,
    "condition": new_condition,
    "subject": new_subject,
    "experiment": new_experiment,
    "scenario": new_scenario,
    "observable": new_observable,
    "figure": new_figure,
    "cell": new_cell,
    "tissue": new_tissue,
    "library": new_library,
}
# The kinds that each option applies to.
OPTIONS = {"name": ("compound", "tissue"), "tissue": ("cell",)}


def write_new(kind: str, request: Request) -> Plan:
    """Write a template, and return what was written.

    Raises
    ------
    InputProblems
        The path has another shape or is taken, a name is taken or unknown, or it cannot be written. Nothing is written
        then.
    """
    for option, kinds in OPTIONS.items():
        if getattr(request, option) and kind not in kinds:
            raise wrong(f"--{option}", f"is for {' and '.join(kinds)}; the path says all about a new {kind}")
    plan = PLANS[kind](request)
    _write(plan)
    return plan


def _write(plan: Plan) -> None:
    made: list[Path] = []
    try:
        for path, text in plan.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
        for path, text in plan.added.items():
            ending = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
            with path.open("a", encoding="utf-8", newline=ending) as file:
                file.write(text)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise wrong(error.filename or "", f"cannot be written: {error.strerror}") from None
