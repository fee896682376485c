"""Reaffirming: someone stands by a warning, a second person lets that go out, and it goes to the same audience once more."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.warning import notice_draft, warn
from tocsin.flow.warning.followed import follower
from tocsin.people.state import Person
from tocsin.warning.alert.reaffirm import reaffirm_alert
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.reaffirm import reaffirm_notice
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.reaffirm import Upheld


@once
def reaffirm(
    house: House,
    warning_id: Id,
    new: Id,
    said: Sequence[Upheld],
    *,
    ends: datetime | None,
    vouched: bool = False,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write a warning that stands by another, under a new id; let_out sends it.

    said: why, in the words its readers are told; a language that is not named is the alert's own, or ours.
    vouched: a script says that they were told of the notice, so it is not asked whether they may read it.

    Raises:
        Refused: there is no such alert or notice, it cannot be stood by, or there is something under the new id; or whoever
            stands by a notice is no officer, or may not read it.
    """
    with house.store.look() as look:
        alert, notice = look.find(Alert, warning_id), look.find(Notice, warning_id)
        begun = look.find(Notice, new)
        look.refuse_taken(Alert, new)
        roles, seen = look.get(Person, by).roles, look.version(new)
        following = follower(look, warning_id)
        if notice is not None:
            warn.refuse_outsider(look, notice, by, vouched=vouched)
    facts: Sequence[Fact]
    if alert is not None:
        said = _named(said, alert.wordings[0].language)
        draft = reaffirm_alert(alert, new, by, said, ends, now, followed_by=following)
        facts = [warn.asked_ahead(house, draft)]
    elif notice is not None:
        decided = begun is not None and begun.stage is NoticeStage.DECIDED
        said = _named(said, house.language("en").language)
        written = reaffirm_notice(notice, new, by, roles, said, ends, now, followed_by=following, decided=decided)
        facts = [*written[:-1], warn.asked_ahead(house, written[-1])]  # type: ignore[type-var]
    else:
        raise Refused(f"There is no alert or notice {warning_id}. A level is reviewed, a statement corrected, instead.")
    house.store.commit(facts, at=now, by=by, command=command, expect={new: seen})


def let_out(house: House, warning_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Approve a warning that another has written, and send it: a notice in one step.

    Killed in between, an alert is approved, and issued when this is done again, or from its page.

    Raises:
        Refused: it is no draft, its author approves it, or somebody who may not.
    """
    with house.store.look() as look:
        is_alert, seen = look.find(Alert, warning_id) is not None, look.version(warning_id)
    if is_alert:
        warn.approve_alert(house, warning_id, by=by, command=f"{command}:approve", now=now)
        warn.issue_alert(house, warning_id, by=by, command=command, now=now)
    else:
        notice_draft.let_out(house, warning_id, seen=seen, by=by, command=command, now=now)


def _named(said: Sequence[Upheld], language: str) -> list[Upheld]:
    return [msgspec.structs.replace(one, language=one.language or language) for one in said]
