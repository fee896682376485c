"""Answers: taken in, counted, waited for; what institutions do with a warning; and calls for help."""
