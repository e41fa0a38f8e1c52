"""Shipped scenarios, broken at random in the ways in which people and their tools break files; a seed is a mutant."""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from mgcells.body.routes import ROUTES
from mgcells.errors import InputProblems
from mgcells.library import Library, load_library
from mgcells.scenario import read_scenario
from mgcells.scenario.scenario import Scenario
from mgcells.scenario.shipped import shipped_scenarios
from mgcells.subject.subject import simulate
from mgcells.subject.trial import refuse_failing
from mgcells.tissues.registry import observables, tissue_kinds

LONGEST_SECONDS = 2.0
# Of a run of a few hours; the first compiles its kernels.
SLOWEST_RUN_SECONDS = 60.0
SHORT_RUN_HOURS = 3.0
NUMBERS = (
    "0", "-1", "1", "0.5", "-0.0", "1e308", "-1e308", "1e-308", "1e9", "1e-9", "1000000", "3.7", "nan", "inf", "-inf",
    "9" * 40, "1" * 5000, "0x7fffffffffffffff", "0x" + "f" * 3000, "1_000", "true", "2024-01-01", "[]", "{}", '""',
)  # fmt: skip
UNITS = (
    "", "h", "d", "s", "min", "wk", "y", "mg", "g", "kg", "mcg", "ug", "mmol", "mol", "mEq", "mM", "uM", "M", "mg/kg",
    "mg / kg", "g/kg", "mg/d", "mmol/d", "mg / d", "L", "mL", "L/h", "1/h", "%", "mV", "um", "m^9", "m^99", "Mg", "µg",
    "mg//d", "mg**2", "1/", "/", "ng/mL", "score", "h h h h", "days", "°C",
)  # fmt: skip
TEXTS = (
    "", " ", "x", "0", "-3 d", "1e300 mg", "1e999 h", "0.001 s", "1000 g/kg", "-1 mM", "0 mM", "\u0663 h", "1,5 mg",
    "\\u001b[2J", "=1+1", "@cmd", "-x", "+1", "\\t", "a" * 3000, "9" * 4000 + " h", "healthy", "last 3 d", "0 h to 1 h",
    "highest", "last 0 h", "1e5 d", "13050 min", "\u202eabc", "\u6f22\u5b57", "nan h", "inf", "2 d from",
)  # fmt: skip
NOISE = "[]{}=\"'#,.\\\n\t\0 \u00e9\u6f22\u200b=-+@%"


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: how long a processor judged it, whether it was accepted, and what must not be.

    `fault` is "" for a mutant that was refused with every problem in its place, or that was accepted and ran.
    """

    seconds: float
    accepted: bool
    fault: str


@lru_cache(maxsize=1)
def _words() -> dict[str, list[str]]:
    """Return the names that may stand in scenarios, right or wrong, by kind."""
    library = load_library()
    return {
        "subject": [*library.subjects, "ratt"],
        "condition": [*library.conditions, "healthy", "cold"],
        "compound": [*library.compounds, "magnesium"],
        "route": [*ROUTES, "nasal"],
        "tissue": [*tissue_kinds(), "liver"],
        "rule": [*library.rules, "neuron.none"],
        "switch": [*library.switches, "none"],
        "observable": [*observables(), "none.none"],
        "path": [*dict.fromkeys(path for subject in library.subjects.values() for path in subject.parameters),
                 *library.parameters, "medium.magnesium"],
        "target": ["GLUT", "GLUT1", "GLUT3", "RANKL", "none"],
    }  # fmt: skip


def _quantity(rng: random.Random) -> str:
    return f"{rng.choice(NUMBERS[:14])} {rng.choice(UNITS)}".strip()


def _value(rng: random.Random) -> str:
    """Return something that can stand after an equals sign."""
    word = rng.choice(rng.choice(list(_words().values())))
    return rng.choice(
        (rng.choice(NUMBERS), f'"{_quantity(rng)}"', f'"{rng.choice(TEXTS)}"', f'"{word}"', f'["{word}"]')
    )


def _near_value(rng: random.Random, path: str) -> str:
    """Return a number of a parameter, in its own unit, multiplied by something."""
    library = load_library()
    known = next((s.parameters[path] for s in library.subjects.values() if path in s.parameters), None)
    known = known or library.parameters.get(path)
    if known is None:
        return _value(rng)
    number, _, unit = known.text.partition(" ")
    scale = rng.choice((0.0, -1.0, 1e-6, 1e-3, 0.01, 0.1, 0.5, 2.0, 10.0, 100.0, 1e3, 1e6, 1e12))
    return f'"{(float(number) or 1.0) * scale:g} {unit}"'


def _addition(rng: random.Random) -> str:
    """Return a line that a scenario or a strategy might hold."""
    words = _words()
    path, rule = rng.choice(words["path"]), rng.choice(words["rule"])
    column = rng.choice(("half_max", "hill", "at_zero", "at_saturation", "exponent", "slope", "constant", "none"))
    time_ = rng.choice(("", f', from = "{_quantity(rng)}"', ', from = "1 d"', ', until = "2 d"', ', until = "1 h"'))
    return rng.choice((
        f'parameters = {{ "{path}" = {_near_value(rng, path)} }}',
        f'parameters = {{ "{path}" = {_near_value(rng, path)} }}',
        f'rules = {{ set = {{ "{rule}.{column}" = {rng.choice(NUMBERS)} }} }}',
        f'rules = {{ {rng.choice(("on", "off"))} = ["{rule}"] }}',
        f'condition = [{{ name = "{rng.choice(words["condition"])}"{time_} }}]',
        f'condition = ["{rng.choice(words["condition"])}", "{rng.choice(words["condition"])}"]',
        f'diet = {{ magnesium = "{_quantity(rng)}"{time_} }}',
        f'diet = [{{ magnesium = "0 mg/d"{time_} }}]',
        f'switches = {{ {rng.choice(words["switch"])} = "{rng.choice(("raised", "unchanged", "x"))}" }}',
        f'inhibitors = [{{ target = "{rng.choice(words["target"])}", residual = {rng.choice(NUMBERS)} }}]',
        f'medium = {{ magnesium = "{_quantity(rng)}" }}',
        f'subject = "{rng.choice(words["subject"])}"',
        f'tissues = ["{rng.choice(words["tissue"])}"]',
        f'step = "{rng.choice(("15 min", "20 min", "0 h", "7 min", "1 d", "-1 h"))}"',
        f'record_every = "{_quantity(rng)}"',
        f'endpoints = {{ "{rng.choice(words["observable"])}" = {{ at = "{_quantity(rng)}" }} }}',
        f"{rng.choice(('seed', 'replicates', 'title', 'library', 'extra'))} = {_value(rng)}",
        "deep = " + "[" * rng.choice((5, 40, 600)) + "]" * 600,
    ))  # fmt: skip


def _pick(rng: random.Random, lines: list[str], test: Callable[[str], object] = bool) -> int:
    found = [index for index, line in enumerate(lines) if test(line)]
    return rng.choice(found) if found else 0


def _replaced(rng: random.Random, line: str, pattern: str, new: Callable[[re.Match[str]], str]) -> str:
    found = list(re.finditer(pattern, line))
    if not found:
        return line
    match = rng.choice(found)
    return line[: match.start()] + new(match) + line[match.end() :]


def _delete(rng: random.Random, lines: list[str]) -> None:
    del lines[_pick(rng, lines)]


def _duplicate(rng: random.Random, lines: list[str]) -> None:
    at = _pick(rng, lines)
    lines.insert(at, lines[at])


def _move(rng: random.Random, lines: list[str]) -> None:
    line = lines.pop(_pick(rng, lines))
    lines.insert(rng.randrange(len(lines) + 1), line)


def _rename_key(rng: random.Random, lines: list[str]) -> None:
    at = _pick(rng, lines, lambda line: "=" in line)
    lines[at] = _replaced(rng, lines[at], r"[a-z_]+(?=\s*=)", lambda match: match[0][:-1] + rng.choice("exy_"))


def _change_value(rng: random.Random, lines: list[str]) -> None:
    at = _pick(rng, lines, lambda line: "=" in line)
    lines[at] = _replaced(rng, lines[at], r'(?<==)\s*("[^"]*"|[0-9.]+|true|false)', lambda _: " " + _value(rng))


def _change_quantity(rng: random.Random, lines: list[str]) -> None:
    at = _pick(rng, lines, lambda line: re.search(r'"[0-9.]+ ', line))
    lines[at] = _replaced(rng, lines[at], r'"[0-9.]+ [^"]*"', lambda _: f'"{_quantity(rng)}"')


def _change_number(rng: random.Random, lines: list[str]) -> None:
    at = _pick(rng, lines, lambda line: re.search(r"[0-9]", line))
    lines[at] = _replaced(rng, lines[at], r"[0-9.]+", lambda _: rng.choice(NUMBERS))


def _change_unit(rng: random.Random, lines: list[str]) -> None:
    at = _pick(rng, lines, lambda line: re.search(r'"[0-9.]+ ', line))
    lines[at] = _replaced(rng, lines[at], r'(?<=[0-9] )[A-Za-z/%]+(?=")', lambda _: rng.choice(UNITS))


def _change_name(rng: random.Random, lines: list[str]) -> None:
    at = _pick(rng, lines, lambda line: '"' in line)
    word = rng.choice(rng.choice(list(_words().values())))
    lines[at] = _replaced(rng, lines[at], r'"[^"]*"', lambda _: f'"{word}"')


def _add(rng: random.Random, lines: list[str]) -> None:
    places = [index + 1 for index, line in enumerate(lines) if line.startswith(("subject", "name"))]
    lines.insert(rng.choice(places or [0]), _addition(rng))


def _truncate(rng: random.Random, lines: list[str]) -> None:
    del lines[rng.randrange(len(lines)) :]
    if lines:
        lines[-1] = lines[-1][: rng.randrange(len(lines[-1]) + 1)]


def _noise(rng: random.Random, lines: list[str]) -> None:
    at = _pick(rng, lines)
    place = rng.randrange(len(lines[at]) + 1) if lines else 0
    if lines:
        lines[at] = lines[at][:place] + rng.choice(NOISE) + lines[at][place + rng.randrange(2) :]


MUTATIONS = (
    _delete, _duplicate, _move, _rename_key, _change_value, _change_value, _change_quantity, _change_quantity,
    _change_number, _change_unit, _change_name, _change_name, _add, _add, _add, _add, _truncate, _noise,
)  # fmt: skip


def mutant(seed: int) -> str:
    """Return the text of a mutant: the same for the same seed."""
    rng = random.Random(seed)
    lines = _texts()[seed % len(_texts())].splitlines()
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if lines:
            rng.choice(MUTATIONS)(rng, lines)
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=1)
def _texts() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in shipped_scenarios().values())


def judge(text: str, *, tissues: bool = False, library: Library | None = None) -> Verdict:
    """Read a text as `check` does; run what is accepted for some hours, with its `tissues` or the body alone."""
    begin = time.process_time()
    try:
        scenario = read_scenario(text, "mutant.toml", library=library)
        refuse_failing(replace(scenario, replicates=1))
    except InputProblems as error:
        seconds = time.process_time() - begin
        lost = [problem for problem in error.problems if problem.line < 1 or problem.line > text.count("\n") + 1]
        return Verdict(seconds, False, f"no line: {lost[0]}" if lost else "")
    except Exception as error:
        return Verdict(time.process_time() - begin, False, f"{type(error).__name__}: {error}")
    seconds = time.process_time() - begin
    try:
        fault = _fault_of_run(scenario, tissues)
    except Exception as error:
        fault = f"accepted, then failed: {type(error).__name__}: {error}"
    return Verdict(seconds, True, fault)


def _fault_of_run(scenario: Scenario, tissues: bool) -> str:
    culture = scenario.library.subjects[scenario.base.subject].in_vitro
    kept = scenario.tissues if tissues or culture else ()
    short = replace(
        scenario,
        tissues=kept,
        replicates=1,
        hours=min(scenario.hours, SHORT_RUN_HOURS),
        record_hours=scenario.step_hours,
    )
    for strategy in short.strategies:
        begin = time.process_time()
        columns = simulate(short, strategy.name, 0)
        # Within a step nothing has happened before the first.
        values = (value for name, column in columns.items() for value in column["|" in name :])
        if not all(map(math.isfinite, values)):
            return "accepted, then no number"
        if time.process_time() - begin > SLOWEST_RUN_SECONDS:
            return f"accepted, then slow: {time.process_time() - begin:.0f} s"
    return ""
