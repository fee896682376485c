"""Which part of an object a granular marking means.

Source: STIX 2.1, 7.2.3.1: names joined by dots, and places in lists as [0].
"""

import re
from typing import Any

_STEP = re.compile(r"\[([0-9]{1,9})\]|[a-zA-Z0-9_-]{1,250}")


def selects(said: Any, selector: str) -> bool:
    """Say whether there is something at a selector."""
    here = said
    for step in selector.split("."):
        matched = _STEP.fullmatch(step)
        if matched is None:
            return False
        if matched[1] is not None:
            if not isinstance(here, list) or int(matched[1]) >= len(here):
                return False
            here = here[int(matched[1])]
        elif isinstance(here, dict) and step in here:
            here = here[step]
        else:
            return False
    return True
