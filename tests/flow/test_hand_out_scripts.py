"""A name that stands in stricter material alone holds a text back in every script, and as part of a longer word."""

import pytest

from tests.flow.test_hand_out import offered
from tests.web.desk_case import Desk, open_case, report
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.choose import Stays
from tocsin.flow.threat import cases, weigh
from tocsin.threat.facts import Bearing

STRICT = {
    "Chinese": ("王建国说炸弹在仓库里。", "谁见过王建国？"),
    "Chinese, traditional": ("線人是張偉國。", "谁见过张伟国？"),
    "Japanese": ("クロッカスで会う。", "標的はｸﾛｯｶｽ？"),
    "Korean": ("김철수가 말했다", "누가 김철수를 보았나?"),
    "Thai": ("แหล่งข่าวคือสมชายพูด", "ใครเห็นสมชายบ้าง"),
    "Hindi": ("मिठापुर में", "मिठापुर कहाँ है?"),
    "Arabic": ("قال الكركوسي", "من رأى كركوسنا؟"),
    "Hebrew": ("קרוקוס הוא", "מי ראה בקרוקוס?"),
    "Russian": ("Достоевский видел", "Кто знает Достоевского?"),
    "German": ("im Mühlenhof", "Was liegt im Mühlenhofgelände?"),
    "bold": ("by Kestrel", "Who is 𝐊𝐞𝐬𝐭𝐫𝐞𝐥?"),
    "a joiner": ("by Windhover", "Who is Wind\u2060hover?"),
    "digits": ("with 4711 of them", "Who has ٤٧١١ of them?"),
}
OPEN = {"Chinese": ("仓库着火。", "仓库在哪里？"), "German": ("Sicherheit am Tor", "Wer hat Sicherheitsleute?")}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    open_case(desk, mark=Mark.GREEN)
    return desk


def test_a_name_of_any_script_holds_a_text_back(desk: Desk) -> None:
    for mark, every in ((Mark.AMBER, STRICT), (Mark.GREEN, OPEN)):
        for name, (said, question) in every.items():
            report(desk, f"{mark.name}-{name}", "partner", said, mark=mark)
            desk.do(weigh.link_evidence, "case", f"{mark.name}-{name}", Bearing.FOR)
            desk.do(cases.raise_question, "case", f"{mark.name}-{name}", question)
    report(desk, "compound", "partner", "Sicherheitsgelände", mark=Mark.AMBER)
    desk.do(weigh.link_evidence, "case", "compound", Bearing.FOR)
    made = offered(desk, Mark.GREEN)
    stays = {one.item.key.removeprefix("question:"): one.stays for one in made.chosen if "question:" in one.item.key}
    assert [name for name in STRICT if stays.pop(f"AMBER-{name}", None) is not Stays.WORDS] == []
    assert set(stays.values()) == {None}, "and what stands in the open leaves"
    within = {one.item.key: one.item.bound.mark for one in offered(desk, Mark.AMBER).chosen if one.stays is None}
    assert {within[f"question:AMBER-{name}"] for name in STRICT} == {Mark.AMBER}, (
        "in a stricter file they bear its mark"
    )
    assert {within[f"question:GREEN-{name}"] for name in OPEN} == {Mark.GREEN}
