"""Outcomes: what came of a threat, judged."""
