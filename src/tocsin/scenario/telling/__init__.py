"""Telling what came of a scenario: the summary of a replay."""
