"""The page of a notice to two institutions: one denied it in public and was knocked at again, one read it back."""

from datetime import timedelta

from msgspec.structs import replace

from tests.web.sample.desk import WARNING
from tests.web.sample.march import at
from tocsin.web.desk.views.institution import (
    HandedRow,
    InstitutionView,
    KnockView,
    ProposalRow,
    QuestionRow,
    QuoteRow,
    ReadBackRow,
    StandRow,
    WishRow,
)
from tocsin.web.desk.views.rows import AnswerRow
from tocsin.web.pieces import Chip, ChipKind, Tone

_SERVICE = InstitutionView(
    id="i1",
    name="The security service of the host country",
    post_to="/desk/warnings/w4alert/institutions/i1",
    informed=False,
    may_tell=True,
    stands=(
        StandRow(label="Told", said="", who="Its duty line", tone=Tone.GOOD, at=at(7, 17)),
        StandRow(label="Read back", said="not yet", tone=Tone.SILENCE),
        StandRow(label="Said in public", said="dismissed", tone=Tone.DISPUTE, at=at(19, 12)),
    ),
    proposals=(
        ProposalRow(
            id="p1",
            title="Provocative statements are blackmail",
            text="All this resembles outright blackmail and an intention to intimidate and destabilise our society.",
            source="The agency of the state",
            at=at(19, 12),
            after=timedelta(days=11, hours=19),
            grounds="It names the warning, and its speaker speaks for this institution.",
            state="open",
        ),
    ),
    questions=(
        QuestionRow(
            id="q1",
            at=at(8, 9),
            by="Its duty line",
            words="From which of our regions do you expect it?",
            answered_at=at(8, 10, 30),
            answer="We can say no more than what was told.",
            answerer="Duty officer",
        ),
    ),
    handed=(HandedRow(at=at(7, 18, 10), to="The city's police", words="By telephone.", told=True, heard=False),),
    wishes=(
        WishRow(
            id="h1", at=at(8, 8), by="Its duty line", to="The owner of the hall",
            words="They have a concert on the 22nd.", channel="by mail", address="hall@city.example",
        ),
    ),
    knocks=(
        KnockView(
            id="k1",
            why="It dismisses the warning",
            since=at(19, 12),
            after=timedelta(days=1, hours=6),
            owner="Case owner",
            stage="waiting",
            origins=2,
            action="Keep people away from large gatherings until it is known who else belongs to the cell.",
            ways=(("i2", "The ministry's night desk"), ("p9", "A diplomat who knows the minister")),
            quotes=(
                QuoteRow(item="r1", words="Six members of the group were killed in Karabulak.", own=True, earlier=True, origin=1),
                QuoteRow(item="r2", words="A commander of the group was held on 20 March.", own=True, earlier=False, origin=2),
                QuoteRow(
                    item="r3", words="A partner heard of the same plan.", own=False, earlier=False, origin=2,
                    held="Its originator has not agreed.", asked=(("r3", "The partner", "A partner's report"),),
                ),
            ),
        ),
        KnockView(
            id="k2", why="It is silent", since=at(8, 12), after=timedelta(hours=3), owner="Case owner", stage="over",
            dropped_why="⟦They have answered since, or enough others have.⟧",
        ),
    ),
    speakers=("The agency of the state",),
    others=(("s4", "The evening paper"),),
    known=(("p9", "A diplomat who knows the minister"),),
)  # fmt: skip

_MINISTRY = InstitutionView(
    id="i2",
    name="The ministry of the interior",
    post_to="/desk/warnings/w4alert/institutions/i2",
    informed=True,
    may_tell=True,
    stands=(
        StandRow(label="Told", said="", who="The ministry's night desk", tone=Tone.GOOD, at=at(7, 17, 2)),
        StandRow(label="Read back", said="agrees", tone=Tone.GOOD, at=at(7, 19, 40)),
    ),
    public=(
        AnswerRow(
            at=at(19, 12),
            by="The minister",
            chip=Chip(kind=ChipKind.DISPUTED),
            after=timedelta(days=11, hours=19),
            how="in public",
            text="Nothing of the kind is known to us.",
        ),
    ),
    read_backs=(
        ReadBackRow(
            id="b1",
            at=at(7, 19, 40),
            by="The ministry's night desk",
            how="by telephone",
            pairs=(
                ("What", "An attack on a large gathering", "An attack on a gathering"),
                ("Where", "The city", "The city and its outskirts"),
                ("When", "Within 48 hours", "Until the evening of the 9th"),
            ),
            will_do="Double the guard at concerts.",
            state="agrees",
        ),
    ),
)

INSTITUTIONS = replace(WARNING, institutions=(_SERVICE, _MINISTRY))
