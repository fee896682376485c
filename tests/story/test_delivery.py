"""Promise 1: no warning is lost. It is sent, or its failure is on a person's screen."""

from tocsin.basis.marking import Mark
from tocsin.store.log import Recipient
from tocsin.testing.town import Town


def places(town: Town, warning: str) -> list[tuple[Recipient, str]]:
    with town.app.store.look() as look:
        return [
            (recipient, look.stands(batch.id)[recipient.position].value)
            for batch in look.batches(town.id(warning))
            if batch.errand == "warning"
            for recipient in look.recipients(batch.id)
        ]


def test_a_line_that_is_down_is_tried_again_under_the_same_id(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=3)
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert [stands for _, stands in places(town, alert)] == ["failed"]
    town.pass_time(minutes=10)
    assert [stands for _, stands in places(town, alert)] == ["accepted"]
    assert len({call.id for call in town.phone("Ann").calls}) == 1


def test_what_fails_for_good_rings_a_person(town: Town) -> None:
    town.person("Ann")
    town.lines.refuses("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert [stands for _, stands in places(town, alert)] == ["dead"]
    assert [watch.why.value for watch in town.watches(alert) if watch.rings] == ["failure"]


def test_whoever_cannot_be_reached_at_all_rings_a_person(town: Town) -> None:
    town.person("the hermit", reached=False)
    alert = town.duty_officer.issues_alert(to=["the hermit"])
    assert [watch.why.value for watch in town.watches(alert) if watch.rings] == ["failure"]


def test_a_warning_past_its_end_is_not_sent_any_more(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=100)
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=1)
    town.pass_time(hours=2)
    assert town.phone("Ann").calls == []
    assert [stands for _, stands in places(town, alert)] == ["dead"]


def test_someone_named_twice_hears_once(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    town.duty_officer.issues_alert(to=["Ann"], groups=["the street"])
    assert len(town.phone("Ann").calls) == 1


def test_an_exercise_says_so_in_everything_that_leaves(town: Town) -> None:
    town.person("Ann")
    town.duty_officer.issues_alert(to=["Ann"], hours=1)
    town.pass_time(hours=2)
    assert town.lines.calls
    assert all(call.message.exercise for call in town.lines.calls)


def test_a_red_notice_says_nothing_in_the_mail(town: Town) -> None:
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller", what="The sluice keeper", mark=Mark.RED)
    message = town.phone("the miller").last_call.message
    assert "sluice" not in " ".join([message.subject, *message.lines])
    assert message.answer_url.startswith("http://town.example/a/")
