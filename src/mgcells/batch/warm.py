"""Imported once by the process from which workers are forked: they find the library read and the kernels loaded."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
import warnings
from dataclasses import replace
from typing import Any

# Ctrl-C before it is ready ends it without a word: a worker forked later would find no parent.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# What is loaded here stays: it is not searched for garbage, here or in a worker.
gc.disable()

# No kernel uses linear algebra; Numba asks for SciPy's once, when this is first imported.
SCIPY_BLAS = "scipy.linalg.cython_blas"
modules: dict[str, Any] = sys.modules
modules.setdefault(SCIPY_BLAS, None)
import numba.np.arraymath  # noqa: E402, F401

if modules[SCIPY_BLAS] is None:
    del modules[SCIPY_BLAS]

# Whatever is wrong here, the parent says with file and line.
with contextlib.suppress(Exception), warnings.catch_warnings(action="ignore"):
    import mgcells.batch  # noqa: F401
    from mgcells.library.in_force import Changes
    from mgcells.scenario.shipped import find_scenario
    from mgcells.subject.subject import Subject

    # Any subject meets every kernel; this one does not live long before its day 0.
    scenario = find_scenario("brain_salts_rat")
    waits = [path for path in scenario.library.parameters if path.endswith(".lattice.burn_in")]
    brief = Changes(parameters=tuple((path, 1.0, "") for path in waits))
    base = replace(scenario.base, changes=scenario.base.changes.merged(brief))
    control = replace(base, name=scenario.control)
    Subject(replace(scenario, base=base, strategies=(control,))).step()

gc.freeze()
gc.enable()
