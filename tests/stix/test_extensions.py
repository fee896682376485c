"""Our extensions: each says what it says, is read again, and fits the schema that its definition gives."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.stix.objects import NOTE
from tocsin.stix.extensions import (
    EXTENSIONS,
    Account,
    Actor,
    Attribution,
    Basis,
    Bearing,
    Case,
    Claim,
    Form,
    Grade,
    Happened,
    Hypothesis,
    Indication,
    Judgement,
    Likelihood,
    Matrix,
    Outcome,
    Place,
    Question,
    Row,
    Weighing,
    definition,
    heard,
    said_by,
    schema,
)

AT = "2024-03-07T18:00:00.000Z"
EACH = [
    Likelihood(low=0.55, high=0.8, word="likely", confidence="low", confidence_why="One voice.", severity="extreme"),
    Grade(reliability="F", credibility="6", claims=(Claim(text="A bell rang", credibility="2"),), origin="abc"),
    Case(
        targets=("concerts",),
        place="Moscow",
        places=(
            Place(name="Moscow", country="RU", point=(55.8, 37.4)),
            Place(name="The ring", polygon=((55.0, 37.0), (55.0, 38.0), (56.0, 38.0), (55.0, 37.0))),
            Place(name="The hall", circle=(55.8, 37.4, 1.5)),
        ),
        zone="Europe/Moscow",
        begins=AT,
        ends=AT,
        ended_at=AT,
        exercise=True,
    ),
    Bearing(bearing="against"),
    Basis(claim=2),
    Attribution(confidence="moderate"),
    Actor(kind="person", listed_by="The council of the Union"),
    Happened(happened_at=AT, published_at=AT, by_host=True, where="Karabulak"),
    Indication(key="staff", strength="strong", stands="not_observed", as_of=AT, checklist="unrest"),
    Matrix(
        asks="who",
        hypotheses=(
            Hypothesis(deception=True, stated_at=AT),
            Hypothesis(words="They did it", stated_at=AT, aside_at=AT),
        ),
        rows=(
            Row(
                item_ref=NOTE["id"],
                claim=1,
                weighings=(Weighing(at=AT, relevance="high", credibility="low", why="Hearsay."),),
                judgements=(Judgement(hypothesis=1, at=AT, consistency="no_indication", as_of=AT),),
            ),
        ),
    ),
    Account(says="no_indication", party="a state", speaker="the White House", as_of=AT),
    Outcome(course="carried_out", time="miss", place="match", target="match", actor="match", struck_at=AT),
    Question(answer="The sexton did.", closed_at=AT),
]


@pytest.mark.parametrize("form", EACH, ids=lambda form: type(form).__name__)
def test_what_is_said_is_heard_and_fits_its_schema(form: Form) -> None:
    said = said_by(form)
    assert heard({**NOTE, "extensions": said}, type(form)) == form
    assert not list(Draft202012Validator(schema(form.ID)).iter_errors(said[form.ID]))


def test_each_has_its_definition_with_its_schema() -> None:
    assert set(EXTENSIONS) == {form.ID for form in EACH}
    for id in EXTENSIONS:
        assert json.loads(definition(id)["schema"]) == schema(id)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"reliability": 1, "credibility": "1"}, id="a reliability that is a number"),
        pytest.param({"reliability": "F", "credibility": 6}, id="a credibility that is a number"),
        pytest.param({"reliability": "G", "credibility": "1"}, id="a letter that the code does not have"),
        pytest.param({"reliability": "A"}, id="half a grade"),
    ],
)
def test_a_grade_that_is_none_is_not_heard(said: dict[str, object]) -> None:
    assert heard({**NOTE, "extensions": {Grade.ID: said}}, Grade) is None
    assert list(Draft202012Validator(schema(Grade.ID)).iter_errors(said))


def test_a_likelihood_upside_down_is_not_heard() -> None:
    said = {**said_by(EACH[0])[Likelihood.ID], "low": 0.9}
    assert heard({**NOTE, "extensions": {Likelihood.ID: said}}, Likelihood) is None


def test_a_matrix_that_judges_a_hypothesis_it_does_not_have_is_not_heard() -> None:
    whole = next(one for one in EACH if isinstance(one, Matrix))
    said = {**said_by(whole)[Matrix.ID], "hypotheses": said_by(whole)[Matrix.ID]["hypotheses"][:1]}
    assert heard({**NOTE, "extensions": {Matrix.ID: said}}, Matrix) is None
