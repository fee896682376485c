"""What a case takes no more once it is over, or part of another: noticed when it is read, as it would be refused in play."""

from tocsin.scenario.reading.case import CASES, Case, Past
from tocsin.scenario.reading.form import Form
from tocsin.scenario.steps.casework import MergeStep
from tocsin.scenario.steps.step import Step

ONLY_OPEN = frozenset(
    "describe attribute drop_actor open_question next_step hand_over close checklist indicator merge split "
    "hypothesis weigh set_aside".split()
)
"""The verbs that a case takes which nobody has ended."""
ONLY_APART = ONLY_OPEN | {"assess", "link"}
"""The verbs that a case takes which is looked after by itself."""


def mind_what_is_over(form: Form, case: Case, step: Step) -> None:
    """Note it when a step comes too late for its case, and remember what ends a case or opens it again."""
    id: str = getattr(step, "threat", None) or ""
    past = case.past.get(id)
    if past is None or past.verb not in CASES:
        return
    if step.verb == "reopen" and not past.ended:
        form.say("threat", f"{form.what} opens {id!r} again, which no earlier step has ended")
    if step.verb == "part" and not past.into:
        form.say("threat", f"{form.what} parts {id!r}, which no earlier step has merged into another")
    _refuse(form, step, "threat", id, past)
    if isinstance(step, MergeStep) and step.into in case.past:
        _refuse(form, step, "into", step.into, case.past[step.into])
    match step.verb:
        case "outcome" | "close" if not past.into:
            past.ended = step.id
        case "reopen":
            past.ended = ""
        case "merge":
            past.into = getattr(step, "into", "")
        case "part":
            past.into = ""


def _refuse(form: Form, step: Step, field: str, id: str, past: Past) -> None:
    if past.into and step.verb in ONLY_APART:
        form.say(
            field, f"{form.what} comes too late: {id!r} was merged into {past.into!r}; name that one, or part them"
        )
    elif past.ended and step.verb in ONLY_OPEN:
        form.say(field, f"{form.what} comes too late: {past.ended!r} has ended {id!r}; reopen it first")
