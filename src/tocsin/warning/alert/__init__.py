"""The public alert: one warning to everyone in an area, in the form of OASIS CAP 1.2."""
