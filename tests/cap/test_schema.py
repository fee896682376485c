"""The schema that we make from our tables says of every message what the one says that OASIS publishes."""

import copy
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.cap import alerts as town
from tests.cap.alerts import SPACES
from tocsin.cap import check
from tocsin.cap.schema import schema_of
from tocsin.cap.write import spell

EXAMPLES, CHANGED = 80, 5  # messages, and how often each is changed: to draw one takes longer than to judge five
PHASES = (Phase.explicit, Phase.generate)  # a message that differs is short enough, and shrinking one takes minutes
VERSIONS = ["1.0", "1.1", "1.2"]
NAMES = """alert identifier sender sent status msgType password source scope restriction addresses code note references
incidents info language category event responseType urgency severity certainty audience eventCode effective onset expires
senderName headline description instruction web contact parameter resource area resourceDesc mimeType size uri derefUri
digest areaDesc polygon circle geocode altitude ceiling valueName value stranger""".split()
TEXTS = st.sampled_from(
    [
        "", " ", "a", "Actual", " Actual", "Draft", "Update", "Public", "Met", "CBRNE", "AllClear", "Avoid", "Observed",
        "Very Likely", "Likely", "en", "en_GB", "en-US", "\nen ", "x" * 9, "1", "+1", "-0", "1.", ".5", ".", "1e3", "1_0",
        "INF", "9" * 30, "2024-03-07T18:00:00-00:00", "2024-03-07T18:00:00Z", "2024-03-07T18:00:00", " 2024-03-07T18:00:00+01:00 ",
        "2024-03-07T18:00:00.5+01:00", "2024-03-07T24:00:00+01:00", "2024-03-07T24:00:01+01:00", "2024-02-30T00:00:00+00:00",
        "2024-03-07T18:00:00,01:00", "2024-03-07T18:00:00+14:00", "2024-03-07T18:00:00+14:01", "2024-03-07T18:00:60+01:00",
        "0000-03-07T18:00:00+01:00", "-0001-03-07T18:00:00+01:00", "12024-03-07T18:00:00+01:00", "٢٠٢٤-03-07T18:00:00+01:00",
        "http://town.example/", "http://town example", "a b", "%zz", "http://[", "::", "a#b#c", "http://a:b", "ä", "\u00a0",
    ]
)  # fmt: skip


def _elements(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(etree.Element))


def _pick(draw: st.DrawFn, root: etree._Element) -> etree._Element:
    return draw(st.sampled_from(_elements(root)))


def _drop(draw: st.DrawFn, root: etree._Element) -> None:
    each = _pick(draw, root)
    if (parent := each.getparent()) is not None:
        parent.remove(each)


def _twice(draw: st.DrawFn, root: etree._Element) -> None:
    each = _pick(draw, root)
    if each.getparent() is not None:
        each.addnext(copy.deepcopy(each))


def _swap(draw: st.DrawFn, root: etree._Element) -> None:
    each = _pick(draw, root)
    if (after := each.getnext()) is not None:
        after.addnext(each)


def _rename(draw: st.DrawFn, root: etree._Element) -> None:
    each = _pick(draw, root)
    if each is not root:
        each.tag = f"{{{etree.QName(root).namespace}}}{draw(st.sampled_from(NAMES))}"


def _say(draw: st.DrawFn, root: etree._Element) -> None:
    _pick(draw, root).text = draw(TEXTS)


def _trail(draw: st.DrawFn, root: etree._Element) -> None:
    each = _pick(draw, root)
    if each is not root:
        each.tail = draw(TEXTS)


def _insert(draw: st.DrawFn, root: etree._Element) -> None:
    space = draw(
        st.sampled_from([str(etree.QName(root).namespace), "urn:stranger", "http://www.w3.org/2000/09/xmldsig#"])
    )
    each = etree.SubElement(_pick(draw, root), f"{{{space}}}{draw(st.sampled_from(NAMES))}")
    each.text = draw(TEXTS)


def _attribute(draw: st.DrawFn, root: etree._Element) -> None:
    instance = "{http://www.w3.org/2001/XMLSchema-instance}"
    names = ["lang", "id", f"{instance}nil", f"{instance}type", f"{instance}schemaLocation", "{urn:x}y"]
    _pick(draw, root).set(draw(st.sampled_from(names)), draw(st.sampled_from(["true", "urn:x y.xsd", "string"])))


CHANGES: list[Callable[[st.DrawFn, etree._Element], None]] = [
    _drop, _twice, _swap, _rename, _say, _say, _say, _trail, _insert, _attribute,
]  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn, version: str) -> list[bytes]:
    whole = spell(draw(town.whole(version)), SPACES[version])
    found: list[bytes] = []
    for _ in range(CHANGED):
        root = etree.fromstring(whole)
        for change in draw(st.lists(st.sampled_from(CHANGES), max_size=3)):
            change(draw, root)
        found.append(etree.tostring(root))
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_any_message_is_judged_as_its_schema_judges_it(version: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(mutants(version))
    def judged_alike(messages: list[bytes]) -> None:
        for raw in messages:
            root = etree.fromstring(raw)
            theirs = town.schema(version).validate(root)
            assert schema_of(SPACES[version]).validate(root) == theirs, town.schema(version).error_log
            named = [problem for problem in check(raw) if problem.rule == "xsd"]
            assert (not named) == theirs, named

    judged_alike()
