"""Imported once by the process from which workers are forked: they find the library read and the kernels loaded."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import Any

# Ctrl-C before it is ready ends it without a word: a worker forked later would find no parent.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# No kernel uses linear algebra; Numba asks for SciPy's once, when this is first imported.
SCIPY_BLAS = "scipy.linalg.cython_blas"
modules: dict[str, Any] = sys.modules
modules.setdefault(SCIPY_BLAS, None)
with contextlib.suppress(ImportError):
    import numba.np.arraymath  # noqa: F401
if modules[SCIPY_BLAS] is None:
    del modules[SCIPY_BLAS]

# Whatever is wrong here, the parent says with file and line.
with contextlib.suppress(Exception):
    import mgcells.batch  # noqa: F401
    from mgcells.life import Life

    Life().step()
