"""Which second knocks wait because of what, and that they wait no more once that is over."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from tocsin.answer.facts import Why
from tocsin.answer.institution.facts import KnockOver, KnockWhy
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.store.look import Look


def knocked_for_silence(look: Look, silent: Iterable[Watch]) -> dict[Id, list[Id]]:
    """Return the second knocks that wait because of these silences, by the watch over each."""
    watches = {(one.warning, one.of): one.id for one in silent if one.why is Why.SILENCE}
    warnings = {warning for warning, _ in watches}
    found: dict[Id, list[Id]] = {}
    for knock in look.knocks_due() if watches else ():
        if knock.warning in warnings and knock.why is KnockWhy.SILENCE:
            alone = look.all(Watch, warning=knock.warning, of=knock.recipient, why=Why.SILENCE.value)
            watch = watches.get((knock.warning, knock.recipient if alone else knock.warning))
            if watch is not None:
                found.setdefault(watch, []).append(knock.id)
    return found


def knocked_about(look: Look, warnings: Collection[Id]) -> list[Id]:
    """Return the second knocks that wait, whatever called for them, at whoever was told of these warnings."""
    return [one.id for one in look.knocks_due() if one.warning in warnings]


def knocks_over(knocks: Iterable[Id], how: str, now: datetime) -> Iterator[KnockOver]:
    """Yield that these are knocked for no more. how: see KnockOver."""
    return (KnockOver(subject=one, occurred_at=now, how=how) for one in dict.fromkeys(knocks))
