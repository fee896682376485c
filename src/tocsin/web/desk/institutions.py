"""What can be done at the desk about an institution: attach, compare, take down, answer, and knock again."""

from collections.abc import Callable, Mapping
from datetime import datetime

from litestar import post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.institution.facts import HandedOn, QuestionAsked, ReadBackGiven
from tocsin.answer.institution.state import HandingWish, Knock, Proposal, Question, ReadBack
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.answer import handing, institution
from tocsin.flow.house import House
from tocsin.flow.warning import second_knock
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.acts import Unclear, command, own_words
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.guards import Asked, Desk, Form, only

OFFICERS = (Role.DUTY_OFFICER, Role.WATCH_OFFICER)


class Step:
    """One step about one institution, as it was asked for."""

    def __init__(
        self, house: House, form: Mapping[str, str], warning: Id, of: Id, by: Id, named: str, now: datetime
    ) -> None:
        """Hold what was asked for."""
        self.house, self.form, self.warning, self.of = house, form, warning, of
        self.by, self.command, self.now = by, named, now

    def words(self, field: str) -> str:
        """Return what was written in a field."""
        return own_words(self.form, field)

    def heard(self) -> Heard:
        """Return by which way it was heard."""
        try:
            return Heard(self.form.get("heard") or Heard.TELEPHONE)
        except ValueError as error:
            raise Unclear("Say by which way you heard it.") from error

    def about(self, kind: type[Proposal] | type[ReadBack] | type[Question] | type[Knock] | type[HandingWish]) -> Id:
        """Return which proposal, read-back, question, knock or wish is meant; only those of this warning and institution are."""
        id = self.form.get("id", "")
        with self.house.store.look() as look:
            found = look.find(kind, id)
        if found is None or (found.warning, found.recipient) != (self.warning, self.of):
            raise NotFoundException
        return id


def _attach(step: Step) -> None:
    try:
        kind = AnswerKind(step.form.get("kind", ""))
    except ValueError as error:
        raise Unclear("Say what it answers.") from error
    institution.attach_answer(
        step.house,
        step.about(Proposal),
        kind,
        speaker=step.words("speaker"),
        words=step.words("words"),
        ordered=step.words("ordered"),
        by=step.by,
        command=step.command,
        now=step.now,
    )


def _refuse(step: Step) -> None:
    institution.refuse_answer(
        step.house, step.about(Proposal), step.words("why"), by=step.by, command=step.command, now=step.now
    )


def _read_back(step: Step) -> None:
    given = ReadBackGiven(
        subject=step.house.store.new_id(),
        occurred_at=step.now,
        warning=step.warning,
        recipient=step.of,
        what=step.words("what"),
        where=step.words("where"),
        when=step.words("when"),
        will_do=step.words("will_do"),
        heard=step.heard(),
        speaker=step.words("speaker"),
        recorder=step.by,
    )
    institution.take_read_back(step.house, given, by=step.by, command=step.command, now=step.now)


def _compare(step: Step) -> None:
    if step.form.get("verdict") not in ("agrees", "differs"):
        raise Unclear("Say whether it agrees or differs.")
    differs = [name for name in ("what", "where", "when") if step.form.get(f"differs_{name}")]
    if (step.form["verdict"] == "differs") != bool(differs):
        raise Unclear("Where it differs, tick in what; where it agrees, tick nothing.")
    institution.compare_read_back(
        step.house, step.about(ReadBack), differs, step.words("note"), by=step.by, command=step.command, now=step.now
    )


def _hand_on(step: Step) -> None:
    name = step.words("name")
    to = step.form.get("to", "")
    if bool(name) == bool(to):
        raise Unclear("Choose to whom it was handed on, or write a name; one of the two.")
    handed = HandedOn(
        subject=step.house.store.new_id(),
        occurred_at=step.now,
        warning=step.warning,
        recipient=step.of,
        to=to or step.house.store.new_id(),
        heard=step.heard(),
        speaker=step.words("speaker"),
        words=step.words("words"),
        recorder=step.by,
        told=bool(step.form.get("tell")),
    )
    handing.hand_on(step.house, handed, name=name, by=step.by, command=step.command, now=step.now)


def _confirm(step: Step) -> None:
    handing.confirm_handing(step.house, step.about(HandingWish), by=step.by, command=step.command, now=step.now)


def _not_on(step: Step) -> None:
    wish, why = step.about(HandingWish), step.words("why")
    handing.refuse_handing(step.house, wish, why, by=step.by, command=step.command, now=step.now)


def _ask(step: Step) -> None:
    asked = QuestionAsked(
        subject=step.house.store.new_id(),
        occurred_at=step.now,
        warning=step.warning,
        recipient=step.of,
        words=step.words("words"),
        heard=step.heard(),
        speaker=step.words("speaker"),
        recorder=step.by,
    )
    institution.take_question(step.house, asked, by=step.by, command=step.command, now=step.now)


def _reply(step: Step) -> None:
    institution.answer_question(
        step.house, step.about(Question), step.words("words"), by=step.by, command=step.command, now=step.now
    )


def _speaks(step: Step) -> None:
    institution.link_source(
        step.house,
        step.form.get("source", ""),
        step.of,
        step.words("why"),
        by=step.by,
        command=step.command,
        now=step.now,
    )


def _draft(step: Step) -> None:
    chosen = [
        (name.removeprefix("quote_"), step.words(f"words_{name.removeprefix('quote_')}"))
        for name in step.form
        if name.startswith("quote_")
    ]
    second_knock.draft_knock(
        step.house,
        step.about(Knock),
        step.house.store.new_id(),
        step.form.get("through", ""),
        chosen,
        action=step.words("action"),
        by=step.by,
        command=step.command,
        now=step.now,
    )


def _send(step: Step) -> None:
    alone = bool(step.form.get("break_glass"))
    second_knock.send_knock(
        step.house, step.about(Knock), break_glass=alone, by=step.by, command=step.command, now=step.now
    )


def _agreed(step: Step) -> None:
    second_knock.consent_to_quote(
        step.house,
        step.about(Knock),
        step.form.get("report", ""),
        step.words("words"),
        by=step.by,
        command=step.command,
        now=step.now,
    )


def _leave(step: Step) -> None:
    second_knock.leave_it(
        step.house, step.about(Knock), step.words("why"), by=step.by, command=step.command, now=step.now
    )


STEPS: Mapping[str, Callable[[Step], None]] = {
    "attach": _attach,
    "refuse": _refuse,
    "read_back": _read_back,
    "compare": _compare,
    "hand_on": _hand_on,
    "confirm_handing": _confirm,
    "refuse_handing": _not_on,
    "ask": _ask,
    "reply": _reply,
    "speaks": _speaks,
    "draft": _draft,
    "send": _send,
    "agreed": _agreed,
    "leave": _leave,
}


@post("/warnings/{id:str}/institutions/{of:str}", guards=[only(*OFFICERS)], sync_to_thread=True)
def take_step(request: Asked, desk: Desk, form: Form, id: FromPath[str], of: FromPath[str]) -> Redirect:
    """Take one step about an institution and a warning that the reader may read."""
    known = request.user
    with desk.site.store.look() as look:
        _readable(look, request, id, form)
    do = STEPS.get(form.get("step", ""))
    if do is None:
        raise Unclear("That is no step about an institution.")
    do(Step(desk.site.house, form, id, of, known.person, command(request, form), desk.site.clock.now()))
    desk.site.wake()
    return Redirect(f"{hrefs.warning(id)}#institution-{of}", status_code=303)


def _readable(look: Look, request: Asked, id: Id, form: Mapping[str, str]) -> None:
    """Stop whoever may not read the warning, or the publication that is proposed as its answer."""
    door = Door(look, request.user.reader)
    if not isinstance(door.warning(id), Alert | Notice):
        raise NotFoundException
    proposal = look.find(Proposal, form.get("id", "")) if form.get("step") in ("attach", "refuse") else None
    if proposal is not None and not door.proposed(proposal):
        raise NotFoundException


HANDLERS = (take_step,)
