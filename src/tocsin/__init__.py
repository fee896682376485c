"""Tocsin, a warning system. Its story, in the order in which it happens:

report    what sources said, graded and traced to where it started;
threat    what may happen, how likely, and how sure we are;
warning   whom we told what: alerts, notices, advisories, statements;
delivery  how it reached them, whatever died on the way;
answer    what they said, and who was rung when they said nothing;
outcome   what became of it, and how well we warned.

Each room may look back at the ones above it, never ahead.
"""
