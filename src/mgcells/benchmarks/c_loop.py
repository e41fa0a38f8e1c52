"""The limit: a C loop written for one rule table, with every number and every name in its place.

It computes `(A + B x)/(1 + x)`, `x = (s/K)^n`, as the rules are defined: one division a behaviour, whole powers by
multiplication, other powers by the C library's `pow`. With `shared=True` it uses the algebra of the rule kernels
instead (`s^n` once for each pair of signal and power), which is the strongest loop we know.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from mgcells.arrays import Floats, Sites
from mgcells.rules.behaviour import SignalSource
from mgcells.rules.compiled_table import RuleTable
from mgcells.rules.response import HILL

Step = Callable[[Floats, Floats, Sites], None]
FLAGS = ("-O3", "-march=native")


def compiler() -> str | None:
    """Return the C compiler of this machine, or None."""
    return os.environ.get("CC") or shutil.which("gcc") or shutil.which("cc")


def c_step(table: RuleTable, hours: float, *, shared: bool = False) -> Step:
    """Compile the loop for a table of Hill rows that multiply, on signals of level or own behaviour.

    Returns
    -------
    callable
        `step(state, levels, voxel)` with shapes (behaviours, n), (quantities, voxels), (n,); writes `state`.

    Raises
    ------
    ValueError
        The table has rows or signals that the generator does not know.
    RuntimeError
        There is no C compiler.
    """
    command = compiler()
    if command is None:
        raise RuntimeError("no C compiler")
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder) / "loop.c", Path(folder) / "loop.so"
        source.write_text(c_source(table, hours, shared=shared), encoding="utf-8")
        subprocess.run([command, *FLAGS, "-shared", "-fPIC", "-o", str(library), str(source), "-lm"], check=True)
        function = ctypes.CDLL(str(library)).step

    def step(state: Floats, levels: Floats, voxel: Sites) -> None:
        function(
            ctypes.c_ssize_t(state.shape[1]), ctypes.c_ssize_t(levels.shape[1]), ctypes.c_void_p(levels.ctypes.data),
            ctypes.c_void_p(voxel.ctypes.data), ctypes.c_void_p(state.ctypes.data),
        )  # fmt: skip

    return step


def c_source(table: RuleTable, hours: float, *, shared: bool = False) -> str:
    """Return the C text; see c_step."""
    if any(response.form != HILL or response.additive for response in table.responses):
        raise ValueError("the C loop knows Hill rows that multiply only")
    places = {signal.name: index for index, signal in enumerate(table.signals)}
    lines = [
        "#include <math.h>",
        "#include <stddef.h>",
        "void step(ptrdiff_t n, ptrdiff_t m, const double *restrict level, const int *restrict voxel,"
        " double *restrict y) {",
    ]
    lines += [f"  double *restrict y{b} = y + {b} * n;" for b in range(len(table.behaviours))]
    lines += ["#pragma GCC ivdep", "  for (ptrdiff_t i = 0; i < n; i++) {", "    const int v = voxel[i];"]
    lines += [f"    const double s{j} = {_sensed(table, j)};" for j in range(len(table.signals))]
    if shared:
        pairs = dict.fromkeys((places[response.signal], response.hill) for response in table.responses)
        names = {pair: f"t{index}" for index, pair in enumerate(pairs)}
        lines += [line for (j, n), name in names.items() for line in _power(name, f"s{j}", n)]
    rates = table.rates(hours).tolist()
    for b, behaviour in enumerate(table.behaviours):
        tops, bottoms = [repr(behaviour.baseline)], ["1.0"]
        for r, response in enumerate(table.responses):
            if response.behaviour != behaviour.name:
                continue
            j = places[response.signal]
            if shared:
                x, scale = names[j, response.hill], response.half_max**-response.hill
            else:
                x, scale = f"x{r}", 1.0
                lines += _power(x, f"(s{j} * {1.0 / response.half_max!r})", response.hill)
            tops.append(f"({response.first!r} + {response.second * scale!r} * {x})")
            bottoms.append(f"(1.0 + {x})" if scale == 1.0 else f"(1.0 + {scale!r} * {x})")
        target = f"{' * '.join(tops)} / ({' * '.join(bottoms)})"
        lines.append(f"    const double w{b} = y{b}[i] + {rates[b]!r} * ({target} - y{b}[i]);")
    lines += [f"    y{b}[i] = w{b};" for b in range(len(table.behaviours))]
    return "\n".join([*lines, "  }", "}", ""])


def _sensed(table: RuleTable, index: int) -> str:
    signal = table.signals[index]
    if (signal.offset, signal.scale) != (0.0, 1.0) or signal.source not in (SignalSource.LEVEL, SignalSource.OWN):
        raise ValueError(f"the C loop does not know how signal {signal.name} is read")
    if signal.source == SignalSource.OWN:
        raw = f"y{table.names.index(signal.quantity)}[i]"
    else:
        raw = f"level[{signal.quantity.removeprefix('field')} * m + v]"
    return f"{raw} < 0.0 ? 0.0 : {raw}"


def _power(name: str, base: str, exponent: float) -> list[str]:
    factors = {1.0: "{0}", 2.0: "{0} * {0}", 3.0: "{0} * {0} * {0}", 4.0: "({0} * {0}) * ({0} * {0})"}
    text = factors[exponent].format(f"{name}b") if exponent in factors else f"pow({name}b, {exponent!r})"
    return [f"    const double {name}b = {base};", f"    const double {name} = {text};"]
