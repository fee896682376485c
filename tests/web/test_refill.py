"""What was typed stands in the form again, in its own fields alone, and nothing else of the page is touched."""

from typing import cast

import pytest
from lxml import html

from tocsin.web.desk.refill import Refilled, refilled

PAGE = """<main id="main"><p>a &lt;b&gt; ü</p>
<form action="/other"><input name="title" value="Other"></form>
<details class="x"><summary>Shut</summary><form method="post" action="/it"><input type="hidden" name="_csrf_token" value="new">
<input type="hidden" name="seen" value="4"><input type="hidden" name="key" value="k">
<label>Title<input name="title" maxlength="30" value="Old &quot;&lt;"></label>
<label>Words <textarea name="words" rows="2">was
so &amp; so</textarea></label>
<label>Where<select name="country"><option value="">–</option><option value="BE" selected translate="no">Belgium</option><option value="FR">France</option></select></label>
<fieldset><legend>How sure</legend><label><input type="radio" name="sure" value="low" checked> not</label><label><input type="radio" name="sure" value="high"> very</label></fieldset>
<label class="tick"><input type="checkbox" name="fire" value="yes" checked> by fire</label>
<label class="tick"><input type="checkbox" name="pick_1" value="flag a"> a</label>
<input type="checkbox" name="fixed" value="x" checked disabled><input type="password" name="secret">
</form></details></main>"""
AS_IT_STANDS = {
    "_csrf_token": "old", "seen": "3", "key": "k", "title": 'Old "<', "words": "was\r\nso & so", "country": "BE", "sure": "low",
    "fire": "yes",
}  # fmt: skip


def filled(**typed: str) -> Refilled:
    sent = {**{name: value for name, value in AS_IT_STANDS.items() if name != "fire" or "fire" not in typed}, **typed}
    found = refilled(PAGE, "/it", {name: value for name, value in sent.items() if value != "gone"})
    assert found is not None
    return found


def values(page: str) -> dict[str, str]:
    _other, form = cast("list[html.FormElement]", html.document_fromstring(page).xpath("//form"))
    return {name: str(value) for name, value in form.form_values()}


@pytest.mark.parametrize(
    ("typed", "differs"),
    [
        pytest.param({"title": 'Mine <i> & "q"'}, ("Title", 'Old "<'), id="a line"),
        pytest.param({"words": "</textarea><b>mine"}, ("Words", "was\nso & so"), id="words"),
        pytest.param({"country": "FR"}, ("Where", "Belgium"), id="a choice"),
        pytest.param({"sure": "high"}, ("How sure", "not"), id="one of several"),
        pytest.param({"fire": "gone"}, ("by fire", "✓"), id="a tick taken out"),
        pytest.param({"pick_7": "flag a"}, ("a", ""), id="a tick that is told by its value, whatever its number"),
    ],
)
def test_a_field_says_what_was_typed_and_what_stands_there_is_said(
    typed: dict[str, str], differs: tuple[str, str]
) -> None:
    found = filled(**typed)
    (name,) = typed
    assert values(found.page).get(name.replace("pick_7", "pick_1"), "gone") == typed[name]
    assert found.differs == (differs,)
    others = {one: value for one, value in values(PAGE).items() if one not in (name, "pick_1")}
    assert {one: value for one, value in values(found.page).items() if one not in (name, "pick_1")} == others


def test_the_rest_of_the_page_is_left_to_the_letter_and_the_form_is_open() -> None:
    found = filled(title="Mine")
    changed = found.page.replace('value="Mine"', 'value="Old &quot;&lt;"').replace('<a id="typed"></a>', "")
    assert changed == PAGE.replace('<details class="x">', '<details class="x" open>')


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        pytest.param("/nowhere", {"title": "Mine"}, id="no such form"),
        pytest.param("/it", {"key": "another", "title": "Mine"}, id="a form about something else"),
    ],
)
def test_no_form_is_filled_that_was_not_sent(action: str, typed: dict[str, str]) -> None:
    assert refilled(PAGE, action, {**AS_IT_STANDS, **typed}) is None


def test_where_nothing_was_typed_it_is_the_same_page() -> None:
    assert refilled(PAGE, "/it", AS_IT_STANDS) == Refilled(page=PAGE)


SEVERAL = """<form action="/it"><input type="hidden" name="language_0" value="fr"><textarea name="text_0">Eau</textarea>
<input type="hidden" name="language_1" value="en"><textarea name="text_1">Water</textarea><input name="line" value=""></form>"""


def test_what_was_typed_for_one_of_several_never_lands_in_another() -> None:
    typed = {"language_0": "en", "text_0": "Mud and water", "line": "Mine"}
    found = refilled(SEVERAL, "/it", typed)
    assert found is not None
    assert "Mud" not in found.page
    assert 'value="Mine"' in found.page
    assert found.left == (("text_0", "Mud and water"),)
