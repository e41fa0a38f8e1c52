"""Imported once by the process from which workers are forked: they find the library read and the kernels loaded."""

from __future__ import annotations

import contextlib
import signal

# Ctrl-C before it is ready ends it without a word: a worker forked later would find no parent.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# Whatever is wrong here, the parent says with file and line.
with contextlib.suppress(Exception):
    import mgcells.batch  # noqa: F401
    from mgcells.model import MagnesiumModel

    MagnesiumModel(collect=False).step()
