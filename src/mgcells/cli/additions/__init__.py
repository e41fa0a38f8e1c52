"""What `mgcells new` writes, kind by kind: each function plans files and touches none."""
