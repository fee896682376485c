"""Reading the steps by which a case is looked after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tocsin.basis.marking import Mark
from tocsin.scenario.reading.case import CASES, Case
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.gather import claim_of, particulars
from tocsin.scenario.reading.parts import mark
from tocsin.scenario.reading.where_when import ahead, maybe_window, passed
from tocsin.scenario.steps.casework import (
    AttributeStep,
    ChecklistStep,
    CloseQuestionStep,
    DeclineStep,
    DescribeStep,
    DropActorStep,
    EndStep,
    IndicatorStep,
    MarkStep,
    MergeStep,
    NextStepStep,
    OpenQuestionStep,
    PartStep,
    ReopenStep,
    SplitStep,
    TransferStep,
)
from tocsin.scenario.steps.step import Confidence
from tocsin.threat.checklists import CHECKLISTS
from tocsin.threat.indicators import Indicator, Observed, Strength
from tocsin.threat.particulars import ThreatKind

_KINDS = tuple(one.value for one in ThreatKind)
_STRENGTHS = tuple(one.value for one in Strength)
_STANDS = tuple(one.value for one in Observed)
_A_WEEK = timedelta(days=7)
Base = dict[str, Any]


def _about(form: Form, case: Case, base: Base) -> Base:
    return {**base, "threat": case.threat(form), "by": case.author(form)}


def describe(form: Form, case: Case, base: Base) -> DescribeStep:
    """Read what a case is about from now on. What is not written stays as it is."""
    return DescribeStep(
        **_about(form, case, base),
        given=frozenset(form.fields),
        title=form.text("title", ""),
        targets=form.texts("targets"),
        window=maybe_window(form, case),
        host=case.someone(form, "host") if "host" in form else None,
        particulars=particulars(form, case),
        why=form.text("why", ""),
    )


def attribute(form: Form, case: Case, base: Base) -> AttributeStep:
    """Read how sure somebody is of an actor."""
    return AttributeStep(
        **_about(form, case, base),
        actor=case.named(form, "actor", "actor", case.actors, "actors", None),
        confidence=form.choice("confidence", Confidence),
        why=form.text("why", "The scenario does not say."),
    )


def drop_actor(form: Form, case: Case, base: Base) -> DropActorStep:
    """Read that an actor is taken off the case."""
    actor = case.named(form, "actor", "actor", case.actors, "actors", None)
    return DropActorStep(**_about(form, case, base), actor=actor, why=form.text("why"))


def open_question(form: Form, case: Case, base: Base) -> OpenQuestionStep:
    """Read what is not known."""
    return OpenQuestionStep(**_about(form, case, base), words=form.text("words"))


def close_question(form: Form, case: Case, base: Base) -> CloseQuestionStep:
    """Read what was found out."""
    question = case.step(form, "question", ("open_question",), "open question", default=True)
    return CloseQuestionStep(**_about(form, case, base), question=question, answer=form.text("answer"))


def next_step(form: Form, case: Case, base: Base) -> NextStepStep:
    """Read what is done next, by whom and by when."""
    about = _about(form, case, base)
    return NextStepStep(
        **about,
        what=form.text("what"),
        owner=case.author(form, "owner") if "owner" in form else about["by"],
        by_when=ahead(form, case, "by_when"),
        done=form.text("done", ""),
    )


def hand_over(form: Form, case: Case, base: Base) -> TransferStep:
    """Read that the case gets another owner."""
    return TransferStep(**_about(form, case, base), owner=case.author(form, "owner"), why=form.text("why", ""))


def mark_anew(form: Form, case: Case, base: Base) -> MarkStep:
    """Read how far the case goes from then on, and whose it is. Whoever marks it RED is among its readers."""
    about, how = _about(form, case, base), mark(form, None)
    readers = case.all_named(form, "readers", "person", case.people, "people")
    if readers and how is not Mark.RED:
        form.say("readers", f"{form.what} names readers of what is {how}; a RED case alone has any")
    return MarkStep(
        **about,
        mark=how,
        readers=tuple(dict.fromkeys((about["by"], *readers))) if how is Mark.RED else (),
        owner=case.author(form, "owner") if "owner" in form else "",
        next_owner=case.author(form, "next_owner") if "next_owner" in form else "",
        why=form.text("why"),
    )


def checklist(form: Form, case: Case, base: Base) -> ChecklistStep:
    """Read which indicators are put on the checklist."""
    about = _about(form, case, base)
    kind = form.word("kind", _KINDS, "")
    own = tuple(_indicator(one) for one in form.forms("indicators", f"an indicator of {form.what}", main="words"))
    if not kind and not own:
        form.say("kind", f"{form.what} puts nothing on the checklist; name a kind of threat, or write indicators")
    listed = (*(CHECKLISTS[ThreatKind(kind)] if kind else ()), *own)
    past = case.past.get(about["threat"])
    if past is not None:
        past.keys = (*past.keys, *(one.key for one in listed))
    return ChecklistStep(**about, kind=kind, indicators=own)


def _indicator(form: Form) -> Indicator:
    words = form.text("words")
    key = form.id("key") if "key" in form else _key(words)
    strength = Strength(form.word("strength", _STRENGTHS, Strength.MEDIUM.value))
    form.close()
    return Indicator(key=key, words=words, strength=strength)


def _key(words: str) -> str:
    return "_".join("".join(letter if letter.isalnum() else " " for letter in words.casefold()).split())[:40]


def indicator(form: Form, case: Case, base: Base) -> IndicatorStep:
    """Read how an indicator stands."""
    about = _about(form, case, base)
    key, past = form.text("key"), case.past.get(about["threat"])
    if past is not None and key and key not in past.keys:
        hint = case.problems.guess(key, past.keys)
        form.say(
            "key",
            f"{form.what} names the indicator {key!r}, which is not on the checklist of {about['threat']!r}{hint}",
        )
    rests_on = case.steps(form, "rests_on", ("report", "incident"), "report or incident")
    if "claim" in form and len(rests_on) != 1:
        form.say("claim", f"{form.what} names a claim, and rests on {len(rests_on)}; name the one report it stands in")
    return IndicatorStep(
        **about,
        key=key,
        stands=form.word("stands", _STANDS, Observed.OBSERVED.value),
        as_of=passed(form, case, "as_of", case.now),
        rests_on=rests_on,
        claim=claim_of(form, case, rests_on[0], "claim") if "claim" in form and len(rests_on) == 1 else None,
        words=form.text("words", "") or ("" if rests_on else "The scenario does not say where."),
    )


def merge(form: Form, case: Case, base: Base) -> MergeStep:
    """Read that a case is the same as another."""
    about = _about(form, case, base)
    into = case.step(form, "into", CASES, "threat")
    if into and into == about["threat"]:
        form.say("into", f"{form.what} merges {into!r} into itself; name another case")
    return MergeStep(**about, into=into, why=form.text("why"))


def part(form: Form, case: Case, base: Base) -> PartStep:
    """Read that a case is not the same after all."""
    return PartStep(**_about(form, case, base), why=form.text("why"))


def split(form: Form, case: Case, base: Base) -> SplitStep:
    """Read that some of what bears on a case goes into one of its own."""
    about = _about(form, case, base)
    return SplitStep(
        **about,
        title=form.text("title"),
        items=case.steps(form, "items", ("report", "incident"), "report or incident"),
        owner=case.author(form, "owner") if "owner" in form else about["by"],
        why=form.text("why"),
    )


def decline(form: Form, case: Case, base: Base) -> DeclineStep:
    """Read that a proposed incident does not belong to a case."""
    happened = case.step(form, "incident", ("incident",), "incident")
    return DeclineStep(**_about(form, case, base), incident=happened, why=form.text("why"))


def close(form: Form, case: Case, base: Base) -> EndStep:
    """Read that a case is ended."""
    return EndStep(**base, threat=case.threat(form), by=case.judge(form), why=form.text("why"))


def reopen(form: Form, case: Case, base: Base) -> ReopenStep:
    """Read that a case is opened again."""
    return ReopenStep(**_about(form, case, base), by_when=ahead(form, case, "by_when", _A_WEEK), why=form.text("why"))


READERS: dict[str, tuple[Callable[[Form, Case, Base], Any], str | None]] = {
    "describe": (describe, "description"),
    "attribute": (attribute, "actor"),
    "drop_actor": (drop_actor, "actor"),
    "open_question": (open_question, "words"),
    "close_question": (close_question, "answer"),
    "next_step": (next_step, "what"),
    "hand_over": (hand_over, "owner"),
    "mark": (mark_anew, "mark"),
    "checklist": (checklist, "kind"),
    "indicator": (indicator, "key"),
    "merge": (merge, "into"),
    "part": (part, "why"),
    "split": (split, "title"),
    "decline": (decline, "incident"),
    "close": (close, "why"),
    "reopen": (reopen, "why"),
}
