"""What a case leaves when a duty officer has ended it: silence about its warnings is waited for no more, where none of them holds.

Nor are the right words of an institution that read one back wrongly, nor whom one did not reach. A denial, a need for help, and a window about which nobody
has decided are still rung about.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from tocsin.answer.escalate import settle
from tocsin.answer.facts import WatchSettled, Why
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.answer.knocks_due import knocked_for_silence, knocks_over
from tocsin.flow.house import House
from tocsin.flow.threat.family import looked_after_in, looked_after_with
from tocsin.flow.warning.audience import Warned
from tocsin.flow.warning.ended import failures
from tocsin.flow.warning.followed import stands_now
from tocsin.outcome.state import Outcome
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import is_over

HOW = "case_ended"
"""How a silence was settled that nobody waits for since its case is over."""


def wait_no_more(house: House, threat_id: Id, /, *, errand: int, now: datetime) -> None:
    """Settle what is waited for about the warnings of a case that has ended, and of those looked after with it, where none holds."""
    with house.store.look() as look:
        cases = sorted(looked_after_with(look, look.get(Threat, threat_id)))
        told: list[Warned] = []
        for case in cases:
            told += [*look.all(Alert, threat=case), *look.all(Notice, threat=case)]
        over = [one for one in told if is_over_with_its_case(look, one, now)]
        left = [*waited_for(look, [one.id for one in over]), *failures(look, over)]
        knocks = [one for few in knocked_for_silence(look, left).values() for one in few]
        seen = {one: look.version(one) for one in (*(watch.id for watch in left), *knocks)}
    facts: list[Fact] = [*settled_with_case(left, now), *knocks_over(knocks, "over", now)]
    house.store.commit(facts, at=now, by="tocsin", command=f"case_over:{errand}", expect=seen, done=errand)


def is_over_with_its_case(look: Look, warning: Warned, now: datetime) -> bool:
    """Say whether a warning is waited for no more because a duty officer ended its case: it holds no longer, or has no end.

    One that another followed holds for as long as that one does. Who is silent in a headcount is asked about by itself.
    """
    if not isinstance(warning, Alert | Notice) or (threat := look.find(Threat, warning.threat)) is None:
        return False
    window = stands_now(look, warning).window
    holds = window is not None and not is_over(window) and window.ends > now
    return not holds and _ended_by_an_officer(look, looked_after_in(look, threat))


def _ended_by_an_officer(look: Look, threat: Threat) -> bool:
    if threat.ended is None:
        return False
    outcome = look.find(Outcome, threat.id)
    said = [threat.ended.by, *([outcome.judge] if outcome is not None and outcome.judge is not None else [])]
    return any(Role.DUTY_OFFICER in one.roles for one in look.some(Person, said).values())


def silences(look: Look, warnings: Iterable[Id]) -> list[Watch]:
    """Return the watches over silence about these that are not settled."""
    return [w for one in warnings for w in look.all(Watch, warning=one, why=Why.SILENCE.value, settled_at=None)]


def misread(look: Look, warnings: Iterable[Id]) -> list[Watch]:
    """Return the watches over what institutions read back otherwise than it was told, that are not settled."""
    failed = [w for one in warnings for w in look.all(Watch, warning=one, why=Why.FAILURE.value, settled_at=None)]
    return [watch for watch in failed if watch.of != watch.warning]


def waited_for(look: Look, warnings: Sequence[Id]) -> list[Watch]:
    """Return the watches over what is waited for only while a warning matters: an answer, and the right words."""
    return [*silences(look, warnings), *misread(look, warnings)]


def settled_with_case(silent: Iterable[Watch], now: datetime) -> Iterator[WatchSettled]:
    """Yield that nobody waits for these any more, because their case is over."""
    return (fact for one in silent if (fact := settle(one, HOW, now)) is not None)
