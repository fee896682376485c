"""A person with all that hangs on them, as it is handed to whoever decides what changes."""

from collections.abc import Sequence

import msgspec

from tocsin.people.state import Consent, Contact, Membership, Needs, Person, Place, Tenure


class Known(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How someone stands, and what hangs on them now: nothing of it removed, withdrawn or left."""

    person: Person
    needs: Needs | None = None
    contacts: Sequence[Contact] = ()
    places: Sequence[Place] = ()
    consents: Sequence[Consent] = ()
    memberships: Sequence[Membership] = ()
    tenures: Sequence[Tenure] = ()
