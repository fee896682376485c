"""Who is of this organisation, and who is not: what is TLP:AMBER+STRICT is for its own people alone."""

from tocsin.basis.ids import Id
from tocsin.people.state import Group
from tocsin.store.look import Look
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty
from tocsin.warning.notice.facts import NoticeDrafted
from tocsin.warning.notice.state import Notice


def our_own(look: Look) -> set[Id]:
    """Return who has a role here, and whom a duty to our own people names, in any case, with the members of its groups."""
    named = {one for duty in look.all(Duty, side=Side.OWN.value) for one in duty.whom}
    groups = sorted(one for one in named if look.find(Group, one) is not None)
    return named | {one.id for one in look.desk_people()} | set(look.members(groups) if groups else ())


def leaves_us(look: Look, notice: Notice | NoticeDrafted) -> bool:
    """Say whether a notice goes to somebody who is not of this organisation."""
    return bool(notice.meant_words) or not {*notice.recipients, *notice.meant_for} <= our_own(look)
