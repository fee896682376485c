"""Replies by text message and by mail: each is matched to its warning, read, and answers it; or a person decides.

Told after GoAlert's smoke tests twiliosmsreply, twiliosmsreplylast, twiliosmsreplycode, twiliosmsstop and the multiack ones.
"""

from pathlib import Path

import msgspec
import pytest

from tests.story.test_headcount import as_counted, asks, count
from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.replies import Reply, WhyKept
from tocsin.answer.state import Watch
from tocsin.basis.errors import Broken, Refused
from tocsin.basis.marking import Role
from tocsin.flow.answer.hear import accept_watch
from tocsin.flow.answer.reply import decide_reply, take_reply
from tocsin.flow.answer.silence import ONE_BY_ONE
from tocsin.flow.delivery import link
from tocsin.flow.delivery.carrier import Incoming
from tocsin.flow.people import enrol
from tocsin.people.facts import ContactAdded
from tocsin.store.account import HeardAnswer
from tocsin.store.account import answers as account_of
from tocsin.testing.town import Town
from tocsin.threat.facts import ThreatOpened


def writes(
    town: Town,
    text: str,
    *,
    address: str = "Ann",
    channel: str = "mail",
    parcels: tuple[str, ...] = (),
    message: str = "",
) -> bool:
    said = Incoming(
        channel=channel,
        message=message or town.name_next("message"),
        address=address,
        text=text,
        at=town.now,
        parcels=parcels,
    )
    taken = take_reply(town.house, said)
    town.work()
    return taken


def replies_to_last(town: Town, person: str, text: str, **more: str) -> bool:
    return writes(town, text, address=person, parcels=(town.phone(person).last_call.id,), **more)


def answers(town: Town, warning: str) -> list[HeardAnswer]:
    with town.app.store.look() as look:
        return account_of(look, town.app.store.keys, town.id(warning))


def said(town: Town, warning: str) -> list[tuple[str, AnswerKind, Heard]]:
    return [(town.named(one.person), one.answer, one.heard) for one in answers(town, warning)]


def kept(town: Town) -> list[Reply]:
    with town.app.store.look() as look:
        return look.all(Reply, order="came_at")


def test_a_letter_that_answers_ours_is_an_answer_and_ends_the_silence(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert replies_to_last(town, "Ann", "I am safe, thank you")
    assert said(town, alert) == [("Ann", AnswerKind.SAFE, Heard.MAIL)]
    assert answers(town, alert)[0].words == "I am safe, thank you"
    town.pass_time(hours=2)
    assert not town.phone("the deputy").calls
    town.reconcile()


def test_a_letter_that_names_none_of_ours_is_of_an_unproven_sender_and_a_person_looks(town: Town) -> None:
    """Anybody can write another's name over a letter; nobody shall end with it the silence in which that person is missed."""
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert writes(town, "I am safe")
    assert said(town, alert) == []
    (one,) = kept(town)
    assert (one.why, one.heard, one.words) == (WhyKept.WHO, Heard.MAIL_UNPROVEN, "I am safe")
    town.pass_time(minutes=16)
    about = [call.about for call in town.phone("the deputy").calls]
    assert sorted(set(about)) == ["Ann", alert]  # that she is silent, and that a reply waits to be read
    town.reconcile()


def test_a_letter_from_elsewhere_that_names_ours_is_of_an_unproven_sender_too(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    writes(town, "received", address="mallory", parcels=(town.phone("Ann").last_call.id,))
    assert said(town, alert) == []
    assert [one.why for one in kept(town)] == [WhyKept.WHO]


def test_a_need_for_help_is_heard_from_whomever_it_may_come(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    writes(town, "Please help, we are trapped")
    assert said(town, alert) == [("Ann", AnswerKind.NEED_HELP, Heard.MAIL_UNPROVEN)]
    assert [watch.of for watch in town.watches(alert, "help")] == [town.id("Ann")]
    town.reconcile()


def test_said_again_by_its_provider_it_is_one_answer(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    for _ in range(3):
        replies_to_last(town, "Ann", "safe", message="<1@home.example>")
    assert len(answers(town, alert)) == 1
    replies_to_last(town, "Ann", "need help", message="<2@home.example>")
    assert [one.answer for one in answers(town, alert)] == [AnswerKind.SAFE, AnswerKind.NEED_HELP], "both are kept"
    town.reconcile()


def test_what_nobody_can_read_waits_for_a_person_who_says_what_it_says(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    replies_to_last(town, "Ann", "We went to my aunt's, the dog too")
    (one,) = kept(town)
    assert (one.why, one.words) == (WhyKept.NOT_UNDERSTOOD, "We went to my aunt's, the dog too")
    assert said(town, alert) == []
    by = town.watch_officer.id
    decide_reply(
        town.house, one.id, warning=town.id(alert), answer=AnswerKind.SAFE, by=by, command="read", now=town.now
    )
    town.work()
    assert said(town, alert) == [("Ann", AnswerKind.SAFE, Heard.MAIL)]
    assert answers(town, alert)[0].words == one.words
    with pytest.raises(Refused, match="was read by"):
        decide_reply(town.house, one.id, by=by, command="again", now=town.now)
    town.pass_time(hours=2)
    assert not town.phone("the deputy").calls
    town.reconcile()


def test_a_reply_that_says_no_answer_is_put_aside(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    replies_to_last(town, "Ann", "Who is this?")
    decide_reply(town.house, kept(town)[0].id, by=town.watch_officer.id, command="aside", now=town.now)
    assert kept(town)[0].decided_by == town.watch_officer.id
    assert said(town, alert) == []
    town.reconcile()


def test_a_word_for_the_provider_is_never_an_answer(town: Town) -> None:
    """GoAlert: twiliosmsstop. By mail nobody obeys it, and a person reads it."""
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert not replies_to_last(town, "Ann", "STOP", channel="sms")
    assert kept(town) == []
    assert replies_to_last(town, "Ann", "STOP")
    assert said(town, alert) == []
    assert [one.words for one in kept(town)] == ["STOP"]


@pytest.mark.parametrize("words", ["Help! Where do I go?", "помогите, не могу выйти", "4 third floor"])
def test_what_may_be_a_plea_is_kept_and_rings_at_once(town: Town, words: str) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    replies_to_last(town, "Ann", words)
    assert [one.words for one in kept(town)] == [words]
    assert [watch.of for watch in town.watches(alert, "help")] == [town.id("Ann")]
    assert not town.watches(alert, "unread")
    town.reconcile()


def test_a_reply_that_nobody_reads_rings_somebody_though_its_giver_has_answered(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.answers("Ann", alert, "received")
    replies_to_last(town, "Ann", "Arrêt cardiaque")
    replies_to_last(town, "Ann", "on the stairs")
    (watch,) = town.watches(alert, "unread")
    assert not town.phone("the deputy").calls
    town.pass_time(minutes=16)
    assert len(town.phone("the deputy").calls) == 1
    by = town.watch_officer.id
    for number, one in enumerate(kept(town)):
        assert town.watches(alert, "unread")[0].settled_at is None
        decide_reply(town.house, one.id, by=by, command=f"read {number}", now=town.now)
    town.work()
    (watch,) = town.watches(alert, "unread")
    assert watch.settled_how == "read"
    town.reconcile()


def test_who_was_told_nothing_of_late_answers_nothing(town: Town) -> None:
    town.person("Ann")
    assert not writes(town, "safe")
    town.duty_officer.issues_alert(to=["Ann"])
    assert not writes(town, "safe", address="somebody else")
    town.clock.set(town.now.replace(year=town.now.year + 1))
    assert not writes(town, "safe")
    assert kept(town) == []


def test_of_somebody_who_is_forgotten_no_word_is_kept(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    replies_to_last(town, "Ann", "safe and sound")
    replies_to_last(town, "Ann", "with the dog")
    town.forgets("Ann")
    assert not writes(town, "safe")
    assert "dog" not in str(kept(town)[0].words)
    assert "sound" not in str(answers(town, alert)[0].words)
    town.reconcile()


def letter_from(town: Town, person: str, text: str, parcel: str) -> bytes:
    """Return a letter that answers one of ours."""
    domain = town.app.settings.mail_sender.rpartition("@")[2]
    head = f"From: {person}@home.example\r\nMessage-ID: <{town.name_next('letter')}@home.example>\r\nIn-Reply-To: <{parcel}@{domain}>"
    return f"{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


def test_a_letter_of_somebody_who_is_forgotten_holds_up_nobody_elses(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "replies"
    for name in ("new", "cur"):
        (folder / name).mkdir(parents=True)
    town.app.settings = msgspec.structs.replace(town.app.settings, mail_replies=folder)
    for person in ("Ann", "Ben"):
        town.person(person)
    alert = town.duty_officer.issues_alert(to=["Ann", "Ben"])
    its_id = town.phone("Ann").last_call.id
    town.forgets("Ann")
    (folder / "new" / "1").write_bytes(letter_from(town, "Ann", "We are at my aunt's", its_id))
    (folder / "new" / "2").write_bytes(letter_from(town, "Ben", "help!", town.phone("Ben").last_call.id))
    town.app.read_replies()
    town.work()
    assert said(town, alert) == [("Ben", AnswerKind.NEED_HELP, Heard.MAIL_UNPROVEN)]
    assert kept(town) == []
    assert not list((folder / "new").iterdir())


def test_a_letter_that_cannot_be_taken_in_is_set_aside_and_told_until_somebody_has_looked(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "replies"
    for name in ("new", "cur"):
        (folder / name).mkdir(parents=True)
    town.app.settings = msgspec.structs.replace(town.app.settings, mail_replies=folder)
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    its_id = town.phone("Ann").last_call.id
    (folder / "new" / "1").write_bytes(letter_from(town, "Ann", "safe", its_id))
    with monkeypatch.context() as broken:
        broken.setattr(type(town.app.store), "take_reply", lambda *_, **__: 1 / 0)
        with pytest.raises(Broken, match="could not be taken in: 1"):
            town.app.read_replies()
    with pytest.raises(Broken, match="could not be taken in: 1"):
        town.app.read_replies()
    (folder / "aside" / "1").rename(folder / "new" / "1")
    town.app.read_replies()
    town.work()
    assert [one.words for one in kept(town)] == ["safe"]
    assert said(town, alert) == []


def test_what_somebody_writes_to_a_headcount_is_counted(town: Town) -> None:
    town.person("Ann")
    headcount = asks(town, to=["Ann"])
    replies_to_last(town, "Ann", "help! trapped")
    assert count(town, headcount) == as_counted(1, need_help=1)
    assert town.watches(headcount, "help")
    town.reconcile()


def test_what_answers_a_headcount_is_not_put_on_an_older_alert(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=1)
    headcount = asks(town, follows=alert)
    replies_to_last(town, "Ann", "help! trapped")
    assert count(town, headcount) == as_counted(1, need_help=1)
    assert said(town, alert) == []
    town.reconcile()


# ---- levels, and messages of ours that are no warning


def test_what_somebody_writes_to_a_level_is_an_answer_and_a_plea_rings(town: Town) -> None:
    town.person("Ann")
    level = town.sets_level("FR", 4, persons=(town.id("Ann"),))
    assert replies_to_last(town, "Ann", "HELP, we are trapped")
    assert said(town, level) == [("Ann", AnswerKind.NEED_HELP, Heard.MAIL)]
    assert [watch.of for watch in town.watches(level, "help")] == [town.id("Ann")]
    town.reconcile()


def test_what_answers_a_level_is_not_put_on_an_older_alert(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=1)
    level = town.sets_level("FR", 4, persons=(town.id("Ann"),))
    replies_to_last(town, "Ann", "received")
    assert said(town, alert) == []
    assert said(town, level) == [("Ann", AnswerKind.RECEIVED, Heard.MAIL)]


def test_what_answers_an_extension_is_about_its_alert_whatever_came_after(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.decides(alert, "extend", hours=80)
    town.work()
    extended = town.phone("Ann").last_call.id
    town.pass_time(minutes=1)
    later = town.duty_officer.issues_alert(to=["Ann"])
    writes(town, "safe", parcels=(extended,))
    assert said(town, alert) == [("Ann", AnswerKind.SAFE, Heard.MAIL)]
    assert said(town, later) == []


def test_what_answers_a_retraction_is_about_its_alert(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.retracts(alert)
    taken_back = town.phone("Ann").last_call.id
    town.pass_time(minutes=1)
    later = town.duty_officer.issues_alert(to=["Ann"])
    writes(town, "received", parcels=(taken_back,))
    assert said(town, later) == []
    assert said(town, alert) == [("Ann", AnswerKind.RECEIVED, Heard.MAIL)]


def test_what_answers_a_call_to_one_of_ours_ends_no_silence_of_theirs(town: Town) -> None:
    """The deputy was warned too, and says "ok" to a call about somebody else: that answers no warning."""
    town.person("Ann")
    town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=16)
    called = town.phone("the deputy").last_call.id
    own = town.duty_officer.issues_alert(to=["the deputy"])
    assert writes(town, "ok", address="the deputy", parcels=(called,))
    assert said(town, own) == []
    assert [(one.words, one.why) for one in kept(town)] == [("ok", WhyKept.NO_WARNING)]
    assert writes(town, "help, we are trapped", address="the deputy", parcels=(called,))
    assert [kind for _, kind, _ in said(town, own)] == [AnswerKind.NEED_HELP], "a plea is heard all the same"
    town.reconcile()


def test_what_answers_a_call_is_kept_though_nothing_else_went_there(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=16)
    assert writes(town, "trapped in the lift", address="the deputy", parcels=(town.phone("the deputy").last_call.id,))
    (one,) = kept(town)
    assert (one.words, one.why, one.person) == ("trapped in the lift", WhyKept.NO_WARNING, town.id("the deputy"))
    assert [watch.of for watch in town.watches(alert, "help")] == [town.id("the deputy")]
    town.reconcile()


# ---- pleas of who was told of no warning


def pleas(town: Town) -> list[Watch]:
    with town.app.store.look() as look:
        return look.all(Watch, why="plea", order="opened_at")


def asked_for_a_link(town: Town, *addresses: str) -> list[str]:
    """Let strangers have a link sent; return by which parcels it went."""
    for one in addresses:
        enrol.ask(
            town.house, "mail", one, language="en", wording="Warn me.", exercise=True,
            command=town.name_next("ask"), now=town.now,
        )  # fmt: skip
    town.work()
    return [call.id for call in town.lines.calls if call.message.kind == link.KIND]


def test_a_plea_of_who_was_told_of_no_warning_calls_every_duty_officer_until_one_takes_it_on(town: Town) -> None:
    town.person("the night officer", roles=(Role.DUTY_OFFICER,))
    town.person("the clerk", roles=(Role.ADMINISTRATOR,))
    (parcel,) = asked_for_a_link(town, "ann@x.example")
    officers = ("the duty officer", "the night officer")
    for _ in range(3):  # said again, it is one thing to be called about
        writes(town, "HELP, we are trapped", address="ann@x.example", parcels=(parcel,))
    (watch,) = pleas(town)
    assert (watch.exercise, watch.of) == (True, kept(town)[0].person)
    assert watch.warning in {one.id for one in kept(town)}
    assert [len(town.phone(one).calls) for one in (*officers, "the clerk")] == [1, 1, 0]
    said = town.phone("the night officer").last_call.message
    assert said.subject == "Someone asks for help who was told of no warning lately. Look under Replies."
    assert said.lines[-1].endswith(f"/desk/replies#r-{watch.warning}")
    assert "trapped" not in str(said.lines)
    town.pass_time(minutes=16)
    assert [len(town.phone(one).calls) for one in (*officers, "the clerk")] == [2, 2, 1]
    accept_watch(town.house, watch.id, by=town.duty_officer.id, command="mine", now=town.now)
    town.pass_time(hours=2)
    assert [len(town.phone(one).calls) for one in (*officers, "the clerk")] == [2, 2, 1]
    for number, one in enumerate(kept(town)):
        assert pleas(town)[0].settled_at is None, "each of them is to be read"
        decide_reply(town.house, one.id, by=town.duty_officer.id, command=f"read {number}", now=town.now)
    assert pleas(town)[0].settled_how == "read"
    town.reconcile()


def test_where_there_is_no_duty_officer_the_administrators_are_called_about_a_plea_at_once(town: Town) -> None:
    town.person("the clerk", roles=(Role.ADMINISTRATOR,))
    for one in ("the duty officer", "the deputy"):
        town.forgets(one)
    (parcel,) = asked_for_a_link(town, "ann@x.example")
    writes(town, "HELP", address="ann@x.example", parcels=(parcel,))
    assert len(town.phone("the clerk").calls) == 1
    town.reconcile()


def test_about_the_pleas_of_very_many_strangers_somebody_is_called_one_by_one_and_then_together(town: Town) -> None:
    parcels = asked_for_a_link(town, *(f"{number}@x.example" for number in range(ONE_BY_ONE + 3)))
    for number, parcel in enumerate(parcels):
        writes(town, "HELP", address=f"{number}@x.example", parcels=(parcel,))
    found = pleas(town)
    assert len(found) == ONE_BY_ONE + 1
    (together,) = [one for one in found if one.of == one.warning]
    for number, one in enumerate(kept(town)):
        assert {watch.settled_at for watch in pleas(town) if watch.id == together.id} == {None}
        decide_reply(town.house, one.id, by=town.duty_officer.id, command=f"read {number}", now=town.now)
    assert {watch.settled_how for watch in pleas(town)} == {"read"}
    town.reconcile()


def test_a_plea_that_answers_a_call_about_a_case_calls_every_duty_officer(town: Town) -> None:
    town.person("the clerk", roles=(Role.DUTY_OFFICER,))
    town.case()
    town.pass_time(days=8)  # the next step of a case nears, and its owner is called about that
    owner = next(one for one in ("the watch officer", "the duty officer") if town.phone(one).calls)
    writes(town, "help!", address=owner, parcels=(town.phone(owner).last_call.id,))
    assert [watch.of for watch in pleas(town)] == [town.id(owner)]
    assert town.phone("the clerk").last_call.about == owner
    town.reconcile()


# ---- several warnings, several people


def test_without_a_reference_it_is_about_the_latest_warning_of_the_case(town: Town) -> None:
    """GoAlert: twiliosmsreplylast."""
    town.person("Ann")
    first = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=1)
    second = town.duty_officer.issues_alert(to=["Ann"])
    writes(town, "help", channel="mail")
    assert said(town, first) == []
    assert [kind for _, kind, _ in said(town, second)] == [AnswerKind.NEED_HELP]


def test_a_reference_leads_to_its_own_warning_whatever_came_after(town: Town) -> None:
    """GoAlert: twiliosmsreplycode."""
    town.person("Ann")
    first = town.duty_officer.issues_alert(to=["Ann"])
    its_id = town.phone("Ann").last_call.id
    town.pass_time(minutes=1)
    second = town.duty_officer.issues_alert(to=["Ann"])
    writes(town, "safe", parcels=(its_id,))
    assert [kind for _, kind, _ in said(town, first)] == [AnswerKind.SAFE]
    assert said(town, second) == []


def test_after_its_end_an_answer_is_taken_all_the_same(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=1)
    its_id = town.phone("Ann").last_call.id
    town.pass_time(hours=5)
    writes(town, "safe", parcels=(its_id,))
    assert [kind for _, kind, _ in said(town, alert)] == [AnswerKind.SAFE]
    town.reconcile()


def test_of_two_at_one_address_nobody_is_guessed_and_both_are_helped(town: Town) -> None:
    for person in ("Ann", "Ben"):
        town.person(person, reached=False)
        contact = ContactAdded(
            subject=town.id(f"{person}'s letters"),
            occurred_at=town.now,
            person=town.id(person),
            channel="mail",
            address="home",
        )
        town.says(contact)
    alert = town.duty_officer.issues_alert(to=["Ann", "Ben"])
    writes(town, "safe", address="home")
    assert said(town, alert) == []
    (one,) = kept(town)
    assert one.why is WhyKept.WHO
    assert {one.person, *one.others} == {town.id("Ann"), town.id("Ben")}
    writes(town, "help!", address="HOME")
    assert {name for name, kind, _ in said(town, alert) if kind is AnswerKind.NEED_HELP} == {"Ann", "Ben"}
    town.reconcile()


def at_one_address(town: Town, *people: str) -> None:
    for person in people:
        town.person(person, reached=False)
        contact = ContactAdded(
            subject=town.id(f"{person}'s letters"),
            occurred_at=town.now,
            person=town.id(person),
            channel="mail",
            address="home",
        )
        town.says(contact)


def test_whose_answer_it_is_is_chosen_by_whoever_reads_it(town: Town) -> None:
    at_one_address(town, "Ann", "Ben")
    alert = town.duty_officer.issues_alert(to=["Ann", "Ben"])
    writes(town, "safe", address="home")
    (one,) = kept(town)
    by = town.watch_officer.id

    def read(command: str, person: str | None = None) -> None:
        safe, now = AnswerKind.SAFE, town.now
        decide_reply(
            town.house, one.id, warning=town.id(alert), answer=safe, person=person, by=by, command=command, now=now
        )

    with pytest.raises(Refused, match="Say whose answer it is"):
        read("nobody")
    with pytest.raises(Refused, match="did not go to that person"):
        read("another", by)
    (other,) = one.others
    read("chosen", other)
    town.work()
    assert said(town, alert) == [(town.named(other), AnswerKind.SAFE, Heard.MAIL_UNPROVEN)]
    assert answers(town, alert)[0].words == "safe"
    town.reconcile()


def test_with_two_cases_and_two_at_one_address_help_is_heard_for_each_pair(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_one_address(town, "Ann", "Ben")
    first = town.duty_officer.issues_alert(to=["Ann", "Ben"])
    opened = ThreatOpened(
        subject=town.id("the mill"), occurred_at=town.now, title="The mill", zone="Europe/Brussels",
        owner=town.duty_officer.id, exercise=True,
    )  # fmt: skip
    town.says(opened)
    monkeypatch.setattr(town, "case", lambda: "the mill")
    second = town.duty_officer.issues_alert(to=["Ann", "Ben"])
    writes(town, "safe", address="home")
    (one,) = kept(town)
    assert one.why is WhyKept.WHICH_WARNING
    assert {one.person, *one.others} == {town.id("Ann"), town.id("Ben")}
    writes(town, "help!", address="home")
    for alert in (first, second):
        assert sorted(said(town, alert)) == [
            (name, AnswerKind.NEED_HELP, Heard.MAIL_UNPROVEN) for name in ("Ann", "Ben")
        ]
    town.reconcile()


# ---- several acknowledgements


def test_each_of_several_acknowledges_for_themselves(town: Town) -> None:
    """GoAlert: multiack, and the wish of its users that the first answer of one silences no other (PR 4545)."""
    for person in ("Ann", "Ben", "Cob"):
        town.person(person)
    alert = town.duty_officer.issues_alert(to=["Ann", "Ben", "Cob"])
    replies_to_last(town, "Ann", "safe")
    town.answers("Ben", alert, "received")
    town.pass_time(minutes=16)
    rung = {town.phone(one).last_call.about for one in ("the deputy",)}
    assert rung == {"Cob"}
    replies_to_last(town, "Cob", "1")
    town.pass_time(hours=3)
    assert len(town.phone("the deputy").calls) == 1
    assert [who for who, _, _ in said(town, alert)] == ["Ann", "Ben", "Cob"]
    town.reconcile()


def test_acknowledged_twice_by_two_ways_it_is_heard_twice_and_settled_once(town: Town) -> None:
    """GoAlert: multiack: a second acknowledgement of the same alert is no error."""
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.answers("Ann", alert, "received")
    replies_to_last(town, "Ann", "ok")
    assert [heard for _, _, heard in said(town, alert)] == [Heard.LINK, Heard.MAIL]
    (watch,) = town.watches(alert, "silence")
    assert watch.settled_how == "answered"
    town.reconcile()
