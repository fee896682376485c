"""Fills the pages on which someone enrols themselves, and sees what is kept about them."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.fact import Erased
from tocsin.basis.words import N_, Words
from tocsin.people import where
from tocsin.people.change import is_agreed, is_paused
from tocsin.people.facts import PlaceKind
from tocsin.people.known import Known
from tocsin.people.state import Contact, ContactStands, Place
from tocsin.people.where import Where
from tocsin.places import Town
from tocsin.places.countries import country_name, country_names
from tocsin.places.named import REACH_M, label, larger_near, town_at
from tocsin.web.answer.views import AnswerShell
from tocsin.web.self.views import Choice, OwnContact, OwnPage, OwnThing

# Each in its own name, so that whoever reads no other can find it. What a warning is not written in comes in English.
LANGUAGES: tuple[Choice, ...] = (
    ("ar", "العربية"), ("bg", "български"), ("cs", "čeština"), ("da", "dansk"), ("de", "Deutsch"), ("el", "ελληνικά"),
    ("en", "English"), ("es", "español"), ("et", "eesti"), ("fa", "فارسی"), ("fi", "suomi"), ("fr", "français"),
    ("ga", "Gaeilge"), ("he", "עברית"), ("hi", "हिन्दी"), ("hr", "hrvatski"), ("hu", "magyar"), ("it", "italiano"),
    ("ja", "日本語"), ("lt", "lietuvių"), ("lv", "latviešu"), ("mt", "Malti"), ("nl", "Nederlands"), ("pl", "polski"),
    ("pt", "português"), ("ro", "română"), ("ru", "русский"), ("sk", "slovenčina"), ("sl", "slovenščina"), ("sv", "svenska"),
    ("sw", "Kiswahili"), ("tr", "Türkçe"), ("uk", "українська"), ("ur", "اردو"), ("vi", "Tiếng Việt"), ("zh", "中文"),
)  # fmt: skip

WORDING = N_(
    "I want to be warned of danger. For this, %(organisation)s keeps my address, and what else I write here, until I "
    "erase it."
)

PLACES = {
    PlaceKind.HOME: N_("You live in: %(place)s"),
    PlaceKind.WORK: N_("You work in: %(place)s"),
    PlaceKind.NOW: N_("You are in: %(place)s"),
    PlaceKind.TRIP: N_("You travel to: %(place)s"),
    PlaceKind.RESPONSIBLE: N_("You answer for: %(place)s"),
}


def wording(organisation: str, _: Words) -> str:
    """Return the words of the consent."""
    return _(WORDING, organisation=organisation)


def language_among(tag: str) -> str:
    """Return the language on offer that is nearest to a tag."""
    wanted = tag.split("-", maxsplit=1)[0].lower()
    return wanted if wanted in dict(LANGUAGES) else "en"


def own_page(
    shell: AnswerShell, known: Known, here: Contact, groups: tuple[str, ...], post_to: str, now: datetime, _: Words, *,
    numbers: bool, done: bool, joined: bool, wrong: str, towns: Sequence[Town] = (),
) -> OwnPage:  # fmt: skip
    """Return everything that is kept about someone."""
    tag = known.person.languages[0]
    country, town = _home(known)
    own = () if tag in dict(LANGUAGES) else ((tag, tag),)
    contacts = sorted(known.contacts, key=lambda one: (one.order, one.id))
    return OwnPage(
        shell=shell,
        post_to=post_to,
        name=str(known.person.name),
        contacts=tuple(
            OwnContact(id=one.id, address=str(one.address), stands=one.stands.value, here=one.id == here.id)
            for one in contacts
            if one.stands is not ContactStands.REMOVED
        ),
        languages=(*own, *LANGUAGES),
        language=tag,
        needs=tuple(str(known.needs.needs).split()) if known.needs else (),
        countries=country_names(),
        home=country,
        home_town=town,
        towns=tuple(
            (f"{town.point[0]},{town.point[1]}", said) for town, said in zip(towns, _told_apart(towns, _), strict=True)
        ),
        things=(
            *(OwnThing(id=one.id, text=_place(one, _), at=one.said_at, do="remove_place") for one in known.places),
            *(
                OwnThing(id=one.id, text=_("You agreed: “%(words)s”", words=one.wording), at=one.given_at)
                for one in known.consents
            ),
        ),
        groups=groups,
        numbers=numbers,
        agreed=is_agreed(known),
        wording=wording(shell.organisation, _),
        paused=is_paused(known.person, now),
        paused_until=known.person.paused_until,
        done=done,
        joined=joined,
        wrong=wrong,
    )


def _home(known: Known) -> tuple[str, str]:
    """Return the country in which someone lives, and the town, as far as they said."""
    for one in known.places:
        said = where.read(one.where)
        if one.place_kind is PlaceKind.HOME and said is not None:
            town = _town(said)
            return said.country, town.name if town else ""
    return "", ""


def _town(said: Where) -> Town | None:
    """Return the town by whose name somebody said where they are."""
    return town_at(said.point) if said.point is not None and said.within_m == REACH_M else None


def _told_apart(towns: Sequence[Town], _: Words) -> Sequence[str]:
    """Return towns as they are told from each other: of two in one country, by a larger one near them, or by where they are."""
    plain = [label(town) for town in towns]
    return [
        one if plain.count(one) == 1 else _one_of_several(one, town, _) for one, town in zip(plain, towns, strict=True)
    ]


def _one_of_several(said: str, town: Town, _: Words) -> str:
    larger = larger_near(town)
    if larger is not None:
        return _("%(town)s, near %(other)s", town=said, other=larger.name)
    return f"{said} ({town.point[0]:.1f}, {town.point[1]:.1f})"


def _place(place: Place, _: Words) -> str:
    said = None if isinstance(place.where, Erased) else where.read(place.where)
    parts = []
    town = _town(said) if said is not None else None
    if town is not None:
        parts += [label(town)]
    elif said is not None:
        parts += [country_name(said.country)] if said.country else []
        parts += [f"{said.point[0]}, {said.point[1]}"] if said.point else []
        parts += [_("an area on the map")] if said.areas else []
    return _(PLACES[place.place_kind], place=" · ".join(parts))
