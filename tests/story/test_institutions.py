"""Institutions: told contact by contact, they hand on, ask, speak in public and read back; nothing of it ends a warning."""

from datetime import timedelta

import pytest

from tocsin.answer.facts import WatchOpened
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.flow.delivery.deliver import failure_watch
from tocsin.testing.town import Town
from tocsin.warning.notice.state import Notice


def waterways(town: Town, *line: str, patience: timedelta = timedelta(hours=1)) -> str:
    """Let there be the waterways board, with people there who are told one after the other."""
    for contact in line:
        town.person(contact)
    return town.institution("the waterways", line=line, reached=False, patience=patience)


# ---- told contact by contact


def test_a_warning_to_an_institution_goes_to_its_first_contact(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    notice = town.duty_officer.issues_notice(to=board)
    assert [len(town.phone(who).calls) for who in ("Rees", "Holm")] == [1, 0]
    assert town.watches(notice, "silence")[0].of == town.id(board)


def test_silence_of_the_first_contact_tells_the_next(town: Town) -> None:
    board = waterways(town, "Rees", "Holm", "Aske")
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(minutes=59)
    assert town.phone("Holm").calls == []
    town.pass_time(minutes=1)
    assert [len(town.phone(who).calls) for who in ("Rees", "Holm", "Aske")] == [1, 1, 0]
    town.pass_time(hours=3)
    assert [len(town.phone(who).calls) for who in ("Rees", "Holm", "Aske")] == [1, 1, 1]
    assert town.approach(notice).ended_how == "end_of_line"


def test_an_answer_of_any_contact_is_the_institutions_and_tells_nobody_else(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    notice = town.duty_officer.issues_notice(to=board)
    town.answers("Rees", notice, "acting")
    town.pass_time(days=1)
    assert town.phone("Holm").calls == []
    assert [(watch.settled_how, watch.rings) for watch in town.watches(notice, "silence")] == [("answered", ())]
    assert town.approach(notice).ended_how == "heard"


def test_a_contact_who_cannot_be_reached_is_passed_over_at_once(town: Town) -> None:
    town.person("Rees", reached=False)
    town.person("Holm")
    board = town.institution("the waterways", line=("Rees", "Holm"), reached=False)
    town.duty_officer.issues_notice(to=board)
    assert len(town.phone("Holm").calls) == 1


def test_a_contact_whose_line_is_dead_gives_way_to_the_next_and_nobody_is_rung_about_it(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    town.lines.refuses("Rees")
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(minutes=1)
    assert len(town.phone("Holm").calls) == 1
    assert town.watches(notice, "failure") == []


def test_when_nobody_in_line_can_be_reached_a_person_hears_of_it(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    town.lines.refuses("Rees")
    town.lines.refuses("Holm")
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(minutes=1)
    assert len(town.watches(notice, "failure")) == 1


def test_the_institutions_own_address_comes_last(town: Town) -> None:
    town.person("Rees")
    board = town.institution("the waterways", line=("Rees",))
    town.duty_officer.issues_notice(to=board)
    assert town.phone(board).calls == []
    town.pass_time(hours=1)
    assert len(town.phone(board).calls) == 1


def test_nobody_else_in_line_is_told_of_what_is_over(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    notice = town.duty_officer.issues_notice(to=board)
    town.duty_officer.decides(notice, "stand_down")
    town.pass_time(days=1)
    assert town.phone("Holm").calls == []
    assert town.approach(notice).ended_how == "over"


def test_every_contact_who_was_told_is_told_that_it_was_false(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(hours=1)
    town.duty_officer.retracts(notice)
    assert [town.phone(who).last_call.message.kind for who in ("Rees", "Holm")] == ["retraction", "retraction"]


def test_whoever_is_told_anyway_is_not_told_twice(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    alert = town.duty_officer.issues_alert(to=["Rees", board])
    assert [len(town.phone(who).calls) for who in ("Rees", "Holm")] == [1, 1]
    town.answers("Rees", alert, "received")
    still = [town.named(watch.of) for watch in town.watches(alert, "silence") if watch.settled_at is None]
    assert still == [board], "the first answer of one recipient silences no other"


def test_nothing_hangs_loose_while_an_institution_is_told_down_its_line(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    town.duty_officer.issues_notice(to=board)
    assert town.app.watchdog.check_anew(town.now).ends == ()
    town.clock.advance(timedelta(hours=2))
    late = {end.kind.value for end in town.app.watchdog.check_anew(town.now).ends}
    assert "turn_late" in late
    town.work()
    town.pass_time(minutes=1)
    assert town.app.watchdog.check_anew(town.now).ends == ()


# ---- handing on, and asking


def test_whoever_it_is_handed_on_to_is_waited_for(town: Town) -> None:
    board = waterways(town, "Rees")
    notice = town.duty_officer.issues_notice(to=board)
    town.person("the lock keeper")
    town.watch_officer.notes_handing(board, notice, "the lock keeper")
    silent = {town.named(w.of): w.settled_how for w in town.watches(notice, "silence")}
    assert silent == {board: "answered", "the lock keeper": ""}
    town.pass_time(minutes=15)
    assert town.phone("the deputy").last_call.about == "the lock keeper"
    assert town.phone("the lock keeper").calls == [], "the board told them, not we"


def test_a_duty_officer_may_have_it_sent_to_them_as_well(town: Town) -> None:
    board = waterways(town, "Rees")
    notice = town.duty_officer.issues_notice(to=board)
    town.person("the lock keeper")
    with pytest.raises(Refused, match="for a duty officer to decide"):
        town.watch_officer.notes_handing(board, notice, "the lock keeper", told=True)
    town.duty_officer.notes_handing(board, notice, "the lock keeper", told=True)
    assert len(town.phone("the lock keeper").calls) == 1
    town.answers("the lock keeper", notice, "acting")
    assert {w.settled_how for w in town.watches(notice, "silence")} == {"answered"}


def test_somebody_unknown_is_waited_for_by_their_name(town: Town) -> None:
    board = waterways(town, "Rees")
    notice = town.duty_officer.issues_notice(to=board)
    town.watch_officer.notes_handing(board, notice, "the night shift", unknown=True)
    assert [town.named(w.of) for w in town.watches(notice, "silence") if w.settled_at is None] == ["the night shift"]
    with pytest.raises(Refused, match=r"has warning .* already"):
        town.watch_officer.notes_handing(board, notice, "the night shift")


def test_a_question_is_open_until_an_officer_answers_it(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    notice = town.duty_officer.issues_notice(to=board)
    question = town.watch_officer.takes_question(board, notice, "Which pier?")
    assert question.answered_at is None
    town.pass_time(hours=1)
    assert town.phone("Holm").calls == [], "who asks is there"
    town.duty_officer.replies(question, "The northern one")
    assert town.questions(notice)[0].answer == "The northern one"
    with pytest.raises(Refused, match="already"):
        town.duty_officer.replies(question, "The southern one")


# ---- in public


def test_what_an_institution_publishes_is_proposed_and_a_person_attaches_it(town: Town) -> None:
    board = waterways(town, "Rees")
    town.speaks_for("The Waterways Gazette", board)
    notice = town.duty_officer.issues_notice(to=board, hours=None, patience=timedelta(days=30))
    town.pass_time(days=12)
    town.report("Talk of the bridge is scaremongering", by="The Waterways Gazette")
    (proposal,) = town.proposals(notice)
    assert (proposal.stands, proposal.delay_s, proposal.denials) == ("open", 12 * 86_400, ("scare",))
    with town.app.store.look() as look:
        assert look.answers(town.id(notice)) == [], "it is never attached by itself"
    town.watch_officer.attaches(proposal)
    with town.app.store.look() as look:
        (answer,) = look.answers(town.id(notice))
    assert (answer.answer, answer.heard, answer.said_at) == ("dismissed", "public_statement", proposal.said_at)
    assert len(town.watches(notice, "denial")) == 1
    with pytest.raises(Refused, match="already"):
        town.watch_officer.refuses(proposal)


def test_a_person_may_say_that_it_is_none_and_why(town: Town) -> None:
    board = waterways(town, "Rees")
    town.speaks_for("The Waterways Gazette", board)
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(hours=1)
    town.report("Panic buying of boats", by="The Waterways Gazette")
    (proposal,) = town.proposals(notice)
    town.watch_officer.refuses(proposal, "It is about boats")
    assert [(one.stands, one.why) for one in town.proposals(notice)] == [("refused", "It is about boats")]
    assert town.watches(notice, "denial") == []


def test_nothing_else_is_proposed(town: Town) -> None:
    board = waterways(town, "Rees")
    town.speaks_for("The Waterways Gazette", board)
    town.report("All talk of the bridge is a hoax", by="The Waterways Gazette")
    town.pass_time(minutes=1)
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(hours=1)
    town.report("The bridge is a hoax", by="the ferryman")
    town.report("New ferry times", by="The Waterways Gazette")
    assert town.proposals(notice) == ()


def test_what_was_published_before_its_source_was_linked_is_proposed_then(town: Town) -> None:
    board = waterways(town, "Rees")
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(hours=1)
    town.report("The bridge is a hoax", by="The Waterways Gazette")
    assert town.proposals(notice) == ()
    town.speaks_for("The Waterways Gazette", board)
    assert len(town.proposals(notice)) == 1


def test_what_is_linked_to_the_case_is_proposed_without_a_word_of_denial(town: Town) -> None:
    board = waterways(town, "Rees")
    town.speaks_for("The Waterways Gazette", board)
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(hours=1)
    town.report("Of the bridge", by="The Waterways Gazette")
    assert town.proposals(notice) == ()
    town.bears_on_the_case("Of the bridge", "context")
    (proposal,) = town.proposals(notice)
    assert (proposal.of_the_case, proposal.denials) == (True, ())


def test_public_and_private_answers_stand_side_by_side(town: Town) -> None:
    board = waterways(town, "Rees")
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(hours=1)
    town.answers("Rees", notice, "acting")
    town.says_in_public(board, notice, "dismissed", "Scaremongering", ordered="Close the bridge at night")
    with town.app.store.look() as look:
        heard = {(one.answer.value, one.ordered) for one in look.answers(town.id(notice))}
        links = [row.answer for row in look.link_answers(town.id(notice))]
    assert heard == {("dismissed", "Close the bridge at night")}
    assert links == ["acting"]


# ---- read-back


def test_it_counts_as_informed_only_after_it_has_read_the_warning_back(town: Town) -> None:
    board = waterways(town, "Rees")
    notice = town.duty_officer.issues_notice(to=board)
    town.answers("Rees", notice, "received")
    assert town.read_backs(notice) == ()
    with pytest.raises(Refused, match="Missing: when, what it will do"):
        town.watch_officer.takes_read_back(board, notice, when=" ", will_do="")
    given = town.watch_officer.takes_read_back(board, notice)
    assert (given.agrees, given.will_do) == (None, "Close it")
    town.duty_officer.compares(given)
    assert town.read_backs(notice)[0].agrees is True


def test_a_read_back_that_differs_rings_the_owner(town: Town) -> None:
    board = waterways(town, "Rees")
    notice = town.duty_officer.issues_notice(to=board)
    given = town.watch_officer.takes_read_back(board, notice, where="The ford")
    town.duty_officer.compares(given, "where")
    assert town.read_backs(notice)[0].differs == ("where",)
    (watch,) = town.watches(notice, "failure")
    assert [town.named(ring.to) for ring in watch.rings] == ["the duty officer", "the deputy"]
    with pytest.raises(Refused, match="already"):
        town.duty_officer.compares(given)


def misread(town: Town, hours: float | None = None) -> str:
    """Let an institution read a notice back with another place, and an officer see it. Return the notice."""
    board = waterways(town, "Rees")
    notice = town.duty_officer.issues_notice(to=board, hours=hours)
    town.duty_officer.compares(town.watch_officer.takes_read_back(board, notice, where="The ford"), "where")
    return notice


def test_nobody_is_rung_about_a_read_back_any_more_once_it_reads_it_back_right(town: Town) -> None:
    notice = misread(town)
    town.pass_time(minutes=10)
    town.duty_officer.compares(town.watch_officer.takes_read_back("the waterways", notice))
    (watch,) = town.watches(notice, "failure")
    assert watch.settled_at == town.now
    rung = len(watch.rings)
    town.pass_time(hours=5)
    assert [len(one.rings) for one in town.watches(notice, "failure")] == [rung]


def test_a_second_wrong_read_back_rings_nobody_twice(town: Town) -> None:
    notice = misread(town)
    town.duty_officer.compares(town.watch_officer.takes_read_back("the waterways", notice, when="Tomorrow"), "when")
    assert len(town.watches(notice, "failure")) == 1


def test_nobody_is_rung_about_a_read_back_any_more_once_the_warning_is_over(town: Town) -> None:
    notice = misread(town, hours=24)
    town.pass_time(hours=1)
    town.duty_officer.decides(notice, "stand_down")
    (watch,) = town.watches(notice, "failure")
    assert watch.settled_how == "stood_down"


def test_nobody_is_rung_about_a_read_back_any_more_once_its_case_has_ended(town: Town) -> None:
    notice = misread(town)
    town.pass_time(hours=1)
    town.is_judged("nothing")
    town.work()
    (watch,) = town.watches(notice, "failure")
    assert watch.settled_how == "case_ended"


def test_of_a_wrong_read_back_that_nobody_takes_on_is_rung_ever_more_rarely(town: Town) -> None:
    notice = misread(town)
    town.pass_time(days=2)
    (watch,) = town.watches(notice, "failure")
    times = sorted({ring.at for ring in watch.rings})
    assert watch.settled_at is None
    assert times[-1] - times[-2] >= timedelta(hours=6)


def test_a_delivery_that_fails_is_rung_about_beside_a_wrong_read_back(town: Town) -> None:
    notice = misread(town)
    with town.app.store.look() as look:
        facts, _ = failure_watch(town.house, look.get(Notice, town.id(notice)), town.now)
    assert [one.of for one in facts if isinstance(one, WatchOpened)] == [town.id(notice)]


def test_whoever_reads_it_back_is_not_silent(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    notice = town.duty_officer.issues_notice(to=board)
    town.watch_officer.takes_read_back(board, notice)
    town.pass_time(days=1)
    assert [watch.settled_how for watch in town.watches(notice, "silence")] == ["answered"]
    assert town.phone("Holm").calls == []


def test_a_person_is_asked_for_no_read_back(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    with pytest.raises(Refused, match="this is asked of institutions"):
        town.watch_officer.takes_read_back("the miller", notice)
    with pytest.raises(Refused, match="no recipient"):
        town.watch_officer.takes_read_back(town.institution("the abbey"), notice)


def test_a_forgotten_contact_gives_way_to_the_next(town: Town) -> None:
    board = waterways(town, "Rees", "Holm")
    town.forgets("Rees")
    town.duty_officer.issues_notice(to=board)
    assert len(town.phone("Holm").calls) == 1


def test_who_has_a_role_here_may_be_a_contact_too(town: Town) -> None:
    town.person("the warden", roles=(Role.WATCH_OFFICER,))
    board = town.institution("the waterways", line=("the warden",), reached=False)
    town.duty_officer.issues_notice(to=board)
    assert town.phone("the warden").last_call.message.kind == "notice"
