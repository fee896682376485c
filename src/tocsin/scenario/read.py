"""Reading a scenario: a file of dated steps becomes a Scenario, or a list of everything that is wrong with it.

The format is documented in docs/reference/scenario.md.
"""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode

from tocsin.basis.moment import zone
from tocsin.scenario.model import Scenario
from tocsin.scenario.reading import (
    after,
    casework,
    consent,
    duty,
    gather,
    headcounts,
    hypotheses,
    institutions,
    values,
    warn,
)
from tocsin.scenario.reading.case import Case, Past
from tocsin.scenario.reading.form import NEVER, Form, cut_short, form_of
from tocsin.scenario.reading.nodes import compose, find_file, line_of, read_bytes
from tocsin.scenario.reading.over import mind_what_is_over
from tocsin.scenario.reading.parts import issuer, known, read_head
from tocsin.scenario.reading.problems import Problems
from tocsin.scenario.steps.after import AnswersStep
from tocsin.scenario.steps.step import Step

FORMAT = "scenario/1"
MOST_STEPS = 5_000
VERBS = (
    gather.READERS
    | warn.READERS
    | after.READERS
    | institutions.READERS
    | headcounts.READERS
    | casework.READERS
    | hypotheses.READERS
    | duty.READERS
    | consent.READERS
)
COMMON = ("id", "at", "by", "known", "invented", "note")
"""What may stand beside any verb; it may as well be written among the verb's own fields."""


def read(path: Path) -> Scenario:
    """Read a scenario from a file, or from the scenario.yaml of a folder.

    Raises:
        Refused: it is no scenario; every problem on a line of its own, 'scenario.yaml:41: ...'.
    """
    file = find_file(path)
    raw = read_bytes(file)
    return read_text(raw, file)


def read_text(raw: bytes, file: Path) -> Scenario:
    """Read a scenario that is at hand already. file: what messages call it, and where its id comes from.

    Raises:
        Refused: it is no scenario.
    """
    problems = Problems(file.name)
    form = form_of(problems, compose(raw, file.name), "the scenario")
    _check_format(form)
    zone_name = form.read("zone", values.zone_name, "UTC", "UTC")
    case = Case(problems, zone(zone_name))
    scenario = _read(form, case, file, hashlib.sha256(raw).hexdigest())
    problems.refuse_any()
    return scenario


def _read(form: Form, case: Case, file: Path, fingerprint: str) -> Scenario:
    id = form.id("id", _id_from(file))
    title = form.text("title", id)
    issued_by = issuer(form, "Tocsin exercise")
    case.issuer_name = issued_by.name
    read_head(form, case)
    steps = _steps(form, case)
    begins = steps[0].at if steps else NEVER
    ends = _ends(form, case, steps)
    description = form.text("description", "")
    form.close()
    return Scenario(
        id=id,
        title=title,
        description=description,
        zone=case.zone.key,
        begins=begins,
        ends=ends,
        issuer=issued_by,
        sources=tuple(case.sources.values()),
        people=tuple(case.people.values()),
        groups=tuple(case.groups.values()),
        actors=tuple(case.actors.values()),
        places=tuple(case.places.values()),
        rotas=tuple(case.rotas.values()),
        policies=tuple(case.policies.values()),
        steps=steps,
        file=file,
        fingerprint=fingerprint,
    )


def _check_format(form: Form) -> None:
    written = form.text("tocsin", "")
    if written != FORMAT:
        form.say("tocsin", f"a scenario begins with 'tocsin: {FORMAT}'" + (f", not {written!r}" if written else ""))


def _id_from(file: Path) -> str:
    name = file.parent.name if file.stem == "scenario" and file.parent.name else file.stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:64] or "scenario"


# Steps
def _steps(form: Form, case: Case) -> tuple[Step, ...]:
    nodes = form.nodes("steps")
    if not nodes:
        form.say("steps", "the scenario has no steps; write at least one")
    if len(nodes) > MOST_STEPS:
        form.say("steps", f"the scenario has {len(nodes)} steps; {MOST_STEPS} are allowed")
        return ()
    case.future = _ids_to_come(nodes)
    found = [_step(node, case, number) for number, node in enumerate(nodes, 1)]
    return tuple(step for step in found if step)


def _ids_to_come(nodes: tuple[Node, ...]) -> dict[str, int]:
    """Look ahead for ids, so that a reference to a later step is told from one to nothing."""
    ids: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, MappingNode):
            for key, value in node.value:
                inner = value.value if key.value in VERBS and isinstance(value, MappingNode) else [(key, value)]
                for name, id in inner:
                    if name.value == "id" and isinstance(id, ScalarNode):
                        ids.setdefault(id.value, line_of(id))
    return ids


def _step(node: Node, case: Case, number: int) -> Step | None:
    outer = form_of(case.problems, node, f"step {number}")
    written = outer.fields.get("id", (0, None))[1]
    if isinstance(written, ScalarNode):
        outer.what = f"step {written.value!r}"
    verb = _verb(outer, case)
    if verb is None:
        return None
    form = _merged(outer, verb)
    base = _base(form, case, verb)
    step: Step = VERBS[verb][0](form, case, base)
    mind_what_is_over(form, case, step)
    form.close()
    if step.id:
        case.past.setdefault(step.id, Past(verb, step.line))
    return step


def _verb(outer: Form, case: Case) -> str | None:
    """Return the one verb of a step; note it if there is none, or more than one, or something else beside it."""
    verbs = [name for name in outer.fields if name in VERBS]
    for name, (line, value) in outer.fields.items():
        if name not in VERBS and name not in COMMON:
            guess = cut_short(name, value) or case.problems.guess(name, [*VERBS, *COMMON])
            hint = guess or f"; a step is one of {', '.join(VERBS)}"
            case.problems.add(line, f"{outer.what} has {name!r}, which is no verb and no field of a step{hint}")
    if len(verbs) > 1:
        outer.problems.add(outer.line, f"{outer.what} does {' and '.join(verbs)}; write a step for each")
    elif not verbs and all(name in COMMON for name in outer.fields):
        outer.problems.add(outer.line, f"{outer.what} does nothing; write one of {', '.join(VERBS)}")
    return verbs[0] if len(verbs) == 1 else None


def _merged(outer: Form, verb: str) -> Form:
    """Put what stands beside the verb and what stands under it into one form."""
    node = outer.fields[verb][1]
    body = form_of(outer.problems, node, f"{outer.what} ({verb})", VERBS[verb][1])
    for name, (line, _) in body.fields.items():
        if name in COMMON and name in outer.fields:
            outer.problems.add(line, f"{outer.what} says {name!r} twice, beside {verb!r} and under it; say it once")
    beside = {name: field for name, field in outer.fields.items() if name in COMMON}
    return Form(outer.problems, {**body.fields, **beside}, outer.what, outer.line)


def _base(form: Form, case: Case, verb: str) -> dict[str, Any]:
    """Read what every step has, and note it if it repeats an id or goes back in time."""
    id = form.id("id", _unused(f"{verb}-{1 + sum(past.verb == verb for past in case.past.values())}", case))
    form.subject = id
    form.what = f"step {id!r}"
    if id and id in case.past:
        form.say("id", f"{form.what} repeats the id of the step on line {case.past[id].line}; give each its own")
    at = form.moment("at", case.zone, after=case.now)
    if case.now and at < case.now:
        form.say(
            "at",
            f"{form.what} goes back in time, to {_local(at, case)}; the step before it is at {_local(case.now, case)}",
        )
    case.now = max(at, case.now or at)
    return {
        "id": id,
        "at": case.now,
        "line": form.line,
        "known": known(form, case.known),
        "note": form.text("note", ""),
    }


def _unused(id: str, case: Case) -> str:
    while id in case.past or id in case.future:
        id += "x"
    return id


# The end
def _ends(form: Form, case: Case, steps: tuple[Step, ...]) -> datetime:
    """Return until when to play: as written, else until the last step and the last answer."""
    last = max([step.at + step.within if isinstance(step, AnswersStep) else step.at for step in steps], default=NEVER)
    if "ends" not in form:
        return last
    begins = steps[0].at if steps else NEVER
    ends = form.moment("ends", case.zone, after=begins)
    for step in steps:
        over = step.at + step.within if isinstance(step, AnswersStep) else step.at
        if over > ends:
            what = "answers until" if over > step.at else "is at"
            case.problems.add(
                step.line,
                f"step {step.id!r} {what} {_local(over, case)}, after the scenario ends at {_local(ends, case)}",
            )
    return ends


def _local(moment: datetime, case: Case) -> str:
    return f"{moment.astimezone(case.zone):%Y-%m-%d %H:%M}"
