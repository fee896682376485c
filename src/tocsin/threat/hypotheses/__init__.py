"""Competing hypotheses: who is behind it, or what is planned, weighed in a matrix of what is known against what is thought."""
