"""Where things are found at the desk and on the public site."""

from tocsin.basis.ids import Id
from tocsin.store.door import Told
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.duty.state import Duty
from tocsin.warning.statement.state import Statement


def case(threat: Id) -> str:
    """Return where a case is."""
    return f"/desk/cases/{threat}"


def hand_out(threat: Id) -> str:
    """Return where a case is handed out to others."""
    return f"/desk/cases/{threat}/handing-out"


INCIDENTS = "/desk/incidents"
NEW_INCIDENT = "/desk/incidents/new"


def incident(incident: Id) -> str:
    """Return where an incident is."""
    return f"{INCIDENTS}/{incident}"


def incident_anew(incident: Id) -> str:
    """Return where an incident is written down anew."""
    return f"{INCIDENTS}/{incident}/anew"


def further_warnings(after: Id) -> str:
    """Return where the warnings are listed that stand behind one."""
    return f"/desk/warnings?after={after}"


def further_outcomes(after: Id) -> str:
    """Return where the judged cases are listed that stand behind one."""
    return f"/desk/outcomes?after={after}"


def further_cases(after: Id) -> str:
    """Return where the cases are listed that stand behind one."""
    return f"/desk/cases?after={after}"


def older_incidents(after: Id) -> str:
    """Return where the incidents are listed that are older than one."""
    return f"{INCIDENTS}?after={after}"


def note_incident(report: Id) -> str:
    """Return where an incident is noted that a report tells of."""
    return f"{NEW_INCIDENT}?report={report}"


def report(report: Id) -> str:
    """Return where a report is."""
    return f"/desk/reports/{report}"


CASES = "/desk/cases"
NEW_CASE = "/desk/cases/new"


def case_work(threat: Id) -> str:
    """Return where a case is worked on."""
    return f"/desk/cases/{threat}/work"


def case_about(threat: Id) -> str:
    """Return where it is written anew what a case is about."""
    return f"/desk/cases/{threat}/about"


def estimate(threat: Id) -> str:
    """Return where a case is judged."""
    return f"/desk/cases/{threat}/estimate"


def warning(told: Id) -> str:
    """Return where a warning is."""
    return f"/desk/warnings/{told}"


def audience(told: Id) -> str:
    """Return where it is shown who a warning is for."""
    return f"/desk/warnings/{told}/audience"


def approve(told: Id) -> str:
    """Return where the approval of an alert is sent."""
    return f"/desk/warnings/{told}/approval"


def issue(told: Id) -> str:
    """Return where it is sent that an approved alert goes out."""
    return f"/desk/warnings/{told}/issue"


def deliveries(told: Id) -> str:
    """Return where the account of a warning's deliveries is."""
    return f"/desk/warnings/{told}/deliveries"


def going(told: Id) -> str:
    """Return where one watches a warning go out."""
    return f"/desk/warnings/{told}/going"


def export(told: Id) -> str:
    """Return where the account of a warning's deliveries is taken away."""
    return f"/desk/warnings/{told}/account.csv"


def take_on(watch: Id) -> str:
    """Return where a watch is taken on."""
    return f"/desk/watches/{watch}/accept"


def watch(watch: Id) -> str:
    """Return where it is shown what waits, how to reach whom it waits for, and what comes next."""
    return f"/desk/watches/{watch}"


def decide_window(told: Id) -> str:
    """Return where the decision about a warning's window is sent."""
    return f"/desk/warnings/{told}/window"


def retract(told: Id) -> str:
    """Return where it is sent that a warning was false."""
    return f"/desk/warnings/{told}/retraction"


def reaffirm(told: Id) -> str:
    """Return where it is sent that one stands by a warning."""
    return f"/desk/warnings/{told}/reaffirmation"


DUTY = "/desk/policies"


def policy(id: Id) -> str:
    """Return where a policy is, and where it is saved and tried out."""
    return f"{DUTY}/{id}"


def rota(id: Id) -> str:
    """Return where a rota is, and where it is saved."""
    return f"/desk/rotas/{id}"


def look_again(told: Id) -> str:
    """Return where it is sent that a warning was looked at again."""
    return f"/desk/warnings/{told}/deadline"


DUTIES = "/desk/duties"
HEADCOUNTS = "/desk/headcounts"
LEVELS = "/desk/advisories"
NEW_LEVEL = "/desk/advisories/new"
STATEMENTS = "/desk/statements"
NEW_STATEMENT = "/desk/statements/new"
ALERTS = "/desk/alerts"
NOTICES = "/desk/notices"
TEMPLATES = "/desk/templates"


def alert_draft(id: Id) -> str:
    """Return where the draft of an alert waits."""
    return f"{ALERTS}/{id}"


def notice_draft(id: Id) -> str:
    """Return where the draft of a notice waits."""
    return f"{NOTICES}/{id}"


def new_alert(threat: Id) -> str:
    """Return where an alert about a case is begun."""
    return f"{ALERTS}?case={threat}"


def new_notice(threat: Id, duty: Id = "") -> str:
    """Return where a notice about a case is begun, for a duty to warn or for none."""
    return f"{NOTICES}/new?case={threat}" + (f"&duty={duty}" if duty else "")


def letter(id: Id, language: str) -> str:
    """Return where the mail of a draft is shown as it will arrive."""
    return f"/desk/letters/{id}/{language}"


def template(id: str) -> str:
    """Return where a template of alerts is."""
    return f"{TEMPLATES}/{id}"


def country(code: str) -> str:
    """Return where a country's levels stand at the desk."""
    return f"{LEVELS}/countries/{code}"


def level_draft(id: Id) -> str:
    """Return where the draft of a level waits."""
    return f"{LEVELS}/drafts/{id}"


def withdraw_level(id: Id) -> str:
    """Return where a level is withdrawn."""
    return f"{LEVELS}/{id}/withdrawal"


def statement(id: Id) -> str:
    """Return where a statement stands at the desk."""
    return f"{STATEMENTS}/{id}"


def endorse(id: Id) -> str:
    """Return where it is noted who joins a statement."""
    return f"{statement(id)}/endorsements"


def statement_draft(id: Id) -> str:
    """Return where the draft of a statement waits."""
    return f"{STATEMENTS}/drafts/{id}"


def duties(threat: Id) -> str:
    """Return where it is asked whom to warn in a case."""
    return f"{case(threat)}/duties"


def duty(owed: Duty) -> str:
    """Return where a duty to warn stands, among the others of its case."""
    return f"{duties(owed.threat)}#d-{owed.id}"


def headcount(id: Id) -> str:
    """Return where a headcount is."""
    return f"{HEADCOUNTS}/{id}"


def sheet(headcount: Id, warden: Id) -> str:
    """Return where the list of a warden is."""
    return f"{HEADCOUNTS}/{headcount}/sheets/{warden}"


def public(told: Told) -> str:
    """Return where the public finds something, or nothing where it does not."""
    match told:
        case Alert() if told.stage is AlertStage.ISSUED:
            return f"/alerts/{told.id}"
        case Advisory():
            return f"/advisories/{told.id}"
        case Statement():
            return f"/statements/{told.id}"
    return ""
