"""A body laid out once holds what one written for each recipient would hold, octet for octet."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.promises import NOON
from tocsin.basis.errors import Refused
from tocsin.channels.webhook.payloads import PERSONAL, PayloadLayout, payload

plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text('abü"{}'), inner), max_leaves=5)
words = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    shared=st.dictionaries(words, values, max_size=4),
    own=st.dictionaries(words, st.none() | words, min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
    exercise=st.booleans(),
)
def test_the_layout_gives_what_writing_each_one_gives(
    shared: dict[str, Any], own: dict[str, str | None], order: Any, exercise: bool
) -> None:
    whole = {**shared, **own}
    names = list(whole)
    order.shuffle(names)
    layout = PayloadLayout(
        kind="tocsin.alert",
        sent_at=NOON,
        data={name: PERSONAL if name in own else whole[name] for name in names},
        exercise=exercise,
    )
    expected = payload(kind="tocsin.alert", sent_at=NOON, data={n: whole[n] for n in names}, exercise=exercise)
    assert layout.payload(*(own[name] for name in layout.personal)) == expected


def laid_out(**data: Any) -> PayloadLayout:
    return PayloadLayout(kind="alert", sent_at=NOON, data=data, exercise=False)


@pytest.mark.parametrize(
    "own",
    [
        pytest.param([], id="too few"),
        pytest.param(["a", "b"], id="too many"),
        pytest.param([object()], id="no text"),
        pytest.param(["\ud800"], id="no Unicode"),
    ],
)
def test_values_that_do_not_fit_are_refused(own: list[Any]) -> None:
    with pytest.raises(Refused):
        laid_out(answer_url=PERSONAL).payload(*own)


def test_a_layout_that_cannot_be_right_is_refused() -> None:
    with pytest.raises(Refused, match="personal"):
        laid_out(id="1")
    with pytest.raises(Refused, match="plain JSON"):
        laid_out(answer_url=PERSONAL, what=object())
