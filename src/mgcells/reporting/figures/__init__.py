"""One module per figure. A function decorated with `mgcells.reporting.registry.figure` in any module here is drawn."""
