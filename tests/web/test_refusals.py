"""What the desk refuses is said with the names that its reader knows, and never with an id that stands for what they may not see."""

import pytest

from tests.web.installation import Installation
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.web.desk.refusals import said_by_name

UNKNOWN, OTHER = "l4ic3" + "a" * 21, "b" * 26


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        pytest.param("Nothing is named.", "Nothing is named.", id="without an id"),
        pytest.param("{miller} is none.", "Miller Moll is none.", id="a person"),
        pytest.param("Threat {threat} is over.", "“Water over the Mill Lane bridge” is over.", id="a case"),
        pytest.param("Notice {open} is sent.", "“Notice to Miller Moll” is sent.", id="a notice"),
        pytest.param("Notice {shut} is sent.", "This notice is sent.", id="one that they may not read"),
        pytest.param(f"The ladder of warning {UNKNOWN}", "The ladder of this warning", id="what is not kept yet"),
        pytest.param(f"Notice {UNKNOWN} follows {OTHER}", f"Notice {UNKNOWN} follows {OTHER}", id="one of two"),
    ],
)
def test_a_refusal_is_said_with_the_names_that_its_reader_knows(town: Installation, sentence: str, said: str) -> None:
    ids = {"miller": town.miller, "threat": town.threat, "open": town.notice(mark=Mark.AMBER), "shut": town.notice()}
    reader = Reader(
        person=town.person("Low Lou", Role.WATCH_OFFICER),
        roles=frozenset({Role.WATCH_OFFICER}),
        cleared_to=Mark.AMBER,
    )
    assert said_by_name(town.store, reader, sentence.format(**ids)) == said
