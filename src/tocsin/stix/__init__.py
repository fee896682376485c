"""STIX 2.1, in which those who watch threats exchange what they know: read it, write it, check it. It knows nothing of the story.

Whatever `read` reads, `spell` says again without loss: types, properties, extensions and markings that nobody here knows too.
"""

from tocsin.stix.check import check
from tocsin.stix.model import Bundle, identifier
from tocsin.stix.problem import Problem
from tocsin.stix.read import LIMITS, Limits, alike, read, spell, write

__all__ = ["LIMITS", "Bundle", "Limits", "Problem", "alike", "check", "identifier", "read", "spell", "write"]
