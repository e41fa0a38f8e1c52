"""Where agents live: lattice, fields, niche, populations."""
