"""A recipient's own proofs: that this was sent to them, and what they answered, as files that anyone can check."""

from http import HTTPStatus

import msgspec

from tocsin.basis.errors import Refused, TocsinError, Unreachable
from tocsin.basis.words import N_
from tocsin.store.intake import links_of
from tocsin.store.prove import Prover
from tocsin.web.wiring import Installation

RECEIPT, ANSWER = "receipt.tlog-proof", "answer.tlog-proof"

LATER = N_("This cannot be proven yet. Come back in two hours: the record takes things up once an hour.")
NOTHING = N_("There is nothing of yours to prove here yet.")
NOT_NOW = N_("The proof could not be made now. Please try again in a few minutes.")


class Made(msgspec.Struct, frozen=True):
    """A proof file; or, where there is none, the status and the sentence that says why."""

    file: bytes = b""
    status: int = HTTPStatus.OK
    sentence: str = ""


def make_proof(site: Installation, row: int, wanted: str) -> Made | None:
    """Return the proof that was asked for by its name; None when there is no such link or no such name."""
    if wanted not in (RECEIPT, ANSWER):
        return None
    with site.store.look() as look:
        link = links_of(look, [row]).get(row)
        if link is None:
            return None
        try:
            prover = Prover(site.store, look, site.publisher.folder)
            make = prover.receipt if wanted == RECEIPT else prover.answer
            return Made(make(link.warning, link.person))
        except Unreachable:
            return Made(status=HTTPStatus.SERVICE_UNAVAILABLE, sentence=LATER)
        except Refused:
            return Made(status=HTTPStatus.NOT_FOUND, sentence=NOTHING)
        except TocsinError:
            return Made(status=HTTPStatus.SERVICE_UNAVAILABLE, sentence=NOT_NOW)
