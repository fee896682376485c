"""Dates by which something about a warning is looked at again: reviews of advisories, open-by dates of sealed notices."""
