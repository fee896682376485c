"""Who has had the words of a notice that travels without them: whoever named the code, or spoke of it with one of ours.

That such a notice was handed over, that a button below it was pressed, and that whoever got it wrote back, tells nothing of its
words.
"""

from collections.abc import Iterator
from datetime import datetime

from tocsin.answer.codes import AccessCode
from tocsin.answer.facts import Heard
from tocsin.answer.institution.state import ReadBack
from tocsin.basis.ids import Id
from tocsin.store.institutions import stands_for
from tocsin.store.look import Look
from tocsin.warning.notice.state import Notice, carries_its_words

WRITTEN_BACK = frozenset({Heard.SMS, Heard.MAIL, Heard.MAIL_UNPROVEN})
"""How a reply comes to a message that has none of the words. What an institution wrote names its speaker, and is written down whole."""


def behind_a_code(warning: object) -> bool:
    """Say whether what goes out of a warning has none of its words, so that to get it is not to know it."""
    return isinstance(warning, Notice) and not carries_its_words(warning)


def words_read(look: Look, warning: Id, whom: set[Id]) -> dict[Id, datetime]:
    """Return who of these has had the words of a notice, and when first; an institution, by any of its contacts."""
    contacts = stands_for(look, warning)
    found: dict[Id, datetime] = {}
    for person, at in _each(look, warning):
        for one in whom & {person, *contacts.get(person, ())}:
            found[one] = min(at, found.get(one, at))
    return found


def _each(look: Look, warning: Id) -> Iterator[tuple[Id, datetime]]:
    for code in look.all(AccessCode, warning=warning):
        if code.named_at is not None:
            yield code.person, code.named_at
    for back in look.all(ReadBack, warning=warning):
        yield back.recipient, back.given_at
    for answer in look.answers(warning):  # what they said of it to an officer, or in public
        if answer.speaker or answer.heard not in WRITTEN_BACK:
            yield answer.recipient, answer.said_at
