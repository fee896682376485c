"""The desk's pages on a told case: the figures are those of the story, and the pages draw."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.web.desk_case import HALL, READERS, Desk, at, through_march
from tests.web.glanced import lists_show_what_pages_do
from tocsin.basis.marking import Role
from tocsin.basis.words import ENGLISH
from tocsin.places import area_distance_m
from tocsin.store.door import Door
from tocsin.store.reconcile import reconcile
from tocsin.web import render
from tocsin.web.desk import fill
from tocsin.web.desk.views.case import CasePage
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Chip, ChipKind, SpotKind, View, WindowState


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("march"))
    through_march(desk)
    assert reconcile(desk.store) == []
    yield desk
    desk.store.close()


@pytest.fixture(scope="module")
def door(desk: Desk) -> Iterator[Door]:
    with desk.store.look() as look:
        yield Door(look, READERS["vale"])


@pytest.fixture(scope="module")
def shell(desk: Desk) -> Shell:
    return Shell(exercise=True, signed_in="Vale", role="watch_officer", now=desk.moment, zone="UTC")


@pytest.fixture(scope="module")
def page(door: Door, shell: Shell) -> CasePage:
    page = fill.case_page(door, "case", shell, ENGLISH)
    assert page is not None
    return page


NOTICE_AT, ALERT_AT, DISMISSED_AT, STRUCK_AT = at(7, 15), at(7, 17), at(19), at(22, 17)


def test_what_is_not_there_has_no_page(door: Door, shell: Shell) -> None:
    for make in (fill.case_page, fill.warning_page, fill.account_page):
        assert make(door, "nothing", shell, ENGLISH) is None


@pytest.mark.parametrize("who", READERS)
def test_a_list_shows_of_a_case_what_its_page_does(desk: Desk, who: str) -> None:
    with desk.store.look() as look:
        door = Door(look, READERS[who])
        assert lists_show_what_pages_do(door) == len(door.threats())


# ---- the timeline


def test_the_line_of_silence_runs_from_the_notice_to_the_dismissal(page: CasePage) -> None:
    host, staff = page.timeline.answered
    assert (host.recipient, host.sent_at, host.answer, host.answered_at) == (
        "The host's authorities",
        NOTICE_AT,
        "dismissed",
        DISMISSED_AT,
    )
    assert host.label == "The president, in public"
    assert host.escalated_at[:3] == (at(8, 15), at(8, 15), at(9, 15))  # the desk, its owner, marsh
    assert all(moment < at(12) for moment in host.escalated_at)  # marsh took it on that morning
    assert (staff.recipient, staff.answer, staff.answered_at) == ("Staff and families, 6", "safe", at(7, 17, 40))


def test_the_relay_is_drawn_as_a_relay_of_the_same_origin(page: CasePage) -> None:
    kinds = {mark.label: (mark.kind.value, mark.origin) for mark in page.timeline.known}
    assert kinds == {
        "A plan against a crowd": ("report", 1),
        "The same, told again": ("relay", 1),
        "A cell is stopped": ("incident", 2),
        "A commander is held": ("incident", 3),
    }


def test_the_window_that_ran_out_stays_on_the_timeline(page: CasePage) -> None:
    kinds = [(mark.kind.value, mark.at) for mark in page.timeline.warned]
    assert kinds == [
        ("notice", NOTICE_AT),
        ("alert", ALERT_AT),
        ("reaffirmed", at(20, 10)),
        ("advisory", at(22, 18)),
    ]
    window = page.timeline.warned[1].window
    assert window is not None
    assert (window.ends_at, window.state, window.decided_at) == (at(9, 17), WindowState.RAN_OUT_UNDECIDED, None)


def test_the_picture_spans_the_case_and_no_more(page: CasePage) -> None:
    assert at(3) < page.timeline.starts_at < at(4, 8)
    assert at(25) <= page.timeline.ends_at < at(27)
    assert [mark.at for mark in page.timeline.struck] == [STRUCK_AT]
    assert [step.likelihood.words for step in page.timeline.likelihood] == [
        ("unlikely", "unlikely"), ("likely", "likely"), ("very likely", "very likely"),
    ]  # fmt: skip


# ---- who answered


def test_each_institution_has_its_own_row_and_a_group_one_with_counts(page: CasePage) -> None:
    host, staff = page.recipients
    assert host.chips == (Chip(kind=ChipKind.DISMISSED),)
    assert (host.after, host.after_means) == (DISMISSED_AT - NOTICE_AT, "")
    # six of the staff: two say safe (one asked for help first), one received it, one address is dead, one has none
    assert staff.chips == (
        Chip(kind=ChipKind.SAFE, count=2),
        Chip(kind=ChipKind.RECEIVED, count=1),
        Chip(kind=ChipKind.SILENT, count=2),
        Chip(kind=ChipKind.FAILED, count=1),
    )
    assert (staff.after, staff.after_means) == (timedelta(minutes=40), "median")


def test_what_was_said_and_what_was_ordered_stand_side_by_side(page: CasePage) -> None:
    both = page.words_and_orders
    assert both is not None
    assert [(one.at, one.text) for one in both.said] == [(DISMISSED_AT, "These warnings are pressure.")]
    assert [one.text for one in both.ordered] == ["Do more against terrorism."]


# ---- corroboration, the map, the decisions


def test_origins_are_counted_not_outlets(page: CasePage) -> None:
    found = page.corroboration
    assert found is not None
    assert (found.origins, found.outlets, found.dismissed_at) == (3, 4, DISMISSED_AT)
    rows = [
        (r.title, r.grade, r.origin, r.published_at, r.by_recipient, r.before_warning, r.before_dismissal)
        for r in found.rows
    ]
    assert rows == [
        ("A cell is stopped", "A2", 2, at(5, 7), True, True, True),
        ("A commander is held", "A2", 3, at(20, 9), True, False, False),
    ]


def test_the_map_says_how_far_outside_it_came(page: CasePage) -> None:
    assert page.map is not None
    event, incident = page.map.spots
    assert event.kind is SpotKind.EVENT
    assert event.outside_m == area_distance_m(HALL, page.map.areas[0].rings[0])
    assert 1_000 < (event.outside_m or 0) < 4_000
    assert incident.kind is SpotKind.INCIDENT


def test_every_decision_has_its_decider_and_its_grounds(page: CasePage) -> None:
    said = [(row.at, row.by, row.role, row.what) for row in page.decisions]
    assert said == [
        (NOTICE_AT, "Brandt of the desk", "duty_officer", "Tell The host's authorities"),
        (NOTICE_AT, "Brandt of the desk", "duty_officer", "Let it go out: Notice to The host's authorities"),
        (ALERT_AT, "Brandt of the desk", "duty_officer", "Let it go out: Keep away from crowds for 48 hours"),
        (
            at(9, 17),
            "nobody",
            "",
            "The stated period ended, and nobody had decided: Keep away from crowds for 48 hours",
        ),
        (at(20, 10), "Brandt of the desk", "duty_officer", "Publish: Our advice stands"),
        (at(22, 18), "Brandt of the desk", "duty_officer", "Publish: Do not travel"),
    ]
    assert page.decisions[0].grounds.startswith("Lives are in danger.")


def test_who_was_called_and_who_took_it_on(page: CasePage) -> None:
    silence = [row for row in page.escalations if row.of.startswith("The host") and row.why == "silence"]
    assert [(row.at, row.to) for row in silence] == [
        (at(8, 15), "Brandt of the desk"),
        (at(8, 15), "Vale of the desk"),  # who owns the case, and stands on no step of its ladder
        (at(9, 15), "Marsh of the desk"),
    ]
    assert {(row.accepted_at, row.accepted_by) for row in silence} == {(at(12), "Marsh of the desk")}


def test_who_was_blamed_is_kept_as_said(page: CasePage) -> None:
    assert [(row.who, row.kind.value, row.about) for row in page.accounts] == [
        ("A spokesperson", "no_indication", "A neighbour"),
        ("The host", "accused", "A neighbour"),
    ]


# ---- the review


def test_the_review_measures_from_the_first_arrival(page: CasePage) -> None:
    review = page.review
    assert review is not None
    assert review.outcome.kind is ChipKind.LATE
    assert review.lead == STRUCK_AT - NOTICE_AT
    assert review.first_answer_after == DISMISSED_AT - NOTICE_AT
    assert review.first_answer == "dismissed, The president, in public"
    assert (review.published_before_dismissal, review.corroborating) == (1, 2)
    assert [(row.question, row.stated) for row in review.stated] == [
        ("what", True),
        ("where", True),
        ("when", True),
        ("who", True),
    ]
    assert [(row.axis, row.verdict) for row in review.axes] == [
        ("time", "miss"),
        ("place", "near"),
        ("target", "match"),
        ("actor", "match"),
        ("act", "match"),
    ]
    assert review.brier == pytest.approx((0.875 - 1) ** 2)


def test_who_may_not_read_the_notice_sees_the_same_case_without_it(desk: Desk, shell: Shell) -> None:
    with desk.store.look() as look:
        page = fill.case_page(Door(look, READERS["lindqvist"]), "case", shell, ENGLISH)
    assert page is not None
    assert page.review is not None
    assert page.review.lead == STRUCK_AT - ALERT_AT
    assert page.review.first_answer_after == timedelta(minutes=22)
    assert (page.review.published_before_dismissal, page.words_and_orders) == (0, None)
    assert [row.stated for row in page.review.stated] == [True, True, True, False]
    assert [line.recipient for line in page.timeline.answered] == ["Staff and families, 6"]


# ---- the other pages


def test_the_board_shows_what_nobody_has_taken_on(door: Door, shell: Shell) -> None:
    board = fill.watch_board(door, shell, ENGLISH)
    # The silence of the staff, and whom it did not reach, ended with the case.
    assert [(row.why.value, row.who) for row in board.urgent] == [("dismissed", "The host's authorities")]
    assert all(row.action is not None and not row.taken_by for row in board.urgent)
    assert fill.waiting(door) == 1
    (case,) = board.cases
    assert (case.warnings, case.reports, case.changed_at) == (3, 4, at(25))


def test_an_auditor_sees_the_board_and_can_press_nothing(desk: Desk, shell: Shell) -> None:
    with desk.store.look() as look:
        unnamed = fill.watch_board(Door(look, READERS["adeyemi"]), shell, ENGLISH)
        named = replace(READERS["vale"], roles=frozenset({Role.AUDITOR}))
        board = fill.watch_board(Door(look, named), shell, ENGLISH)
    assert unnamed.urgent == ()
    assert [row.why.value for row in board.urgent] == ["dismissed"]
    assert all(row.action is None for row in board.urgent)


def test_the_account_names_each_delivery_and_who_cannot_be_reached(door: Door, shell: Shell) -> None:
    page = fill.account_page(door, "alert", shell, ENGLISH)
    assert page is not None
    stands = {row.recipient: row.chip.kind.value for row in page.rows}
    assert stands == {
        "Person 1": "answered",
        "Person 2": "answered",
        "Person 3": "answered",
        "Person 4": "accepted",
        "Person 5": "dead",
        "Person 6": "failed",
    }
    assert page.total == 6
    assert {(c.chip.kind.value, c.chip.count) for c in page.counts} == {
        ("answered", 3),
        ("accepted", 1),
        ("dead", 1),
        ("failed", 1),
    }
    dead = next(row for row in page.rows if row.recipient == "Person 5")
    assert (dead.accepted_at, dead.why) == (None, "No such mailbox.")


def test_the_pages_of_an_account_follow_each_other(door: Door, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.web.desk.fill.account.MOST", 2)
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = fill.account_page(door, "alert", shell, ENGLISH, after=after)
        assert page is not None
        seen += [row.recipient for row in page.rows]
        after = int(page.next_href.split("=")[1]) if page.next_href else None
    assert sorted(seen) == [f"Person {n}" for n in range(1, 7)]


def test_a_warning_shows_what_was_answered_in_the_givers_own_words(door: Door, shell: Shell) -> None:
    page = fill.warning_page(door, "alert", shell, ENGLISH)
    assert page is not None
    said = [(row.by, row.chip.kind.value, row.after, row.text) for row in page.answers]
    assert said == [
        ("Person 3", "received", timedelta(minutes=90), ""),
        ("Person 2", "safe", timedelta(minutes=90), ""),
        ("Person 2", "need_help", timedelta(minutes=40), "I am in a hall with two children"),
        ("Person 1", "safe", timedelta(minutes=22), ""),
    ]
    assert page.record is not None
    assert (page.record.index is not None, page.record.sealed) == (True, False)
    assert page.public_href == "/alerts/alert"


def test_a_notice_is_sealed_in_the_record_and_has_no_public_page(door: Door, shell: Shell) -> None:
    page = fill.warning_page(door, "notice", shell, ENGLISH)
    assert page is not None
    assert page.record is not None
    assert (page.record.sealed, page.public_href, page.mark.value) == (True, "", "TLP:RED")


def test_the_outcomes_are_scored(door: Door, shell: Shell) -> None:
    page = fill.outcomes_page(door, shell, ENGLISH)
    assert (page.hits, page.misses, page.false_alarms, page.disrupted) == (1, 0, 0, 0)
    assert (page.median_lead, page.median_first_answer) == (STRUCK_AT - NOTICE_AT, DISMISSED_AT - NOTICE_AT)
    assert [(one.struck, one.cases) for one in page.calibration] == [(1, 1)]


def test_the_record_page_agrees_with_its_checkpoint(desk: Desk, door: Door, shell: Shell) -> None:
    page = fill.record_page(door, shell, checkpoint=desk.checkpoint())
    assert page.size == page.published == page.entries[0].index + 1
    assert page.origin == desk.store.origin


def every_page(desk: Desk, door: Door, shell: Shell) -> list[View]:
    found: list[View | None] = [
        fill.watch_board(door, shell, ENGLISH),
        fill.cases_page(door, shell, ENGLISH),
        fill.warnings_page(door, shell, ENGLISH),
        fill.case_page(door, "case", shell, ENGLISH),
        fill.outcomes_page(door, shell, ENGLISH),
        fill.record_page(door, shell, checkpoint=desk.checkpoint()),
    ]
    for warning in ("alert", "notice", "level", "stands"):
        found += [
            fill.warning_page(door, warning, shell, ENGLISH),
            fill.account_page(door, warning, shell, ENGLISH),
        ]
    return [one for one in found if one is not None]


@pytest.mark.parametrize("who", ["vale", "marsh", "lindqvist", "adeyemi", "temp"])
def test_every_page_of_every_reader_draws(desk: Desk, shell: Shell, who: str) -> None:
    pages = render.Pages(lambda _language: ENGLISH)
    with desk.store.look() as look:
        for view in every_page(desk, Door(look, READERS[who]), shell):
            assert "</html>" in pages.render(view)
