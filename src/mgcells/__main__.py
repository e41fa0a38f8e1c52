"""`python -m mgcells` is the command `mgcells`."""

from mgcells.cli import main

if __name__ == "__main__":
    main()
