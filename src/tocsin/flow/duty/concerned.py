"""Which duties to warn may stand otherwise by what happened: those of its case, and of what became one with it, and no others.

Whatever owed.py reads of a duty changes by one of these, and each of them asks for "take_in" under its own id:

- the duty itself: it is decided to warn them, by one person or by the second; it comes sooner; some of them are told by another
  way, or all; who was named in words is found; an earlier warning covers it;
- a warning of its case: it goes out, or is taken back, withdrawn or stood down;
- whom it has reached: a batch of it is settled, or waits with some of it handed over, or a provider says later that it arrived;
- who stands for an institution: the next in its line is told, or one of them hands it on;
- what they say: by link or message, to an officer, in public, in their own words; and that they name the code before them;
- the case: it becomes one with another, or they are parted.

One thing more asks for nothing: who belongs to a group, by its list or by its rule. A list of a million people may be taken in at once, and
each of its rows would call for every duty to a group. That is seen within the hour, when every duty is looked through, and before
any is said to be missed.
"""

from collections.abc import Collection, Sequence
from typing import Any

from tocsin.answer.codes import AccessCode
from tocsin.answer.institution.state import Approach, Handing, ReadBack
from tocsin.answer.state import Answer
from tocsin.basis.ids import Id
from tocsin.delivery.state import Batch
from tocsin.flow.threat.family import family
from tocsin.flow.warning.about import warnings_about
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty.state import Duty
from tocsin.warning.notice.state import Notice

OF_A_WARNING: tuple[type[Any], ...] = (Batch, AccessCode, Answer, ReadBack, Handing, Approach)


def concerned(look: Look, subjects: Collection[Id]) -> list[Duty]:
    """Return the duties at which something is owed and that may stand otherwise by what happened to these subjects."""
    ids = sorted(set(subjects))
    found = look.some(Duty, ids)
    within = {id for case in _cases(look, ids) for id in family(look, case)}
    found |= {one.id: one for one in look.which(Duty, "threat", sorted(within))}
    return [found[id] for id in sorted(found) if not found[id].over]


def _cases(look: Look, ids: Sequence[Id]) -> set[Id]:
    """Return the cases that these are, or are about."""
    warnings = warnings_about(look, ids, OF_A_WARNING)
    return {
        *look.some(Threat, ids),
        *(one.threat for one in look.some(Notice, warnings).values()),
        *(one.threat for one in look.some(Alert, warnings).values() if one.threat is not None),
    }
