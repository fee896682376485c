"""What is written is valid, reads back the same, and is the same bytes every time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from tests.cap import alerts as town
from tocsin.basis.errors import Refused
from tocsin.cap import Alert, check, read, write


@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(town.alerts())
def test_any_alert_is_valid_when_written_and_reads_back_the_same(alert: Alert) -> None:
    raw = write(alert)
    assert read(raw) == alert
    assert write(read(raw)) == raw
    assert town.schema().validate(etree.fromstring(raw)), town.schema().error_log
    assert not [problem for problem in check(raw) if problem.severity == "error"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(town.theirs())
def test_any_alert_without_an_error_reads_back_the_same_signatures_and_all(alert: Alert) -> None:
    assert not [problem for problem in check(alert) if problem.severity == "error"]
    raw = write(alert)
    assert read(raw) == alert
    assert write(read(raw)) == raw
    assert town.schema().validate(etree.fromstring(raw)), town.schema().error_log


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("<Signature/>", id="of another name"),
        pytest.param("<Signature", id="no XML"),
        pytest.param(f'<!DOCTYPE a><Signature xmlns="{town.DSIG[1:-1]}"/>', id="with a DOCTYPE"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_what_is_no_signature_is_not_written(signature: str) -> None:
    with pytest.raises(Refused, match="cannot be written"):
        write(town.alert(signatures=(signature,)))


def test_an_alert_looks_as_the_standard_shows_it() -> None:
    raw = write(town.ALERT)
    root = etree.fromstring(raw)
    assert raw.startswith(
        b"<?xml version='1.0' encoding='UTF-8'?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">"
    )
    assert [etree.QName(child).localname for child in root] == [
        "identifier", "sender", "sent", "status", "msgType", "scope", "info",
    ]  # fmt: skip
    assert root.findtext("{*}sent") == "2024-03-07T18:00:00-00:00"
    assert root.findtext("{*}info/{*}area/{*}polygon") == "55.0,37.0 55.0,38.0 56.0,38.0 56.0,37.0 55.0,37.0"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(datetime(2024, 3, 7, 18, tzinfo=UTC), "2024-03-07T18:00:00-00:00", id="UTC is never Z nor +00:00"),
        pytest.param(
            datetime(2024, 3, 7, 21, tzinfo=timezone(timedelta(hours=3))),
            "2024-03-07T21:00:00+03:00",
            id="another offset is kept",
        ),
    ],
)
def test_a_moment_is_written_with_its_offset(moment: datetime, expected: str) -> None:
    raw = write(town.alert(sent=moment, infos=()))
    assert etree.fromstring(raw).findtext("{*}sent") == expected
    assert read(raw).sent.utcoffset() == moment.utcoffset()


def test_a_small_number_is_written_without_an_exponent() -> None:
    raw = write(town.with_area(circles=((0.00001, -0.00000025, 1e-7),)))
    assert b"<circle>0.00001,-0.00000025 0.0000001</circle>" in raw
