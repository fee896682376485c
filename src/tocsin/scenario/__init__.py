"""A case as a file of dated steps: its format and its reader, the player, and the summary of what came of it."""
