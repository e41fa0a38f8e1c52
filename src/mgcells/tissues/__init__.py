"""Where agents live: lattice, fields, niche, populations.

A tissue declares itself: its folder here, or the module of another package (entry point of the group
`mgcells.library`), names it in `TISSUES` (see `declaration`). It needs a class (see `tissue`; `patch` has a ready one),
and may have a view of its own (see `view`) and modules of observables. Nothing else has to know it.
"""
