"""Which rotas run out, for the board and the page of duty."""

from datetime import datetime

from tocsin.flow.people.rota_ends import STEPS
from tocsin.store.door import Door
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.views.duty import RotaEnd


def rota_ends(door: Door, now: datetime) -> tuple[RotaEnd, ...]:
    """Return the rotas that run out within a month, or have, the soonest first."""
    return tuple(
        RotaEnd(name=rota.name, href=hrefs.rota(rota.id), ends=ends) for rota, ends in door.rotas_ending(now, STEPS[0])
    )
