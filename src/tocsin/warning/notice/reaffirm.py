"""Standing by a notice: a notice that follows it, with the same tear-line, to the same recipients. It is decided on anew."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning.notice.decide import decide_duty
from tocsin.warning.notice.facts import DutyDecided, NoticeDrafted, TearLine
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.reaffirm import Upheld, refuse_reaffirming


def reaffirm_notice(
    notice: Notice,
    new: Id,
    author: Id,
    roles: Collection[Role],
    said: Sequence[Upheld],
    ends: datetime | None,
    now: datetime,
    *,
    followed_by: Id | None = None,
    decided: bool = False,
) -> list[DutyDecided | NoticeDrafted]:
    """Decide to tell once more, and write the notice. decided: a duty officer has done the first already.

    Whoever agreed that the first went out, agreed to that one: they are asked about this one, too.

    Raises:
        Refused: it cannot be stood by, as reaffirm.refuse_reaffirming says, or its author may not decide about it.
    """
    refuse_reaffirming(
        notice.id,
        gone_out=notice.stage is NoticeStage.SENT,
        window=notice.window,
        retraction=notice.retraction,
        followed_by=followed_by,
        said=said,
        ends=ends,
        now=now,
    )
    why = said[0].words
    draft = NoticeDrafted(
        subject=new,
        occurred_at=now,
        threat=notice.threat,
        author=author,
        recipients=notice.recipients,
        tear_line=notice.tear_line or TearLine(what=""),
        mark=notice.mark,
        readers=notice.readers,
        begins=now,
        ends=ends,
        stated=notice.stated,
        ladder=notice.ladder,
        originators=notice.originators,
        follows=notice.id,
        upheld=tuple(said),
        exercise=notice.exercise,
        in_message=notice.in_message,
        language=notice.language,
        versions=notice.versions,
        release_by=notice.release_by,
        meant_for=notice.meant_for,
        meant_words=notice.meant_words,
        unnamed=notice.unnamed,
    )
    if decided:
        return [draft]
    return [decide_duty(new, notice.threat, author, roles, test=notice.test, why=why, now=now), draft]
