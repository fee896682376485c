"""Names for the ids on a page, asked for together and kept for as long as the page is filled."""

from collections.abc import Iterable

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.store.door import Door, Named, Told
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.ladder import Kind, Rung, Target
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.web.wording import ROLES

FEW = 3  # more names than these are counted, not listed


class Names:
    """Who is who, for one page."""

    def __init__(self, door: Door) -> None:
        """Ask this door."""
        self._door = door
        self._people: dict[Id, Named] = {}
        self._groups: dict[Id, str] = {}
        self._asked: set[Id] = set()

    def learn(self, ids: Iterable[Id | None]) -> None:
        """Ask for all of these at once."""
        fresh = {id for id in ids if id is not None} - self._asked
        if fresh:
            self._people.update(self._door.people(fresh))
            self._groups.update(self._door.groups(fresh - self._people.keys()))
            self._asked |= fresh

    def say(self, id: Id | None) -> str:
        """Return the name of a person, an organisation or a group; nothing for nobody."""
        self.learn([id])
        if id in self._people:
            return self._people[id].name
        return self._groups.get(id or "", "")

    def rung(self, rung: Rung, _: Words) -> str:
        """Say whom a step of a ladder rings."""
        return ", ".join(self._target(one, _) for one in rung.targets)

    def _target(self, target: Target, _: Words) -> str:
        match target.kind:
            case Kind.PERSON:
                return self.say(target.to)
            case Kind.OWNER:
                return _("the owner of the case")
            case Kind.ROLE:
                return _("everyone who is %(role)s", role=_(ROLES.get(target.to, target.to)))
        return self._door.named(target.kind, target.to)

    def role(self, id: Id | None) -> str:
        """Return what a person does here, in the one word that pages translate."""
        self.learn([id])
        found = self._people.get(id or "")
        return found.roles[0].value if found and found.roles else ""

    def is_organisation(self, id: Id) -> bool:
        """Say whether an id is an organisation's, which answers for itself."""
        self.learn([id])
        return id in self._people and self._people[id].organisation

    def is_group(self, id: Id) -> bool:
        """Say whether an id is a group's."""
        self.learn([id])
        return id in self._groups

    def several(self, ids: Iterable[Id], _: Words) -> str:
        """Name a few, or say how many they are."""
        known = list(ids)
        if len(known) > FEW:
            return _.ngettext("%(n)s recipient", "%(n)s recipients", len(known))
        self.learn(known)
        return ", ".join(self.say(id) for id in known)


def title(told: Told, names: Names, _: Words) -> str:
    """Return what a warning is called at the desk."""
    match told:
        case Alert():
            return told.wordings[0].headline
        case Notice() if told.stage is NoticeStage.WAIVED:
            return _("Decision not to tell")
        case Notice() if not told.recipients:
            return _("Notice, decided and not yet written")
        case Notice():
            return _("Notice to %(whom)s", whom=names.several(told.recipients, _))
    return told.title


def whom(told: Told, _: Words) -> str:
    """Return to whom a warning speaks, in a few words."""
    if not isinstance(told, Notice):
        return _("the public")
    if told.stage is NoticeStage.WAIVED:
        return _("nobody")
    return _.ngettext("%(n)s recipient", "%(n)s recipients", len(told.recipients))


def level(told: Told) -> int | None:
    """Return the level of an advisory."""
    return told.level if isinstance(told, Advisory) else None
