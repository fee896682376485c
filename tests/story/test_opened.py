"""A secret is kept, and when the time has come it is shown, provably, by two people."""

import pytest

from tocsin.basis.errors import Refused, Unreachable
from tocsin.record import read_proof_file, verify_proof
from tocsin.testing.town import Town


def test_this_was_told_on_that_day_can_be_shown_years_later(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", what="The bridge may fall on Thursday")
    told_at = town.now
    town.pass_time(hours=1)
    town.duty_officer.takes_on(notice, "silence")

    town.watch_officer.proposes_opening(notice, "what")
    town.duty_officer.opens(notice)

    found = verify_proof(town.proof_of(notice, "what"), town.policy, now=town.now)
    assert found.problems == []
    assert found.shown["tear_line.what"] == "The bridge may fall on Thursday"
    assert found.shown["fact.kind"] == "NoticeSent"
    assert found.shown["fact.occurred_at"] == told_at.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    assert found.sealed_at is not None
    assert found.sealed_at > told_at


def test_what_was_not_opened_stays_unsaid(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", what="The bridge may fall")
    town.pass_time(hours=1)
    town.duty_officer.takes_on(notice, "silence")
    town.watch_officer.proposes_opening(notice, "mark")
    town.duty_officer.opens(notice)
    proof = read_proof_file(town.proof_of(notice))
    assert proof.extra is not None
    assert b"The bridge may fall" not in proof.extra
    assert b"Keep off" not in proof.extra
    with pytest.raises(Refused, match="what has not been opened"):
        town.proof_of(notice, "what")


def test_a_sealed_notice_can_be_shown_to_exist_and_no_more(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    with pytest.raises(Unreachable, match="waits for the next seal, at 09:00 UTC"):
        town.proof_of(notice)
    town.pass_time(hours=1)
    town.duty_officer.takes_on(notice, "silence")
    found = verify_proof(town.proof_of(notice), town.policy, now=town.now)
    assert found.problems == []
    assert found.shown == {}
    assert found.sealed_at is not None


def test_one_person_alone_opens_nothing(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    town.pass_time(hours=1)
    town.duty_officer.takes_on(notice, "silence")
    with pytest.raises(Refused, match="Nobody has proposed"):
        town.duty_officer.opens(notice)
    town.duty_officer.proposes_opening(notice, "what")
    with pytest.raises(Refused, match="Another person must open it"):
        town.duty_officer.opens(notice)
    with pytest.raises(Refused, match="no field 'sources'"):
        town.watch_officer.proposes_opening(notice, "sources")
    town.watch_officer.opens(notice)
    assert verify_proof(town.proof_of(notice), town.policy, now=town.now).ok


def test_whoever_the_grounds_came_from_agrees_first(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", originators=["the upstream village"])
    town.pass_time(hours=1)
    town.duty_officer.takes_on(notice, "silence")
    town.watch_officer.proposes_opening(notice, "what", "where")
    with pytest.raises(Refused, match="the upstream village must agree"):
        town.duty_officer.opens(notice)
    with pytest.raises(Refused, match="came from the upstream village, not from the abbey"):
        town.watch_officer.records_consent(notice, "the abbey")
    town.watch_officer.records_consent(notice, "the upstream village")
    town.duty_officer.opens(notice)
    assert verify_proof(town.proof_of(notice, "what"), town.policy, now=town.now).ok


def test_the_record_says_that_something_was_opened_and_not_what(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    town.pass_time(hours=1)
    town.duty_officer.takes_on(notice, "silence")
    town.watch_officer.proposes_opening(notice, "what")
    town.duty_officer.opens(notice)
    town.publish()
    entries = [bytes(entry) for entry in town.app.store.entries(0, 1_000)]
    opened = [entry for entry in entries if b"NoticeOpened" in entry]
    assert len(opened) == 1
    assert town.id(notice).encode() not in b"".join(entries)


def test_each_recipient_proves_alone_what_came_to_them_and_what_they_said(town: Town) -> None:
    names = [f"person {n}" for n in range(12)]
    town.group("the street", names)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    for name in names:
        town.answers(name, alert, "safe")
    town.pass_time(hours=1)
    proofs = {name: town.receipt_of(name, alert) for name in names}
    for name, proof in proofs.items():
        found = verify_proof(proof, town.policy, now=town.now)
        assert found.problems == []
        assert found.receipt is not None
        assert (found.receipt["stands"], found.receipt["warning"]) == ("accepted", town.id(alert))
        assert found.receipt["delivery"] == town.phone(name).last_call.id
    assert len({len(proof) // 100 for proof in proofs.values()}) == 1, "a proof's length tells nothing of its place"
    found = verify_proof(town.answer_proof_of("person 3", alert), town.policy, now=town.now)
    assert found.receipt is not None
    assert found.receipt["answer"] == "safe"


def test_a_forgotten_recipient_proves_nothing_and_disturbs_no_other_proof(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    alert = town.duty_officer.issues_alert(groups=["the street"])
    for name in ("Ann", "Ben"):
        town.answers(name, alert, "safe")
    town.pass_time(hours=1)
    kept = town.receipt_of("Ann", alert)
    town.forgets("Ann")
    with pytest.raises(Refused, match="forgotten"):
        town.receipt_of("Ann", alert)
    assert verify_proof(kept, town.policy, now=town.now).ok, "what they took with them is theirs"
    assert verify_proof(town.receipt_of("Ben", alert), town.policy, now=town.now).ok


def test_a_key_gives_way_to_the_next_with_both_signing_in_between(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    before = town.policy
    town.pass_time(minutes=1)  # keys stand in the order in which they were added
    town.rotates_key()
    both = town.proof_of(alert)
    assert verify_proof(both, before).ok
    assert verify_proof(both, b"log " + town.app.store.vkeys()[1].encode() + b"\nquorum none\n").ok
    town.retires_key()
    town.sets_level("BE", 3)
    after = town.proof_of(alert)
    assert not verify_proof(after, before).ok
    assert verify_proof(after, b"log " + town.app.store.vkeys()[1].encode() + b"\nquorum none\n").ok
    kinds = [entry for entry in town.app.store.entries(0, 1_000) if b"RecordKey" in entry]
    assert [b"RecordKeyAdded" in entry for entry in kinds] == [True, True, False]
