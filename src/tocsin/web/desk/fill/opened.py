"""How far the opening of a notice has come, and what this reader can do about it."""

from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.messages import tear_line_rows
from tocsin.store.door import Door, Told
from tocsin.warning.notice.opening import FIELDS
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.warning import OpeningView

OFFICERS = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})


def opening_view(door: Door, told: Told, names: Names, _: Words) -> OpeningView | None:
    """Return how the opening of a sent notice stands; None for everything else."""
    if not isinstance(told, Notice) or told.stage is not NoticeStage.SENT:
        return None
    state, me = told.opening, door.reader.person
    may = me in told.readers and bool(OFFICERS & door.reader.roles)
    missing = tuple(name for name in told.originators if name not in state.consents)
    return OpeningView(
        post_to=f"/desk/warnings/{told.id}/opening" if may else "",
        proposer=names.say(state.proposer),
        proposed=_named(told, state.fields, _),
        proposed_fields=state.fields,
        why=state.why,
        missing=missing,
        consents=state.consents,
        opened=_named(told, state.opened, _),
        mine=state.proposer is not None and state.proposer == me,
        choices=tuple((name, label) for name, label in _labels(told, _).items() if name not in state.opened),
    )


def _named(told: Notice, fields: tuple[str, ...], _: Words) -> tuple[str, ...]:
    labels = _labels(told, _)
    return tuple(labels.get(name, name) for name in fields)


def _labels(told: Notice, _: Words) -> dict[str, str]:
    """Return what can be opened of this notice, each under the label that its readers know."""
    said = told.tear_line
    labels = {text: _(label) for label, text in tear_line_rows(said)} if said else {}
    more = {"begins": _("From when it holds"), "ends": _("Until when it holds"), "mark": _("How it is marked")}
    found = {}
    for name in FIELDS:
        text = getattr(said, name, "") if said else ""
        if text:
            found[name] = labels.get(text, name)
        elif name in more:
            found[name] = more[name]
    return found
