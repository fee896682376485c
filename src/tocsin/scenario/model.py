"""A scenario: a case as dated steps, read and resolved, ready to be played. Reading it is read.py's matter."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from tocsin.scenario.head import (
    Actor,
    Audience,
    Channel,
    Circle,
    Group,
    Issuer,
    Kind,
    Known,
    Part,
    Person,
    Place,
    Point,
    Policy,
    Reliability,
    Rota,
    Rung,
    Source,
    Window,
)
from tocsin.scenario.steps.after import (
    AcceptStep,
    AccusedStep,
    AnswersStep,
    AnswerStep,
    EndorseStep,
    EventStep,
    HeardStep,
    NoIndicationStep,
    OpenStep,
    OutcomeStep,
    StatementStep,
    UnendorseStep,
)
from tocsin.scenario.steps.gather import AssessStep, Claim, IncidentStep, LinkStep, ReportStep, ThreatStep, TraceStep
from tocsin.scenario.steps.institutions import (
    CompareStep,
    HandOnStep,
    NoAnswerStep,
    QuestionStep,
    ReadBackStep,
    ReplyStep,
    SecondKnockStep,
)
from tocsin.scenario.steps.step import Step
from tocsin.scenario.steps.warn import (
    AdvisoryStep,
    AlertStep,
    ExtendStep,
    NoNoticeStep,
    NoticeStep,
    ReaffirmStep,
    RetractStep,
    ReviewStep,
    StandDownStep,
    Text,
    WithdrawLevelStep,
    WithdrawStep,
)
from tocsin.warning.notice.facts import DutyTest, TearLine
from tocsin.warning.stated import Stated


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One case from its first report to its outcome.

    steps: in the order of their moments. ends: play until then, so that timers still fire after the last step.
    policies: never empty; the first is the default. people: at least one watch officer and one duty officer.
    places: the listed ones, and those that a step described in place.
    fingerprint: SHA-256 of the file, so that a replay that goes on can tell whether it is still the same case.
    """

    id: str
    title: str
    description: str = ""
    zone: str
    begins: datetime
    ends: datetime
    issuer: Issuer
    sources: tuple[Source, ...]
    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    actors: tuple[Actor, ...]
    places: tuple[Place, ...]
    rotas: tuple[Rota, ...] = ()
    policies: tuple[Policy, ...]
    steps: tuple[Step, ...]
    file: Path
    fingerprint: str

    @property
    def tzinfo(self) -> ZoneInfo:
        """Return the zone of the case, for showing times."""
        return ZoneInfo(self.zone)

    @property
    def recipients(self) -> int:
        """Return how many people and institutions there are to deliver to."""
        return len(self.people) + sum(group.count for group in self.groups)

    def person(self, id: str) -> Person:
        """Return the person of that id; read.py has seen to it that there is one."""
        return next(person for person in self.people if person.id == id)

    def group(self, id: str) -> Group:
        """Return the group of that id."""
        return next(group for group in self.groups if group.id == id)

    def policy(self, id: str) -> Policy:
        """Return the escalation policy of that id."""
        return next(policy for policy in self.policies if policy.id == id)


__all__ = [
    "AcceptStep",
    "AccusedStep",
    "Actor",
    "AdvisoryStep",
    "AlertStep",
    "AnswerStep",
    "AnswersStep",
    "AssessStep",
    "Audience",
    "Channel",
    "Circle",
    "Claim",
    "CompareStep",
    "DutyTest",
    "EndorseStep",
    "EventStep",
    "ExtendStep",
    "Group",
    "HandOnStep",
    "HeardStep",
    "IncidentStep",
    "Issuer",
    "Kind",
    "Known",
    "LinkStep",
    "NoAnswerStep",
    "NoIndicationStep",
    "NoNoticeStep",
    "NoticeStep",
    "OpenStep",
    "OutcomeStep",
    "Part",
    "Person",
    "Place",
    "Point",
    "Policy",
    "QuestionStep",
    "ReadBackStep",
    "ReaffirmStep",
    "Reliability",
    "ReplyStep",
    "ReportStep",
    "RetractStep",
    "ReviewStep",
    "Rung",
    "Scenario",
    "SecondKnockStep",
    "Source",
    "StandDownStep",
    "Stated",
    "StatementStep",
    "Step",
    "TearLine",
    "Text",
    "ThreatStep",
    "TraceStep",
    "UnendorseStep",
    "Window",
    "WithdrawLevelStep",
    "WithdrawStep",
]
