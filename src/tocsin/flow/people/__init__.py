"""People: entered, changed, forgotten; who works here, and whom a ladder comes to now."""
