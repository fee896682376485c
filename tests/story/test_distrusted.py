"""A host that may leak: whichever way a notice would take to somebody there, it does not go, and the others are told all the same."""

from datetime import timedelta
from typing import Any

import pytest

from tests.story.test_must_warn import asks, does, duty, meanwhile, rung
from tocsin.answer.institution.state import HandingWish
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.answer import handing
from tocsin.flow.delivery.again import send_again
from tocsin.flow.duty import must_warn
from tocsin.flow.duty.must_warn import Asked
from tocsin.flow.threat import joining, weigh
from tocsin.flow.threat.distrusted import refuse_through_host, trusted_beside
from tocsin.people.facts import ContactAdded, LineSet, PostNamed, PostTaken
from tocsin.testing.town import Town
from tocsin.threat.facts import Bearing, ThreatOpened
from tocsin.warning.duty.facts import Distrust
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import DistrustedHost, Stage

HOURS = timedelta(hours=2)


def distrusts(town: Town, host: str, case: str | None = None) -> None:
    must_warn.distrust(
        town.house, town.id(case or town.case()), town.id(host), Distrust.LEAKS, why="Two of them sold it.",
        by=town.watch_officer.id, command=town.name_next("distrust"), now=town.now,
    )  # fmt: skip


def test_of_two_who_distrust_one_host_at_once_the_second_is_told_so(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.institution("the police")
    town.case()
    meanwhile(town, monkeypatch, lambda: distrusts(town, "the police"))
    with pytest.raises(Refused, match="distrusted in this case already"):
        distrusts(town, "the police")
    with town.app.store.look() as look:
        assert [one.host for one in look.all(DistrustedHost)] == [town.id("the police")]


@pytest.fixture(name="board")
def _board(town: Town) -> str:
    """A board whose line has a keeper of its own, one of the police, and another of its own."""
    for contact in ("Rees", "Holm", "Aske"):
        town.person(contact)
    town.institution("the police", line=("Holm",))
    return town.institution("the waterways", line=("Rees", "Holm", "Aske"), reached=False, patience=HOURS)


def calls(town: Town, *people: str) -> list[int]:
    return [len(town.phone(who).calls) for who in people]


def test_no_go_between_takes_it_there(town: Town, board: str) -> None:
    town.person("Ann")
    distrusts(town, "the police")
    with pytest.raises(Refused, match="may leak"):
        town.duty_officer.issues_notice(to="Ann", meant_for=["the police"])
    with pytest.raises(Refused, match="may leak"):
        town.duty_officer.issues_notice(to="Ann", meant_for=["Holm"])
    assert calls(town, "Ann", "Holm") == [0, 0]
    town.duty_officer.issues_notice(to="Ann", meant_for=[board])
    assert calls(town, "Ann") == [1]


def test_an_officer_notes_who_has_it_and_sends_it_to_nobody_there(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    distrusts(town, "the police")
    with pytest.raises(Refused, match="may leak"):
        town.duty_officer.notes_handing(board, notice, "Holm", told=True)
    assert calls(town, "Holm") == [0]
    town.duty_officer.notes_handing(board, notice, "Holm")  # that they have it from others is written down as it is
    assert [town.named(one.to) for one in town.handings(notice)] == ["Holm"]


def test_a_contact_cannot_hand_it_on_to_somebody_there_by_link(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    distrusts(town, "the police")
    with town.app.store.look() as look:
        found = handing.colleagues(town.house, look, town.notice(notice), town.id(board), town.id("Rees"))
    assert [town.named(one) for one in found] == ["Aske"]
    with pytest.raises(Refused, match="no contact of your institution"):
        town.hands_on("Rees", board, notice, "Holm")
    assert calls(town, "Holm") == [0]


def test_what_was_asked_for_before_it_was_distrusted_is_not_confirmed(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    handing.ask_handing_to(
        town.house, town.id(notice), town.id(board), town.id("Holm"), words="", giver=town.id("Rees"),
        command="asks", now=town.now,
    )  # fmt: skip
    post = "holm@police.example"
    town.says(
        ContactAdded(
            subject=town.id("Holm's post"),
            occurred_at=town.now,
            person=town.id("Holm"),
            channel="mail",
            address=post,
            order=1,
        )
    )
    by_address = town.asks_to_hand_on("Rees", board, notice, post, name="Somebody new")
    distrusts(town, "the police")
    wishes: list[HandingWish] = list(town.dealings(notice).wishes)
    assert by_address in wishes
    assert len(wishes) == 2
    for wish in wishes:
        with pytest.raises(Refused, match="may leak"):
            town.duty_officer.confirms(wish)
    assert calls(town, "Holm") == [0]


def test_the_next_in_line_who_belongs_there_is_passed_over(town: Town, board: str) -> None:
    town.duty_officer.issues_notice(to=board)
    distrusts(town, "the police")
    town.pass_time(hours=2)
    assert calls(town, "Rees", "Holm", "Aske") == [1, 0, 1]


def test_an_institution_whose_first_contact_belongs_there_is_told_by_another(town: Town, board: str) -> None:
    town.institution("the ferry", line=("Holm", "Aske"), reached=False)
    distrusts(town, "the police")
    town.duty_officer.issues_notice(to="the ferry")
    assert calls(town, "Holm", "Aske") == [0, 1]


def test_an_institution_inside_the_host_and_whoever_is_told_things_there_are_the_host(town: Town, board: str) -> None:
    town.person("Ives")
    town.institution("the river watch", line=("Ives",))
    town.institution("the ministry", line=("the river watch",))
    distrusts(town, "the ministry")
    for one in ("the river watch", "Ives"):
        with pytest.raises(Refused, match="may leak"):
            town.duty_officer.issues_notice(to=one)
    assert calls(town, "Ives", "the river watch") == [0, 0]


def test_an_institution_with_the_host_in_its_line_is_told_round_it(town: Town, board: str) -> None:
    town.institution("the ministry", line=("the police", "Aske"), reached=False)
    distrusts(town, "the police")
    town.duty_officer.issues_notice(to="the ministry")
    assert calls(town, "the police", "Holm", "Aske") == [0, 0, 1]


def test_neither_the_second_knock_nor_the_same_again_nor_an_answer_goes_there(town: Town, board: str) -> None:
    town.person("the abbot")
    town.institution("the abbey", line=("the abbot",), reached=False)
    notice = town.duty_officer.issues_notice(to="the waterways", patience=timedelta(days=30))
    asked = town.asks_by_link("Rees", board, notice, "Until when?")
    town.says_in_public(board, notice, "dismissed", "Scaremongering")
    knock = town.knock(notice)
    written = town.watch_officer.writes_knock(knock, "the abbot")
    assert written
    distrusts(town, "the abbey")
    with pytest.raises(Refused, match="may leak"):
        town.duty_officer.sends_knock(town.knock(notice))
    with pytest.raises(Refused, match="may leak"):
        town.watch_officer.writes_knock(knock, "the abbot")
    distrusts(town, board)
    with pytest.raises(Refused, match="may leak"):
        town.duty_officer.replies(asked)
    with pytest.raises(Refused, match="silent"):
        send_again(town.house, town.id(notice), by=town.duty_officer.id, command="again", now=town.now)
    assert calls(town, "the abbot") == [0]


@pytest.mark.parametrize("first", ["Holm", "post:the sergeant", "rota:nights", "role:watch_officer"])
def test_nobody_there_is_rung_about_it_and_the_next_is(town: Town, board: str, first: str) -> None:
    for who in ("Gunn", "Berg"):
        town.person(who, roles=(Role.WATCH_OFFICER,))
    places = (town.id("Holm"), town.id("Gunn"))
    town.says(LineSet(subject=town.id("the police"), occurred_at=town.now, places=places, patience_s=60))
    town.says(
        PostNamed(
            subject=town.id("the sergeant"), occurred_at=town.now, name="Sergeant", organisation=town.id("the police")
        ),
        PostTaken(subject=town.id("taken"), occurred_at=town.now, post=town.id("the sergeant"), person=town.id("Gunn")),
    )
    town.rota("nights", "Berg", first="2031-01-01T08:00")
    town.stands_in("nights", "Gunn", "2000-01-01T00:00:00Z", "2090-01-01T00:00:00Z")
    distrusts(town, "the police")
    must_warn.ask(
        town.house, town.id(town.case()), [Asked(side=Side.PUBLIC)], event_at=town.now + HOURS,
        ladder=town.steps((first, 0), ("the deputy", 1)), by=town.duty_officer.id, command="asks", now=town.now,
    )  # fmt: skip
    town.pass_time(minutes=3)
    assert calls(town, "Holm", "Gunn") == [0, 0]
    assert len(town.phone("the deputy").calls) > 0


def test_where_it_was_decided_to_warn_the_host_itself_all_of_these_ways_are_open(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    distrusts(town, "the police")
    asks(town, Asked(side=Side.HOST, whom=(town.id("the police"),), warn=True, why="Nobody else guards it."))
    town.hands_on("Rees", board, notice, "Holm")
    assert calls(town, "Holm") == [1]


def test_a_host_that_is_warned_itself_is_no_way_to_others(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    distrusts(town, "the police")
    asks(town, Asked(side=Side.HOST, whom=(town.id("the police"),), warn=True, why="Nobody else guards it."))
    for through in ("the police", "Holm"):
        with pytest.raises(Refused, match=r"may leak.*whom it is meant for by another way"):
            town.duty_officer.issues_notice(to=through, meant_for=["Aske"])
    town.says_in_public(board, notice, "dismissed", "Scaremongering")
    with pytest.raises(Refused, match=r"may leak.*whom it is meant for by another way"):
        town.watch_officer.writes_knock(town.knock(notice), "Holm")
    assert calls(town, "Holm", "the police") == [0, 0]
    town.duty_officer.issues_notice(to="the police", meant_for=["Holm"])
    assert calls(town, "Holm") == [1]


def splits_off(town: Town, name: str, *items: str, of: str | None = None) -> None:
    off = ThreatOpened(
        subject=town.id(name), occurred_at=town.now, title=name, zone="UTC", owner=town.deputy.id, exercise=True
    )
    said = {"by": town.duty_officer.id, "command": town.name_next("split"), "now": town.now}
    bears = [town.id(one) for one in items]
    joining.split_case(town.house, town.id(of or town.case()), off, bears, "Another plan", **said)  # type: ignore[arg-type]


def test_who_is_distrusted_in_a_case_is_distrusted_in_what_is_split_off_from_it(town: Town, board: str) -> None:
    town.case()
    town.incident("A boat is found")
    town.incident("A rope is found")
    distrusts(town, "the police")
    splits_off(town, "the rope", "A rope is found")
    with town.app.store.look() as look:
        with pytest.raises(Refused, match="may leak"):
            refuse_through_host(look, town.id("the rope"), [town.id("Holm")])
        (there,) = look.all(DistrustedHost, threat=town.id("the rope"))
    assert (there.host, there.distrust, there.why) == (town.id("the police"), Distrust.LEAKS, "Two of them sold it.")


def test_a_host_that_is_distrusted_while_a_case_is_split_is_so_in_both_or_the_split_is_made_anew(
    town: Town, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.case()
    town.incident("A boat is found")
    town.incident("A rope is found")
    meanwhile(town, monkeypatch, lambda: distrusts(town, "the police"))
    with pytest.raises(Refused, match="changed meanwhile"):
        splits_off(town, "the rope", "A rope is found")


def held_in(town: Town, case: str) -> list[DistrustedHost]:
    with town.app.store.look() as look:
        return look.all(DistrustedHost, threat=town.id(case), trusted_at=None)


@pytest.fixture(name="split")
def _split(town: Town, board: str) -> None:
    """The rope was split off the case, and the knot off the rope."""
    town.case()
    for one in ("A boat is found", "A rope is found", "A knot is found"):
        town.incident(one)
    splits_off(town, "the rope", "A rope is found", "A knot is found")
    splits_off(town, "the knot", "A knot is found", of="the rope")


@pytest.mark.usefixtures("split")
@pytest.mark.parametrize("where", ["the first", "the rope", "the knot"])
def test_who_is_distrusted_after_a_case_was_split_is_so_in_each_of_them(town: Town, where: str) -> None:
    cases = {"the first": town.case(), "the rope": "the rope", "the knot": "the knot"}
    distrusts(town, "the police", cases[where])
    for case in cases.values():
        (there,) = held_in(town, case)
        assert (there.host, there.distrust, there.why) == (
            town.id("the police"),
            Distrust.LEAKS,
            "Two of them sold it.",
        )
        with town.app.store.look() as look, pytest.raises(Refused, match="may leak"):
            refuse_through_host(look, town.id(case), [town.id("Holm")])


@pytest.mark.usefixtures("split")
def test_who_is_trusted_again_in_one_case_is_still_distrusted_in_what_was_split_off_until_that_is_said_there(
    town: Town,
) -> None:
    distrusts(town, "the police")
    (here,), (there,) = held_in(town, town.case()), held_in(town, "the rope")
    said = {"by": town.duty_officer.id, "now": town.now}
    must_warn.trust(town.house, here.id, why="They were tried.", command="trusts", **said)  # type: ignore[arg-type]
    assert (held_in(town, town.case()), held_in(town, "the rope")) == ([], [there])
    with town.app.store.look() as look:
        (again,) = trusted_beside(look, there)
    assert (again.id, again.trusted_why) == (here.id, "They were tried.")
    # Distrusted anew there, nothing is asked any more; and who is distrusted here already is so once.
    town.pass_time(minutes=1)
    distrusts(town, "the police")
    with town.app.store.look() as look:
        assert trusted_beside(look, there) == []
    assert held_in(town, "the rope") == [there]


@pytest.mark.usefixtures("split")
def test_who_stays_distrusted_here_is_asked_about_no_more_until_it_is_trusted_again_elsewhere(town: Town) -> None:
    distrusts(town, "the police")
    (here,), (there,), (knot,) = (held_in(town, case) for case in (town.case(), "the rope", "the knot"))
    said = {"by": town.duty_officer.id, "now": town.now}

    def keeps(beside: list[Id], command: str) -> None:
        why = "Two work there still."
        must_warn.keep_distrusted(town.house, there.id, beside, why=why, command=command, **said)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="is asked no more"):
        keeps([here.id], command="nobody trusts it")
    must_warn.trust(town.house, here.id, why="They were tried.", command="trusts", **said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="is asked no more"):
        keeps([], command="because of nothing")
    keeps([here.id], command="keeps")
    (still,) = held_in(town, "the rope")
    assert [(one.why, one.by, one.beside) for one in still.kept] == [
        ("Two work there still.", town.duty_officer.id, (here.id,))
    ]
    with town.app.store.look() as look, pytest.raises(Refused, match="may leak"):
        refuse_through_host(look, town.id("the rope"), [town.id("Holm")])
    with town.app.store.look() as look:
        assert trusted_beside(look, still) == []
    # What is trusted elsewhere after that is asked about by itself.
    must_warn.trust(town.house, knot.id, why="They moved.", command="trusts the knot's", **said)  # type: ignore[arg-type]
    with town.app.store.look() as look:
        assert [one.id for one in trusted_beside(look, still)] == [knot.id]


def test_what_was_said_of_a_host_goes_no_further_than_its_case(town: Town, board: str) -> None:
    town.person("Ann", roles=(Role.WATCH_OFFICER,))
    opened = ThreatOpened(
        subject=town.id("the hall"), occurred_at=town.now, title="The hall", zone="UTC", owner=town.duty_officer.id,
        mark=Mark.RED, exercise=True,
    )  # fmt: skip
    said = {"by": town.duty_officer.id, "now": town.now}
    weigh.open_threat(town.house, opened, command="opens", **said)  # type: ignore[arg-type]
    for one in ("A boat is found", "A rope is found"):
        town.incident(one)
        weigh.link_evidence(
            town.house, opened.subject, town.id(one), Bearing.FOR, command=f"links {one}", **said  # type: ignore[arg-type]
        )  # fmt: skip
    splits_off(
        town, "the rope", "A rope is found", of="the hall"
    )  # which the deputy looks after, who may not read the hall
    distrusts(town, "the police", "the hall")
    (there,) = held_in(town, "the rope")
    assert "sold" not in there.why
    assert "split" in there.why


def test_a_case_that_is_split_while_a_host_is_distrusted_in_it_distrusts_it_too_or_that_is_said_anew(
    town: Town, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.case()
    town.incident("A boat is found")
    town.incident("A rope is found")
    meanwhile(town, monkeypatch, lambda: splits_off(town, "the rope", "A rope is found"))
    with pytest.raises(Refused, match="changed meanwhile"):
        distrusts(town, "the police")
    assert held_in(town, "the rope") == []


def opens(town: Town, name: str, **more: Any) -> str:
    opened = ThreatOpened(
        subject=town.id(name), occurred_at=town.now, title=name, zone="UTC", owner=town.duty_officer.id, exercise=True, **more
    )  # fmt: skip
    weigh.open_threat(town.house, opened, by=town.duty_officer.id, command=name, now=town.now)
    return name


def joins(town: Town, step: Any, one: str, *args: Any) -> None:
    step(town.house, town.id(one), *args, by=town.duty_officer.id, command=town.name_next("joins"), now=town.now)


@pytest.fixture(name="joined")
def _joined(town: Town, board: str) -> tuple[str, ...]:
    """The ford is part of the dyke, and the dyke of the bridge."""
    for one, into in (("the ford", opens(town, "the dyke")), ("the dyke", town.case())):
        if one == "the ford":
            opens(town, one)
        joins(town, joining.merge_cases, one, town.id(into), "One plan.")
    return "the ford", "the dyke", town.case()


@pytest.mark.parametrize("where", ["the ford", "the dyke", "the bridge"])
@pytest.mark.parametrize(
    ("parted", "leads"), [("the ford", ("the ford", "the bridge")), ("the dyke", ("the dyke", "the bridge"))]
)
def test_a_host_that_is_distrusted_while_two_cases_are_one_stays_so_in_both_when_they_are_parted(
    town: Town, joined: tuple[str, ...], where: str, parted: str, leads: tuple[str, str]
) -> None:
    distrusts(town, "the police", where)
    joins(town, joining.part_cases, parted, "Two plans.")
    for case in joined:
        with town.app.store.look() as look, pytest.raises(Refused, match="may leak"):
            refuse_through_host(look, town.id(case), [town.id("Holm")])
    with town.app.store.look() as look:
        every = look.all(DistrustedHost)
    assert len(every) == 2
    assert {town.named(one.threat) for one in every} - {where} <= set(leads)
    assert {(one.host, one.distrust, one.why) for one in every} == {
        (town.id("the police"), Distrust.LEAKS, "Two of them sold it.")
    }


def test_a_host_that_is_distrusted_on_both_sides_or_trusted_again_is_not_distrusted_anew_by_a_parting(
    town: Town, joined: tuple[str, ...]
) -> None:
    distrusts(town, "the police", "the ford")
    joins(town, joining.part_cases, "the ford", "Two plans.")
    joins(town, joining.merge_cases, "the ford", town.id(town.case()), "One after all.")
    joins(town, joining.part_cases, "the ford", "Two plans.")
    (here,), (there,) = held_in(town, "the ford"), held_in(town, town.case())
    # A person says on either side that it is trusted there; that is not taken back by a parting.
    said = {"by": town.duty_officer.id, "now": town.now, "why": "They were tried."}
    for held in (here, there):
        must_warn.trust(town.house, held.id, command=f"trusts {held.threat}", **said)  # type: ignore[arg-type]
    joins(town, joining.merge_cases, "the ford", town.id(town.case()), "One after all.")
    joins(town, joining.part_cases, "the ford", "Two plans.")
    assert (held_in(town, "the ford"), held_in(town, town.case())) == ([], [])


def test_what_was_said_of_a_host_while_two_cases_were_one_goes_no_further_than_its_case(town: Town, board: str) -> None:
    opens(town, "the hall", mark=Mark.RED)
    joins(town, joining.merge_cases, town.case(), town.id("the hall"), "One plan.")
    distrusts(town, "the police", "the hall")
    joins(town, joining.part_cases, town.case(), "Two plans.")
    (there,) = held_in(town, town.case())
    assert "sold" not in there.why
    assert "parted" in there.why


def test_a_host_that_is_distrusted_while_two_cases_are_parted_is_so_in_both_or_they_are_parted_anew(
    town: Town, joined: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(town, monkeypatch, lambda: distrusts(town, "the police"))
    with pytest.raises(Refused, match="changed meanwhile"):
        joins(town, joining.part_cases, "the ford", "Two plans.")


# ---- what had been decided before it was distrusted


def police(town: Town) -> Asked:
    return Asked(side=Side.HOST, whom=(town.id("the police"),), warn=True, why="They can guard it.")


def test_a_host_that_was_to_be_warned_is_asked_about_anew_once_it_is_distrusted(town: Town, board: str) -> None:
    town.person("the miller")
    (name,) = asks(town, police(town), hours=20)
    town.pass_time(minutes=5)
    decided = duty(town, name)
    rung_before = len(rung(town, name))
    distrusts(town, "the police")
    town.work()
    owed = duty(town, name)
    assert (owed.stage, owed.owed, owed.test) == (Stage.FOUND, "decide", decided.test)
    assert owed.owed_by == town.now + timedelta(hours=1)  # as whatever is asked 20 hours before the event
    (held,) = owed.superseded
    assert (held.decided.at, held.decided.by, held.decided.why) == (
        decided.decided_at,
        town.duty_officer.id,
        decided.why,
    )
    assert (held.by, held.because) == (town.watch_officer.id, "Two of them sold it.")
    with town.app.store.look() as look:
        assert held.distrust == look.all(DistrustedHost)[0].id
    assert len(rung(town, name)) > rung_before  # at once
    with pytest.raises(Refused, match="may leak"):
        town.duty_officer.issues_notice(to="the police")
    town.pass_time(hours=1.1)
    assert [one.owed for one in duty(town, name).missed] == ["decide"]


def test_who_decides_knowing_it_warns_the_host_and_what_went_out_before_tells_it(town: Town, board: str) -> None:
    (name,) = asks(town, police(town))
    notice = town.duty_officer.issues_notice(to="the police", mark=Mark.AMBER)  # its words are behind a code
    town.work()
    assert duty(town, name).stage is Stage.UNREAD
    town.pass_time(minutes=1)
    distrusts(town, "the police")
    assert duty(town, name).stage is Stage.FOUND
    does(town, must_warn.decide_one, name, police(town))
    owed = duty(town, name)
    assert (owed.stage, owed.warning, len(owed.superseded)) == (Stage.UNREAD, town.id(notice), 1)


def test_what_the_host_has_been_told_stays_told_and_others_are_decided_about_knowing_that(
    town: Town, board: str
) -> None:
    town.person("the miller")
    public, host = asks(
        town, Asked(side=Side.PUBLIC, ground="already_aware", why="It stands in the papers."), police(town),
        by=town.duty_officer,
    )  # fmt: skip
    does(town, must_warn.review, public, by=town.deputy, agree=True, why="So it does.")
    town.duty_officer.issues_notice(to="the police", mark=Mark.GREEN)
    assert duty(town, host).stage is Stage.TOLD
    distrusts(town, "the police")
    assert (duty(town, host).stage, duty(town, host).superseded) == (Stage.TOLD, ())
    asked = duty(town, public)
    assert (asked.stage, asked.owed) == (Stage.ASKED, "decide")
    assert asked.why == "The host had been told, and came to be distrusted since."


def test_who_was_left_unwarned_is_not_asked_about_again_where_the_host_knew_nothing(town: Town, board: str) -> None:
    (public,) = asks(town, Asked(side=Side.PUBLIC, ground="already_aware", why="It stands in the papers."))
    does(town, must_warn.review, public, by=town.deputy, agree=True, why="So it does.")
    distrusts(town, "the police")
    assert duty(town, public).over


def test_nobody_elses_warning_waits_for_what_is_decided_about_the_host(town: Town, board: str) -> None:
    town.person("the miller")
    both = (town.id("the miller"), town.id("the police"))
    insider, mixed, words = asks(
        town,
        Asked(side=Side.VICTIM, whom=(town.id("Holm"),), warn=True, why="He is named."),
        Asked(side=Side.PROTECTOR, whom=both, warn=True, why="They live beside it."),
        Asked(side=Side.HOST, who="the mayor", whom=(town.id("the police"),), warn=True, why="He can guard it."),
    )
    distrusts(town, "the police")
    for name in (insider, mixed, words):
        assert duty(town, name).stage is Stage.TO_WARN


def test_that_a_host_is_distrusted_while_it_is_decided_to_warn_it_is_said_anew(
    town: Town, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (name,) = asks(town, Asked(side=Side.HOST, whom=(town.id("the police"),)))
    meanwhile(town, monkeypatch, lambda: does(town, must_warn.decide_one, name, police(town)))
    with pytest.raises(Refused):
        distrusts(town, "the police")
    distrusts(town, "the police")
    assert duty(town, name).superseded
