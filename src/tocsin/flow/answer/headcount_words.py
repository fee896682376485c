"""What whoever is asked in a headcount is told: the question first, then why."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.languages import nearest
from tocsin.basis.words import Words
from tocsin.flow.delivery.carrier import Message
from tocsin.warning.headcount.facts import Question
from tocsin.warning.headcount.state import Headcount


def question_in(questions: Sequence[Question], languages: Sequence[str]) -> Question | None:
    """Return the question in the language that a reader wants most of those it has, or as it was first written."""
    found = nearest([one.language for one in questions], languages) or 0
    return questions[found] if questions else None


def headcount_message(
    headcount: Headcount, languages: tuple[str, ...], sender: str, now: datetime, _: Words
) -> Message:
    """Ask someone whether they are safe. sender: who asks; empty where that is not to be named."""
    asked = question_in(headcount.questions, languages)
    who = _("%(sender)s asks whether you are safe.", sender=sender) if sender else _("We ask whether you are safe.")
    lines = [
        who,
        asked.words if asked else "",
        _("Answer with one press, also if you are well: then nobody looks for you."),
    ]
    return Message(
        kind="headcount",
        about=headcount.id,
        subject=_("Are you safe? Please answer."),
        lines=tuple(line for line in lines if line.strip()),
        language=_.language,
        sent_at=now,
        exercise=headcount.exercise,
        urgent=True,
    )
