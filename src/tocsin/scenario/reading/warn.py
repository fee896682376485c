"""Reading the steps that warn, decline to warn, and decide what becomes of a warning's window."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from yaml.nodes import MappingNode

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.scenario.head import Audience, Window
from tocsin.scenario.reading import values
from tocsin.scenario.reading.audience import audience
from tocsin.scenario.reading.case import Case, Past
from tocsin.scenario.reading.duty import refuse_groundless
from tocsin.scenario.reading.form import NEVER, Form
from tocsin.scenario.reading.gather import UNSAID
from tocsin.scenario.reading.parts import mark
from tocsin.scenario.reading.where_when import area, maybe_place, maybe_window, shown, window
from tocsin.scenario.steps.step import Certainty, Severity, Urgency
from tocsin.scenario.steps.warn import (
    AdvisoryStep,
    AlertStep,
    ExtendStep,
    NoNoticeStep,
    NoticeStep,
    ReaffirmStep,
    RetractStep,
    ReviewStep,
    StandDownStep,
    Text,
    Version,
    WithdrawLevelStep,
    WithdrawStep,
)
from tocsin.warning.advisory.risk import Indicator, Risk, named
from tocsin.warning.duty.pack import BELOW_THRESHOLD
from tocsin.warning.duty.side import Side
from tocsin.warning.notice.decide import duty_found
from tocsin.warning.notice.facts import DutyTest, TearLine
from tocsin.warning.notice.opening import FIELDS
from tocsin.warning.retraction import WORTH_SENDING
from tocsin.warning.stated import Stated

DEFAULT_WINDOW = timedelta(hours=24)
_REVIEW = {1: timedelta(days=365), 2: timedelta(days=365), 3: timedelta(days=180), 4: timedelta(days=180)}
_FOUR = ("what", "where", "when", "who")


def alert(form: Form, case: Case, base: dict[str, Any]) -> AlertStep:
    """Read a public warning."""
    holds = _not_over(form, case, window(form, case, DEFAULT_WINDOW))
    follows = case.maybe_step(form, "follows", ("alert",), "alert")
    reaffirm = form.flag("reaffirm")
    if reaffirm and follows is None:
        form.say("reaffirm", f"{form.what} reaffirms, but names no earlier alert; say which with 'follows:'")
    step = AlertStep(
        **base,
        **_signed(form, case),
        threat=case.maybe_threat(form),
        texts=_texts(form),
        area=area(form, case),
        window=holds,
        severity=form.choice("severity", Severity, "Severe"),
        urgency=form.choice("urgency", Urgency, "Expected"),
        certainty=form.choice("certainty", Certainty, "Possible"),
        audience=_alert_audience(form, case, follows),
        stated=_stated(form, Stated()),
        policy=_policy(form, case),
        follows=follows,
        reaffirm=reaffirm,
    )
    if follows in case.past:
        case.past[follows].followed = step.id
    case.past[step.id] = Past("alert", step.line, step.audience, holds.end)
    return step


def _signed(form: Form, case: Case) -> dict[str, Any]:
    author, break_glass = case.author(form), form.flag("break_glass")
    return {"by": author, "approved_by": case.approver(form, author, break_glass), "break_glass": break_glass}


def _not_over(form: Form, case: Case, holds: Window) -> Window:
    if case.now and holds.end <= case.now:
        form.say("window", f"the window of {form.what} ended at {shown(holds.end, case)}, before the step itself")
    return holds


def _policy(form: Form, case: Case) -> str:
    return case.named(form, "policy", "policy", case.policies, "policies", next(iter(case.policies)))


def _alert_audience(form: Form, case: Case, follows: str | None) -> Audience:
    if "audience" in form:
        return audience(form, case, "audience")
    return case.past[follows].audience if follows in case.past else case.everyone()


def _texts(form: Form) -> tuple[Text, ...]:
    """Read an alert's versions: a list under texts, or one written straight into the step."""
    if "texts" in form:
        _refuse_beside_texts(form, "headline", "description", "instruction", "event", "language")
        before = len(form.problems.found)
        texts = tuple(_text(inner) for inner in form.forms("texts", f"a text of {form.what}", main="headline"))
        if len(form.problems.found) > before:
            return texts  # a language that could not be read stands there as the usual one
    else:
        texts = (_text_in(form),)
    languages = [text.language.casefold() for text in texts]
    if len(set(languages)) < len(languages):
        form.say("texts", f"{form.what} has two texts in one language; write one for each")
    return texts


def _refuse_beside_texts(form: Form, *fields: str) -> None:
    for name in fields:
        if name in form:
            form.say(
                name, f"{form.what} has {name!r} beside 'texts'; write it in each of the texts, or leave 'texts' out"
            )


def _text(form: Form) -> Text:
    text = _text_in(form)
    form.close()
    return text


def _text_in(form: Form) -> Text:
    headline, description = form.text("headline", ""), form.text("description", "")
    if not headline and not description:
        form.say("headline", f"{form.what} has no text; write a headline, a description and an instruction")
    return Text(
        language=form.language(),
        event=form.text("event", "") or headline or "Warning",
        headline=headline or description[:160],
        description=description or headline,
        instruction=form.text("instruction", "") or headline or description,
    )


def _stated(form: Form, default: Stated) -> Stated:
    """Read what a warning stated: a list of what, where, when, who; or a mapping of each to its words."""
    if "stated" not in form:
        return default
    node = form.fields["stated"][1]
    if not isinstance(node, MappingNode):
        return Stated(**dict.fromkeys(form.listed("stated", _one_of_four), "stated"))
    inner = form.form(node, f"stated of {form.what}")
    words = {name: inner.text(name, "") for name in _FOUR}
    inner.close()
    plain = {"true": "stated", "yes": "stated", "false": "", "no": ""}
    return Stated(**{name: plain.get(word.casefold(), word) for name, word in words.items()})


def _one_of_four(text: str) -> str:
    if text not in _FOUR:
        raise Refused("must be one of what, where, when, who")
    return text


def notice(form: Form, case: Case, base: dict[str, Any]) -> NoticeStep:
    """Read a confidential warning."""
    signed = _signed(form, case)
    tear_line = tear_line_of(form)
    told = Stated(what=tear_line.what, where=tear_line.where, when=tear_line.when, who=tear_line.who)
    recipients = case.audience(form, "recipients")
    if not recipients.groups and not recipients.people:
        form.say("recipients", f"{form.what} has no recipients; name whom it goes to")
    readers = case.all_named(form, "readers", "person", case.people, "people")
    holds, how_far = maybe_window(form, case), mark(form, Mark.RED)
    held, asked = form.flag("held"), form.texts("consent_of")
    if asked and not held and not signed["break_glass"]:
        form.say(
            "consent_of", f"{form.what} needs consent before it goes out; write 'held: true', ask, and let it out later"
        )
    step = NoticeStep(
        **base,
        **signed,
        threat=case.threat(form),
        recipients=recipients,
        tear_line=tear_line,
        grounds=form.text("grounds", "") or UNSAID,
        test=_test(form),
        readers=readers or tuple(dict.fromkeys((signed["by"], signed["approved_by"]))),
        mark=how_far,
        window=_not_over(form, case, holds) if holds else None,
        stated=_stated(form, told),
        policy=_policy(form, case),
        originators=tuple(dict.fromkeys((*form.texts("originators"), *asked))),
        consent_of=asked,
        held=held,
        versions=tuple(_version(inner, case) for inner in form.forms("versions", "version")),
        meant_for=case.all_named(form, "meant_for", "person", case.people, "people"),
        in_message=_in_message(form, how_far),
        language=form.language(),
        release=form.texts("release") if "release" in form else None,
        unnamed=form.flag("unnamed"),
    )
    case.past[step.id] = Past(
        "notice",
        step.line,
        recipients,
        step.window.end if step.window else None,
        readers=tuple(dict.fromkeys((step.approved_by, *step.readers, step.by))),
        says=tuple(name for name in FIELDS if getattr(tear_line, name, step.window or name != "ends")),
        originators=step.originators,
        consent_of=asked,
        sealed_at=None if held else next_hour(step.at),
        held=held,
    )
    return step


def _version(form: Form, case: Case) -> Version:
    """Read what some are told instead."""
    version = Version(
        to=case.audience(form, "to"),
        language=form.language() if "language" in form else "",
        tear_line=tear_line_of(form),
    )
    if not version.language and not version.to.people and not version.to.groups:
        form.say("to", f"{form.what} is for nobody; name its recipients under 'to', or its language")
    form.close()
    return version


def _in_message(form: Form, how_far: Mark) -> str:
    why = form.text("in_message", "")
    if why and how_far in {Mark.AMBER_STRICT, Mark.RED}:
        form.say(
            "in_message", f"{form.what} is marked {how_far}, which no message carries; mark it AMBER, or leave it out"
        )
    return why


def next_hour(moment: datetime) -> datetime:
    """Return when a fact of this moment is sealed."""
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def tear_line_of(form: Form) -> TearLine:
    """Read the part that may be shared."""
    if "tear_line" not in form:
        form.say("tear_line", f"{form.what} has no tear_line; write at least what is feared")
        return TearLine(what="")
    inner = form.form(form.fields["tear_line"][1], f"the tear_line of {form.what}", main="what")
    words = {name: inner.text(name, "") for name in TearLine.__struct_fields__ if name != "what"}
    tear_line = TearLine(what=inner.text("what"), **words)
    inner.close()
    return tear_line


def _test(form: Form) -> DutyTest:
    """Read the five questions of the duty to warn; each is answered yes unless it says no."""
    if "test" not in form:
        return DutyTest()
    inner = form.form(form.fields["test"][1], f"the test of {form.what}")
    answers = {name: inner.flag(name, default=True) for name in DutyTest.__struct_fields__}
    inner.close()
    return DutyTest(**answers)


def no_notice(form: Form, case: Case, base: dict[str, Any]) -> NoNoticeStep:
    """Read the decision not to tell someone."""
    by, test = case.author(form), _test(form)
    if duty_found(test) and "waiver" not in form:
        form.say(
            "waiver", f"{form.what} answers no question of its test with no; name the ground not to tell under waiver"
        )
    side = form.word("side", tuple(one.value for one in Side), Side.VICTIM.value)
    waiver = form.text("waiver", BELOW_THRESHOLD)
    refuse_groundless(form, "waiver", waiver, side)
    return NoNoticeStep(
        **base,
        by=by,
        approved_by=case.approver(form, by, break_glass=False),
        threat=case.threat(form),
        party=form.text("party"),
        grounds=form.text("grounds"),
        test=test,
        side=Side(side),
        waiver=waiver,
    )


def advisory(form: Form, case: Case, base: dict[str, Any]) -> AdvisoryStep:
    """Read a standing level for a country."""
    by = case.author(form)
    now, level = case.now or NEVER, form.whole("level", 1, 4)
    country = form.read("country", values.country, None, "")
    region = form.text("region", "")
    default_title = f"{region or country}: level {level}"
    text = form.text("text", "") or default_title
    effective = form.moment("effective", case.zone, now, after=now) if "effective" in form else None
    if effective is not None and effective < now:
        form.say("effective", f"{form.what} takes effect on {shown(effective, case)}, before the step itself")
    place = maybe_place(form, case, "area")
    if place is not None and not region:
        form.say("area", f"{form.what} draws a part of the country; write under 'region' what it is called")
    if place is not None and not place.is_area:
        form.say(
            "area", f"area of {form.what} has neither a polygon nor a circle, by which {region or 'it'} can be drawn"
        )
    review = form.moment("review", case.zone, (effective or now) + _REVIEW[level], after=now)
    if review <= (effective or now):
        form.say("review", f"review of {form.what} is {shown(review, case)}, not after the step itself takes effect")
    step = AdvisoryStep(
        **base,
        by=by,
        approved_by=case.approver(form, by, break_glass=False),
        country=country,
        level=level,
        reasons=_risks(form, text),
        text=text,
        title=form.text("title", "") or default_title,
        review=review,
        audience=audience(form, case, "audience"),
        threat=case.maybe_threat(form),
        language=form.language(),
        region=region,
        area=place,
        advice="\n".join(form.listed("advice", str.strip)),
        why=form.text("why", ""),
        effective=effective,
    )
    case.past[step.id] = Past("advisory", step.line, step.audience)
    return step


def _risks(form: Form, text: str) -> tuple[Risk, ...]:
    """Read the reasons of a level: words that name an indicator, or a mapping of it and a sentence."""
    found: dict[str, Risk] = {}
    for inner in form.forms("reasons", f"a reason of {form.what}", main="indicator"):
        risk = named(inner.text("indicator"))
        words = inner.text("words", "") or risk.words
        inner.close()
        key = risk.indicator.value if risk.indicator is not Indicator.OTHER else f"other {words}"
        if key in found:
            form.say("reasons", f"{form.what} gives the reason {risk.indicator.value!r} twice; say it in one sentence")
        found[key] = Risk(indicator=risk.indicator, words=words)
    risks = tuple(found.values()) or (Risk(indicator=Indicator.OTHER),)
    return tuple(
        Risk(indicator=one.indicator, words=one.words or text) if one.indicator is Indicator.OTHER else one
        for one in risks
    )


def withdraw_level(form: Form, case: Case, base: dict[str, Any]) -> WithdrawLevelStep:
    """Read that no level holds for a place any more."""
    id = case.step(form, "advisory", ("advisory",), "advisory", default=True)
    past = case.past.get(id)
    if past is not None and past.decided:
        form.say("advisory", f"{form.what} comes too late: {id!r} was {past.decided} before")
    elif past is not None:
        past.decided = "withdrawn"
    return WithdrawLevelStep(**base, advisory=id, by=case.duty_officer(form), texts=_said_in(form))


def review(form: Form, case: Case, base: dict[str, Any]) -> ReviewStep:
    """Read that somebody looks at a level again, and it stays."""
    now = case.now or NEVER
    until = form.moment("until", case.zone, now, after=now) if "until" in form else None
    if until is not None and until <= now:
        form.say("until", f"{form.what} sets the next review to {shown(until, case)}, not after the step itself")
    return ReviewStep(
        **base,
        advisory=case.step(form, "advisory", ("advisory",), "advisory", default=True),
        by=case.duty_officer(form),
        why=form.text("why", "") or "The scenario does not say.",
        until=until,
    )


def _decide(form: Form, case: Case, word: str, *, late: bool = True) -> tuple[str, Past | None]:
    """Return the warning to decide about and how it stands, if it can still be decided about. late: also after its end."""
    id = case.step(form, "warning", ("alert", "notice"), "warning", default=True)
    past = case.past.get(id)
    if past is None or past.verb not in ("alert", "notice"):
        return id, None
    if past.decided:
        form.say("warning", f"{form.what} comes too late: {id!r} was {past.decided} before")
    elif past.followed and not case.past[past.followed].held:
        form.say("warning", f"{form.what} names {id!r}, which {past.followed!r} follows; decide about that one")
    elif past.ends is None:
        form.say("warning", f"{form.what} cannot {word} {id!r}, which has no window")
    elif not late and case.now and case.now >= past.ends:
        form.say(
            "warning",
            f"{form.what} comes too late: the window of {id!r} ended at {shown(past.ends, case)}; "
            "stand it down, or issue a new one that follows it",
        )
    return id, past


def extend(form: Form, case: Case, base: dict[str, Any]) -> ExtendStep:
    """Read that a warning shall hold longer."""
    id, past = _decide(form, case, "extend", late=False)
    until = form.moment("until", case.zone, after=past.ends if past else case.now)
    if past and past.ends and until <= past.ends:
        form.say(
            "until",
            f"{form.what} extends {id!r} to {shown(until, case)}, but it holds until {shown(past.ends, case)} already",
        )
    elif past and past.ends:
        past.ends = until
    return ExtendStep(**base, warning=id, by=case.author(form), until=until, why=form.text("why", ""))


def withdraw(form: Form, case: Case, base: dict[str, Any]) -> WithdrawStep:
    """Read that a warning is taken back."""
    return WithdrawStep(**base, **_end(form, case, "withdraw", "withdrawn"))


def stand_down(form: Form, case: Case, base: dict[str, Any]) -> StandDownStep:
    """Read that the danger is over."""
    return StandDownStep(**base, **_end(form, case, "stand down", "stood down"))


def retract(form: Form, case: Case, base: dict[str, Any]) -> RetractStep:
    """Read that a false warning is taken back; unlike a window's end, this can come after it."""
    id = case.step(form, "warning", ("alert", "notice"), "warning", default=True)
    past = case.past.get(id)
    if past is not None and past.decided in ("taken back", "stood down"):
        form.say("warning", f"{form.what} comes too late: {id!r} was {past.decided} before")
    elif past is not None and past.ends and case.now and case.now >= past.ends + WORTH_SENDING:
        form.say("warning", f"{form.what} comes too late: the window of {id!r} ended at {shown(past.ends, case)}")
    elif past is not None:
        past.decided = "taken back"
    return RetractStep(**base, warning=id, by=case.duty_officer(form), texts=_said_in(form))


def reaffirm(form: Form, case: Case, base: dict[str, Any]) -> ReaffirmStep:
    """Read that the warner stands by a warning: the same once more, under this step's own id."""
    id = case.step(form, "warning", ("alert", "notice"), "warning", default=True)
    past = case.past.get(id)
    if past is not None and past.decided:
        form.say("warning", f"{form.what} comes too late: {id!r} was {past.decided} before")
    elif past is not None and past.followed:
        form.say("warning", f"{form.what} names {id!r}, which {past.followed!r} follows; stand by that one")
    by = case.author(form)
    holds: Window | None = None
    if past is None or past.ends is not None:
        holds = _not_over(form, case, window(form, case, DEFAULT_WINDOW))
    elif "window" in form:
        form.say("window", f"{form.what} gives {id!r} a window, which it never had; leave it out")
        window(form, case, DEFAULT_WINDOW)
    held = form.flag("held")
    if held and past is not None and past.verb == "alert":
        form.say("held", f"{form.what} holds an alert back; only a notice is held")
    asked = [one for one in past.consent_of if one in past.originators] if past is not None else []
    if asked and not held:
        form.say(
            "held",
            f"{form.what} needs the consent of {', '.join(asked)} as {id!r} did; write 'held: true', ask, and let it out later",
        )
    step = ReaffirmStep(
        **base,
        warning=id,
        kind=past.verb if past else "alert",
        by=by,
        approved_by=case.approver(form, by, break_glass=False),
        texts=_said_in(form),
        window=holds,
        held=held,
    )
    if past is not None:
        past.followed = step.id
        sealed_at = next_hour(step.at) if past.verb == "notice" and not held else None
        ends = holds.end if holds else None
        again = msgspec.structs.replace(
            past, line=step.line, ends=ends, decided="", followed="", sealed_at=sealed_at, held=held
        )
        case.past[step.id] = again
    return step


def _said_in(form: Form) -> tuple[tuple[str, str], ...]:
    """Read why a warning was false: in several languages under texts, or in one straight in the step."""
    if "texts" not in form:
        return ((form.language(), form.text("words")),)
    _refuse_beside_texts(form, "words", "language")
    texts = []
    for inner in form.forms("texts", f"a text of {form.what}", main="words"):
        texts.append((inner.language(), inner.text("words")))
        inner.close()
    if not texts or len({language.casefold() for language, _ in texts}) < len(texts):
        form.say("texts", f"{form.what} needs words in one language at least, and not twice in any")
    return tuple(texts)


def _end(form: Form, case: Case, word: str, decided: str) -> dict[str, Any]:
    id, past = _decide(form, case, word)
    if past:
        past.decided = past.decided or decided
    return {"warning": id, "by": case.author(form), "why": form.text("why", "")}


READERS: dict[str, tuple[Callable[[Form, Case, dict[str, Any]], Any], str | None]] = {
    "alert": (alert, "headline"),
    "notice": (notice, None),
    "no_notice": (no_notice, None),
    "advisory": (advisory, None),
    "withdraw_level": (withdraw_level, "advisory"),
    "review": (review, "advisory"),
    "extend": (extend, "warning"),
    "withdraw": (withdraw, "warning"),
    "stand_down": (stand_down, "warning"),
    "retract": (retract, "warning"),
    "reaffirm": (reaffirm, "warning"),
}
