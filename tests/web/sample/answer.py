"""The answer pages."""

from msgspec.structs import replace

from tests.web.sample.march import WARNED, ZONE, at
from tests.web.sample.public import ALERT
from tocsin.web.answer import views as answer
from tocsin.web.pieces import WindowState, WindowView

ANSWERING = answer.AnswerShell(
    exercise=True,
    organisation="Sample Consular Section",
    now=at(8, 7),
    zone=ZONE,
    emergency_number="112",
    help_watched_by="The duty officer",
    check_href="/alerts/w4",
    privacy_href="/privacy",
)

ASK = answer.AnswerPage(
    shell=ANSWERING,
    headline=ALERT.headline,
    instructions=ALERT.instructions,
    description=ALERT.description,
    post_to="/a/token",
    window=WindowView(starts_at=WARNED, ends_at=at(9, 18, 4), state=WindowState.OPEN),
    issued_at=WARNED,
    why_you="Sent to you because you told us that you are in Moscow.",
)

SECOND_KNOCK = answer.AnswerPage(
    shell=answer.AnswerShell(exercise=False, organisation="Sample Consular Section", now=at(20, 12), zone=ZONE),
    headline="An attack on a large gathering in your city is likely",
    instructions=("Check the protection of concerts and markets now.",),
    description="We told you on 7 March and have had no answer but a public denial.",
    post_to="/a/token",
    second_knock=("Six members of the group were killed on 3 March.", "A commander was held today."),
    confidential=True,
    mark="TLP:AMBER",
    read_back=True,
    answered="received",
    answered_at=at(20, 11, 30),
)

THANKS = answer.ThankYouPage(
    shell=ANSWERING, headline=ALERT.headline, answer="safe", answered_at=at(8, 7), back_href="/a/token", late=True
)

HELP = answer.ThankYouPage(
    shell=ANSWERING,
    headline=ALERT.headline,
    answer="need_help",
    answered_at=at(8, 7),
    back_href="/a/token",
    instructions=("Go indoors, away from windows.", "Stay on this telephone."),
)

UNREAD = answer.ThankYouPage(
    shell=ANSWERING, headline="⟦A confidential notice for you⟧", answer="received", answered_at=at(8, 7), back_href="/a/token",
    shut=True,
)  # fmt: skip

LOCKED = answer.AnswerPage(
    shell=answer.AnswerShell(
        exercise=False, organisation="Sample Consular Section", now=at(20, 12), zone=ZONE, emergency_number="112"
    ),
    headline="A confidential notice for you",
    instructions=(),
    post_to="/a/token",
    confidential=True,
    mark="TLP:AMBER",
    lock=answer.LockView(code_href="/a/token/code", way="by text message"),
)

CODE_ASKED = replace(
    LOCKED,
    lock=answer.LockView(
        code_href="/a/token/code",
        way="by text message",
        asked=True,
        trouble="That is not the code, or its ten minutes are over. Look again, or ask for a new one.",
    ),
)

OVER = replace(ASK, headline="A warning that we sent you", instructions=(), description="", window=None, over=True)

INSTITUTION = answer.InstitutionPage(
    shell=ANSWERING,
    post_to="/a/token/institution",
    back_href="/a/token",
    opened=True,
    kept="We have it, and compare it with what we told you.",
    read_backs=(
        answer.ReadBackView(
            at=at(8, 6),
            what="An attack on a concert",
            where="In the city",
            when="Within 48 hours",
            will_do="We close the hall.",
            state="differs",
            differs=("when",),
        ),
    ),
    questions=(
        answer.AskedView(at=at(8, 5), words="Which hall?", answered_at=at(8, 6), answer="That is not known."),
        answer.AskedView(at=at(8, 6), words="By whom?"),
    ),
    count=2,
)
