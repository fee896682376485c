"""The test: five questions, each answered yes, no or unknown. What is not known is resolved toward warning."""

from enum import StrEnum

import msgspec

from tocsin.basis.errors import Refused


class Said(StrEnum):
    """What is answered to a question of the test. That it is not known is an answer, too."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, and its ground in a sentence; a no must have one."""

    said: Said = Said.UNKNOWN
    ground: str = ""


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """The five questions, as they were answered. No nationality is asked for.

    Source: ICD 191, Duty to Warn (2015), as quoted by the Federation of American Scientists.
    """

    __test__ = False  # pytest would take it for one of its own

    credible: Answered = Answered()
    specific: Answered = Answered()
    impending: Answered = Answered()
    grave: Answered = Answered()  # intentional killing, serious bodily injury, kidnapping
    directed: Answered = Answered()  # at a person or a group, an institution, a business, a structure or a place


QUESTIONS: tuple[str, ...] = Test.__struct_fields__


def duty_found(test: Test) -> bool:
    """Say whether there is a duty: no question is answered with no. A doubt is no no."""
    return not denied(test)


def denied(test: Test) -> tuple[str, ...]:
    """Return the questions that are answered with no."""
    return tuple(name for name in QUESTIONS if getattr(test, name).said is Said.NO)


def refuse_groundless(test: Test) -> Test:
    """Let a test pass whose every no says why.

    Raises:
        Refused: one does not.
    """
    for name in denied(test):
        if not getattr(test, name).ground.strip():
            raise Refused(
                f"The answer no to the question whether it is {name} needs its ground. Write it in a sentence."
            )
    return test
