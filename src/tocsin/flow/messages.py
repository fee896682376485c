"""What recipients and our own people are told, in their language. A confidential word goes no further than its mark."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Broken
from tocsin.basis.words import N_, Language, Words
from tocsin.flow.delivery.carrier import Message
from tocsin.places.countries import country_name
from tocsin.warning.advisory.decide import LEVELS
from tocsin.warning.advisory.place import what_holds
from tocsin.warning.advisory.risk import INDICATORS, Risk
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, wording_for
from tocsin.warning.follow_up import FollowUp
from tocsin.warning.notice.facts import TearLine
from tocsin.warning.notice.state import Notice, carries_its_words
from tocsin.warning.reaffirm import words_in
from tocsin.warning.retraction import TakenBack, wording_in
from tocsin.warning.window import Window

FIELDS: tuple[tuple[str, str], ...] = (
    ("what", N_("What")),
    ("where", N_("Where")),
    ("when", N_("When")),
    ("who", N_("Who")),
    ("method", N_("How")),
    ("not_known", N_("What is not known")),
    ("likelihood", N_("How likely")),
    ("confidence", N_("How good the grounds are")),
    ("action", N_("What to do")),
    ("contact", N_("Whom to ask")),
    ("since", N_("What has borne it out since")),
)

REASONS = {
    Why.SILENCE: N_("A warning has not been answered."),
    Why.DENIAL: N_("A warning has been disputed or dismissed."),
    Why.WINDOW: N_("The window of a warning needs your decision: extend it, withdraw the warning, or stand it down."),
    Why.FAILURE: N_("A warning could not be delivered to everyone."),
    Why.DEADLINE: N_("A warning is to be looked at again: the date for that nears, or has passed."),
    Why.CASE: N_("Something about a case is to be done: the date for that nears, or has passed."),
    Why.DUTY: N_("A duty to warn waits for you: decide, review, tell or look again."),
    Why.HELP: N_("Someone who was warned needs help."),
    Why.PLEA: N_("Someone asks for help who was told of no warning lately. Look under Replies."),
    Why.UNREAD: N_("Someone who was warned has written, and nobody has read it. Look under Replies."),
    Why.CODE: N_("Someone whom we told in confidence waits for a code. Read it to them, once you know who they are."),
    Why.HANDING: N_("An institution asks that a warning be handed on to somebody new. Confirm it, or refuse it."),
}

OVER = {
    "stand_down": N_("What we warned of has passed. You need not act on this warning any more."),
    "withdraw": N_("We do not warn of this any more. You need not act on it."),
}

MEANT_FOR = N_("It is meant for %(who)s. Please see that it reaches them, and tell us so below.")

NOT_TAKEN_BACK = N_("Not everyone who got a false warning could be told that it is taken back.")
NOT_SAID_OVER = N_("Not everyone who got a warning could be told that it is over.")


def tear_line_rows(tear_line: TearLine) -> tuple[tuple[str, str], ...]:
    """Return the fields of a tear-line that say something: label to be translated, text."""
    return tuple((label, getattr(tear_line, name)) for name, label in FIELDS if getattr(tear_line, name).strip())


def moment(when: datetime, zone: str) -> str:
    """Write a moment in the case's own zone, and name the zone."""
    return f"{when.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def alert_message(alert: Alert, languages: tuple[str, ...], zone: str, now: datetime, _: Words) -> Message:
    """Tell a recipient of an alert: what to do first, then why, then until when."""
    wording = wording_for(alert, languages)
    lines = [wording.instruction, wording.description]
    places = dict.fromkeys(area.name_in(wording.language) for area in alert.areas)
    lines.append(_("Where: %(places)s", places="; ".join(places)))
    if alert.begins > now:
        lines.append(_("It holds from %(moment)s.", moment=moment(alert.begins, zone)))
    if alert.window is not None:
        lines.append(_("In force until %(moment)s.", moment=moment(alert.window.ends, zone)))
    if alert.reaffirms:
        lines.append(_("This stands by an earlier warning; its advice has not changed."))
        lines.append(words_in(alert.upheld, wording.language))
    if wording.contact:
        lines.append(wording.contact)
    return Message(
        kind="alert",
        about=alert.id,
        subject=wording.headline,
        lines=tuple(line for line in lines if line.strip()),
        language=wording.language,
        sent_at=now,
        exercise=alert.exercise,
        urgent=True,
    )


def notice_message(
    notice: Notice,
    sender: str,
    zone: str,
    now: datetime,
    _: Words,
    *,
    tear_line: TearLine | None = None,
    meant_for: str = "",
) -> Message:
    """Tell a recipient of a notice: its tear-line, and until when it holds, where a message may carry that; else only that there is one.

    sender: who warns; empty where that is not to be named. tear_line: as this one is told it. meant_for: whom they are to
    hand it on to.
    """
    sender = "" if notice.unnamed else sender
    said = tear_line or notice.tear_line
    named = _("%(sender)s has a duty to warn you. Please read this and answer.", sender=sender)
    lines = [named if sender else _("We have a duty to warn you. Please read this and answer.")]
    if notice.follows is not None:
        lines.append(_("This stands by an earlier notice to you; what it says has not changed."))
    if notice.second_knock_of is not None:
        lines.append(_("We have told this before, and tell it again by another way."))
    if carries_its_words(notice) and said is not None:
        lines += [f"{_(label)}: {text}" for label, text in tear_line_rows(said)]
        lines += _holds(notice.window, zone, now, _)
        lines += [_(MEANT_FOR, who=meant_for)] if meant_for else []
        lines += [one.words for one in notice.upheld[:1]]
    else:
        lines.append(_("It is too confidential for a mail. Read it behind the link below, which is for you alone."))
    lines.append(_("Sharing: %(mark)s", mark=notice.mark.value))
    return Message(
        kind="notice",
        about=notice.id,
        subject=_("A confidential notice for you"),
        lines=tuple(lines),
        language=_.language,
        sent_at=now,
        exercise=notice.exercise,
        urgent=True,
        unnamed=notice.unnamed,
    )


def _holds(window: Window | None, zone: str, now: datetime, _: Words) -> list[str]:
    if window is None:
        return []
    later = [_("It holds from %(moment)s.", moment=moment(window.begins, zone))] if window.begins > now else []
    return [*later, _("In force until %(moment)s.", moment=moment(window.ends, zone))]


def place_of(advisory: Advisory) -> str:
    """Return what an advisory holds for: the country, or a region and its country."""
    name = country_name(advisory.country)
    return f"{advisory.region}, {name}" if advisory.region else name


def risk_said(risk: Risk, _: Words) -> str:
    """Say one reason for a level."""
    name = _(INDICATORS[risk.indicator])
    return _("%(label)s: %(text)s", label=name, text=risk.words) if risk.words else name


def changed_said(advisory: Advisory, _: Words) -> str:
    """Say how a level has changed by this advisory; nothing where it was the same, or there was none."""
    before, level = advisory.previous_level, advisory.level
    if before is None or before == level:
        return ""
    if before < level:
        return _("The level is raised from %(before)s to %(level)s.", before=before, level=level)
    return _("The level is lowered from %(before)s to %(level)s.", before=before, level=level)


def advisory_title(advisory: Advisory, _: Words) -> str:
    """Say in one line which level holds where, and what that means."""
    return _(
        "Level %(level)s for %(country)s: %(advice)s",
        level=advisory.level,
        country=place_of(advisory),
        advice=_(LEVELS[advisory.level]),
    )


def advisory_message(advisory: Advisory, zone: str, now: datetime, base_url: str, _: Words) -> Message:
    """Tell a recipient of a change of level: what it changes, what to do, then why."""
    later = advisory.effective_at > advisory.issued_at
    lines = (
        changed_said(advisory, _),
        _("It holds from %(moment)s.", moment=moment(advisory.effective_at, zone)) if later else "",
        advisory.advice,
        advisory.text,
        _("Reasons: %(reasons)s", reasons="; ".join(risk_said(one, _).rstrip(".") for one in advisory.because)),
        f"{base_url}/advisories/{advisory.id}",
    )
    return Message(
        kind="advisory",
        about=advisory.id,
        subject=advisory_title(advisory, _),
        lines=tuple(line for line in lines if line.strip()),
        language=advisory.language,
        sent_at=now,
        exercise=advisory.exercise,
        urgent=advisory.level >= 4,
    )


def withdrawn_message(
    advisory: Advisory,
    languages: tuple[str, ...],
    zone: str,
    now: datetime,
    base_url: str,
    _: Words,
    *,
    country: Advisory | None = None,
) -> Message:
    """Tell whoever got an advisory that it holds no more, why, and what holds there now. country: that of the whole country."""
    if advisory.retraction is None:
        raise Broken(f"Advisory {advisory.id} is to be withdrawn with its readers, and was not withdrawn.")
    said = wording_in(advisory.retraction.wordings, languages)
    when = moment(advisory.issued_at, zone)
    return Message(
        kind="retraction",
        about=advisory.id,
        subject=_("Withdrawn: our level for %(place)s", place=place_of(advisory)),
        lines=(
            said.words,
            _("What we withdraw: level %(level)s of %(moment)s.", level=advisory.level, moment=when),
            what_holds(country, _),
            f"{base_url}/advisories/{advisory.id}",
        ),
        language=said.language,
        sent_at=now,
        exercise=advisory.exercise,
        urgent=advisory.level >= 4,
    )


def retraction_message(
    warning: Alert | Notice, languages: tuple[str, ...], zone: str, now: datetime, _: Words
) -> Message:
    """Tell whoever got a false warning that it is taken back: that first and why, then which it was.

    Of a notice whose words no message carries, the words of its retraction are kept out as well.
    """
    if warning.retraction is None:
        raise Broken(f"Warning {warning.id} is to be taken back with its readers, and was not taken back.")
    said = wording_in(warning.retraction.wordings, languages)
    if isinstance(warning, Alert):
        wording = wording_for(warning, languages)
        subject, written, sent_at = retracted_headline(wording.headline, _), wording.headline, warning.issued_at
    else:
        subject, written, sent_at = _("Taken back: our confidential notice to you"), "", warning.sent_at
    lines = [_("It was a false alarm. We take this warning back; you need not act on it any more.")]
    if isinstance(warning, Alert) or carries_its_words(warning):
        lines.append(said.words)
    else:
        lines.append(_("Why is too confidential for a mail. Read it behind the link of the notice itself."))
    when = moment(sent_at or warning.retraction.at, zone)
    if written:
        lines.append(_("What we take back: “%(headline)s”, sent %(moment)s.", headline=written, moment=when))
    else:
        lines.append(_("What we take back: the notice that we sent you %(moment)s.", moment=when))
    return Message(
        kind="retraction",
        about=warning.id,
        subject=subject,
        lines=tuple(lines),
        language=said.language,
        sent_at=now,
        exercise=warning.exercise,
        urgent=True,
        unnamed=isinstance(warning, Notice) and warning.unnamed,
    )


def retracted_headline(headline: str, _: Words) -> str:
    """Say in one line that the warning of that headline is taken back."""
    return _("Taken back, a false alarm: %(headline)s", headline=headline)


def follow_up_message(
    warning: Alert | Notice, follow_up: FollowUp, languages: tuple[str, ...], zone: str, now: datetime, _: Words
) -> Message:
    """Tell whoever got a warning that it holds longer, with what to do, or that it is over."""
    language = _.language
    headline, sent_at, advice = _("our confidential notice to you"), follow_up.at, ""
    if isinstance(warning, Alert):
        wording = wording_for(warning, languages)
        language, headline, advice = wording.language, wording.headline, wording.instruction
        sent_at = warning.issued_at or sent_at
    else:
        sent_at = warning.sent_at or sent_at
    if follow_up.ends is None:
        over = "stand_down" if follow_up.all_clear else "withdraw"
        subject, lines = over_headline(over, headline, _), [_(OVER[over])]
    else:
        subject, lines = (
            _("Still in force: %(headline)s", headline=headline),
            [advice, _longer(warning, follow_up.ends, zone, _)],
        )
    lines.append(_("We told you of it %(moment)s.", moment=moment(sent_at, zone)))
    lines.append(_("As of %(moment)s.", moment=moment(follow_up.at, zone)))
    return Message(
        kind="follow_up",
        about=warning.id,
        subject=subject,
        lines=tuple(line for line in lines if line),
        language=language,
        sent_at=now,
        exercise=warning.exercise,
        urgent=follow_up.ends is not None,
        unnamed=isinstance(warning, Notice) and warning.unnamed,
    )


def _longer(warning: Alert | Notice, ends: datetime, zone: str, _: Words) -> str:
    if isinstance(warning, Alert) or carries_its_words(warning):
        return _("It is extended: in force until %(moment)s.", moment=moment(ends, zone))
    return _("It is extended. Until when stands behind the link of the notice itself.")


def over_headline(decision: str, headline: str, _: Words) -> str:
    """Say in one line that the alert of that headline is over. decision: stand_down or withdraw."""
    if decision == "stand_down":
        return _("All clear: %(headline)s", headline=headline)
    return _("Withdrawn: %(headline)s", headline=headline)


def over_words(alert: Alert, decision: str, language: Language) -> tuple[TakenBack, ...]:
    """Say in each language of an alert that we speak that it is over; in English where we speak none of them."""
    tongues = [(wording.language, language(wording.language)) for wording in alert.wordings]
    spoken = [(tag, _) for tag, _ in tongues if _same_tongue(tag, _.language)]
    words = OVER.get(decision, "")
    return tuple(
        TakenBack(language=tag, words=_(words) if words else "") for tag, _ in spoken or [("en", tongues[0][1])]
    )


def _same_tongue(one: str, other: str) -> bool:
    return one.split("-", maxsplit=1)[0].lower() == other.split("-", maxsplit=1)[0].lower()


PLACES = {Why.CASE: "cases/", Why.DUTY: "duties/", Why.PLEA: "replies#r-"}
"""Where it stands at the desk what somebody is called about, if it is no warning."""


def call_message(
    watch: Watch, base_url: str, now: datetime, _: Words, *, unsaid: str = "", owed_by: datetime | None = None
) -> Message:
    """Call one of our own. It says why and by when, and nothing of what the warning says: mail is no place for that.

    unsaid: what a failure was to tell, where that is not the warning itself: NOT_TAKEN_BACK or NOT_SAID_OVER.
    owed_by: said in UTC, for the clock of the case would say where that is.
    """
    why = _(unsaid or REASONS[watch.why])
    return Message(
        kind="call",
        about=watch.id,
        subject=why,
        lines=(
            why,
            *([_by_when(owed_by, now, _)] if owed_by is not None else []),
            *_how_often(watch, _),
            _("Take it on at the desk; until somebody does, this repeats."),
            f"{base_url}/desk/{PLACES.get(watch.why, 'warnings/')}{watch.warning}",
        ),
        language=_.language,
        sent_at=now,
        exercise=watch.exercise,
        urgent=True,
    )


def _how_often(watch: Watch, _: Words) -> Iterator[str]:
    """Yield, of what is rung about ever more rarely, which call this is: the fifth about one thing is not read as the first."""
    calls = {ring.at for ring in watch.rings}
    if watch.ladder.slows and len(calls) > 1:
        since = moment(min(calls), "UTC")
        yield _(
            "Call %(number)s about this since %(when)s. Nobody has taken it on.", number=str(len(calls)), when=since
        )


def _by_when(owed_by: datetime, now: datetime, _: Words) -> str:
    when = moment(owed_by, "UTC")
    if owed_by <= now:
        return _("It should have been done by %(moment)s.", moment=when)
    return _("It is to be done by %(moment)s.", moment=when)
