"""The duty to warn: must this side be told, who decided so, by when, and what became of it.

One duty is one side's about one case: the victim's, the host's, the public's and our own people's each run on their own.
"""
