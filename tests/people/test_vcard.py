"""vCards, as other programs write them: 3.0 and 4.0, folded, escaped, with photographs."""

from collections.abc import Iterable

import pytest

from tocsin.basis.errors import Refused
from tocsin.people.facts import PersonKind, PlaceKind
from tocsin.people.listed import Row, read_row
from tocsin.people.vcard import keys, read_rows

# RFC 6350, section 8, the author's own, with a photograph added.
FOUR = """BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
FN:Simon Perreault
N:Perreault;Simon;;;ing. jr,M.Sc.
BDAY:--0203
LANG;PREF=1:fr
LANG;PREF=2:en
ORG;TYPE=work:Viagenie
TEL;VALUE=uri;TYPE="voice,work";PREF=2:tel:+1-418-656-9254;ext=102
TEL;VALUE=uri;TYPE="cell,voice,video,text";PREF=1:tel:+1-418-262-6501
TEL;VALUE=uri;TYPE="work,cell";PREF=3:tel:+1-418-262-6502
EMAIL;TYPE=work:simon.perreault@viagenie.ca
GEO;TYPE=work:geo:46.772673,-71.282945
CATEGORIES:Staff,Night\\, late
PHOTO:data:image/jpeg;base64,MIICajCCAdOgAwIBAgICBEUwDQEEBQAwdzELMAkGA1UEBhMCVVMx
 LDAqBgNVBAoTI05ldHNjYXBlIENvbW11bmljYXRpb25zIENvcnBvcmF0aW9uMRwwGgYDVQQLExNJbmZv
END:VCARD
"""
THREE = """begin:vcard
version:3.0
uid:miller-7
fn:The mil
 ler\\, of Mill Lane
item1.EMAIL;TYPE=INTERNET:second@mill.example
item2.EMAIL;TYPE=INTERNET,pref:first@mill.example
TEL;TYPE=CELL:+32 470 12 34 56
TEL;TYPE=FAX:+32 2 555 00 00
GEO:50.1;4.2
end:vcard
"""


def read(text: str) -> list[Row]:
    return list(read_rows(text.splitlines(keepends=True)))


def test_a_card_of_version_4() -> None:
    (row,) = read(FOUR)
    listed = read_row(row)
    assert (row.line, listed.key, listed.name) == (
        1,
        "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
        "Simon Perreault",
    )
    assert listed.languages == ("fr", "en")
    assert listed.contacts == (
        ("voice", "+14186569254"),
        ("sms", "+14182626502"),
        ("mail", "simon.perreault@viagenie.ca"),
    )
    assert listed.groups == ("Staff", "Night, late")
    ((kind, place),) = listed.places
    assert kind is PlaceKind.WORK
    assert "46.772673" in place


def test_a_card_of_version_3() -> None:
    listed = read_row(*read(THREE))
    assert (listed.key, listed.name, listed.person_kind) == ("miller-7", "The miller, of Mill Lane", PersonKind.PERSON)
    assert listed.contacts == (
        ("mail", "first@mill.example"),
        ("mail", "second@mill.example"),
        ("sms", "+32470123456"),
    )
    assert len(listed.places) == 1


def test_one_bad_card_stops_none_of_the_others() -> None:
    old = "BEGIN:VCARD\nVERSION:2.1\nUID:SECRET\nEND:VCARD\n"
    group = "BEGIN:VCARD\nVERSION:4.0\nUID:g\nKIND:group\nEND:VCARD\n"
    crooked = 'BEGIN:VCARD\nVERSION:4.0\nEMAIL;TYPE="work:SECRET@x.example\nEND:VCARD\n'
    nameless = "BEGIN:VCARD\nVERSION:4.0\nFN:SECRET\nEND:VCARD\n"
    long = f"BEGIN:VCARD\nVERSION:4.0\nUID:x\nFN:{'SECRET' * 1_000}\nEND:VCARD\n"
    many = "BEGIN:VCARD\nVERSION:4.0\nUID:x\n" + "EMAIL:SECRET@x.example\n" * 300 + "END:VCARD\n"
    rows = read(old + group + crooked + long + many + nameless + THREE)
    whys = [row.refused for row in rows]
    assert [row.line for row in rows][:4] == [1, 5, 10, 14]
    for why, part in zip(
        whys, ("version", "neither of a person", "parameters", "characters", "properties"), strict=False
    ):
        assert part in why
        assert "SECRET" not in why
    assert rows[-1].key == "miller-7"
    with pytest.raises(Refused, match="no key"):
        read_row(rows[-2])
    assert list(keys((nameless + THREE).splitlines(keepends=True))) == ["", "miller-7"]


def test_an_organisation_is_one() -> None:
    (row,) = read("BEGIN:VCARD\nVERSION:4.0\nUID:o\nKIND:org\nFN:The mill\nEND:VCARD\n")
    assert read_row(row).person_kind is PersonKind.ORGANISATION


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("BEGIN:VCARD\nVERSION:4.0\n", "The card of line 1 is not closed", id="not closed"),
        pytest.param("BEGIN:VCARD\nBEGIN:VCARD\n", "Line 2 is not where", id="one in another"),
        pytest.param(THREE + "SECRET\n", "Line 12 is not where", id="something between"),
        pytest.param("END:VCARD\n", "Line 1 is not where", id="only an end"),
    ],
)
def test_what_is_no_file_of_cards_is_refused_whole(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        read(text)
    assert "SECRET" not in str(refused.value)


def test_a_photograph_without_end_is_not_held() -> None:
    def lines() -> Iterable[str]:
        yield from ("BEGIN:VCARD\n", "VERSION:4.0\n", "UID:x\n", "PHOTO:abc\n")
        for _ in range(200_000):
            yield " " + "a" * 74 + "\n"
        yield "END:VCARD\n"

    (row,) = read_rows(lines())
    assert row.cells["id"] == "x"
