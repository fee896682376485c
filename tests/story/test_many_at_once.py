"""Very many call for the same at once: somebody is rung about the first few each, and about all the others once."""

from tocsin.flow.answer.silence import ONE_BY_ONE
from tocsin.store.log import LinkAnswer
from tocsin.testing.town import Town


def answer(town: Town, alert: str, people: list[str], kind: str) -> None:
    with town.app.store.look() as look:
        rows = look.rows_of(town.id(alert))
    town.app.store.add_answers([LinkAnswer(row=rows[town.id(one)], answer=kind, at=town.now) for one in people])
    town.work()


def test_a_street_that_needs_help_rings_nobody_a_hundred_times(town: Town) -> None:
    street = [f"person {n}" for n in range(40)]
    town.group("the street", street)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    answer(town, alert, street[:30], "need_help")
    watches = town.watches(alert, "help")
    assert len(watches) == ONE_BY_ONE + 1
    assert [watch.of for watch in watches].count(town.id(alert)) == 1
    answer(town, alert, street[30:35], "need_help")
    assert len(town.watches(alert, "help")) == ONE_BY_ONE + 1
    town.deputy.takes_on(alert, "help")
    answer(town, alert, street[35:], "need_help")  # whoever took on the others has not heard of these
    assert len(town.watches(alert, "help")) == ONE_BY_ONE + 1 + 5


def test_many_who_are_told_in_confidence_are_waited_for_together_and_each_institution_alone(town: Town) -> None:
    soldiers = [town.person(f"soldier {n}") for n in range(ONE_BY_ONE + 1)]
    town.institution("the waterways")
    notice = town.duty_officer.issues_notice(*soldiers, "the waterways", hours=None)
    town.pass_time(minutes=16)
    silent = town.watches(notice, "silence")
    assert {watch.of for watch in silent} == {town.id("the waterways"), town.id(notice)}
    assert len(town.phone("the deputy").calls) == 2
    assert [town.named(knock.recipient) for knock in town.dealings(notice).knocks] == ["the waterways"]
    answer(town, notice, soldiers[1:], "received")
    assert [watch.settled_how for watch in town.watches(notice, "silence")] == ["", ""]
    answer(town, notice, soldiers[:1], "received")
    settled = {watch.of: watch.settled_how for watch in town.watches(notice, "silence")}
    assert settled == {town.id("the waterways"): "", town.id(notice): "answered"}
    town.reconcile()


def test_a_dozen_who_are_told_in_confidence_are_waited_for_each_alone(town: Town) -> None:
    soldiers = [town.person(f"soldier {n}") for n in range(ONE_BY_ONE)]
    notice = town.duty_officer.issues_notice(*soldiers, hours=None)
    assert {watch.of for watch in town.watches(notice, "silence")} == {town.id(one) for one in soldiers}


def test_whoever_was_addressed_by_name_is_never_one_of_many(town: Town) -> None:
    street = [f"person {n}" for n in range(20)]
    town.group("the street", street)
    town.person("the mayor")
    alert = town.duty_officer.issues_alert(to=["the mayor"], groups=["the street"])
    answer(town, alert, street, "disputed")
    answer(town, alert, ["the mayor"], "dismissed")
    assert town.id("the mayor") in {watch.of for watch in town.watches(alert, "denial")}
