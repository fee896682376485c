"""What became of a threat, and how well it was warned of."""
