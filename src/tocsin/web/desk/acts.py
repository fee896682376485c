"""What can be done at the desk: taking on what waits, and deciding about a window. Said twice, it is done once."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from litestar import post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.basis.moment import utc, zone
from tocsin.flow.answer.hear import accept_watch
from tocsin.flow.warning.public_words import Answers
from tocsin.flow.warning.warn import decide_window, retract
from tocsin.store.door import Door
from tocsin.warning.alert.state import Alert
from tocsin.warning.retraction import TakenBack
from tocsin.web.desk.guards import CSRF, FIELDS_OF, Asked, Desk, Form, only

LONGEST = 2_000  # characters of someone's own words
MOST_PICKED = 2_000
TICKS = {FIELDS_OF: MOST_PICKED}
"""Options of a handler whose form has a tick for each of many things."""
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class Unclear(Refused):
    """The form itself cannot be understood; nothing has been looked at yet."""


def command(request: Asked, form: Mapping[str, str]) -> str:
    """Name what is asked for, so that a double click asks for one thing: by the page it was asked on, and what it says.

    The same asked again of a page that was loaded anew is asked anew.

    Raises:
        Unclear: the form does not say which page it stood on.
    """
    nonce = form.get("nonce", "")
    if not _NONCE.fullmatch(nonce):
        raise Unclear("That form is not one of ours, or is too old. Load the page again.")
    said = "\0".join(f"{name}={value}" for name, value in sorted(form.items()) if name != CSRF)
    return f"desk:{request.user.person}:{request.url.path}:{sha256(said.encode()).hexdigest()[:40]}"


def own_words(form: Mapping[str, str], field: str) -> str:
    """Return what someone wrote in a field.

    Raises:
        Unclear: it is too long.
    """
    words = form.get(field, "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise Unclear(f"That is {len(words)} characters. Say it in {LONGEST}.")
    return words


@post("/watches/{id:str}/accept", guards=[only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)], sync_to_thread=True)
def accept(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Take on what waits, by name."""
    known = request.user
    words = own_words(form, "words")
    with desk.site.store.look() as look:
        if not Door(look, known.reader).may_take_on(id):
            raise NotFoundException
    accept_watch(
        desk.site.house, id, words=words, by=known.person, command=command(request, form), now=desk.site.clock.now()
    )
    desk.site.wake()
    return Redirect("/desk", status_code=303)


@post("/warnings/{id:str}/window", guards=[only(Role.DUTY_OFFICER)], sync_to_thread=True)
def window(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Extend a window, withdraw its warning, or stand it down."""
    known = request.user
    with desk.site.store.look() as look:
        if Door(look, known.reader).warning(id) is None:
            raise NotFoundException
    why = own_words(form, "why")
    if not why:
        raise Unclear("Say why: a decision about a warning is written down with its grounds.")
    decision = form.get("decision", "")
    decide_window(
        desk.site.house,
        id,
        decision,
        why=why,
        ends=until(form, desk.zone) if decision == "extend" else None,
        by=known.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    return Redirect(f"/desk/warnings/{id}", status_code=303)


@post("/warnings/{id:str}/retraction", guards=[only(Role.DUTY_OFFICER)], sync_to_thread=True, opt=TICKS)
def take_back(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Take a false warning back: whoever got it is told at once."""
    known = request.user
    with desk.site.store.look() as look:
        told = Door(look, known.reader).warning(id)
    if told is None:
        raise NotFoundException
    languages = [one.language for one in told.wordings] if isinstance(told, Alert) else [""]
    said = [TakenBack(language=one, words=own_words(form, f"words_{n}")) for n, one in enumerate(languages)]
    if not said[0].words:
        raise Unclear("Say why it was false: whoever got the warning is told just that.")
    retract(
        desk.site.house,
        id,
        [one for one in said if one.words],
        answers=answers_of(form),
        by=known.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    return Redirect(f"/desk/warnings/{id}", status_code=303)


def until(form: Mapping[str, str], desk_zone: str, field: str = "until") -> datetime:
    """Return the moment in a field: with an offset, or in the zone of the field "zone", or of the desk.

    Raises:
        Unclear: it is none, or that hour does not come, or comes twice, on that day.
    """
    text = form.get(field, "").strip()
    try:
        naive = datetime.fromisoformat(text)
        if naive.tzinfo is not None:
            return utc(text)
        moment = naive.replace(tzinfo=zone(form.get("zone") or desk_zone))
        back = moment.astimezone(UTC)
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            raise Unclear(f"{text} is not one moment: the clocks change then. Write the offset, like {text}+01:00.")
    except ValueError as error:
        raise Unclear(f"{text!r} is no moment. Write it like 2024-03-09T18:00.") from error
    return back


HANDLERS = (accept, window, take_back)


def tag(said: str) -> str:
    """Return the tag of a language.

    Raises:
        Unclear: it is none.
    """
    if not _TAG.fullmatch(said.strip()):
        raise Unclear("Write the language as a tag, such as en or pt-BR.")
    return said.strip()


def picked(form: Mapping[str, str], before: str) -> list[str]:
    """Return what is ticked: the values of the numbered fields that begin so."""
    found = [value for name, value in form.items() if name.startswith(before) and name[len(before) :].isdigit()]
    if len(found) > MOST_PICKED:
        raise Unclear("Too much is ticked at once. Do it in parts.")
    return list(dict.fromkeys(found))


def answers_of(form: Mapping[str, str]) -> Answers:
    """Return for which words of stricter material whoever lets a draft out answers, and why these may be public."""
    # One tick may stand for several words.
    keys = [key for one in picked(form, "public_") for key in one.split("|")]
    return Answers(keys=tuple(keys), why=own_words(form, "public_why"))
