"""What waits for our word: replies to read, questions to answer, handings on to confirm, second knocks to send."""

from collections.abc import Iterator

from tocsin.answer.institution.state import HandingWish, Knock, Question
from tocsin.basis.words import Words
from tocsin.store.door import Door, Told
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.views.board import WordGroup, WordRow

MOST = 8  # rows of one sort
SORTS: tuple[tuple[str, type[Question | HandingWish | Knock]], ...] = (
    ("questions", Question),
    ("handings", HandingWish),
    ("knocks", Knock),
)


def words_due(door: Door, _: Words) -> Iterator[WordGroup]:
    """Yield each sort of what waits for our word, its oldest first; a sort of which nothing waits is left out."""
    names = Names(door)
    replies, count = door.replies(MOST)
    if count:
        names.learn(one.person for one in replies)
        rows = tuple(
            WordRow(
                who=names.say(one.person),
                title="",
                href=f"/desk/replies#r-{one.id}",
                since=one.came_at,
            )
            for one in replies
        )
        yield WordGroup(name="replies", count=count, rows=rows, href="/desk/replies")
    waits = door.waiting_about()
    for name, kind in SORTS:
        found = [(one, told) for one, told in waits if isinstance(one, kind)]
        if found:
            names.learn(one.recipient for one, _told in found[:MOST])
            yield WordGroup(
                name=name, count=len(found), rows=tuple(_row(one, told, names, _) for one, told in found[:MOST])
            )


def _row(one: Question | HandingWish | Knock, told: Told, names: Names, _: Words) -> WordRow:
    return WordRow(
        who=names.say(one.recipient),
        title=title(told, names, _),
        href=f"{hrefs.warning(told.id)}#institution-{one.recipient}",
        since=one.since if isinstance(one, Knock) else one.asked_at,
    )
