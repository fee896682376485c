"""What other governments advise is kept as it was read, dated; only what has changed leaves a trace."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from tocsin.basis.errors import Refused
from tocsin.flow.others.advice import keep_advice
from tocsin.report.others import OthersAdvice, OthersAdviceState, OthersReading
from tocsin.sources import advisories_uk as uk
from tocsin.testing.town import Town


def said(region: str = "", level: int | None = 3, place: str = "France") -> OthersAdvice:
    return OthersAdvice(publisher="us", place=place, countries=("FR",), region=region, level=level, wording="So")


def keep(town: Town, read: Sequence[OthersAdvice], *, seen_at: datetime | None = None, regions: bool = True) -> None:
    command = town.name_next("reading")
    keep_advice(
        town.house,
        "us",
        read,
        seen_at or town.now,
        regions=regions,
        by=town.watch_officer.id,
        command=command,
        now=town.now,
    )


def known(town: Town) -> list[tuple[str, int | None, bool, bool]]:
    with town.app.store.look() as look:
        found = look.all(OthersAdviceState, publisher="us", order="seen_at")
    return [(one.region, one.said.level, one.gone, one.until is None) for one in found]


def test_the_same_advice_read_twice_is_kept_once(town: Town) -> None:
    keep(town, [said(), said("The coast", 4)])
    town.clock.advance(timedelta(days=1))
    keep(town, [said(), said("The coast", 4)])
    assert len(known(town)) == 2
    with town.app.store.look() as look:
        last = look.get(OthersReading, "us")
    assert (last.seen_at, last.places, last.changed) == (town.now, 1, 0)


def test_what_changes_is_kept_beside_what_it_was(town: Town) -> None:
    keep(town, [said()])
    town.clock.advance(timedelta(days=1))
    keep(town, [said(level=4)])
    assert known(town) == [("", 3, False, False), ("", 4, False, True)]


@pytest.mark.parametrize(
    "row", [{"details_url": "https://www.gov.uk/x"}, {"page": "Safety and security", "text": "Thieves."}]
)
def test_a_reading_that_tells_of_no_levels_takes_none_away(town: Town, row: dict[str, str]) -> None:
    page = {"destination": "Ukraine", "text": "FCDO advises against all travel to Ukraine due to fighting."}
    for one in (page, {"destination": "Ukraine", "last_updated": "2026-01-01"} | row):
        read = uk.read(json.dumps([one]).encode())
        command, by = town.name_next("reading"), town.watch_officer.id
        keep_advice(
            town.house, "uk", read.advices, town.now, regions=read.regions, by=by, command=command, now=town.now
        )
        town.clock.advance(timedelta(days=1))
    with town.app.store.look() as look:
        (held,) = look.all(OthersAdviceState, publisher="uk", until=None)
    assert (held.said.level, held.said.wording) == (4, "FCDO advises against all travel")
    assert [one.indicator for one in held.said.reasons] == ["armed_conflict"]
    assert held.said.address == row.get("details_url", "")


def test_a_region_that_is_named_no_more_is_gone_and_not_forgotten(town: Town) -> None:
    keep(town, [said(), said("The coast", 4)])
    town.clock.advance(timedelta(days=1))
    keep(town, [said()])
    assert ("The coast", None, True, True) in known(town)
    assert ("The coast", 4, False, False) in known(town)
    town.clock.advance(timedelta(days=1))
    keep(town, [said()])
    assert len(known(town)) == 3


def test_a_list_without_regions_says_nothing_of_them(town: Town) -> None:
    keep(town, [said(), said("The coast", 4)])
    town.clock.advance(timedelta(days=1))
    keep(town, [said()], regions=False)
    assert ("The coast", 4, False, True) in known(town)


def test_an_older_file_does_not_write_over_a_newer_one(town: Town) -> None:
    keep(town, [said()])
    with pytest.raises(Refused, match="later than this"):
        keep(town, [said(level=1)], seen_at=town.now - timedelta(days=1))
    with pytest.raises(Refused, match="has not come yet"):
        keep(town, [said(level=1)], seen_at=town.now + timedelta(days=1))
