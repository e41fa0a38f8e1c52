"""One module per figure. A function decorated with `mgcells.reporting.drawing.figure` in any module here is drawn."""
