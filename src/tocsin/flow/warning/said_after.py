"""What is said of a notice once it has gone out, in somebody's own words: it is held against the case like the notice itself.

Nobody lets words stay here: what has to be told in them is told in a notice of its own, which a second person reads.
"""

from collections.abc import Iterable, Iterator

from tocsin.answer.institution.state import Handing
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.people.ours import leaves_us
from tocsin.flow.warning.tear_line import door_of, material_about, seen_by
from tocsin.store.look import Look
from tocsin.warning.flagged import flags
from tocsin.warning.made_public import asks, perhaps_names
from tocsin.warning.material import Material
from tocsin.warning.notice.state import Notice
from tocsin.warning.notice.tearline import texts_of, upheld_said


def refuse_telling_more(
    look: Look, notice: Notice, said: Iterable[tuple[str, str]], by: Id, *, they_said: Iterable[str] = ()
) -> None:
    """Stop words about a notice that would tell whoever got it what stands in stricter material alone: a name, a place, a number, a time.

    said: each text with its language; empty: that of the notice. they_said: what they know of themselves, having said it.

    Raises:
        Refused: they would. Of what whoever says them may not read it is not said which.
    """
    every = {str(number): (language, text) for number, (language, text) in enumerate(said)}
    texts = {number: text for number, (_language, text) in every.items()}
    languages = {number: language or notice.language or "en" for number, (language, _text) in every.items()}
    material = [*material_about(look, notice.threat), _told(notice, they_said)]
    to = {*notice.recipients, *notice.meant_for, *(one.to for one in look.all(Handing, warning=notice.id))}
    found = flags(texts, languages, notice.mark, to, material, leaves_us=leaves_us(look, notice))
    asked = [one for one in perhaps_names(found, material) if asks(one)]
    if not asked:
        return
    seen = seen_by(door_of(look, by), asked, material)
    if len(seen) < len(asked):
        raise Refused(
            "It has words that stand in stricter material alone. Say less, or ask an officer who may read more."
        )
    words = ", ".join(dict.fromkeys(one.text for one in seen))
    raise Refused(
        f"This stands in stricter material alone: {words}. Say it without, or tell it in a notice of its own."
    )


def _told(notice: Notice, they_said: Iterable[str]) -> Material:
    return Material(
        id=f"{notice.id}@told", material="notice", mark=Mark.CLEAR, texts=(*_texts(notice), *they_said), language=notice.language or "en"
    )  # fmt: skip


def _texts(notice: Notice) -> Iterator[str]:
    if notice.tear_line is not None:
        yield from texts_of(notice.tear_line, [one.tear_line for one in notice.versions]).values()
    yield upheld_said(notice)
