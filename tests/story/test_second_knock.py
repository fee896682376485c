"""The second knock: silence or a denial brings the case to its owner, and the same warning is told again by another way."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tocsin.answer.facts import AnswerKind, Heard, Why
from tocsin.answer.institution.rebuttal import count_origins
from tocsin.answer.replies import Reply
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.flow.answer.reply import decide_reply, take_reply
from tocsin.flow.answer.told import Telling, tell
from tocsin.flow.delivery.carrier import Incoming
from tocsin.flow.warning.reaffirm import let_out, reaffirm
from tocsin.flow.warning.second_knock import draft_knock, send_knock
from tocsin.testing.town import Town
from tocsin.warning.ladder import Suffices, Which
from tocsin.warning.notice.state import NoticeStage
from tocsin.warning.reaffirm import Upheld
from tocsin.warning.window import HOLDS


def denied(
    town: Town, *, mark: Mark = Mark.AMBER, hours: float | None = None, originators: tuple[str, ...] = ()
) -> str:
    """Let the waterways board be told in confidence, and call it scaremongering twelve days later."""
    town.person("Rees")
    town.person("the abbot")
    town.institution("the waterways", line=("Rees",), reached=False)
    town.speaks_for("The Waterways Gazette", "the waterways")
    notice = town.duty_officer.issues_notice(
        to="the waterways", hours=hours, mark=mark, originators=originators, patience=timedelta(days=30)
    )
    town.pass_time(days=12)
    town.says_in_public("the waterways", notice, "dismissed", "Scaremongering")
    return notice


def borne_out(
    town: Town, what: str, *, by: str = "the ferryman", mark: Mark = Mark.CLEAR, relays: str | None = None
) -> str:
    """Let something happen that bears the warning out, and be told of by a source."""
    town.report(f"Told: {what}", by=by, mark=mark, relays=relays, readers=("the watch officer", "the duty officer"))
    return town.incident(what, told_by=[f"Told: {what}"])


def test_a_denial_brings_the_case_to_its_owner_first(town: Town) -> None:
    notice = denied(town)
    knock = town.knock(notice)
    assert (knock.why, town.named(knock.owner), knock.since) == ("dismissed", "the duty officer", town.now)
    (watch,) = town.watches(notice, "denial")
    assert [town.named(ring.to) for ring in watch.rings] == ["the duty officer", "the deputy"]


def denied_alert(town: Town) -> str:
    """Let an alert name the waterways board, which calls it scaremongering a day later."""
    for name in ("Rees", "the abbot"):
        town.person(name)
    town.institution("the waterways", line=("Rees",), reached=False)
    town.speaks_for("The Waterways Gazette", "the waterways")
    alert = town.duty_officer.issues_alert(to=["the waterways"], patience=timedelta(days=30))
    town.pass_time(days=1)
    town.says_in_public("the waterways", alert, "dismissed", "Scaremongering")
    return alert


def test_an_institution_that_an_alert_names_is_knocked_at_again_too(town: Town) -> None:
    alert = denied_alert(town)
    knock = town.knock(alert)
    assert (knock.why, town.named(knock.owner), knock.since) == ("dismissed", "the duty officer", town.now)
    (watch,) = town.watches(alert, "denial")
    assert [town.named(ring.to) for ring in watch.rings] == ["the duty officer", "the deputy"]
    town.pass_time(minutes=1)
    borne_out(town, "Divers find a crack", by="The Waterways Gazette")
    borne_out(town, "A pier has sunk")
    assert [town.named(one.item) for one in town.borne_out(knock)] == ["Divers find a crack", "A pier has sunk"]
    with pytest.raises(Refused, match="was told already"):
        town.watch_officer.writes_knock(knock, "Rees")
    name = town.watch_officer.writes_knock(
        knock, "the abbot", "Divers find a crack", words="Your divers found a crack."
    )
    town.duty_officer.sends_knock(knock)
    sent = town.notice(name)
    assert (sent.stage, sent.mark, sent.second_knock_of) == (NoticeStage.SENT, Mark.AMBER, town.id(alert))
    assert sent.tear_line is not None
    assert (sent.tear_line.action, sent.tear_line.since) == ("Go round by the ford.", "Your divers found a crack.")
    assert any("told this before" in line for line in town.phone("the abbot").last_call.message.lines)
    town.reconcile()


def test_an_alert_that_was_taken_back_is_told_to_nobody_again(town: Town) -> None:
    alert = denied_alert(town)
    town.duty_officer.retracts(alert)
    with pytest.raises(Refused, match="taken back as false"):
        town.watch_officer.writes_knock(town.knock(alert), "the abbot")
    assert town.waiting_knocks(alert) == []  # and nobody has to say so


def test_an_institution_that_an_alert_names_is_knocked_at_again_for_its_silence_and_nobody_else(town: Town) -> None:
    town.institution("the waterways")
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["the waterways", "Ann"])
    town.pass_time(minutes=16)
    (knock,) = town.dealings(alert).knocks
    assert (knock.why, town.named(knock.recipient)) == ("silence", "the waterways")


def test_silence_brings_it_to_the_owner_once_somebody_had_to_be_rung(town: Town) -> None:
    town.institution("the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", hours=None)
    town.pass_time(minutes=14)
    assert town.dealings(notice).knocks == ()
    town.pass_time(minutes=1)
    due = town.now
    town.pass_time(hours=2)
    (knock,) = town.dealings(notice).knocks
    assert (knock.why, knock.since) == ("silence", due)


def some_suffice(town: Town, count: int) -> None:
    """Let so many answers of all suffice for whatever is warned of from now on."""
    suffices = Suffices(which=Which.SOME, count=count)
    town.ladder = lambda patience: town.steps(("the deputy", int(patience.total_seconds()) // 60), suffices=suffices)  # type: ignore[method-assign]


def test_where_some_answers_suffice_and_none_comes_each_institution_that_gave_none_is_knocked_at(town: Town) -> None:
    some_suffice(town, 1)
    town.institution("the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", hours=None)
    town.pass_time(minutes=14)
    assert town.dealings(notice).knocks == ()
    town.pass_time(minutes=1)
    due = town.now
    town.pass_time(hours=2)
    (knock,) = town.dealings(notice).knocks
    assert (knock.why, knock.since, town.named(knock.recipient)) == ("silence", due, "the waterways")
    assert "the duty officer" in {
        town.named(ring.to) for watch in town.watches(notice, "silence") for ring in watch.rings
    }


def test_where_some_suffice_nobody_is_knocked_at_who_answered_or_once_enough_have(town: Town) -> None:
    some_suffice(town, 2)
    for name in ("the waterways", "the ferry", "the county"):
        town.institution(name)
    few = town.duty_officer.issues_notice("the waterways", "the ferry", hours=None)
    town.answers("the ferry", few, "received")
    enough = town.duty_officer.issues_notice("the waterways", "the ferry", "the county", hours=None)
    for name in ("the ferry", "the county"):
        town.answers(name, enough, "received")
    town.pass_time(hours=2)
    assert [town.named(one.recipient) for one in town.dealings(few).knocks] == ["the waterways"]
    assert town.dealings(enough).knocks == ()


def test_a_denial_takes_the_place_of_the_silence_before_it(town: Town) -> None:
    town.institution("the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", hours=None)
    town.pass_time(minutes=30)
    town.says_in_public("the waterways", notice, "disputed", "No danger")
    (knock,) = town.dealings(notice).knocks
    assert (knock.why, knock.since) == ("disputed", town.now)


def test_an_owner_who_is_not_on_the_ladder_is_rung_about_the_silence_too(town: Town) -> None:
    town.owner = town.watch_officer.id
    town.institution("the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", hours=None)
    town.pass_time(minutes=15)
    assert town.phone("the watch officer").last_call.about == "the waterways"
    town.answers("the waterways", notice, "received")
    assert {watch.settled_how for watch in town.watches(notice, "silence")} == {"answered"}


def test_the_rebuttal_begins_with_what_the_institution_published_itself(town: Town) -> None:
    notice = denied(town)
    borne_out(town, "A pier has sunk")
    borne_out(town, "Divers find a crack", by="The Waterways Gazette")
    town.report("It is said again", by="the baker", relays="Told: A pier has sunk")
    built = town.borne_out(town.knock(notice))
    assert [(town.named(one.item), one.own) for one in built] == [
        ("Divers find a crack", True),
        ("A pier has sunk", False),
    ]
    name = town.watch_officer.writes_knock(town.knock(notice), "the abbot", "A pier has sunk", "Divers find a crack")
    tear_line = town.notice(name).tear_line
    assert tear_line is not None
    assert [line.split(", ")[0].split(": ")[1] for line in tear_line.since.splitlines()] == [
        "Divers find a crack",
        "A pier has sunk",
    ]


def test_what_came_before_the_warning_is_offered_only_where_they_published_it(town: Town) -> None:
    town.institution("the waterways")
    town.speaks_for("The Waterways Gazette", "the waterways")
    borne_out(town, "Divers were sent", by="The Waterways Gazette")
    borne_out(town, "The water rises")
    town.pass_time(minutes=1)
    notice = town.duty_officer.issues_notice(to="the waterways")
    town.says_in_public("the waterways", notice, "disputed", "No danger")
    (only,) = town.borne_out(town.knock(notice))
    assert (town.named(only.item), only.earlier) == ("Divers were sent", True)


def test_one_officer_writes_it_another_sends_it_and_it_goes_by_another_way(town: Town) -> None:
    notice = denied(town)
    borne_out(town, "Divers find a crack", by="The Waterways Gazette")
    knock = town.knock(notice)
    with pytest.raises(Refused, match="Nobody has written"):
        town.duty_officer.sends_knock(knock)
    for told in ("Rees", "the waterways"):
        with pytest.raises(Refused, match="was told already"):
            town.duty_officer.writes_knock(knock, told, "Divers find a crack")
    name = town.duty_officer.writes_knock(
        knock, "the abbot", "Divers find a crack", words="Your own divers found a crack."
    )
    with pytest.raises(Refused, match="cannot approve it"):
        town.duty_officer.sends_knock(knock)
    town.pass_time(days=2)
    town.deputy.sends_knock(knock)
    sent = town.notice(name)
    assert (sent.stage, sent.second_knock_of, sent.knocks_at) == ("sent", town.id(notice), town.id("the waterways"))
    assert sent.tear_line is not None
    assert sent.tear_line.since == "Your own divers found a crack."
    assert any("told this before" in line for line in town.phone("the abbot").last_call.message.lines)
    assert (sent.sent_at or town.now) - knock.since == timedelta(days=2)
    with pytest.raises(Refused, match="has gone out already"):
        town.watch_officer.writes_knock(knock, "the abbot")
    assert [watch.settled_at for watch in town.watches(notice, "denial")] == [None], (
        "and the first one ends by none of it"
    )


def test_alone_it_goes_only_through_broken_glass(town: Town) -> None:
    notice = denied(town)
    name = town.duty_officer.writes_knock(town.knock(notice), "the abbot")
    town.duty_officer.sends_knock(town.knock(notice), break_glass=True)
    assert town.notice(name).stage is NoticeStage.SENT


@pytest.mark.parametrize(
    ("notice_mark", "mark", "held"),
    [
        pytest.param(Mark.AMBER, Mark.CLEAR, "", id="clear may go"),
        pytest.param(Mark.AMBER, Mark.GREEN, "", id="green may go"),
        pytest.param(Mark.AMBER, Mark.AMBER, "agreed", id="amber needs its originator"),
        pytest.param(Mark.GREEN, Mark.AMBER, "stricter", id="amber never in green"),
        pytest.param(Mark.AMBER, Mark.AMBER_STRICT, "stricter", id="strict never in amber"),
        pytest.param(Mark.RED, Mark.AMBER_STRICT, "agreed", id="strict in red with its originator"),
        pytest.param(Mark.AMBER, Mark.RED, "stricter", id="red never in amber"),
        pytest.param(Mark.RED, Mark.RED, "agreed", id="red in red with its originator"),
    ],
)
def test_every_line_is_held_against_the_notices_mark(town: Town, notice_mark: Mark, mark: Mark, held: str) -> None:
    notice = denied(town, mark=notice_mark)
    borne_out(town, "A pier has sunk", mark=mark)
    knock = town.knock(notice)
    if not held:
        town.watch_officer.writes_knock(knock, "the abbot", "A pier has sunk")
        return
    with pytest.raises(Refused, match=held):
        town.watch_officer.writes_knock(knock, "the abbot", "A pier has sunk")
    if held == "stricter":
        town.duty_officer.has_agreed(knock, "Told: A pier has sunk")
        with pytest.raises(Refused, match="stricter"):
            town.watch_officer.writes_knock(knock, "the abbot", "A pier has sunk")
    else:
        town.duty_officer.has_agreed(knock, "Told: A pier has sunk")
        town.watch_officer.writes_knock(knock, "the abbot", "A pier has sunk")
        assert town.knock(notice).left_out == 0


def test_what_is_left_out_is_said_to_the_officer_and_not_to_the_recipient(town: Town) -> None:
    notice = denied(town)
    borne_out(town, "A pier has sunk", mark=Mark.AMBER_STRICT)
    borne_out(town, "Divers find a crack")
    name = town.watch_officer.writes_knock(town.knock(notice), "the abbot", "Divers find a crack")
    assert town.knock(notice).left_out == 1
    town.duty_officer.sends_knock(town.knock(notice))
    told = town.notice(name).tear_line
    assert told is not None
    assert "pier" not in " ".join((told.since, *town.phone("the abbot").last_call.message.lines))


def test_what_rests_only_on_words_that_the_writer_may_not_read_is_not_quoted(town: Town) -> None:
    notice = denied(town, mark=Mark.RED)
    town.report("A hushed word", by="the ferryman", mark=Mark.RED, readers=("the duty officer",))
    town.incident("Somebody was paid", told_by=["A hushed word"])
    (only,) = town.borne_out(town.knock(notice))
    assert only.held == "stricter"


def test_what_rests_in_part_on_words_that_the_writer_may_not_read_is_quoted_by_who_may_read_all(town: Town) -> None:
    notice = denied(town)
    town.report("A hushed word", by="the ferryman", mark=Mark.RED, readers=("the duty officer",))
    town.report("Told: somebody was paid", by="the baker")
    town.incident("Somebody was paid", told_by=["Told: somebody was paid", "A hushed word"])
    (only,) = town.borne_out(town.knock(notice))
    assert (only.held, only.asked) == ("stricter", ())
    with pytest.raises(Refused, match="stricter"):
        town.watch_officer.writes_knock(town.knock(notice), "the abbot", "Somebody was paid")
    town.duty_officer.writes_knock(town.knock(notice), "the abbot", "Somebody was paid")
    town.deputy.sends_knock(town.knock(notice))


def test_two_who_repeat_what_the_writer_may_not_read_are_one_voice(town: Town) -> None:
    notice = denied(town)
    town.report("The first word", by="the ferryman", mark=Mark.RED, readers=("the duty officer",))
    town.report(
        "The second word", by="the miller", mark=Mark.RED, readers=("the duty officer",), relays="The first word"
    )
    borne_out(town, "A pier has sunk", by="the baker", relays="The first word")
    borne_out(town, "The pier is gone", by="the ferryman", relays="The second word")
    built = town.borne_out(town.knock(notice))
    assert [one.held for one in built] == [None, None]
    assert count_origins(built) == 1


def test_what_has_not_borne_it_out_is_not_quoted(town: Town) -> None:
    notice = denied(town)
    town.report("Boats are dear", by="the baker")
    with pytest.raises(Refused, match="has not borne this warning out"):
        town.watch_officer.writes_knock(town.knock(notice), "the abbot", "Boats are dear")


def test_a_person_may_decide_not_to_knock_again_and_says_why(town: Town) -> None:
    notice = denied(town)
    knock = town.knock(notice)
    with pytest.raises(Refused, match="Write it in a sentence"):
        town.duty_officer.leaves_it(knock, " ")
    town.duty_officer.leaves_it(knock)
    with pytest.raises(Refused, match="They have closed it"):
        town.watch_officer.writes_knock(knock, "the abbot")
    town.says_in_public("the waterways", notice, "dismissed", "Still scaremongering")
    assert len(town.dealings(notice).knocks) == 2, "a new denial raises it anew"


def test_what_was_taken_back_is_not_told_again(town: Town) -> None:
    notice = denied(town)
    town.duty_officer.retracts(notice)
    with pytest.raises(Refused, match="taken back as false"):
        town.watch_officer.writes_knock(town.knock(notice), "the abbot")


def test_its_originators_are_asked_before_it_is_opened_like_those_of_the_first(town: Town) -> None:
    notice = denied(town, originators=("the upstream village",))
    name = town.watch_officer.writes_knock(town.knock(notice), "the abbot")
    assert town.notice(name).originators == ("the upstream village",)


def test_fifty_denials_raise_it_once(town: Town) -> None:
    notice = denied(town)
    for _ in range(3):
        town.says_in_public("the waterways", notice, "disputed", "No danger")
    assert len(town.dealings(notice).knocks) == 1


# ---- it ends with what it tells again


def told_twice(town: Town, *, hours: float | None = 48) -> tuple[str, str]:
    """Let the waterways board deny a notice that holds for two days, and be told again through the abbot, who is silent."""
    for name in ("Rees", "the abbot"):
        town.person(name)
    town.institution("the waterways", line=("Rees",), reached=False)
    town.speaks_for("The Waterways Gazette", "the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", hours=hours)
    town.pass_time(hours=1)
    town.says_in_public("the waterways", notice, "dismissed", "Scaremongering")
    again = town.watch_officer.writes_knock(town.knock(notice), "the abbot")
    town.duty_officer.sends_knock(town.knock(notice))
    town.pass_time(hours=1)
    assert [watch.settled_at for watch in town.watches(again, "silence")] == [None]
    return notice, again


@pytest.mark.parametrize("decision", ["stand_down", "withdraw"])
def test_whoever_ends_a_notice_ends_its_second_knock_and_whoever_got_that_is_told(town: Town, decision: str) -> None:
    notice, again = told_twice(town)
    town.deputy.decides(notice, decision)
    window, first = town.notice(again).window, town.notice(notice).window
    assert window is not None
    assert first is not None
    assert (window.stands, window.decided_by, window.why) == (first.stands, town.deputy.id, "So we think.")
    (silence,) = town.watches(again, "silence")
    assert silence.settled_how == window.stands
    rings = len(silence.rings)
    town.pass_time(days=4)
    assert town.watches(again, "window") == []
    assert len(town.watches(again, "silence")[0].rings) == rings
    assert len(town.phone("the abbot").calls) == 2
    town.reconcile()


def test_what_holds_longer_holds_longer_where_it_was_told_again(town: Town) -> None:
    notice, again = told_twice(town)
    town.duty_officer.decides(notice, "extend", hours=72)
    window, first = town.notice(again).window, town.notice(notice).window
    assert window is not None
    assert first is not None
    assert window.ends == first.ends
    town.duty_officer.decides(again, "extend", hours=96)
    town.duty_officer.decides(notice, "extend", hours=80)
    longer = town.notice(again).window
    assert longer is not None
    assert longer.ends > town.now + timedelta(hours=95), "what was decided about it alone stands"


def test_one_word_ends_both_and_so_somebody_is_rung_for_one(town: Town) -> None:
    notice, again = told_twice(town)
    town.pass_time(hours=47)
    assert all(watch.rings for watch in town.watches(notice, "window"))
    assert len(town.watches(notice, "window")) == 2, "at the question, and at the end"
    assert town.watches(again, "window") == []
    window = town.notice(again).window
    assert window is not None
    assert window.stands == "ran_out_undecided"


def test_what_was_told_again_and_ends_by_itself_is_asked_about_by_itself(town: Town) -> None:
    notice, again = told_twice(town)
    town.duty_officer.decides(again, "extend", hours=96)
    town.duty_officer.decides(notice, "extend", hours=50)
    town.pass_time(hours=95)
    assert [bool(watch.rings) for watch in town.watches(again, "window")] == [True]


def test_whoever_takes_a_notice_back_takes_its_second_knock_back(town: Town) -> None:
    notice, again = told_twice(town)
    town.deputy.retracts(notice)
    retraction = town.notice(again).retraction
    assert retraction is not None
    assert retraction.wordings[0].words == "The bridge was never in danger."
    assert [watch.settled_how for watch in town.watches(again, "silence")] == ["retracted"]
    assert "It was a false alarm." in " ".join(town.phone("the abbot").last_call.message.lines)


def test_whoever_says_afterwards_that_it_is_over_ends_a_second_knock_that_had_no_end(town: Town) -> None:
    for name in ("Rees", "the abbot"):
        town.person(name)
    town.institution("the waterways", line=("Rees",), reached=False)
    town.speaks_for("The Waterways Gazette", "the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", hours=2)
    town.pass_time(hours=3)
    town.says_in_public("the waterways", notice, "dismissed", "Scaremongering")
    again = town.watch_officer.writes_knock(town.knock(notice), "the abbot")
    town.duty_officer.sends_knock(town.knock(notice))
    town.pass_time(hours=1)
    assert town.notice(again).window is None
    town.duty_officer.decides(notice, "stand_down")
    assert [watch.settled_how for watch in town.watches(again, "silence")] == ["closed_after_it_ran_out"]


def test_what_ends_the_one_that_follows_ends_what_was_told_again_of_the_first(town: Town) -> None:
    notice, again = told_twice(town)
    newer, said = town.name_next("reaffirmation"), [Upheld(language="", words="It still holds.")]
    ends, by = town.now + timedelta(days=1), town.duty_officer.id
    reaffirm(town.house, town.id(notice), town.id(newer), said, ends=ends, by=by, command=newer, now=town.now)
    let_out(town.house, town.id(newer), by=town.deputy.id, command="let out", now=town.now)
    town.work()
    town.deputy.decides(newer, "stand_down")
    assert [watch.settled_how for watch in town.watches(again, "silence")] == ["stood_down"]


def test_what_is_over_is_not_told_again(town: Town) -> None:
    notice = denied(town, hours=24 * 20)
    town.duty_officer.decides(notice, "stand_down")
    with pytest.raises(Refused, match="is over: that was decided"):
        town.watch_officer.writes_knock(town.knock(notice), "the abbot")


# ---- what a contact says, by whatever way


def contact_of_the_waterways(town: Town) -> str:
    town.person("Rees")
    town.institution("the waterways", line=("Rees",), reached=False)
    return town.duty_officer.issues_notice(to="the waterways")


def knocked_at(town: Town, notice: str) -> tuple[list[str], list[str]]:
    """Return which institutions are knocked at again, and about whose denial somebody is rung."""
    knocks = [town.named(one.recipient) for one in town.dealings(notice).knocks]
    return sorted(knocks), sorted(town.named(watch.of) for watch in town.watches(notice, "denial"))


def test_what_a_contact_tells_an_officer_is_the_institutions_denial(town: Town) -> None:
    notice = contact_of_the_waterways(town)
    said = Telling(
        warning=town.id(notice), recipient=town.id("Rees"), answer=AnswerKind.DISMISSED, heard=Heard.TELEPHONE,
        speaker="Rees", words="Nonsense", said_at=town.now,
    )  # fmt: skip
    tell(town.house, said, by=town.watch_officer.id, command="told", now=town.now)
    town.work()
    assert knocked_at(town, notice) == (["the waterways"], ["the waterways"])


def test_what_an_officer_reads_in_a_contacts_reply_is_the_institutions_denial(town: Town) -> None:
    notice = contact_of_the_waterways(town)
    call = town.phone("Rees").last_call.id
    take_reply(
        town.house,
        Incoming(channel="mail", message="1", address="Rees", text="Ask my aunt", at=town.now, parcels=(call,)),
    )
    with town.app.store.look() as look:
        (kept,) = look.all(Reply)
    decide_reply(
        town.house, kept.id, warning=town.id(notice), answer=AnswerKind.DISPUTED,
        by=town.watch_officer.id, command="read", now=town.now,
    )  # fmt: skip
    town.work()
    assert knocked_at(town, notice) == (["the waterways"], ["the waterways"])


def test_who_stands_in_the_lines_of_two_institutions_speaks_for_both(town: Town) -> None:
    town.person("Rees")
    both = [town.institution(name, line=("Rees",), reached=False) for name in ("the waterways", "the harbour")]
    notice = town.duty_officer.issues_notice(*both)
    town.answers("Rees", notice, "dismissed")
    assert knocked_at(town, notice) == (sorted(both), sorted(both))
    assert [watch.settled_how for watch in town.watches(notice, "silence")] == ["answered", "answered"]


# ---- no sequence of answers ends a warning

KINDS = ("received", "acting", "safe", "need_help", "disputed", "dismissed")


def machine(  # noqa: C901  one rule for each thing that an institution may do
    tmp_path_factory: pytest.TempPathFactory,
) -> type[RuleBasedStateMachine]:
    """Return a machine in whose towns an institution says and does whatever it likes about one notice and one alert."""

    class Institution(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.town = town = Town(tmp_path_factory.mktemp("town"))
            for who in ("Rees", "Holm", "the abbot", "the lock keeper"):
                town.person(who)
            town.institution("the waterways", line=("Rees", "Holm"))
            town.speaks_for("The Waterways Gazette", "the waterways")
            seldom = timedelta(days=20)
            self.notice = town.duty_officer.issues_notice(to="the waterways", hours=24 * 365, patience=seldom)
            self.alert = town.duty_officer.issues_alert(to=["the waterways"], hours=24 * 365, patience=seldom)

        @rule(kind=st.sampled_from(KINDS), of_alert=st.booleans())
        def answers_by_link(self, kind: str, of_alert: bool) -> None:
            self.town.answers("Rees", self.alert if of_alert else self.notice, kind)

        @rule(kind=st.sampled_from(KINDS), of_alert=st.booleans())
        def says_in_public(self, kind: str, of_alert: bool) -> None:
            self.town.says_in_public("the waterways", self.alert if of_alert else self.notice, kind, "So we say")

        @rule(attach=st.booleans(), kind=st.sampled_from(KINDS))
        def publishes(self, attach: bool, kind: str) -> None:
            self.town.pass_time(minutes=1)
            self.town.report(self.town.name_next("a hoax"), by="The Waterways Gazette")
            proposal = self.town.proposals(self.notice)[-1]
            if attach:
                self.town.watch_officer.attaches(proposal, kind)
            else:
                self.town.watch_officer.refuses(proposal)

        @rule(differs=st.sets(st.sampled_from(("what", "where", "when"))))
        def reads_back(self, differs: set[str]) -> None:
            given = self.town.watch_officer.takes_read_back("the waterways", self.notice)
            self.town.duty_officer.compares(given, *differs)

        @precondition(lambda self: not self.town.handings(self.notice))
        @rule()
        def hands_on(self) -> None:
            self.town.duty_officer.notes_handing("the waterways", self.notice, "the lock keeper", told=True)

        @rule()
        def asks(self) -> None:
            self.town.duty_officer.replies(self.town.watch_officer.takes_question("the waterways", self.notice, "Why?"))

        @precondition(lambda self: self.town.waiting_knocks(self.notice))
        @rule(send=st.booleans())
        def is_knocked_again(self, send: bool) -> None:
            (knock,) = self.town.waiting_knocks(self.notice)
            if send:
                self.town.watch_officer.writes_knock(knock, "the abbot")
                self.town.duty_officer.sends_knock(knock)
            else:
                self.town.duty_officer.leaves_it(knock)

        @rule(hours=st.integers(1, 500))
        def time_passes(self, hours: int) -> None:
            self.town.pass_time(hours=hours)

        @invariant()
        def the_warnings_hold(self) -> None:
            notice, alert = self.town.notice(self.notice), self.town.alert(self.alert)
            assert notice.stage is NoticeStage.SENT
            for window in (notice.window, alert.window):
                assert window is not None
                assert window.stands in HOLDS
                assert window.decided_by is None

        @invariant()
        def no_denial_is_settled_by_an_answer(self) -> None:
            for warning in (self.notice, self.alert):
                for watch in self.town.watches(warning):
                    assert watch.settled_at is None or watch.why in (Why.SILENCE, Why.FAILURE)

        def teardown(self) -> None:
            self.town.reconcile()
            self.town.close()

    return Institution


def test_no_sequence_of_answers_settles_a_window_or_a_warning(tmp_path_factory: pytest.TempPathFactory) -> None:
    case = machine(tmp_path_factory).TestCase
    case.settings = settings(
        max_examples=8, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case().runTest()


# ---- a knock ends with what it was about


def silent(town: Town, **more: object) -> str:
    """Return a notice about which the waterways were silent until somebody had to be rung."""
    town.institution("the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", **more)  # type: ignore[arg-type]
    town.pass_time(minutes=16)
    assert [one.dropped_at for one in town.dealings(notice).knocks] == [None]
    return notice


def ended(town: Town, notice: str) -> list[tuple[bool, str]]:
    """Return of each second knock whether it is due no more without anybody having said so, and how."""
    return [
        (one.dropped_at is not None and one.dropped_by is None, one.dropped_why) for one in town.dealings(notice).knocks
    ]


def test_who_answers_after_all_is_not_knocked_at_for_their_silence(town: Town) -> None:
    notice = silent(town, hours=None)
    town.answers("the waterways", notice, "received")
    assert ended(town, notice) == [(True, "answered")]
    with town.app.store.look() as look:
        assert look.knocks_due() == []


def test_what_was_written_for_their_silence_is_not_sent_once_they_answered(town: Town) -> None:
    notice = silent(town, hours=None)
    town.person("Rees")
    (knock,) = town.dealings(notice).knocks
    draft_knock(
        town.house, knock.id, town.id("again"), town.id("Rees"), [], by=town.watch_officer.id, command="again",
        now=town.now,
    )  # fmt: skip
    town.answers("the waterways", notice, "acting")
    with pytest.raises(Refused, match="They have answered"):
        send_knock(town.house, knock.id, by=town.duty_officer.id, command="sends", now=town.now)


def test_who_answers_with_a_denial_is_knocked_at_for_that(town: Town) -> None:
    notice = silent(town, hours=None)
    town.answers("the waterways", notice, "disputed")
    (knock,) = town.dealings(notice).knocks
    assert (knock.why, knock.dropped_at) == ("disputed", None)


def test_who_denies_after_they_had_answered_is_knocked_at_anew(town: Town) -> None:
    notice = silent(town, hours=None)
    town.answers("the waterways", notice, "received")
    town.answers("the waterways", notice, "dismissed")
    assert [(one.why, one.dropped_at is None) for one in town.dealings(notice).knocks] == [
        ("silence", False), ("dismissed", True),
    ]  # fmt: skip


@pytest.mark.parametrize("denial", [False, True], ids=["silent", "denied"])
@pytest.mark.parametrize("decision", ["stand_down", "withdraw", "retract"])
def test_what_somebody_ended_is_knocked_about_no_more(town: Town, decision: str, *, denial: bool) -> None:
    notice = silent(town, hours=8)
    if denial:
        town.answers("the waterways", notice, "disputed")
    if decision == "retract":
        town.duty_officer.retracts(notice)
    else:
        town.duty_officer.decides(notice, decision)
    assert ended(town, notice) == [(True, "over")]


def test_with_its_case_ends_a_knock_that_silence_called_for(town: Town) -> None:
    notice = silent(town, hours=None)
    town.is_judged("nothing")
    town.work()
    assert ended(town, notice) == [(True, "over")]


def test_what_follows_asks_the_same_and_is_knocked_about_in_its_turn(town: Town) -> None:
    town.institution("the waterways")
    alert = town.duty_officer.issues_alert(to=["the waterways"], hours=24)
    town.pass_time(minutes=16)
    later = town.duty_officer.issues_alert(to=["the waterways"], follows=alert, hours=24)
    town.pass_time(minutes=16)
    assert ended(town, alert) == [(True, "followed")]
    assert [one.dropped_at for one in town.dealings(later).knocks] == [None]


def test_where_enough_have_answered_nobody_is_knocked_at_for_their_silence(town: Town) -> None:
    some_suffice(town, 1)
    for name in ("the waterways", "the ferry"):
        town.institution(name)
    notice = town.duty_officer.issues_notice("the waterways", "the ferry", hours=None)
    town.pass_time(minutes=16)
    assert len(town.dealings(notice).knocks) == 2
    town.answers("the ferry", notice, "received")
    assert ended(town, notice) == [(True, "answered")] * 2
