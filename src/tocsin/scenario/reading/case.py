"""What a scenario has said so far: the books of names, the steps behind us, and how each warning stands.

Steps are read against it in order, so that a reference to something unknown, later or of the wrong kind is noticed on
its own line.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import msgspec
from yaml.nodes import MappingNode

from tocsin.basis.marking import Role
from tocsin.scenario.head import Actor, Audience, Group, Known, Part, Person, Place, Policy, Rota, Source
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.problems import Problems

DESK = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})
CASES = ("threat", "split")
"""The verbs that open a case."""
WARNINGS = ("alert", "notice", "advisory", "second_knock")
ANSWERED = (*WARNINGS, "headcount")


class Past(msgspec.Struct):
    """A step that was read already, as far as later ones need it. ends: of a warning's window, while it holds.

    readers: of a notice, who may open it. says: what can be opened of it. sealed_at: from when on.
    held: of a notice, that it has not gone out. consent_of: who had to agree before it does. followed: by which warning it was followed. claims: of a report, how many. keys: of a case, its indicators.
    hypotheses: of a case, each with the question it answers. ended: of a case, by which step. into: which case it is part of.
    """

    verb: str
    line: int
    audience: Audience = Audience()
    ends: datetime | None = None
    decided: str = ""
    followed: str = ""
    readers: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    originators: tuple[str, ...] = ()
    consent_of: tuple[str, ...] = ()
    sealed_at: datetime | None = None
    held: bool = False
    handed: tuple[str, ...] = ()
    published: datetime | None = None
    claims: int = 0
    keys: tuple[str, ...] = ()
    hypotheses: tuple[tuple[str, str], ...] = ()
    ended: str = ""
    into: str = ""


class Case:
    """The books and the past of one scenario while it is being read."""

    def __init__(self, problems: Problems, zone: ZoneInfo) -> None:
        self.problems = problems
        self.zone = zone
        self.issuer_name = ""
        self.known = Known(invented="The scenario does not say where this is known from.")
        self.sources: dict[str, Source] = {}
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.actors: dict[str, Actor] = {}
        self.places: dict[str, Place] = {}
        self.rotas: dict[str, Rota] = {}
        self.policies: dict[str, Policy] = {}
        self.past: dict[str, Past] = {}
        self.future: dict[str, int] = {}
        self.answered: dict[str, set[str]] = {}
        self.reached: dict[tuple[str, str], int] = {}
        self.now: datetime | None = None

    # Names of the head

    def named(
        self, form: Form, field: str, word: str, book: Mapping[str, Part], under: str, default: str | None
    ) -> str:
        """Return an id that stands in a book."""
        id = form.text(field, default)
        if (field in form or default) and id:
            self.look_up(form, field, id, word, book, under)
        return id

    def all_named(self, form: Form, field: str, word: str, book: Mapping[str, Part], under: str) -> tuple[str, ...]:
        """Return a list of ids that all stand in a book."""
        ids = form.texts(field)
        for id in ids:
            self.look_up(form, field, id, word, book, under)
        return ids

    def look_up(self, form: Form, field: str, id: str, word: str, book: Mapping[str, Part], under: str) -> None:
        """Note it when an id does not stand in a book."""
        if id not in book:
            hint = self.problems.guess(id, book)
            form.say(field, f"{form.what} names the {word} {id!r}, which is not listed under {under}{hint}")

    def maybe_actor(self, form: Form, field: str) -> str | None:
        """Return the actor a field names, if any."""
        return self.named(form, field, "actor", self.actors, "actors", None) if field in form else None

    # People who act

    @cached_property
    def staff(self) -> tuple[Person, ...]:
        """Everybody with a role, watch officers first. Asked for only once the head has been read."""
        staff = [person for person in self.people.values() if person.roles]
        return tuple(sorted(staff, key=lambda person: Role.WATCH_OFFICER not in person.roles))

    def author(self, form: Form, field: str = "by", first: str | None = None) -> str:
        """Return who does this at the desk: as written, else the first watch officer. first: whoever else it is by default."""
        id = self.named(form, field, "person", self.people, "people", first or self._first(DESK))
        if id in self.people and not self.people[id].roles & DESK:
            form.say(
                field, f"{form.what} is done by {id!r}, who has no role at the desk; give one of {self._with(DESK)}"
            )
        return id

    def approver(self, form: Form, author: str, break_glass: bool) -> str:
        """Return who approves: as written, else the first duty officer who is not the author."""
        duty = frozenset({Role.DUTY_OFFICER})
        first = self._first(duty, besides="" if break_glass else author)
        if first is None and "approved_by" not in form:
            form.say(
                "approved_by", f"{form.what} needs a second person's approval, and people has no other duty_officer"
            )
            return ""
        id = self.named(form, "approved_by", "person", self.people, "people", first)
        if id in self.people and not self.people[id].roles & duty:
            form.say(
                "approved_by",
                f"{form.what} is approved by {id!r}, who is no duty_officer; give one of {self._with(duty)}",
            )
        elif id == author and id and not break_glass:
            form.say(
                "approved_by",
                f"{form.what} is approved by its author {id!r}; name another duty_officer, or set break_glass: true",
            )
        return id

    def duty_officer(self, form: Form) -> str:
        """Return the duty officer who does this alone: as written, else the first there is."""
        duty = frozenset({Role.DUTY_OFFICER})
        first = self._first(duty)
        if first is None and "by" not in form:
            form.say("by", f"{form.what} is for a duty officer, and people has none")
            return ""
        id = self.named(form, "by", "person", self.people, "people", first)
        if id in self.people and not self.people[id].roles & duty:
            form.say("by", f"{form.what} is done by {id!r}, who is no duty_officer; give one of {self._with(duty)}")
        return id

    def judge(self, form: Form) -> str:
        """Return who ends a case: as written, else the first duty officer, whose word also ends what the case leaves."""
        return self.author(form, first=self._first(frozenset({Role.DUTY_OFFICER})))

    def someone(self, form: Form, field: str) -> str:
        """Return a person or institution that the head lists."""
        return self.named(form, field, "person", self.people, "people", None)

    def _first(self, roles: frozenset[Role], besides: str = "") -> str | None:
        return next((person.id for person in self.staff if person.roles & roles and person.id != besides), None)

    def _with(self, roles: frozenset[Role]) -> str:
        return ", ".join(person.id for person in self.staff if person.roles & roles) or "a person with that role"

    # People who are warned

    def audience(self, form: Form, field: str) -> Audience:
        """Return the recipients that a field lists: ids, or a mapping of groups and people."""
        if field not in form:
            return Audience()
        node = form.fields[field][1]
        inner = form.form(node, form.what) if isinstance(node, MappingNode) else None
        ids = (*inner.texts("groups"), *inner.texts("people")) if inner else form.texts(field)
        if inner:
            inner.close()
        return self.recipients(form, field, ids)

    def recipients(self, form: Form, field: str, ids: Sequence[str]) -> Audience:
        """Return recipients by their ids, and note those that the head does not list."""
        for id in ids:
            if not self.is_recipient(id):
                hint = self.problems.guess(id, [*self.people, *self.groups])
                form.say(
                    field,
                    f"{form.what} names the recipient {id!r}, which is listed neither under people nor under groups{hint}",
                )
        unique = dict.fromkeys(ids)
        return Audience(
            groups=tuple(id for id in unique if id in self.groups),
            people=tuple(id for id in unique if id not in self.groups),
        )

    def everyone(self) -> Audience:
        """Return all whom the head lists to be warned: every group, and every person without a role who is told for nobody else."""
        contacts = {contact for one in self.people.values() for contact in one.through}
        people = tuple(one.id for one in self.people.values() if not one.roles and one.id not in contacts)
        return Audience(groups=tuple(self.groups), people=people)

    def is_recipient(self, id: str) -> bool:
        """Say whether the head knows that person, group or member of a group."""
        return id in self.people or id in self.groups or self.group_of(id) is not None

    def group_of(self, id: str) -> str | None:
        """Return the group that 'venues-7' is a member of, if there is one."""
        name, _, number = id.rpartition("-")
        group = self.groups.get(name)
        fits = group is not None and number.isascii() and number.isdecimal() and number[0] != "0" and len(number) < 7
        return name if group and fits and int(number) <= group.count else None

    def hears(self, audience: Audience, id: str) -> bool:
        """Say whether a person, group or member is among those addressed, or may be."""
        # Who is in a part follows from where people are when the warning goes out.
        named = id in audience.people or id in audience.groups or self.group_of(id) in audience.groups
        return named or bool(audience.parts)

    # Steps that went before

    def step(self, form: Form, field: str, verbs: tuple[str, ...], word: str, *, default: bool = False) -> str:
        """Return the id of an earlier step of one of these verbs. default: the only one so far may be left out."""
        if field not in form and default:
            only = [id for id, past in self.past.items() if past.verb in verbs]
            if len(only) == 1:
                return only[0]
            reason = f"names no {word}, and there are {len(only)}" if only else f"comes before any {word}"
            form.say(field, f"{form.what} {reason}; say which with '{field}:'" if only else f"{form.what} {reason}")
            return ""
        id = form.text(field)
        if id:
            self._look_back(form, field, id, verbs, word)
        return id

    def maybe_step(self, form: Form, field: str, verbs: tuple[str, ...], word: str) -> str | None:
        """Return the id of an earlier step, if the field is there."""
        return self.step(form, field, verbs, word) if field in form else None

    def maybe_threat(self, form: Form) -> str | None:
        """Return the threat a step names, or the only one there is, or none."""
        threats = [id for id, past in self.past.items() if past.verb in CASES]
        if "threat" in form or len(threats) == 1:
            return self.threat(form)
        return None

    def threat(self, form: Form) -> str:
        """Return the case that a step is about; the only one may be left out."""
        return self.step(form, "threat", CASES, "threat", default=True)

    def steps(self, form: Form, field: str, verbs: tuple[str, ...], word: str) -> tuple[str, ...]:
        """Return the ids of several earlier steps."""
        ids = form.texts(field)
        for id in ids:
            self._look_back(form, field, id, verbs, word)
        return ids

    def _look_back(self, form: Form, field: str, id: str, verbs: tuple[str, ...], word: str) -> None:
        past = self.past.get(id)
        if id == form.subject:
            form.say(field, f"{form.what} names itself as the {word}; name an earlier step")
        elif past is None and self.future.get(id, form.line) < form.line:
            pass  # it went before, and what is wrong with it is noted there
        elif past is None and id in self.future:
            form.say(field, f"{form.what} names the {word} {id!r}, which comes only later, on line {self.future[id]}")
        elif past is None:
            hint = self.problems.guess(id, [name for name, step in self.past.items() if step.verb in verbs])
            form.say(field, f"{form.what} names the {word} {id!r}, which no earlier step has as its id{hint}")
        elif past.verb not in verbs:
            form.say(
                field,
                f"{form.what} names {id!r}, {_either((past.verb,))} (line {past.line}), where it needs {_either(verbs)}"
                f"{_ours_as_a_report(past.verb, verbs)}",
            )


def _ours_as_a_report(verb: str, needs: tuple[str, ...]) -> str:
    """Return how something repeats a warning of our own, which many a case is about."""
    return (
        "; write what you published down as a report, too, and name that"
        if verb in WARNINGS and needs == ("report",)
        else ""
    )


def _either(verbs: tuple[str, ...]) -> str:
    return " or ".join(f"an {verb}" if verb[0] in "aeiou" else f"a {verb}" for verb in verbs)
