"""Writing a notice at the desk: begun with the decision to tell, written, its flags answered, let out in one step or dropped."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.duty.own_people import AskedWith, ask_about_public
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.threat.distrusted import refuse_through_host
from tocsin.flow.threat.family import family
from tocsin.flow.warning.came_from import not_asked
from tocsin.flow.warning.notice_over import over_for
from tocsin.flow.warning.tear_line import against, door_of, flags_in, material_about, seen_by, seen_flags
from tocsin.flow.warning.warn import asked_ahead, refuse_deaf_ladder, refuse_other_hand
from tocsin.people.state import Person
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import BEEN_TOLD, UNTOLD, Duty
from tocsin.warning.duty.test import QUESTIONS, Said, Test
from tocsin.warning.flagged import Flag
from tocsin.warning.notice import decide
from tocsin.warning.notice.facts import (
    NOT_KNOWN,
    DutyDecided,
    DutyTest,
    NoticeDrafted,
    NoticeReadersRemoved,
    NoticeWordsReleased,
)
from tocsin.warning.notice.over import Over
from tocsin.warning.notice.state import Notice, NoticeStage, fold_notice, let_stay
from tocsin.warning.notice.tearline import CHOSEN, struck, unanswered

TO_TELL = UNTOLD | BEEN_TOLD
"""At these stages it is decided that they are warned."""

ANSWERS = {Said.YES: True, Said.NO: False, Said.UNKNOWN: None}
"""What is written down with a notice of how a question of the test was answered."""


def to_tell(duty: Duty) -> bool:
    """Say whether a duty is served by a notice: it was decided to warn them, and they are not the public."""
    return duty.side is not Side.PUBLIC and duty.stage in TO_TELL and duty.decider is not None


@once
def begin(
    house: House,
    draft: NoticeDrafted,
    *,
    duty_id: Id | None = None,
    why: str = "",
    test: DutyTest | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Decide to tell, and write the notice for the first time.

    duty_id: the duty to warn at which that was decided; None: it is decided now, by who writes. why, test: its grounds then.

    Raises:
        Refused: this person may not read the case or may not decide, the duty is no such one, or nobody would be told anything.
    """
    refuse_other_hand(draft.subject, draft.author, by)
    with house.store.look() as look:
        roles, door = look.get(Person, by).roles, door_of(look, by)
        _refuse_no_officer(draft.subject, by, roles)
        if door.threat(draft.threat) is None:
            raise Refused(f"There is no case {draft.threat}.")
        decided = (
            _as_decided(look, door, draft, duty_id)
            if duty_id is not None
            else decide.decide_duty(draft.subject, draft.threat, by, roles, test=test or NOT_KNOWN, why=why, now=now)
        )
        _refuse_unsendable(look, draft)
    written = decide.draft_notice(fold_notice(None, decided), asked_ahead(house, draft))
    house.store.commit([decided, written], at=now, by=by, command=command, expect={draft.subject: 0})


def _as_decided(look: Look, door: Door, draft: NoticeDrafted, duty_id: Id) -> DutyDecided:
    duty = door.duty(duty_id)
    if duty is None or duty.threat not in family(look, draft.threat):
        raise Refused(f"There is no duty {duty_id} in case {draft.threat}.")
    if not to_tell(duty) or duty.decider is None or duty.decided_at is None:
        raise Refused("It was not decided to warn them in confidence. Decide that first.")
    test = duty.test or Test()
    return DutyDecided(
        subject=draft.subject,
        occurred_at=duty.decided_at,
        threat=draft.threat,
        decider=duty.decider,
        tell=True,
        test=DutyTest(**{name: ANSWERS[getattr(test, name).said] for name in QUESTIONS}),
        why=duty.why,
        duty=duty.id,
    )


@once
def write(
    house: House,
    draft: NoticeDrafted,
    *,
    seen: int,
    strike: Collection[str] = (),
    release: Collection[str] = (),
    why: str = "",
    remove: Collection[Id] = (),
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write at a notice that waits. In the same step flagged words are struck from it or let stay, and readers taken off.

    seen: how many facts there were about it when its writer began. strike, release: what flags are called; why: they stay.
    remove: who may read it at this desk no more, where it is RED.

    Raises:
        Refused: somebody else wrote at it meanwhile, this person may not, what they chose is not flagged, or one who is
            taken off stays its reader whatever is ticked.
    """
    refuse_other_hand(draft.subject, draft.author, by)
    with house.store.look() as look:
        notice, roles, door = look.get(Notice, draft.subject), look.get(Person, by).roles, door_of(look, by)
        _refuse_no_officer(draft.subject, by, roles)
        _refuse_outsider(door, notice, by)
        _refuse_unsendable(look, draft)
        if strike:
            draft = _struck(look, door, draft, strike)
        facts: list[NoticeDrafted | NoticeReadersRemoved | NoticeWordsReleased] = []
        if not _says_the_same(notice, draft):
            facts.append(decide.draft_notice(notice, asked_ahead(house, draft)))
            notice = fold_notice(notice, facts[-1])
        if remove:
            facts.append(decide.remove_readers(notice, remove, by, roles, now))
            notice = fold_notice(notice, facts[-1])
        if release:
            flags = seen_flags(look, door, notice)
            facts.append(decide.release_words(notice, flags, release, by, roles, why, now))
    if facts:
        house.store.commit(facts, at=now, by=by, command=command, expect={draft.subject: seen})


def _struck(look: Look, door: Door, draft: NoticeDrafted, keys: Collection[str]) -> NoticeDrafted:
    flags = seen_flags(look, door, draft)
    if not set(keys) <= {one.key for one in flags}:
        raise Refused(f"Choose which flagged words of notice {draft.subject} are struck.")
    if only := set(keys) - {one.key for one in flags if one.field not in CHOSEN}:
        raise Refused(
            f"The end of notice {draft.subject}, whom it is meant for, and why it is stood by, are not struck ({min(only)}). Choose "
            "otherwise, or let it stay."
        )
    return struck(draft, [one for one in flags if one.key in keys])


_GIVEN = (
    "recipients", "tear_line", "mark", "ladder", "originators", "in_message", "language", "versions", "release_by",
    "meant_for", "meant_words", "unnamed", "exercise",
)  # fmt: skip


def _says_the_same(notice: Notice, draft: NoticeDrafted) -> bool:
    """Say whether nothing would change: who only answers flags does not become one of those who wrote at it."""
    window = notice.window
    when = (window.begins, window.ends) if window is not None else (draft.begins, None)
    return (
        notice.stage is NoticeStage.DRAFT
        and all(getattr(notice, name) == getattr(draft, name) for name in _GIVEN)
        and set(draft.readers) <= set(notice.readers)
        and when == (draft.begins, draft.ends)
    )


@once
def let_out(
    house: House,
    notice_id: Id,
    *,
    seen: int,
    agrees: Collection[str] = (),
    break_glass: bool = False,
    why: str = "",
    unasked: Collection[str] = (),
    unasked_why: str = "",
    grounds: str = "",
    over_seen: str = "",
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Let a notice out, as a second person, or alone by break-glass: in one step it is approved and sent.

    seen: how many facts there were about it when its approver read it. agrees: which words that its writers would let stay
    the approver has looked at where they stand, and lets stay too. why: the glass is broken.
    unasked: whose material the case rests on, and who is not asked; unasked_why: as the approver stands for it.
    grounds: on which it goes out although what it was begun for is over; over_seen: how that was when they were said.

    Raises:
        Refused: it is no draft, what it was begun for is over and nothing is said of the grounds, its approver wrote at it, the glass is broken and nothing is said of why, words of it stand in stricter material alone, an originator has
            refused or not agreed, or was not asked and nothing is said of why, or it has changed since.
    """
    if break_glass and not why.strip():
        raise Refused(
            "Say why it cannot wait for a second person. It is kept with the notice, and looked at afterwards."
        )
    with house.store.look() as look:
        notice, roles, door = look.get(Notice, notice_id), look.get(Person, by).roles, door_of(look, by)
        _refuse_outsider(door, notice, by)
        _refuse_knock(notice, "Send it from")
        refuse_through_host(look, notice.threat, notice.recipients, (*notice.meant_for, *notice.meant_words))
        left, over = not_asked(door, notice), over_for(door, notice)
        material = material_about(look, notice.threat)
        flags = flags_in(look, notice, material)
        facts: list[NoticeWordsReleased] = []
        if agrees:
            visible = seen_by(door, flags, material)
            facts = list(_agreed(notice, visible, agrees, by, roles, now))
            for one in facts:
                notice = fold_notice(notice, one)
        public = ask_about_public(house, look, notice, by, now)
        expect = {**against(look, material), notice_id: seen, **public.expect}
    approved = decide.approve_notice(
        notice, by, roles, now, break_glass=break_glass, why=why, flags=flags, unasked=left, unasked_why=unasked_why
    )
    if not break_glass:
        _refuse_unasked(notice, left, unasked, unasked_why)
    said = decide.say_grounds(notice, over, grounds, by, now, seen=over_seen)
    sent = decide.send_notice(fold_notice(notice, approved), now)
    written: list[Fact] = [*facts, *said, approved, sent, *public.facts]
    still = _still_so(public, notice, over, by)
    house.store.commit(written, at=now, by=by, command=command, expect=expect, still=still)


def _still_so(public: AskedWith, notice: Notice, over: Over | None, by: Id) -> Callable[[Look], bool]:
    """Return what looks once more, while nobody else can commit, whether what a notice was begun for stands as it was decided on."""

    def still(look: Look) -> bool:
        return over_for(door_of(look, by), notice) is over and (public.still is None or public.still(look))

    return still


@once
def send_approved(
    house: House,
    notice_id: Id,
    *,
    seen: int,
    grounds: str = "",
    over_seen: str = "",
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Send a notice that was approved and did not go out: whoever let it out was cut off in between, or a script was.

    seen: how many facts there were about it when its sender read it. grounds, over_seen: as for let_out.

    Raises:
        Refused: nobody approved it, what it was begun for is over and nothing is said of the grounds, its window is over, this person may not, words of it stand since then in stricter material
            alone, or it has changed since.
    """
    with house.store.look() as look:
        notice, door = look.get(Notice, notice_id), door_of(look, by)
        _refuse_outsider(door, notice, by)
        if Role.DUTY_OFFICER not in door.reader.roles:
            raise Refused(f"Notice {notice_id} is for a duty officer to send; {by} is none.")
        _refuse_knock(notice, "Send it from")
        refuse_through_host(look, notice.threat, notice.recipients, (*notice.meant_for, *notice.meant_words))
        material = material_about(look, notice.threat)
        # Whatever was let stay then, its approver had in sight.
        if unanswered(flags_in(look, notice, material), let_stay(notice.released)):
            raise Refused(
                f"Since notice {notice_id} was approved, material has come in that it may not be sent beside. Drop it, and write "
                "it anew."
            )
        public, over = ask_about_public(house, look, notice, by, now), over_for(door, notice)
        expect = {**against(look, material), notice_id: seen, **public.expect}
    sent = decide.send_notice(notice, now)
    said = decide.say_grounds(notice, over, grounds, by, now, seen=over_seen)
    still = _still_so(public, notice, over, by)
    house.store.commit([*said, sent, *public.facts], at=now, by=by, command=command, expect=expect, still=still)


@once
def drop(house: House, notice_id: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Decide that a notice which has not gone out will not.

    Raises:
        Refused: it is neither a draft nor approved and unsent, this person may not, or no reason is given.
    """
    with house.store.look() as look:
        notice, seen, door = look.get(Notice, notice_id), look.version(notice_id), door_of(look, by)
        _refuse_outsider(door, notice, by)
    _refuse_knock(notice, "Leave it at")
    fact = decide.drop_notice(notice, by, door.reader.roles, why, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={notice_id: seen})


def _refuse_unasked(notice: Notice, left: Collection[str], unasked: Collection[str], why: str) -> None:
    """Stop a notice of which somebody was not asked whose material it rests on, unless its approver stands for that."""
    if silent := [one for one in left if one not in unasked]:
        raise Refused(
            f"{silent[0]}, whose material the case rests on, was not asked whether notice {notice.id} goes out. Ask them, or "
            "tick that they are not asked and say why."
        )
    if left and not why.strip():
        raise Refused(f"Say why notice {notice.id} goes out without asking {min(left)}. It is kept with the notice.")


def _agreed(
    notice: Notice, visible: Sequence[Flag], agrees: Collection[str], by: Id, roles: Collection[Role], now: datetime
) -> Iterator[NoticeWordsReleased]:
    """Yield that an approver lets stay, for the reason that was written down, what the writers alone would."""
    left = set(agrees)
    for one in notice.own_releases:
        keys = [key for key in one.keys if key in left]
        if keys:
            yield decide.release_words(notice, visible, keys, by, roles, one.why, now)
            left -= set(keys)
    if left:
        raise Refused(f"Nobody who wrote notice {notice.id} asked that these words stay. Load the page again.")


# ----

MOST_NAMED = 200


def people_called(door: Door, said: Sequence[str]) -> tuple[Id, ...]:
    """Return whom some lines name: each a name, an institution's too, mail address or id, or a group, of which everyone is meant.

    Raises:
        Refused: one names nobody, or several.
    """
    people, strangers = people_or_words(door, said)
    if strangers:
        raise Refused(f"Nobody is called {strangers[0][:80]!r}. Write the whole name, their mail address or the id.")
    return people


def people_or_words(door: Door, said: Sequence[str]) -> tuple[tuple[Id, ...], tuple[str, ...]]:
    """Return whom some lines name, as above; and, as they stand, the lines that name nobody here.

    Raises:
        Refused: one names several.
    """
    lines = list(dict.fromkeys(line.strip() for line in said if line.strip()))
    if len(lines) > MOST_NAMED:
        raise Refused(f"These are {len(lines)} lines; {MOST_NAMED} can be named at once. Make a group of them.")
    found = door.called(lines, institutions=True) if lines else {}
    groups = {group.name: group.id for group in door.every_group()} if lines else {}
    people: list[Id] = []
    words: list[str] = []
    for line in lines:
        if len(found.get(line, ())) + (line in groups) > 1:
            raise Refused(f"Several are called {line[:80]!r}. Write their mail address or the id.")
        if not found.get(line) and line not in groups:
            words.append(line)
            continue
        people += found[line] if found.get(line) else door.members(groups[line])
    return tuple(dict.fromkeys(people)), tuple(words)


def _refuse_no_officer(notice: Id, person: Id, roles: Collection[Role]) -> None:
    if not decide.OFFICERS & set(roles):
        raise Refused(f"An officer writes notice {notice}; {person} is none.")


def _refuse_outsider(door: Door, notice: Notice, person: Id) -> None:
    if not door.may(notice):
        raise Refused(f"Only who may read notice {notice.id} writes at it; {person} may not.")


def _refuse_knock(notice: Notice, what: str) -> None:
    if notice.second_knock_of is not None:
        raise Refused(f"Notice {notice.id} is a second knock. {what} the notice that it tells again.")


def _refuse_unsendable(look: Look, draft: NoticeDrafted) -> None:
    look.get(Threat, draft.threat)
    refuse_deaf_ladder(look, draft.subject, draft.ladder)
    refuse_through_host(look, draft.threat, draft.recipients, (*draft.meant_for, *draft.meant_words))


def as_written(notice: Notice, author: Id, now: datetime) -> NoticeDrafted:
    """Return a notice as somebody would write it who changes nothing: what a form does not show stays so."""
    if notice.tear_line is None:
        raise Refused(f"Notice {notice.id} has no words yet.")
    window = notice.window
    return NoticeDrafted(
        subject=notice.id,
        occurred_at=now,
        threat=notice.threat,
        author=author,
        recipients=notice.recipients,
        tear_line=notice.tear_line,
        mark=notice.mark,
        readers=notice.readers,
        begins=window.begins if window is not None else now,
        ends=window.ends if window is not None else None,
        stated=notice.stated,
        ladder=notice.ladder,
        originators=notice.originators,
        exercise=notice.exercise,
        ask_ahead_s=window.ahead_s if window is not None else None,
        follows=notice.follows,
        upheld=notice.upheld,
        second_knock_of=notice.second_knock_of,
        knocks_at=notice.knocks_at,
        in_message=notice.in_message,
        language=notice.language,
        versions=notice.versions,
        release_by=notice.release_by,
        meant_for=notice.meant_for,
        meant_words=notice.meant_words,
        unnamed=notice.unnamed,
    )
