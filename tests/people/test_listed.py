"""What a row says of one person, cell by cell; and that no refusal quotes a cell."""

import pytest

from tocsin.basis.errors import Refused
from tocsin.people import where
from tocsin.people.address import fitting
from tocsin.people.facts import PersonKind, PlaceKind
from tocsin.people.listed import Agreed, Listed, Row, column_named, read_row, spoken_of
from tocsin.people.where import Where


def read(**cells: str) -> Listed:
    return read_row(Row(line=2, cells={"id": "7", **cells}, speaks_of=spoken_of(cells)))


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("id", "id"), (" ID ", "id"), ("UID", "id"), ("Full Name", "name"), ("E-Mail", "mail"), ("email 2", "mail_2"),
        ("Mail1", "mail"), ("mail_2", "mail_2"), ("phone", "voice"), ("Mobile 2", "sms_2"), ("lang", "languages"),
        ("Country", "home_country"), ("work-country", "work_country"), ("consent_at", "consent_at"),
        ("mail_0", None), ("mail_10", None), ("", None), ("roles", None), ("password", None), ("sign_in", None), ("name 2", None),
    ],
)  # fmt: skip
def test_headings_are_known_by_many_names(header: str, column: str | None) -> None:
    assert column_named(header) == column


def test_what_a_list_speaks_of() -> None:
    columns = ("id", "mail", "mail_2", "home_country", "home", "organisation", "post", "consent_at", "sms_3")
    assert spoken_of(columns) == ("mail", "home", "post", "consent", "sms")


def test_a_full_row() -> None:
    listed = read(
        kind="Person", name=" Ann ", mail_2="b@c.example", mail="a@b.example", languages="fr-BE, en;fr-BE", needs="Voice-First large_text",
        home="50.1,4.2", home_country="be", work_country="FR", groups="Staff; Night shift;;Staff", organisation="mill", post="nurse",
        consent="I agree.", consent_at="2031-05-06T10:00:00+02:00", consent_shown="on paper", consent_proof="form 17",
    )  # fmt: skip
    assert (listed.person_kind, listed.name, listed.languages) == (PersonKind.PERSON, "Ann", ("fr-BE", "en"))
    assert listed.contacts == (("mail", "b@c.example"), ("mail", "a@b.example"))
    assert listed.needs == "large_text voice_first"
    assert listed.groups == ("Staff", "Night shift")
    assert listed.places == (
        (PlaceKind.HOME, where.write(Where(point=(50.1, 4.2), country="BE"))),
        (PlaceKind.WORK, where.write(Where(country="FR"))),
    )
    assert isinstance(listed.consent, Agreed)
    assert f"{listed.consent.at:%H:%M}" == "08:00"
    assert "Ann" not in repr(listed)
    assert "Ann" not in repr(Row(line=2, cells={"name": "Ann"}))


def test_what_speaks_is_tried_first_for_whoever_needs_a_voice() -> None:
    cells = {"mail": "a@b.example", "sms": "+3225551212", "voice": "+3225551213"}
    assert [way for way, _ in read(**cells, needs="voice_first").contacts] == ["voice", "sms", "mail"]
    assert [way for way, _ in read(**cells, needs="large_text").contacts] == ["mail", "sms", "voice"]


def test_an_organisation_answers_for_countries() -> None:
    listed = read(kind="organisation", responsible_country="FR;BE")
    assert [place for _, place in listed.places] == [where.write(Where(country=code)) for code in ("FR", "BE")]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        pytest.param({"id": " "}, "no key", id="no key"),
        pytest.param({"id": "SECRET" * 40}, "key has 240 characters", id="a long key"),
        pytest.param({"name": "SECRET" * 400}, "name has 2400", id="a long cell"),
        pytest.param({"name": "SEC\0RET"}, "NUL", id="a NUL"),
        pytest.param({"kind": "SECRET"}, "kind: It is person or", id="a kind"),
        pytest.param({"mail": "SECRET"}, "mail: This is no mail", id="a mail address"),
        pytest.param({"mail_2": "SECRET <a@b.example>"}, "mail_2: This is no mail", id="a name before it"),
        pytest.param({"mail": "a@b.example\nBcc:SECRET@x"}, "mail: This is no mail", id="two lines"),
        pytest.param({"sms": "SECRET"}, "sms: This is no international", id="a number"),
        pytest.param({"voice": "047 12 34 56"}, "voice: This is no international", id="a national number"),
        pytest.param({"webhook": "javascript:SECRET"}, "webhook: This is no web", id="a web address"),
        pytest.param({"webhook": "https://[SECRET"}, "webhook: This is no web", id="a broken host"),
        pytest.param({"languages": "SECRET!"}, "languages: A language is a tag", id="a language"),
        pytest.param({"needs": "SECRET"}, "needs: A need is one of", id="a need"),
        pytest.param({"home": "SECRET"}, "home: A position is", id="a position"),
        pytest.param({"home": "91,0"}, "home: A position is no place on Earth", id="beyond the pole"),
        pytest.param({"home_country": "SECRET"}, "home: A country is two", id="a country"),
        pytest.param({"work_country": "FR;BE"}, "one country, please", id="two countries of one place"),
        pytest.param({"post": "SECRET"}, "said together", id="a post nowhere"),
        pytest.param({"organisation": "SECRET"}, "said together", id="an organisation without a post"),
        pytest.param({"consent_at": "2031-05-06T10:00:00Z"}, "say what was agreed", id="agreed to nothing"),
        pytest.param({"consent": "Yes", "consent_at": "SECRET"}, "consent_at: It is no moment", id="agreed some time"),
    ],
)
def test_what_cannot_be_is_refused_by_its_column_and_not_quoted(cells: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        read(**cells)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("channel", "address", "fitted"),
    [
        ("sms", "+32 (2) 555.12-12", "+3225551212"),
        ("voice", "0032 2 555 12 12", "+3225551212"),
        ("mail", "o'neill+news@sub.example.org", "o'neill+news@sub.example.org"),
        ("webhook", "https://example.org/hook?x=1", "https://example.org/hook?x=1"),
    ],
)
def test_addresses_come_into_one_spelling(channel: str, address: str, fitted: str) -> None:
    assert fitting(channel, address) == fitted


def test_there_is_no_other_channel() -> None:
    with pytest.raises(Refused, match="no channel of that name"):
        fitting("pigeon", "left loft")


def test_a_row_that_could_not_be_read_says_why() -> None:
    with pytest.raises(Refused, match="malformed"):
        read_row(Row(line=3, refused="It is malformed."))


def test_what_is_empty_is_nothing() -> None:
    listed = read(name="")
    assert (listed.languages, listed.contacts, listed.places, listed.consent) == ((), (), (), None)
