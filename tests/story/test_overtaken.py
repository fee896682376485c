"""Two do something at once, and what one has decided on is no longer so: it is refused, looked at again, and comes out right."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.story.test_deadlines import deadlines, leap, reviews
from tocsin.basis.errors import Refused
from tocsin.flow import tend, work
from tocsin.flow.answer import knocked
from tocsin.flow.delivery.echo import mark_wrong
from tocsin.flow.report import receive
from tocsin.flow.warning.deadlines import keep_sealed, mind_deadline, mind_opened, set_deadlines
from tocsin.people.facts import ContactChanged, PersonAdded, PersonKind
from tocsin.people.state import Contact, Person
from tocsin.testing.town import Town
from tocsin.warning.statement.state import StatementDraft
from tocsin.warning.window import WindowStands

NO_ERRAND = 0


class Slow:
    """A thread that has decided, and is held up before it commits; meanwhile somebody else does something."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        self._store = town.app.store
        self._patch = monkeypatch
        self._commit = self._store.commit
        self.refused: Refused | None = None

    def overtaken(self, slow: Callable[[], Any], fast: Callable[[], Any]) -> "Slow":
        decided, done = threading.Event(), threading.Event()

        def commit(*args: Any, **named: Any) -> Any:
            if threading.current_thread() is thread and not done.is_set():
                decided.set()
                assert done.wait(60)
            return self._commit(*args, **named)

        def run() -> None:
            try:
                slow()
            except Refused as refused:
                self.refused = refused
            finally:
                decided.set()

        thread = threading.Thread(target=run)
        with self._patch.context() as patch:
            patch.setattr(self._store, "commit", commit)
            thread.start()
            assert decided.wait(60)
            try:
                fast()
            finally:
                done.set()
                thread.join()
        return self


@pytest.fixture(name="slow")
def _slow(town: Town, monkeypatch: pytest.MonkeyPatch) -> Slow:
    return Slow(town, monkeypatch)


def sealed(town: Town) -> str:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.pass_time(hours=2)
    return notice


def opens(town: Town, notice: str) -> None:
    town.duty_officer.proposes_opening(notice, "what")
    town.publish()
    town.watch_officer.opens(notice)


def test_a_date_about_which_somebody_has_just_decided_is_not_settled_a_second_time(town: Town, slow: Slow) -> None:
    notice = sealed(town)
    command = town.name_next("keep")
    slow.overtaken(
        lambda: mind_opened(town.house, town.id(notice), errand=NO_ERRAND, now=town.now),
        lambda: keep_sealed(
            town.house, town.id(notice), why="They live there.", by=town.watch_officer.id, command=command, now=town.now
        ),
    )
    assert slow.refused is not None
    mind_opened(town.house, town.id(notice), errand=NO_ERRAND, now=town.now)
    assert [one.met_how for one in deadlines(town, notice)] == ["kept"]


def test_a_notice_that_is_opened_meanwhile_gets_no_date(
    town: Town, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr("tocsin.flow.warning.deadlines._open_by", lambda *_: ())
        notice = sealed(town)
    assert deadlines(town, notice) == []
    slow.overtaken(lambda: set_deadlines(town.house, town.now), lambda: opens(town, notice))
    assert slow.refused is not None
    town.pass_time(hours=2)
    assert [one for one in deadlines(town, notice) if one.met_at is None] == []


def test_nobody_is_rung_about_a_level_that_somebody_has_just_looked_at(town: Town, slow: Slow) -> None:
    level = town.sets_level("FR", 3)
    leap(town, 152)
    (date,) = deadlines(town, level)
    rung = len(town.watches(level, "deadline"))
    slow.overtaken(
        lambda: mind_deadline(town.house, date.id, errand=NO_ERRAND, now=town.now),
        lambda: reviews(town, level, town.duty_officer),
    )
    assert slow.refused is not None
    mind_deadline(town.house, date.id, errand=NO_ERRAND + 1, now=town.now)
    assert len(town.watches(level, "deadline")) == rung
    assert all(one.settled_at for one in town.watches(level, "deadline"))


def test_nobody_is_rung_about_a_window_that_somebody_has_just_extended(town: Town, slow: Slow) -> None:
    town.person("the miller")
    alert = town.duty_officer.issues_alert(to=["the miller"], hours=1)
    town.pass_time(minutes=46)
    slow.overtaken(
        lambda: tend.mind_window(town.house, town.id(alert), errand=NO_ERRAND, now=town.now),
        lambda: town.duty_officer.decides(alert, "extend", hours=5),
    )
    assert slow.refused is not None
    tend.mind_window(town.house, town.id(alert), errand=NO_ERRAND + 1, now=town.now)
    window = town.alert(alert).window
    assert window is not None
    assert window.stands is WindowStands.EXTENDED
    assert all(one.settled_at for one in town.watches(alert, "window"))


def test_an_institution_that_has_just_read_it_back_is_not_knocked_at_again(
    town: Town, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.institution("the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", hours=None)
    with monkeypatch.context() as late:
        late.setitem(work.STEPS, "raise_silence", lambda house, _, errand, now: house.store.finish(errand))  # type: ignore[misc]
        town.pass_time(minutes=16)
    watch = next(one for one in town.watches(notice, "silence") if one.rings)
    slow.overtaken(
        lambda: knocked.raise_silence(town.house, watch.id, errand=NO_ERRAND, now=town.now),
        lambda: town.duty_officer.takes_read_back("the waterways", notice),
    )
    assert slow.refused is not None
    knocked.raise_silence(town.house, watch.id, errand=NO_ERRAND, now=town.now)
    assert town.dealings(notice).knocks == ()


def test_two_enter_somebody_under_one_id_and_the_second_is_told(town: Town, slow: Slow) -> None:
    def enter(name: str) -> None:
        fact = PersonAdded(subject="p1", occurred_at=town.now, person_kind=PersonKind.PERSON, name=name, exercise=True)
        receive.add_people(town.house, (fact,), by="town", command=f"enter {name}", now=town.now)

    slow.overtaken(lambda: enter("Ann"), lambda: enter("Ben"))
    assert slow.refused is not None
    with town.app.store.look() as look:
        assert look.get(Person, "p1").name == "Ben"


def test_two_correct_one_statement_and_the_second_is_told(town: Town, slow: Slow) -> None:
    title = town.states("The bridge")

    def correct(text: str) -> None:
        town.drafts_statement(title, text=text, edition=2, change="It said too little.")

    slow.overtaken(lambda: correct("We grieve."), lambda: correct("We mourn with all of them."))
    assert slow.refused is not None
    with town.app.store.look() as look:
        after = look.get(StatementDraft, town.id(title))
    assert (after.edition, after.text) == (2, "We mourn with all of them.")


def test_an_address_that_has_just_been_changed_is_not_marked_as_wrong(town: Town, slow: Slow) -> None:
    town.person("Ann")
    contact = town.id("Ann's telephone")
    changed = ContactChanged(
        subject=contact, occurred_at=town.now, person=town.id("Ann"), address="ann@elsewhere.example"
    )
    slow.overtaken(
        lambda: mark_wrong(town.house, "b1", {contact: ("Ann", "It was refused for good.")}, now=town.now),
        lambda: town.says(changed),
    )
    assert slow.refused is None
    with town.app.store.look() as look:
        assert look.get(Contact, contact).failed_at is None
