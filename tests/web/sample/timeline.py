"""The timeline of the invented case."""

from tests.web.sample.march import DISMISSED, LIKELY, NOW, RAN_OUT, STRUCK, UNLIKELY, VERY_LIKELY, WARNED, ZONE, at
from tocsin.web.desk.views.timeline import (
    AccountKind,
    AccountMark,
    AnswerLine,
    KnownKind,
    KnownMark,
    LikelihoodStep,
    StruckMark,
    Timeline,
    WarnedKind,
    WarnedMark,
)

TIMELINE = Timeline(
    starts_at=at(1, 21),
    ends_at=at(23, 21),
    now=NOW,
    zone=ZONE,
    known=(
        KnownMark(at=at(3, 4), label="six killed, Karabulak (sample)", kind=KnownKind.INCIDENT, origin=1),
        KnownMark(at=at(6, 11), label="two detained near the ring road", kind=KnownKind.INCIDENT, origin=2),
        KnownMark(at=at(7, 8), label="cell stopped before a synagogue", kind=KnownKind.INCIDENT, origin=3),
        KnownMark(at=at(7, 15), label="partner: crowds, concerts, 48 h", kind=KnownKind.REPORT, origin=4),
        *(
            KnownMark(at=at(8, hour), label=f"embassy {hour} repeats it", kind=KnownKind.RELAY, origin=4)
            for hour in (6, 8, 9, 14)
        ),
        KnownMark(at=at(20, 7), label="commander held (sample)", kind=KnownKind.INCIDENT, origin=5),
    ),
    likelihood=(
        LikelihoodStep(at=at(2, 9), likelihood=UNLIKELY, by="watch officer"),
        LikelihoodStep(at=at(7, 16), likelihood=LIKELY, by="duty officer"),
        LikelihoodStep(at=at(20, 9), likelihood=VERY_LIKELY, by="duty officer"),
    ),
    warned=(
        WarnedMark(at=WARNED, label="alert, 48 h", kind=WarnedKind.ALERT, window=RAN_OUT, href="/desk/warnings/a"),
        WarnedMark(at=at(7, 17), label="notice to the authorities", kind=WarnedKind.NOTICE),
        WarnedMark(at=at(19, 17), label="reaffirmed", kind=WarnedKind.REAFFIRMED),
        WarnedMark(at=at(20, 11), label="second knock, by another way", kind=WarnedKind.SECOND_KNOCK),
        WarnedMark(at=at(22, 21), label="statement", kind=WarnedKind.STATEMENT),
        WarnedMark(at=at(23, 4), label="advisory, level 4", kind=WarnedKind.ADVISORY),
    ),
    answered=(
        AnswerLine(
            recipient="Host authorities",
            sent_at=at(7, 17),
            answer="dismissed",
            answered_at=DISMISSED,
            label="in public, by the head of state (sample)",
            escalated_at=(at(8, 17), at(9, 18), at(12, 9)),
        ),
        AnswerLine(
            recipient="Our people, 212", sent_at=WARNED, answer="safe", answered_at=at(7, 18, 26), label="198 of 212"
        ),
        AnswerLine(
            recipient="Host authorities, second knock",
            sent_at=at(20, 11),
            until=STRUCK,
            escalated_at=(at(21, 11), at(22, 11)),
        ),
    ),
    accounts=(
        AccountMark(at=at(22, 19), label="the group claims it", kind=AccountKind.CLAIMED),
        AccountMark(at=at(22, 21), label="no indication of a third party", kind=AccountKind.NO_INDICATION),
        AccountMark(at=at(23, 3), label="host accuses a neighbour", kind=AccountKind.ACCUSED),
    ),
    struck=(StruckMark(at=STRUCK, label="attack on a concert hall"),),
)
