"""What a second knock tells again: a notice; or an alert that names an institution, told as a notice to it would have been."""

from tocsin.basis.errors import Broken
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.facts import DutyTest, TearLine
from tocsin.warning.notice.state import Notice, NoticeStage

MARK = Mark.AMBER  # of what is told again of an alert: for the institution, and whoever must act there

UNANSWERED = DutyTest(credible=None, specific=None, impending=None, grave=None, directed=None)


def told_first(look: Look, id: Id) -> Notice:
    """Return what was told first.

    Raises:
        Broken: a second knock rests on what is no notice, and no alert about a case.
    """
    alert = look.find(Alert, id)
    first = look.find(Notice, id) if alert is None else as_notice(alert)
    if first is None or look.find(Threat, first.threat) is None:
        raise Broken(f"A second knock rests on {id}, which told no institution of a case.")
    return first


def as_notice(alert: Alert) -> Notice | None:
    """Return an alert as the notice that it would have been to those whom it names; None: it went out about no case."""
    if alert.threat is None or alert.issued_at is None or alert.approver is None:
        return None
    return Notice(
        id=alert.id,
        threat=alert.threat,
        stage=NoticeStage.SENT,
        decider=alert.approver,
        decided_at=alert.issued_at,
        test=UNANSWERED,  # nobody asked these of an alert
        why=f"Alert {alert.id} names them; it was approved, and went out.",
        ground_not_to="",
        author=alert.author,
        approver=alert.approver,
        recipients=alert.persons,
        tear_line=tear_line_of(alert),
        mark=MARK,
        stated=alert.stated,
        ladder=alert.ladder,
        window=alert.window,
        sent_at=alert.issued_at,
        exercise=alert.exercise,
        retraction=alert.retraction,
        language=alert.wordings[0].language,
    )


def tear_line_of(alert: Alert) -> TearLine:
    """Return the words of an alert, as it was first written, as a tear-line."""
    said = alert.wordings[0]
    return TearLine(
        what=" ".join(part for part in (said.headline, said.description) if part.strip()),
        where=", ".join(area.name_in(said.language) for area in alert.areas if area.name),
        action=said.instruction,
        contact=said.contact,
    )
