"""A notice is opened at the desk by two of its readers, and whoever is none of them does not even learn of it."""

from datetime import timedelta

from tests.web.installation import Browser, Installation
from tocsin.basis.marking import Mark, Role
from tocsin.record import verify_proof


def sealed(town: Installation) -> str:
    """Send a notice, and let an hour pass."""
    notice = town.notice(mark=Mark.RED)
    town.clock.set(town.clock.now() + timedelta(hours=1))
    town.work()
    town.publisher.publish(town.clock.now())
    return notice


def officer(town: Installation, name: str) -> Browser:
    browser = Browser(town.site)
    assert browser.sign_in(name).status_code == 303
    return browser


def step(browser: Browser, notice: str, **form: str) -> int:
    place = f"/desk/warnings/{notice}"
    return browser.post(f"{place}/opening", {"_csrf_token": browser.csrf(place), **form}).status_code


def test_two_readers_open_a_notice_and_the_proof_can_be_taken_away(town: Installation) -> None:
    notice = sealed(town)
    watch, duty = officer(town, "watch"), officer(town, "duty")
    assert step(watch, notice, step="propose", field_where="1", words="They say otherwise") == 303
    assert "another person opens it" in watch.get(f"/desk/warnings/{notice}").text
    assert step(watch, notice, step="open") == 409
    assert "Open what is proposed" in duty.get(f"/desk/warnings/{notice}").text
    assert step(duty, notice, step="open", field_what="1") == 409
    assert step(duty, notice, step="open", field_where="1") == 303
    town.publisher.publish(town.clock.now())
    reply = duty.get(f"/desk/warnings/{notice}/proof")
    assert reply.headers["content-disposition"] == f'attachment; filename="{notice}.tlog-proof"'
    policy = f"log {town.store.verifier_key}\nquorum none\n".encode()
    found = verify_proof(reply.content, policy, now=town.clock.now())
    assert found.problems == []
    assert found.shown["tear_line.where"] == "At the mill"
    assert "tear_line.what" not in found.shown


def test_who_is_no_reader_finds_neither_the_form_nor_the_proof(town: Installation) -> None:
    notice = sealed(town)
    town.person("Other Olm", Role.DUTY_OFFICER, cleared_to=Mark.RED)
    other = officer(town, "other")
    assert other.get(f"/desk/warnings/{notice}/proof").status_code == 404
    token = other.csrf("/desk")
    form = {"_csrf_token": token, "step": "propose", "field_what": "1", "words": "Why not"}
    assert other.post(f"/desk/warnings/{notice}/opening", form).status_code == 404


def test_an_auditor_takes_no_step_and_a_form_that_makes_no_sense_is_refused(town: Installation) -> None:
    notice = sealed(town)
    watch = officer(town, "watch")
    for form, status in (
        ({"step": "propose", "words": "They say otherwise"}, 409),
        ({"step": "propose", "field_what": "1"}, 409),
        ({"step": "close"}, 400),
        ({"step": "open"}, 409),
    ):
        assert step(watch, notice, **form) == status, form
    town.person("Audit Ant", Role.AUDITOR, cleared_to=Mark.AMBER)
    ant = officer(town, "audit")
    reply = ant.post(f"/desk/warnings/{notice}/opening", {"_csrf_token": ant.csrf("/desk"), "step": "open"})
    assert reply.status_code == 403


def test_before_the_seal_there_is_nothing_to_prove_and_the_page_says_when(town: Installation) -> None:
    town.alert()
    notice = town.notice()
    town.publisher.publish(town.clock.now())
    reply = officer(town, "watch").get(f"/desk/warnings/{notice}/proof")
    assert reply.status_code == 409
    assert "waits for the next seal" in reply.text
