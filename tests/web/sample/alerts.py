"""The pages on which alerts are written."""

from msgspec.structs import replace

from tests.web.sample.levels import DRAFTS, STRICT
from tests.web.sample.march import SHELL, at
from tocsin.channels.sms.segments import segments
from tocsin.lexicon.readability import readability
from tocsin.warning.alert.writing.facts import PieceState
from tocsin.warning.alert.writing.rules import Flaw
from tocsin.web.desk.fill.alerts import VALUES
from tocsin.web.desk.previews import MailPreview, Preview, PushPreview, TextPreview
from tocsin.web.desk.views import alerts as views
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.whom import PartRow, Whom
from tocsin.web.pieces import AreaView, MapView

CHOSEN = tuple((name, choices, choices[0]) for name, choices in VALUES)
SAID = "Keep away from crowds in Sample city until 2024-03-10 18:00\nLeave them now. Ask the desk."
OUT = Preview(
    language="en",
    text=TextPreview(text=SAID, encoding="GSM-7", units=segments(SAID).units, messages=1, most=3, lost="Where: Sample city.", set_up=False),
    mail=MailPreview(
        sender="The desk <desk@example.org>", subject="Keep away from crowds", plain=SAID, html="<h1>Keep away</h1>",
        heard=(("h1", "Keep away from crowds"), ("text", "Leave them now."), ("link", "Answer here")), octets=2_345, set_up=True,
    ),
    push=PushPreview(title="Keep away from crowds", body="Leave them now.", octets=4_100),
    page=(
        ("title", "Keep away"), ("link", "To the content"), ("note", ""), ("banner", ""), ("main", ""), ("h1", "Keep away from crowds"),
        ("region", "What to do"), ("h2", "What to do"), ("list", "2"), ("text", "Leave them now."), ("picture", "A map"),
        ("contentinfo", ""), ("navigation", "Languages"),
    ),
    webhook='{\n  "type": "tocsin.alert"\n}',
)  # fmt: skip
PIECES = (
    views.PieceView(
        language="en", headline="Keep away from crowds in Sample city", event="Possible bombing",
        description="The desk has reports of a plan.", instruction="Leave them now. Ask the desk.", contact="+1 500 555 0006",
        lengths=(("headline", 36, 140), ("event", 36, 35), ("description", 31, 0)),
        readability=readability("Leave them now. Ask the desk.", "en"), preview=OUT, mail_href="/desk/letters/d/en",
        check_href="/desk/alerts/d/checking",
    ),
    views.PieceView(
        language="ar", headline="ابتعدوا عن التجمعات", event="احتمال تفجير", instruction="غادروا الآن.",
        state=PieceState.MACHINE, lengths=(("headline", 19, 140),), check_href="/desk/alerts/d/checking",
        preview=Preview(language="ar", trouble="The mail's text holds a NUL character. Leave it out."),
    ),
    views.PieceView(
        language="de", headline="Meiden Sie Menschenmengen", event="Bombenanschlag", instruction="Gehen Sie jetzt.",
        state=PieceState.CHECKED, checked_by="A. Sample", checked_at=at(22),
        readability=readability("Verkehrsinfrastrukturbeeinträchtigungen.", "de"),
    ),
)  # fmt: skip
LOOK = views.LookView(
    strict=STRICT,
    flaws=(
        Flaw(rule="machine-unchecked", message="A machine translated it and nobody checked it.", where="ar"),
        Flaw(rule="piece-undescribed", message="The description is missing.", where="ar", stops=False),
    ),
    pieces=PIECES,
    words=(
        views.ActorWordView(name="terrorist", use="ground", implies="They frighten.", when="A list names them.",
                            excludes=("protester",), written=(("terrorists", "en"),)),
        views.ActorWordView(name="suspect", use="ground", implies="May have done it.", when="Police say so.", excludes=(),
                            written=(("suspect", "en"),), ground="Police, 3 March."),
        views.ActorWordView(name="fanatic", use="never", implies="It insults.", when="Of nobody.", excludes=(), written=(("fanatic", "en"),)),
        views.ActorWordView(name="attacker", use="free", implies="Attacks.", when="Now.", excludes=(), written=(("attacker", "en"),)),
    ),
    cap="<alert>\n  <identifier>sample</identifier>\n</alert>",
    shown=(("sender", "desk@example.org"), ("headline (en)", "Keep away from crowds")),
)  # fmt: skip
CLEAN = views.LookView(flaws=(), pieces=PIECES[2:], strict=replace(STRICT, answered=()))
CHART = MapView(
    title="Where it holds",
    areas=(
        AreaView(label="Sample city", rings=(((55.6, 37.4), (55.6, 37.8), (55.9, 37.8), (55.9, 37.4), (55.6, 37.4)),)),
    ),
)
START = views.StartPage(
    shell=SHELL,
    drafts=DRAFTS[:1],
    choices=(
        views.TemplateChoice(id="own", name="Our bombing", ready=True, languages=("en", "de")),
        views.TemplateChoice(id="shipped:bombing", name="Bombing at a gathering", ready=False, languages=("en", "ar")),
    ),
    languages=("en", "ar", "de"),
    cases=CaseChoice(cases=(("c", "Sample case"),), more=True),
    start_href="/desk/alerts",
    templates_href="/desk/templates",
    ends="2024-03-10T18:00",
    zone="Europe/Moscow",
)
NO_DRAFTS = views.StartPage(shell=SHELL, drafts=(), templates_href="/desk/templates", zone="Europe/Moscow")
FORM = views.AlertForm(
    shell=SHELL, post_to="/desk/alerts/d", look_href="/desk/alerts/d/look", id="d", seen=3,
    title="Keep away from crowds in Sample city", look=LOOK,
    areas=(views.AreaRow(number=0, name="Sample city", drawn="10 km round 55.75, 37.62", names=(("ar", "مدينة"), ("de", ""))),), map=CHART,
    ends="2024-03-10T18:00", zone="Europe/Moscow", values=CHOSEN, languages=("fa", "fr"), countries=(("XS", "Sample country"),),
    code_lists=("SAME", "UGC"), cases=CaseChoice(cases=(("c", "Sample case"),), chosen="c"), follows=(("a", "Keep away"),), whom=Whom(there=True, groups=(("g", "Staff"),), posts=(("p", "Watch, Sample port"),), countries=(("FR", "France"),), rows=(PartRow(group="g", languages="fr, pt-BR"), PartRow(place="55.75,37.62", km="10"), PartRow())),
    policies=(("p", "At night"),), keeps_ladder=True, template="Bombing at a gathering",
)  # fmt: skip
EMPTY_FORM = views.AlertForm(
    shell=SHELL, post_to="/desk/alerts/d", look_href="/desk/alerts/d/look", id="d", seen=1, title="", look=CLEAN,
    zone="Europe/Moscow", values=CHOSEN,
)  # fmt: skip
DRAFT = views.AlertDraftPage(
    shell=SHELL, title="Keep away from crowds in Sample city", by="A. Sample", at=at(22), seen=3, look=LOOK,
    facts=(("Where", "Sample city"), ("Until", "10 March")), editions=((2, at(22), "A. Sample", "ar"), (1, at(21), "B. Sample", "en")),
    map=CHART, waits="You wrote at it. Another duty officer lets it out.", drop_href="/desk/alerts/d/dropping",
    edit_href="/desk/alerts/d/edit",
)  # fmt: skip
READY = views.AlertDraftPage(
    shell=SHELL, title="Meiden Sie Menschenmengen", by="A. Sample", at=at(22), seen=3, look=CLEAN, facts=(("Where", "Sample city"),),
    editions=((1, at(21), "B. Sample", ""),), approve_href="/desk/alerts/d/approval", alone_href="/desk/alerts/d/alone",
    drop_href="/desk/alerts/d/dropping", told=18_400,
)  # fmt: skip
OVER = views.AlertDraftPage(
    shell=SHELL, title="Meiden Sie Menschenmengen", by="A. Sample", at=at(22), seen=3, look=CLEAN, facts=(("Where", "Sample city"),),
    editions=((1, at(21), "B. Sample", ""),), decided="Let out by B. Sample.", warning_href="/desk/warnings/d",
)  # fmt: skip
TEMPLATES = views.TemplatesPage(
    shell=SHELL,
    own=(views.TemplateRow(name="Our bombing", href="/desk/templates/o", state="approved", languages=(("en", PieceState.CHECKED),)),),
    shipped=(
        views.TemplateRow(name="Bombing at a gathering", href="/desk/templates/shipped:bombing", state="",
                          languages=(("en", PieceState.DRAFT), ("ar", PieceState.MACHINE))),
    ),
    new_href="/desk/templates/new",
)  # fmt: skip
NO_TEMPLATES = views.TemplatesPage(shell=SHELL, own=(), shipped=TEMPLATES.shipped)
TEMPLATE = views.TemplatePage(
    shell=SHELL, name="Our bombing", pieces=PIECES, hours=48, values=(("urgency", "Expected"), ("severity", "Severe")),
    state="waits for a second duty officer", by="A. Sample", at=at(22), seen=2, faults=("A machine translated it into ar.",),
    waits="You wrote at it. Another duty officer lets it out.", retire_href="/desk/templates/o/retirement", edit_href="/desk/templates/o/edit",
)  # fmt: skip
TEMPLATE_READY = views.TemplatePage(
    shell=SHELL, name="Our bombing", pieces=PIECES[2:], hours=1, values=(("urgency", "Expected"),), state="waits", by="A. Sample",
    approve_href="/desk/templates/o/approval",
)  # fmt: skip
SHIPPED = views.TemplatePage(
    shell=SHELL, name="Bombing at a gathering", pieces=PIECES[:2], hours=48, values=(("urgency", "Expected"),),
    take_href="/desk/templates/new?base=bombing", is_shipped=True,
)  # fmt: skip
TEMPLATE_FORM = views.TemplateForm(
    shell=SHELL, post_to="/desk/templates", seen=0, name="", pieces=PIECES, values=CHOSEN, languages=("fr",),
)  # fmt: skip

PAGES_OF_ALERTS = {
    "desk-alerts": START,
    "desk-alerts-none": NO_DRAFTS,
    "desk-alert-form": FORM,
    "desk-alert-form-empty": EMPTY_FORM,
    "desk-alert-look": views.LookPage(shell=SHELL, look=LOOK),
    "desk-alert-draft": DRAFT,
    "desk-alert-ready": READY,
    "desk-alert-over": OVER,
    "desk-templates": TEMPLATES,
    "desk-templates-none": NO_TEMPLATES,
    "desk-template": TEMPLATE,
    "desk-template-ready": TEMPLATE_READY,
    "desk-template-shipped": SHIPPED,
    "desk-template-form": TEMPLATE_FORM,
}
