"""`python -m mgcells.cli` is the command `mgcells`."""

from mgcells.cli.commands import main

main()
