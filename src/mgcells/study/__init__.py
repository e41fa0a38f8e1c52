"""Many variants of a scenario as one design: variants, strategies and subjects, run with common random numbers."""
