"""One module per figure. A function decorated with `mgcells.report.drawing.figure` in any module here is drawn."""
