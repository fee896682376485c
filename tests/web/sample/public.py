"""The pages of the public site."""

from datetime import UTC, datetime

from tests.web.sample.march import IN_FORCE, MAP, NOW, RAN_OUT, WARNED, ZONE, at
from tocsin.warning.advisory.risk import Indicator
from tocsin.warning.statement.facts import StatementKind
from tocsin.web.pieces import MapView, WindowState, WindowView
from tocsin.web.public import views as public
from tocsin.web.world_map import WorldCountry, WorldMap

PUBLIC = public.PublicShell(
    exercise=True,
    organisation="Sample Consular Section",
    now=NOW,
    zone=ZONE,
    emergency_number="112",
    languages=(("en", "English"), ("ar", "العربية"), ("de", "Deutsch")),
    as_of=at(23, 4),
    base_url="https://warn.example.org",
)

ALERT = public.AlertPage(
    shell=PUBLIC,
    written_in="en",
    headline="Keep away from large gatherings in Moscow, concerts included",
    description="Extremists may attack crowds in the next 48 hours. We cannot say which place.",
    instructions=(
        "Do not go to concerts, rallies or markets.",
        "If you are at one, leave calmly now.",
        "Follow local news. Keep your telephone on.",
    ),
    area="Moscow",
    issued_at=WARNED,
    issued_by="Sample Consular Section",
    identifier="2.49.0.0.0.0.2024.3.7.18.4.sample",
    window=RAN_OUT,
    contact="Write to help@consular.example or call +00 0000 0000.",
    map=MapView(title="Area of the alert", areas=MAP.areas),
    history=(public.AlertHistoryRow(at=at(19, 17), what="We stand by this advice and repeat it."),),
    cap_href="/alerts/w4.cap",
    json_href="/alerts/w4.json",
    other_languages=(("Русский", "ru", "?lang=ru"), ("العربية", "ar", "?lang=ar")),
    record=public.RecordLink(
        index=41, leaf="5f3a" * 16, proof_href="/record/proof/41", check_href="/record/verify?entry=41"
    ),
)

PUBLIC_RECORD = public.RecordPage(
    shell=PUBLIC,
    origin="tocsin.example/record",
    size=1_041,
    root="9b1c" * 16,
    published_at=at(23, 6),
    keys=(
        public.RecordKeyRow(vkey="tocsin.example/record+2b7d4e01+AZk", since=at(20)),
        public.RecordKeyRow(vkey="tocsin.example/record+77aa4e01+AUx", since=at(1), until=at(20)),
        public.RecordKeyRow(vkey="tocsin.example/record+00aa4e01+AUx"),
    ),
    witnesses=(
        public.WitnessRow(name="university.example/witness", seen_at=at(23, 6)),
        public.WitnessRow(name="press.example/witness"),
    ),
    sealed=540,
    opened=2,
    overdue=4_160,
    entries=(
        public.PublicEntry(index=1_040, kind="AlertIssued", at=at(23, 6), since=at(23, 6), href="/alerts/w4"),
        public.PublicEntry(index=1_039, kind="sealed", at=at(23, 6), since=at(22, 6), count=25),
        public.PublicEntry(index=1_038, kind="OfAnotherVersion", at=at(23, 5), since=at(23, 5)),
    ),
)

VERIFY = public.VerifyPage(
    shell=PUBLIC, policy="# tocsin.example/record\nlog tocsin.example/record+2b7d4e01+AZk\nquorum none\n", proof="c2sp"
)

HOME = public.HomePage(
    shell=PUBLIC,
    has_more=True,
    count=1_051,
    to_come=(
        public.AlertItem(
            headline="Keep off the bridge",
            href="/alerts/w6",
            area="Mill Lane",
            issued_at=at(22, 20),
            window=WindowView(starts_at=at(24, 20), ends_at=at(25, 20), state=WindowState.NOT_YET),
        ),
        public.AlertItem(headline="Boil water", href="/alerts/w7", area="Town", issued_at=WARNED, begins=at(25, 20)),
    ),
    in_force=(
        public.AlertItem(
            headline="Stay away from the concert hall and the roads around it",
            href="/alerts/b",
            area="North-west of Moscow",
            issued_at=at(22, 20),
            window=IN_FORCE,
            first_instruction="Stay indoors. Leave the roads to those who help.",
        ),
    ),
    ended=(
        public.AlertItem(headline=ALERT.headline, href="/alerts/w4", area="Moscow", issued_at=WARNED, window=RAN_OUT),
    ),
    advisories=(
        public.AdvisoryItem(
            place="Sample country", level=4, href="/advisories/s", issued_at=at(23, 4), reasons="terrorism"
        ),
        public.AdvisoryItem(place="Neighbouring country", level=2, href="/advisories/n", issued_at=at(1)),
    ),
    statements=(
        public.StatementItem(title="On the attack of 22 March", href="/statements/s", at=at(22, 21), endorsed=3),
    ),
    map=MapView(title="Where warnings are in force", areas=MAP.areas),
)

ADVISORY = public.AdvisoryPage(
    shell=PUBLIC,
    place="Sample country",
    level=4,
    issued_at=at(23, 4),
    effective_at=at(23, 4),
    summary="An attack on a large gathering has happened. Others may follow.",
    reasons=((Indicator.TERRORISM, "Attacks on gatherings go on."), (Indicator.OTHER, "")),
    advice=("Do not travel there.", "If you are there, leave when it is safe to."),
    earlier=(public.LevelRow(since=at(1), until=at(23, 4), level=3),),
    beside=(public.AdvisoryItem(place="The coast, Sample country", level=3, href="/advisories/c", issued_at=at(2)),),
    review_by=datetime(2024, 9, 23, tzinfo=UTC),
    record=ALERT.record,
)

STATEMENT = public.StatementPage(
    shell=PUBLIC,
    title="On the attack of 22 March",
    at=at(22, 21),
    version=2,
    paragraphs=("We condemn this attack on people at a concert.", "We stand with those who grieve."),
    signed_by="Sample spokesperson",
    kind=StatementKind.CORRECTION,
    written_in="en",
    change="The number of people.",
    about="Keep away from large gatherings",
    about_href="/alerts/a",
    corrections=(public.CorrectionRow(title="The day was wrong", href="/statements/c", at=at(23, 5)),),
    left=(("Third sample state", at(22, 22), at(23, 1)),),
    endorsed_by=(("First sample state", at(22, 22)), ("Second sample state", at(23, 1))),
    earlier_versions=((1, at(22, 19), "/statements/s/1"),),
    record=ALERT.record,
)

ADVISORIES = public.AdvisoriesPage(
    shell=PUBLIC,
    world=WorldMap(
        countries=(
            WorldCountry(code="ML", place="Mali", level=4, href="/advisories/a"),
            WorldCountry(code="RU", place="Russia", level=2, part=4, href="/advisories/d"),
            WorldCountry(code="SG", place="Singapore", level=1, href="/advisories/b"),
        )
    ),
    rows=(
        public.AdvisoryItem(
            place="Sample country",
            level=4,
            href="/advisories/a",
            issued_at=at(23, 4),
            reasons="Terrorism",
            overdue=True,
        ),
        public.AdvisoryItem(place="Another country", level=1, href="/advisories/b", issued_at=at(1), reasons="Other"),
    ),
    withdrawn=(public.AdvisoryItem(place="A third country", level=2, href="/advisories/c", issued_at=at(1)),),
)
STATEMENTS = public.StatementsPage(
    shell=PUBLIC, rows=(public.StatementItem(title="On the attack", href="/statements/s", at=at(22, 21), endorsed=2),)
)

ALERTS = public.AlertsPage(
    shell=PUBLIC,
    rows=(
        public.AlertRow(
            headline=ALERT.headline,
            written_in="en",
            href="/alerts/w4",
            area="Moscow",
            issued_at=WARNED,
            state="ran_out_undecided",
        ),
        public.AlertRow(
            headline="Keep off the bridge",
            href="/alerts/w5",
            area="Mill Lane",
            issued_at=at(23, 4),
            state="open",
            in_force=True,
        ),
    ),
    further_href="/alerts/page-1",
)
