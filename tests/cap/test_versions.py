"""CAP 1.0 and 1.1: read by their own schema, and nothing of what they say is lost."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from tests.cap import alerts as town
from tests.cap.alerts import SPACES
from tests.cap.test_schema import PHASES
from tocsin.basis.errors import Refused
from tocsin.cap import Alert, Certainty, check, read, write
from tocsin.cap.read import parse
from tocsin.cap.write import spell

LIKELY = town.with_info(certainty=Certainty.LIKELY)  # CAP 1.0 knew no Observed
OLDEST = spell(LIKELY, SPACES["1.0"])
OLD = spell(LIKELY, SPACES["1.1"])


def swap(raw: bytes, old: str, new: str) -> bytes:
    assert old in raw.decode()
    return raw.decode().replace(old, new, 1).encode()


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_any_valid_message_of_any_version_is_read_whole(version: str) -> None:
    @settings(max_examples=25, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(town.whole(version))
    def whole(alert: Alert) -> None:
        raw = spell(alert, SPACES[version])
        assert town.schema(version).validate(etree.fromstring(raw)), town.schema(version).error_log
        found = parse(raw)
        assert (found.alert, found.version) == (alert, version)
        assert not [problem for problem in check(raw) if problem.severity == "error"]
        assert write(alert, version) == raw

    whole()


def test_each_version_writes_what_it_alone_can_say_and_refuses_what_it_cannot() -> None:
    oldest = read(swap(swap(OLDEST, "<scope>Public</scope>", ""), "<msgType>", "<password>tower</password><msgType>"))
    assert read(write(oldest, "1.0")) == oldest
    part = read(swap(OLD, "18:00:00-00:00", "18:00:00.25-00:00"))
    assert read(write(part, "1.1")) == part
    for alert, version in ((oldest, "1.1"), (part, "1.2"), (town.ALERT, "1.0"), (town.ALERT, "1.3")):
        with pytest.raises(Refused):
            write(alert, version)
    with pytest.raises(Refused, match="cannot be written"):
        write(town.alert(note="a\x00b"), "1.1")


@pytest.mark.parametrize("raw", [OLDEST, OLD])
def test_an_older_message_is_written_as_1_2(raw: bytes) -> None:
    alert = read(raw)
    assert alert == LIKELY
    assert parse(write(alert)).version == "1.2"
    assert read(write(alert)) == alert


def test_very_likely_is_likely() -> None:
    raw = swap(OLDEST, "<certainty>Likely<", "<certainty>Very Likely<")
    assert read(raw).infos[0].certainty is Certainty.LIKELY
    assert not check(raw)


def test_a_pair_of_1_0_is_one_text() -> None:
    raw = swap(OLDEST, "<expires>", "<eventCode>same=SVR</eventCode><eventCode>=x</eventCode><expires>")
    assert read(raw).infos[0].event_codes == (("same", "SVR"), ("", "=x"))


def test_a_message_of_1_0_without_a_scope_is_kept_and_not_taken_for_public() -> None:
    raw = swap(OLDEST, "<scope>Public</scope>", "")
    alert = read(raw)
    assert alert.scope is None
    assert not check(raw)
    with pytest.raises(Refused, match="lacks <scope>"):
        write(alert)


def test_a_password_is_kept_from_what_we_write() -> None:
    alert = read(swap(OLDEST, "<scope>", "<password>tower</password><scope>"))
    assert alert.password == "tower"
    with pytest.raises(Refused, match="password"):
        write(alert)


def test_1_1_lets_parts_of_a_second_pass_and_no_z() -> None:
    part = swap(OLD, "18:00:00-00:00", "18:00:00.25-00:00")
    assert read(part).sent == town.SENT + timedelta(milliseconds=250)
    assert not check(part)
    assert [(p.rule, p.severity) for p in check(swap(OLD, "18:00:00-00:00", "18:00:00Z"))] == [
        ("cap-3.3.2-datetime", "error")
    ]
    assert [p.severity for p in check(swap(OLDEST, "18:00:00-00:00", "18:00:00Z"))] == ["warning"]


def test_a_signature_has_no_place_in_the_schema_of_1_1_but_is_kept() -> None:
    raw = swap(OLD, "</alert>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><x/></Signature></alert>')
    assert len(read(raw).signatures) == 1
    assert {problem.rule for problem in check(raw)} == {"xsd", "cap-3.3.4.1-signature"}


def test_a_height_of_1_1_that_is_no_number_is_kept_and_named() -> None:
    raw = swap(OLD, "</polygon>", "</polygon><altitude>high</altitude>")
    [unread] = read(raw).unread
    assert (unread.text, unread.where) == ("high", "alert/info[1]/area[1]/altitude")
    assert [problem.rule for problem in check(raw)] == ["cap-3.2.4-altitude"]
    assert check(read(raw)) == check(raw)
    with pytest.raises(Refused, match="altitude"):
        write(read(raw))


def test_one_reference_that_cannot_be_read_hides_no_other() -> None:
    raw = swap(OLD, "<info>", "<references>a,b,2024-03-07T17:00:00-00:00 a,b</references><info>")
    alert = read(raw)
    assert [each.identifier for each in alert.references] == ["b"]
    assert [each.where for each in alert.unread] == ["alert/references"]
