"""A notice says what may be said: nothing that stands in stricter material alone leaves in one unless somebody let it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.story.restored import published
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark, Role
from tocsin.basis.words import ENGLISH
from tocsin.flow.duty import must_warn
from tocsin.flow.duty.must_warn import Asked
from tocsin.flow.threat import cases, hypothesize, observing, weigh
from tocsin.flow.threat.joining import merge_cases, split_case
from tocsin.flow.warning import notice_draft, warn
from tocsin.flow.warning import tear_line as flow
from tocsin.flow.warning.reaffirm import reaffirm
from tocsin.locale import words_for
from tocsin.store.intake import links_of
from tocsin.testing.town import Town
from tocsin.threat.facts import ActorListed, Confidence, NoIndicationStated, PartyAccused, ThreatOpened
from tocsin.threat.hypotheses.facts import Asks, matrix_id
from tocsin.threat.indicators import Basis, Indicator, Observed
from tocsin.threat.particulars import Particulars, Where
from tocsin.threat.state import Threat
from tocsin.warning.duty.facts import Distrust
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.test import Answered, Said, Test
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, ReleaseAnswered, TearLine, Version
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.reaffirm import Upheld
from tocsin.web.answer import fill

MARKER = "Zwirbelstein"  # stands in the stricter report alone


@pytest.fixture
def told(town: Town) -> Town:
    """Give the town a case that rests on a strict report, and someone to tell."""
    town.person("the miller")
    town.person("the smith")
    town.case()
    hears(town, f"{MARKER} told us: the bridge falls on 22 March at 19:30, with 40 sacks.", Mark.AMBER_STRICT)
    return town


def hears(town: Town, text: str, mark: Mark, readers: tuple[str, ...] = ()) -> None:
    town.report(text, mark=mark, readers=readers)
    town.bears_on_the_case(text)


def heard(town: Town, person: str) -> str:
    calls = town.phone(person).calls
    return "\n".join((calls[-1].message.subject, *calls[-1].message.lines)) if calls else ""


def write(town: Town, name: str, what: str, **more: Any) -> None:
    with town.app.store.look() as look:
        begun = look.version(town.id(name))
    if not begun:
        warn.decide_duty(
            town.house, town.id(name), more.get("threat", town.id(town.case())), tell=True, test=DutyTest(),
            why="They live beside it.", by=town.duty_officer.id, command=f"{name}:decide", now=town.now,
        )  # fmt: skip
    given: dict[str, Any] = {
        "threat": town.id(town.case()), "recipients": (town.id("the miller"),), "tear_line": TearLine(what=what), "mark": Mark.AMBER, "readers": (),
        "begins": town.now, "ends": town.now + timedelta(hours=48), "ladder": town.ladder(timedelta(minutes=15)),
        "author": town.watch_officer.id, "in_message": "He has one telephone.", "exercise": True,
    }  # fmt: skip
    draft = NoticeDrafted(subject=town.id(name), occurred_at=town.now, **{**given, **more})
    warn.draft_notice(town.house, draft, by=draft.author, command=town.name_next("draft"), now=town.now)


def send(town: Town, name: str, **more: Any) -> None:
    by = more.pop("by", town.duty_officer.id)
    warn.approve_notice(town.house, town.id(name), by=by, command=town.name_next("approve"), now=town.now, **more)
    warn.send_notice(town.house, town.id(name), by=by, command=town.name_next("send"), now=town.now)
    town.work()


def release(town: Town, name: str, *keys: str, why: str = "It stands in the paper too.", by: str | None = None) -> None:
    who = by or town.duty_officer.id
    flow.release_words(
        town.house, town.id(name), keys, why=why, by=who, command=town.name_next("release"), now=town.now
    )


def flagged(town: Town, name: str) -> list[str]:
    with town.app.store.look() as look:
        return [one.text for one in flow.flags_in(look, look.get(Notice, town.id(name)))]


def test_what_stands_in_stricter_material_alone_is_struck_or_released(told: Town) -> None:
    write(told, "notice", f"{MARKER} fears for it on 22 March")
    assert flagged(told, "notice") == [MARKER, "22 March"]
    with pytest.raises(Refused, match="stricter material alone") as refused:
        send(told, "notice")
    assert MARKER not in str(refused.value)
    write(told, "notice", "They fear for it on 22 March")
    with pytest.raises(Refused, match="Say why"):
        release(told, "notice", "time 03-22", why=" ")
    with pytest.raises(Refused, match="not flagged"):
        release(told, "notice", "word bridge")
    release(told, "notice", "time 03-22")
    send(told, "notice")
    found = told.notice("notice")
    assert [(one.words, one.why, one.by) for one in found.released] == [
        (("22 March",), "It stands in the paper too.", told.duty_officer.id)
    ]
    assert found.specificity == ("what",)


def test_what_was_released_for_some_is_asked_again_for_more(told: Town) -> None:
    write(told, "notice", "They fear for it on 22 March")
    release(told, "notice", "time 03-22")
    write(told, "notice", "They fear for it, on 22 March")
    assert told.notice("notice").released
    write(told, "notice", "They fear for it, on 22 March", recipients=(told.id("the miller"), told.id("the smith")))
    assert not told.notice("notice").released
    with pytest.raises(Refused, match="stricter material alone"):
        send(told, "notice")


def test_who_may_not_read_where_it_stands_learns_nothing_and_releases_nothing(told: Town) -> None:
    hears(told, "Quendolin was there.", Mark.RED, (told.duty_officer.name,))
    write(told, "notice", "Quendolin is meant")
    with pytest.raises(Refused, match="not flagged"):
        release(told, "notice", "name quendolin", by=told.watch_officer.id)
    release(told, "notice", "name quendolin")
    send(told, "notice")


def test_nobody_lets_their_own_words_stay_alone(told: Town) -> None:
    write(told, "notice", "They fear for it on 22 March")
    release(told, "notice", "time 03-22", by=told.watch_officer.id)
    with pytest.raises(Refused, match="did not write the notice"):
        send(told, "notice")
    release(told, "notice", "time 03-22", why="I have read it there, too.")
    write(told, "notice", "They fear for it on 22 March!", author=told.duty_officer.id)  # and so it is now their own
    with pytest.raises(Refused, match="did not write the notice"):
        send(told, "notice", by=told.deputy.id)
    release(told, "notice", "time 03-22", by=told.deputy.id)
    send(told, "notice", by=told.deputy.id)


def test_where_the_glass_is_broken_the_word_of_whoever_wrote_it_is_enough_and_stands_there(told: Town) -> None:
    write(told, "notice", "They fear for it on 22 March", author=told.duty_officer.id)
    with pytest.raises(Refused, match="stricter material alone"):
        send(told, "notice", break_glass=True)
    release(told, "notice", "time 03-22")
    send(told, "notice", break_glass=True)
    assert [one.by for one in told.notice("notice").released] == [told.duty_officer.id]


def test_a_report_that_is_linked_after_the_check_is_checked_too(told: Town) -> None:
    write(told, "notice", "The ford is meant")
    hears(told, "They mean the ford.", Mark.RED)
    with pytest.raises(Refused, match="stricter material alone"):
        send(told, "notice")


def test_nobody_who_wrote_at_it_approves_it(told: Town) -> None:
    write(told, "notice", "They fear", author=told.duty_officer.id)
    write(told, "notice", "They fear it")
    with pytest.raises(Refused, match="cannot approve it"):
        send(told, "notice")
    send(told, "notice", by=told.deputy.id)


def test_who_may_not_read_a_notice_or_is_no_officer_has_no_hand_in_it(told: Town) -> None:
    told.person("a newcomer", roles=(Role.WATCH_OFFICER, Role.DUTY_OFFICER))
    write(told, "notice", "They fear it", mark=Mark.RED, in_message="")
    with pytest.raises(Refused, match="Only an officer who may read"):
        write(told, "notice", "They fear nothing", author=told.id("a newcomer"))
    with pytest.raises(Refused, match="Only an officer who may read"):
        send(told, "notice", by=told.id("a newcomer"))
    with pytest.raises(Refused, match="Only an officer who may read"):
        write(told, "another", "They fear nothing", author=told.id("the smith"))
    warn.approve_notice(told.house, told.id("notice"), by=told.duty_officer.id, command="approve", now=told.now)
    with pytest.raises(Refused, match="Only an officer who may read"):
        warn.send_notice(told.house, told.id("notice"), by=told.id("a newcomer"), command="send", now=told.now)


def test_a_draft_is_dropped_with_the_reason_and_goes_out_no_more(told: Town) -> None:
    def drop(why: str, by: str) -> None:
        notice_draft.drop(
            told.house, told.id("notice"), why=why, by=by, command=told.name_next("drop"), now=told.now
        )  # fmt: skip

    write(told, "notice", "They fear it")
    with pytest.raises(Refused, match="Say why"):
        drop(" ", told.watch_officer.id)
    with pytest.raises(Refused, match="Only who may read"):
        drop("I would rather not", told.id("the smith"))
    drop("They were told by telephone", told.watch_officer.id)
    found = told.notice("notice")
    assert (found.stage, found.dropped_at, found.dropped_by, found.dropped_why) == (
        NoticeStage.DROPPED, told.now, told.watch_officer.id, "They were told by telephone",
    )  # fmt: skip
    with pytest.raises(Refused, match="is dropped; only a draft can be approved"):
        send(told, "notice")
    with pytest.raises(Refused, match="is dropped; a draft follows"):
        write(told, "notice", "They fear it after all")
    with pytest.raises(Refused, match="only what is written and unsent is dropped"):
        drop("Twice", told.watch_officer.id)


def ask(town: Town, name: str) -> None:
    flow.ask_release(
        town.house, town.id(name), "The neighbours", words="By telephone, word for word", by=town.watch_officer.id,
        command=town.name_next("ask"), now=town.now,
    )  # fmt: skip


def answer(town: Town, name: str, *, agreed: bool) -> None:
    said = ReleaseAnswered(
        subject=town.id(name), occurred_at=town.now, originator="The neighbours", agreed=agreed, giver="Their duty officer",
        given_at=town.now, recorder=town.watch_officer.id, words="By telephone; our log, line 12",
    )  # fmt: skip
    flow.answer_release(town.house, said, by=town.watch_officer.id, command=town.name_next("answer"), now=town.now)


def test_whoever_the_grounds_came_from_agrees_first(told: Town) -> None:
    write(told, "notice", "They fear it", release_by=("The neighbours",))
    with pytest.raises(Refused, match="has not agreed"):
        send(told, "notice")
    with pytest.raises(Refused, match="Nobody has asked"):
        answer(told, "notice", agreed=True)
    ask(told, "notice")
    answer(told, "notice", agreed=False)
    with pytest.raises(Refused, match="refused that notice"):
        send(told, "notice", break_glass=True)
    write(told, "notice", "They fear something", release_by=("The neighbours",))
    assert not told.notice("notice").releases  # they agreed, or refused, to other words
    ask(told, "notice")
    answer(told, "notice", agreed=True)
    send(told, "notice")
    assert told.notice("notice").releases[0].giver == "Their duty officer"


def test_who_stands_by_a_notice_asks_once_more_those_who_had_to_agree(told: Town) -> None:
    write(told, "notice", "They fear it", release_by=("The neighbours",))
    ask(told, "notice")
    answer(told, "notice", agreed=True)
    send(told, "notice")
    given: dict[str, Any] = {"by": told.duty_officer.id, "now": told.now, "ends": told.now + timedelta(hours=24)}
    said = [Upheld(language="", words="It is no joke.")]
    reaffirm(told.house, told.id("notice"), told.id("again"), said, command="again", **given)
    with pytest.raises(Refused, match="has not agreed"):
        send(told, "again", by=told.deputy.id)
    ask(told, "again")
    answer(told, "again", agreed=True)
    send(told, "again", by=told.deputy.id)
    assert told.notice("again").stage is NoticeStage.SENT


def test_a_broken_glass_waits_for_no_answer_and_says_whose_is_missing(told: Town) -> None:
    write(told, "notice", "They fear it", release_by=("The neighbours",), author=told.duty_officer.id)
    send(told, "notice", break_glass=True)
    with told.app.store.look() as look:
        assert look.get(Notice, told.id("notice")).stage == "sent"


def test_each_is_told_what_was_written_for_them(told: Town) -> None:
    both = (told.id("the miller"), told.id("the smith"))
    own = Version(tear_line=TearLine(what="Your forge is meant"), recipients=(told.id("the smith"),))
    write(told, "notice", "Your mill is meant", recipients=both, versions=(own,))
    send(told, "notice")
    texts = {who: heard(told, who) for who in ("the miller", "the smith")}
    assert "Your mill is meant" in texts["the miller"]
    assert "forge" not in texts["the miller"]
    assert "Your forge is meant" in texts["the smith"]
    assert "mill is meant" not in texts["the smith"]


def test_what_was_written_for_them_in_a_language_comes_in_it_throughout(told: Town) -> None:
    told.app.house = replace(told.house, language=lambda tag: words_for(tag, "en"))
    own = Version(
        tear_line=TearLine(what="Ihre Schmiede ist gemeint"), recipients=(told.id("the smith"),), language="de"
    )
    both = (told.id("the miller"), told.id("the smith"))
    write(told, "notice", "Your mill is meant", recipients=both, versions=(own,))
    send(told, "notice")
    assert "Was: Ihre Schmiede ist gemeint" in heard(told, "the smith")
    assert "duty to warn" not in heard(told, "the smith")
    assert "What: Your mill is meant" in heard(told, "the miller")


def test_who_warns_is_not_named_where_that_was_decided(told: Town) -> None:
    write(told, "notice", "They fear it", unnamed=True, meant_for=(told.id("the smith"),))
    send(told, "notice")
    text = heard(told, "the miller")
    assert told.house.organisation not in text
    assert "It is meant for the smith" in text
    assert not heard(told, "the smith")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param({"versions": (Version(tear_line=TearLine(what=" "), language="de"),)}, "does not say what", id="one that says nothing"),
        pytest.param({"versions": (Version(tear_line=TearLine(what="x")),)}, "is for nobody", id="one for nobody"),
        pytest.param({"versions": (Version(tear_line=TearLine(what="x"), recipients=("stranger",)),)}, "does not go to", id="one for a stranger"),
        pytest.param({"versions": (Version(tear_line=TearLine(what="x"), language="de"),) * 2}, "same reader", id="two for the same"),
    ],
)  # fmt: skip
def test_versions_that_fit_nobody_are_refused(told: Town, more: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        write(told, "notice", "They fear it", **more)


def test_a_version_is_checked_as_the_notice_is(told: Town) -> None:
    write(told, "notice", "They fear it", versions=(Version(tear_line=TearLine(what=f"Von {MARKER}"), language="de"),))
    assert flagged(told, "notice") == [MARKER]
    with pytest.raises(Refused, match="stricter material alone"):
        send(told, "notice")


def test_until_when_it_holds_is_checked_as_all_that_it_says(told: Town) -> None:
    ends = told.now.replace(hour=19, minute=30) + timedelta(days=2)
    threat = told.id("the secret meeting")
    opened = ThreatOpened(
        subject=threat, occurred_at=told.now, title="A meeting", zone="UTC", owner=told.duty_officer.id, mark=Mark.AMBER_STRICT,
        begins=told.now, ends=ends,
    )  # fmt: skip
    told.app.store.commit([opened], at=told.now, by=told.duty_officer.id, command="opened")
    write(told, "notice", "Keep off", threat=threat, ends=ends)
    assert flagged(told, "notice")[-2:] == [f"{ends:%Y-%m-%d}", "19:30"]
    with pytest.raises(Refused, match="stricter material alone"):
        send(told, "notice")
    with told.app.store.look() as look:
        notice, seen = look.get(Notice, told.id("notice")), look.version(told.id("notice"))
    given: dict[str, Any] = {"by": told.watch_officer.id, "command": "struck", "now": told.now, "seen": seen}
    with pytest.raises(Refused, match="The end of notice"):
        notice_draft.write(
            told.house, notice_draft.as_written(notice, told.watch_officer.id, told.now), strike=["time 19:30"], **given
        )
    write(told, "notice", "Keep off", threat=threat, ends=told.now.replace(hour=22) + timedelta(days=5))
    assert "19:30" not in flagged(told, "notice")
    write(told, "notice", "Begins at 19:30", threat=threat, ends=None)
    assert "19:30" in flagged(told, "notice")  # what the case itself has as its time


def test_what_is_for_our_organisation_alone_is_flagged_for_others_also_under_its_own_mark(told: Town) -> None:
    told.person("one of ours", roles=(Role.WATCH_OFFICER,))
    write(told, "notice", f"{MARKER} fears for it", mark=Mark.AMBER_STRICT, in_message="")
    assert flagged(told, "notice") == [MARKER]
    ours = {"recipients": (told.id("one of ours"),), "mark": Mark.AMBER_STRICT, "in_message": ""}
    write(told, "ours", f"{MARKER} fears for it", **ours)
    assert not flagged(told, "ours")
    for beyond in ({"meant_for": (told.id("the smith"),)}, {"meant_words": ("the people by the weir",)}):
        write(told, "ours", f"{MARKER} fears for it", **ours, **beyond)
        assert flagged(told, "ours") == [MARKER]


PLANTED = {
    "a name": ("Quillwort", "Quillwort told us."),
    "a word": ("lighthouse", "They meet in the lighthouse."),
    "a number": ("4711", "They have 4711 of them."),
    "a time": ("5:43 am", "It begins at 05:43."),
    "a place": ("Karabulak", "They come from Карабулака."),
}


HUNG = {
    "intent": "lighthouse", "place": "Krokus", "description": "Brackwater", "attribution": "Marigold", "note": "Foxglove",
    "number": "4711", "source": "Nightjar", "basis": "Hollyhock", "own indicator": "Periwinkle", "accusation": "Larkspur",
    "accuser": "Tamarisk", "accused in": "Bluebell", "no indication": "Samphire", "question": "Wolfsbane", "step": "Teasel",
    "answer": "Gorsebush", "actor": "Ravensward", "alias": "Ravensfoot", "hypothesis": "Stonecrop", "row": "Saxifrage", "row words": "Meadowsweet",
    "distrust": "Oxeye", "duty": "Yarrow", "duty ground": "Mistletoe", "duty reason": "Bindweed",
}  # fmt: skip
"""By where it is written in a case, or hangs on it: a word that stands nowhere else."""


def strict_case(town: Town, name: str = "the lighthouse") -> str:
    """Open a RED case in which each of these words is written where it belongs; nothing of it bears on the case by a link."""
    case, by, now = town.id(name), town.watch_officer.id, town.now

    def said() -> dict[str, Any]:
        return {"by": by, "now": now, "command": town.name_next("hung")}

    actor = ActorListed(subject=town.id("actor"), occurred_at=now, name=HUNG["actor"], aliases=(HUNG["alias"],))
    weigh.list_actor(town.house, actor, **said())
    about = Particulars(
        intent=f"burn the {HUNG['intent']}", description=HUNG["description"], places=(Where(name=HUNG["place"]),)
    )
    opened = ThreatOpened(
        subject=case, occurred_at=now, title="A fire", zone="UTC", owner=town.duty_officer.id, mark=Mark.RED, exercise=True,
        readers=(by,), particulars=about, next_step=f"Ask {HUNG['step']}", next_by=now + timedelta(days=1),
    )  # fmt: skip
    weigh.open_threat(town.house, opened, **said())
    cases.attribute(town.house, case, actor.subject, Confidence.LOW, f"{HUNG['attribution']} told us", **said())
    cases.raise_question(town.house, case, town.id("question"), f"Who is {HUNG['question']}?", **said())
    cases.close_question(town.house, case, town.id("question"), f"{HUNG['answer']} is.", **said())
    own = Indicator(key="own", words=f"{HUNG['own indicator']} leaves")
    observing.put_on_checklist(town.house, case, [own], **said())
    red: dict[str, Any] = {"mark": Mark.RED, "readers": (town.watch_officer.name, town.duty_officer.name)}
    basis = town.report(f"They spoke of {HUNG['basis']}", by=HUNG["source"], **red)
    observing.observe(
        town.house, case, "own", Observed.OBSERVED, as_of=now, basis=(Basis(item=town.id(basis)),),
        words=f"{HUNG['note']} saw {HUNG['number']} crates", **said(),
    )  # fmt: skip
    where = town.id(town.report(f"It is {HUNG['accused in']}", **red))
    accused = PartyAccused(
        subject=case, occurred_at=now, party=f"the {HUNG['accusation']}", accuser=HUNG["accuser"], words="They did it", report=where
    )  # fmt: skip
    nothing = NoIndicationStated(
        subject=case, occurred_at=now, party="the moles", as_of=now, speaker="us", words=HUNG["no indication"]
    )
    for fact in (accused, nothing):
        weigh.note_attribution(town.house, fact, **said())
    hypothesize.open_matrix(town.house, case, Asks.WHO, **said())
    matrix = matrix_id(case, Asks.WHO)
    hypothesize.state_hypothesis(town.house, matrix, "h", f"It is {HUNG['hypothesis']}", **said())
    hypothesize.enter_row(town.house, matrix, "r", item=town.id(town.report(f"Of {HUNG['row']}", **red)), **said())
    hypothesize.enter_row(town.house, matrix, "w", words=f"We think {HUNG['row words']}", **said())
    must_warn.ask(
        town.house, case, [Asked(side=Side.PUBLIC, who=f"all at {HUNG['duty']}", warn=True, why=f"{HUNG['duty reason']} says so")],
        Test(credible=Answered(said=Said.YES, ground=f"By {HUNG['duty ground']}")), ladder=town.ladder(timedelta(minutes=15)),
        **(said() | {"by": town.duty_officer.id}),
    )  # fmt: skip
    must_warn.distrust(
        town.house, case, town.id("the smith"), Distrust.LEAKS, why=f"{HUNG['distrust']} says so", **said()
    )
    return case


def test_no_word_that_is_written_anywhere_in_a_strict_case_leaves(told: Town, capfd: Any) -> None:
    case = strict_case(told)
    write(told, "notice", "So " + ", ".join(HUNG.values()), threat=case)
    assert set(flagged(told, "notice")) == set(HUNG.values())
    with pytest.raises(Refused) as refused:
        send(told, "notice")
    write(told, "notice", "Keep off", threat=case)
    send(told, "notice")
    out, err = capfd.readouterr()
    said_in_all = str(refused.value) + everything_said(told, ["the miller"], out + err)
    assert "Keep off" in said_in_all
    assert not [word for word in HUNG.values() if word in said_in_all]


def test_a_case_that_became_one_with_it_is_read_whichever_took_the_other_in_and_over_two_steps(told: Town) -> None:
    case, between = strict_case(told), told.id("between")
    opened = ThreatOpened(
        subject=between, occurred_at=told.now, title="A fire", zone="UTC", owner=told.duty_officer.id, mark=Mark.RED,
        exercise=True, readers=(told.watch_officer.id,),
    )  # fmt: skip
    by: dict[str, Any] = {"by": told.watch_officer.id, "now": told.now}
    weigh.open_threat(told.house, opened, command="between", **by)
    write(told, "notice", "So Marigold, Nightjar")
    assert not flagged(told, "notice")
    merge_cases(told.house, told.id(told.case()), between, "One", command="first", **by)
    merge_cases(told.house, case, between, "One", command="second", **by)
    assert flagged(told, "notice") == ["Marigold", "Nightjar"]


def everything_said(town: Town, people: list[str], log: str) -> str:
    """Return what reached anybody, what their pages show, what was logged, and every public file of the record."""
    town.pass_time(minutes=120)
    messages = [call.message for person in people for call in town.phone(person).calls]
    with town.app.store.look() as look:
        rows = list(look.rows_of(town.id("notice")).values())
        links = links_of(look, rows)
        frame = fill.Frame(organisation="The town", exercise=True)
        views = [
            fill.ask(frame, known, link, "/a/x", town.now, ENGLISH)
            for link in links.values()
            if (known := fill.told(look, link)) is not None
        ]
    files = [path.read_bytes() for path in published(town).rglob("*") if path.is_file()]
    return "\n".join([repr(msgspec.to_builtins(messages)), repr(msgspec.json.encode(views)), log, repr(files)])


@pytest.mark.parametrize("name", [*TearLine.__struct_fields__, "version"])
def test_no_marker_of_stricter_material_leaves_in_a_notice(town: Town, name: str, capfd: Any) -> None:
    people = ["the miller", "the smith"]
    for person in people:
        town.person(person)
    for _, text in PLANTED.values():
        hears(town, text, Mark.RED, (town.watch_officer.name, town.duty_officer.name))
    for marker, _ in PLANTED.values():
        said = TearLine(**{"what": "Keep off", **({name: f"So {marker}"} if name != "version" else {})})
        versions = (Version(tear_line=TearLine(what=f"So {marker}"), language="de"),) if name == "version" else ()
        write(town, "notice", "", tear_line=said, versions=versions)
        with pytest.raises(Refused) as refused:
            send(town, "notice")
        assert marker not in str(refused.value)
    write(town, "notice", "Keep off", versions=())
    send(town, "notice")
    out, err = capfd.readouterr()
    said_in_all = everything_said(town, people, out + err)
    assert "Keep off" in said_in_all
    assert not [marker for marker, _ in PLANTED.values() if marker in said_in_all]


def judged_from(town: Town, *reports: str) -> None:
    weigh.assess_threat(
        town.house, town.id(town.case()), likelihood=(0.8, 0.95), confidence=Confidence.HIGH, grounds="It comes together.",
        why="Asked", reports=tuple(map(town.id, reports)) or None, by=town.watch_officer.id,
        command=town.name_next("judged"), now=town.now,
    )  # fmt: skip


LIKELY = "Very likely: 80 to 95 percent"


def test_a_likelihood_that_rests_on_stricter_material_is_struck_or_released(told: Town) -> None:
    judged_from(told)
    write(told, "notice", "", tear_line=TearLine(what="The bridge", likelihood=LIKELY))
    assert flagged(told, "notice") == [LIKELY]
    with pytest.raises(Refused, match="stricter material"):
        send(told, "notice")
    release(told, "notice", f"likelihood {LIKELY.lower()}", why="The source agreed.")
    send(told, "notice")
    assert told.notice("notice").released[0].words == (LIKELY,)


SURE = "Our confidence in that is high"


def test_how_sure_we_are_is_struck_or_released_where_it_rests_on_stricter_material(told: Town) -> None:
    judged_from(told)
    version = Version(tear_line=TearLine(what="Die Brücke", confidence="Wir sind sicher"), language="de")
    write(
        told,
        "notice",
        "",
        tear_line=TearLine(what="The bridge", likelihood=LIKELY, confidence=SURE),
        versions=(version,),
    )
    assert flagged(told, "notice") == [LIKELY, SURE, "Wir sind sicher"]
    release(told, "notice", f"likelihood {LIKELY.lower()}", why="The source agreed.")
    with pytest.raises(Refused, match="stricter material"):
        send(told, "notice")
    release(told, "notice", f"confidence {SURE.lower()}", "confidence wir sind sicher", why="The source agreed.")
    send(told, "notice")


def test_to_let_how_likely_it_is_stay_lets_the_same_words_of_how_sure_we_are_not_stay(told: Town) -> None:
    judged_from(told)
    write(told, "notice", "", tear_line=TearLine(what="The bridge", likelihood="High", confidence="High"))
    assert flagged(told, "notice") == ["High", "High"]
    release(told, "notice", "likelihood high", why="The source agreed.")
    with pytest.raises(Refused, match="stricter material"):
        send(told, "notice")
    release(told, "notice", "confidence high", why="The source agreed.")
    send(told, "notice")


def test_how_sure_we_are_that_they_were_told_is_told_again(told: Town) -> None:
    judged_from(told)
    line = TearLine(what="The bridge", confidence=SURE)
    write(told, "notice", "", tear_line=line)
    release(told, "notice", f"confidence {SURE.lower()}")
    send(told, "notice")
    write(told, "again", "", tear_line=line, follows=told.id("notice"))
    assert flagged(told, "again") == []
    swapped = msgspec.structs.replace(line, likelihood=SURE, confidence="")
    write(told, "again", "", tear_line=swapped, follows=told.id("notice"))
    assert flagged(told, "again") == [SURE], "of how likely it is they were told nothing"


def test_how_sure_we_are_goes_where_it_rests_on_what_may_go(told: Town) -> None:
    hears(told, "The river rises.", Mark.GREEN)
    judged_from(told, "The river rises.")
    write(told, "notice", "", tear_line=TearLine(what="The bridge", confidence=SURE))
    assert flagged(told, "notice") == []


def test_a_likelihood_that_rests_on_what_may_go_goes(told: Town) -> None:
    hears(told, "The river rises.", Mark.GREEN)
    judged_from(told)
    judged_from(told, "The river rises.")
    write(told, "notice", "", tear_line=TearLine(what="The bridge", likelihood=LIKELY))
    assert flagged(told, "notice") == []


def test_what_is_released_of_a_likelihood_is_that_sentence_alone(told: Town) -> None:
    judged_from(told)
    write(told, "notice", "", tear_line=TearLine(what="The bridge", likelihood=LIKELY))
    release(told, "notice", f"likelihood {LIKELY.lower()}")
    other = f"{LIKELY}, says {MARKER}"
    write(told, "notice", "", tear_line=TearLine(what="The bridge", likelihood=other))
    assert flagged(told, "notice") == [other]
    with pytest.raises(Refused, match="stricter material"):
        send(told, "notice")


def test_the_grounds_of_an_estimate_free_no_word_of_what_it_rests_on(told: Town) -> None:
    weigh.assess_threat(
        told.house, told.id(told.case()), likelihood=(0.8, 0.95), confidence=Confidence.HIGH, why="Asked",
        grounds=f"{MARKER} was right before.", by=told.watch_officer.id, command="judged", now=told.now,
    )  # fmt: skip
    write(told, "notice", f"{MARKER} fears for it")
    assert flagged(told, "notice") == [MARKER]


def test_a_likelihood_goes_no_further_than_its_case(told: Town) -> None:
    hears(told, "The river rises.", Mark.GREEN)
    judged_from(told, "The river rises.")
    write(told, "notice", "", tear_line=TearLine(what="Keep away", likelihood=LIKELY), mark=Mark.GREEN)
    assert LIKELY in flagged(told, "notice")
    write(told, "notice", "", tear_line=TearLine(what="Keep away", likelihood="…"), mark=Mark.GREEN)
    assert "…" not in flagged(told, "notice"), "it was struck"


def test_a_likelihood_that_they_were_told_is_told_again(told: Town) -> None:
    judged_from(told)
    line = TearLine(what="The bridge", likelihood=LIKELY)
    write(told, "notice", "", tear_line=line)
    release(told, "notice", f"likelihood {LIKELY.lower()}")
    send(told, "notice")
    write(told, "again", "", tear_line=line, follows=told.id("notice"))
    assert flagged(told, "again") == []
    write(
        told,
        "again",
        "",
        tear_line=msgspec.structs.replace(line, likelihood="Almost certain"),
        follows=told.id("notice"),
    )
    assert flagged(told, "again") == ["Almost certain"]


def test_what_was_split_off_is_stricter_still_where_it_came_from(told: Town) -> None:
    hears(told, "A van stood at the bridge.", Mark.GREEN)
    told.pass_time(minutes=1)
    with told.app.store.look() as look:
        links = look.get(Threat, told.id(told.case())).evidence
    strict = links[0].item
    off = ThreatOpened(
        subject=told.id("off"),
        occurred_at=told.now,
        title="Another plan",
        zone="UTC",
        owner=told.duty_officer.id,
        exercise=True,
    )
    split_case(
        told.house, told.id(told.case()), off, [strict], "They are two plans.", by=told.duty_officer.id, command="split",
        now=told.now,
    )  # fmt: skip
    write(told, "notice", f"{MARKER} warns of it.")
    assert flagged(told, "notice") == [MARKER]
