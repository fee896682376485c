"""Replies of the sample that a person has to read."""

from msgspec.structs import replace

from tests.web.sample.march import SHELL, at
from tocsin.answer.facts import Heard
from tocsin.answer.replies import WhyKept
from tocsin.web.desk.fill.recipients import HEARD
from tocsin.web.desk.fill.replies import WHY
from tocsin.web.desk.views.replies import RepliesPage, ReplyRow

REPLIES_SHELL = replace(SHELL, section="replies")

NO_REPLIES = RepliesPage(shell=REPLIES_SHELL, rows=())

REPLIES = RepliesPage(
    shell=REPLIES_SHELL,
    rows=(
        ReplyRow(
            id="r1",
            came_at=at(8, 7),
            who="A. Petrova",
            others=(),
            how=HEARD[Heard.SMS],
            why=WHY[WhyKept.NOT_UNDERSTOOD],
            words="We went to my aunt\u2019s in Tver, the dog too. Is the concert still on?",
            warnings=(("w4", "Avoid large gatherings"),),
            post_to="/desk/replies/r1",
        ),
        ReplyRow(
            id="r2",
            came_at=at(8, 8),
            who="B. Haddad",
            others=("N. Haddad",),
            how=HEARD[Heard.MAIL_UNPROVEN],
            why=WHY[WhyKept.WHO],
            words="\u0646\u062d\u0646 \u0628\u062e\u064a\u0631",
            warnings=(("w4", "Avoid large gatherings"), ("w2", "Demonstrations on Saturday")),
            post_to="/desk/replies/r2",
        ),
        ReplyRow(
            id="r3",
            came_at=at(8, 9),
            who="A. Stranger",
            others=(),
            how=HEARD[Heard.MAIL],
            why=WHY[WhyKept.NO_WARNING],
            words="Help, we are trapped in the mill",
            warnings=(),
            post_to="/desk/replies/r3",
        ),
    ),
    more=3,
)
