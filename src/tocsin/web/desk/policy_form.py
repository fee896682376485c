"""The form of a policy: from what is kept to the fields that show it, and from the fields to what is kept."""

from collections.abc import Mapping
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import N_, Words
from tocsin.warning.ladder import Kind, Ladder, Quiet, Rung, Suffices, Target, Which
from tocsin.warning.policy import Policy, PolicySaved
from tocsin.web.desk.acts import Unclear

SHOWN = 6  # steps
MOST = 20
TARGETS = 3
LONGEST_WAIT = 31 * 24 * 60  # minutes
TOP, LAST = "top", "last"

ANSWERS = {
    "": N_("any answer"),
    "acting": N_("acting"),
    "safe": N_("safe"),
    "safe,need_help": N_("safe, or need help"),
    "acting,safe": N_("acting, or safe"),
    "acting,safe,need_help": N_("acting, safe, or need help"),
}
"""Which answers can be chosen to end a silence."""


def fits(ladder: Ladder) -> bool:
    """Say whether a ladder can be shown in the form whole: what it cannot show it would drop."""
    return len(ladder.rungs) <= MOST and all(len(rung.targets) <= TARGETS for rung in ladder.rungs)


def steps(form: Mapping[str, str]) -> int:
    """Return how many steps a form shows."""
    said = form.get("steps", "")
    return min(max(int(said), SHOWN), MOST) if said.isascii() and said.isdigit() and len(said) < 4 else SHOWN


def one_more(form: Mapping[str, str]) -> dict[str, str]:
    """Return a form that shows one more step."""
    return {**form, "steps": str(min(steps(form) + 1, MOST))}


# ---- from what is kept


def as_form(policy: Policy | None, zone: str) -> dict[str, str]:
    """Return the fields of a policy; of a new one, as they are at first. zone: the desk's."""
    if policy is None:
        return {"step_0_wait": "15", "after": TOP, "every": "30", "quiet_zone": zone, "which": "each", "count": "1"}
    ladder = policy.ladder
    form = {"name": policy.name, "steps": str(max(len(ladder.rungs), SHOWN))}
    for n, rung in enumerate(ladder.rungs):
        form |= {f"step_{n}_who_{m}": word(one) for m, one in enumerate(rung.targets)}
        form |= {f"step_{n}_wait": _minutes(rung.after_s), f"step_{n}_over": ",".join(rung.channels)}
    suffices, quiet = ladder.suffices, ladder.quiet
    form |= {"after": TOP if ladder.from_the_top else LAST, "every": _minutes(ladder.repeat_s)}
    form |= {"which": suffices.which.value, "count": str(suffices.count), "answers": ",".join(suffices.answers)}
    if quiet is None:
        return form | {"quiet_zone": zone}
    return form | {"quiet_from": quiet.begins, "quiet_until": quiet.ends, "quiet_zone": quiet.zone}


def word(target: Target) -> str:
    """Return the value of the field that names somebody."""
    return f"{target.kind.value}:{target.to}"


def _minutes(seconds: int) -> str:
    return f"{seconds / 60:.6g}"


# ---- to what is kept


def read(form: Mapping[str, str], id: Id, now: datetime, _: Words) -> PolicySaved:
    """Return the policy that a form says.

    Raises:
        Unclear: it says none. Whether it can be followed is for whoever saves it.
    """
    name = form.get("name", "").strip()
    if not name:
        raise Unclear(_("Give the policy a name."))
    return PolicySaved(subject=id, occurred_at=now, name=name, ladder=read_ladder(form, _))


SHORTEST_S = 60


def read_ladder(form: Mapping[str, str], _: Words) -> Ladder:
    """Return the ladder that a form says, without the steps that were left empty.

    Raises:
        Unclear: it says none.
    """
    rungs = tuple(rung for n in range(steps(form)) if (rung := _rung(form, n, _)) is not None)
    if not rungs:
        raise Unclear(_("Choose somebody in one step at least."))
    every = _wait(form.get("every", ""), _("How it goes on after the last step"), _)
    if every < SHORTEST_S:
        raise Unclear(_("After the last step it must wait a minute or more before it goes on."))
    return Ladder(
        rungs=rungs,
        repeat_s=every,
        from_the_top=form.get("after", TOP) != LAST,
        suffices=_suffices(form, _),
        quiet=_quiet(form, _),
    )


def _rung(form: Mapping[str, str], n: int, _: Words) -> Rung | None:
    said = [form.get(f"step_{n}_who_{m}", "").strip() for m in range(TARGETS)]
    targets = [_target(one, n, _) for one in dict.fromkeys(said) if one]
    if not targets:
        return None
    first, *others = targets
    waited = form.get(f"step_{n}_wait", "").strip() or "0"
    channels = tuple(one for one in form.get(f"step_{n}_over", "").split(",") if one)
    return Rung(
        to=first.to,
        kind=first.kind,
        also=tuple(others),
        after_s=_wait(waited, _("Step %(n)s", n=n + 1), _),
        channels=channels,
    )


def _target(said: str, n: int, _: Words) -> Target:
    kind, _colon, to = said.partition(":")
    known = kind in {one.value for one in Kind} and (bool(to) != (kind == Kind.OWNER.value))
    if not known or (kind == Kind.ROLE.value and to not in {role.value for role in Role}):
        raise Unclear(_("Step %(n)s names somebody who cannot be chosen. Choose anew.", n=n + 1))
    return Target(kind=Kind(kind), to=to)


def _wait(text: str, where: str, _: Words) -> int:
    """Return how many seconds some minutes are."""
    try:
        minutes = float(text.replace(",", "."))
        if 0 <= minutes <= LONGEST_WAIT:
            return round(minutes * 60)
    except ValueError:
        pass
    raise Unclear(_("%(where)s: say the minutes as a number from 0 to %(most)s.", where=where, most=LONGEST_WAIT))


def _suffices(form: Mapping[str, str], _: Words) -> Suffices:
    which, count = form.get("which", Which.EACH.value), form.get("count", "").strip()
    if which not in {one.value for one in Which}:
        raise Unclear(_("Choose what suffices."))
    if which == Which.EACH.value:
        count = "1"  # nothing is counted then
    if not (count.isascii() and count.isdigit() and len(count) < 8):
        raise Unclear(_("Say how many answers suffice as a whole number."))
    answers = tuple(one for one in form.get("answers", "").split(",") if one)
    return Suffices(which=Which(which), count=int(count), answers=answers)


def _quiet(form: Mapping[str, str], _: Words) -> Quiet | None:
    begins, ends = (to_the_minute(form.get(field, "").strip()) for field in ("quiet_from", "quiet_until"))
    if not begins and not ends:
        return None
    if not begins or not ends:
        raise Unclear(_("Quiet hours need both: from when, and until when. Leave both empty for none."))
    return Quiet(begins=begins, ends=ends, zone=form.get("quiet_zone", "").strip())


def to_the_minute(text: str) -> str:
    """Return an hour of the day without its seconds, which some browsers send along."""
    return text[:5] if len(text) == len("22:00:00") and text.endswith(":00") else text
