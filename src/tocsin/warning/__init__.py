"""Whom we told what: public alerts, confidential notices, standing advisories, dated statements.

The four never import each other; what they share (windows, two pairs of eyes, what was stated) stands here.
"""
