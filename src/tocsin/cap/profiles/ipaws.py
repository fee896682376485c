"""What the Integrated Public Alert and Warning System of the United States asks.

Source: OASIS CAP 1.2 USA IPAWS Profile 1.0 (13 October 2009), as google/cap-library reads it (Ipaws1Profile).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from tocsin.cap.model import Alert, Info, MsgType
from tocsin.cap.problem import Problem, error, warning
from tocsin.cap.profiles.common import lacks, later, numbered_infos, refers_to_nothing, unlike
from tocsin.cap.profiles.profile import Earlier, Profile

CODE = "IPAWSv1.0"
_SAME_EVENT = re.compile("[A-Z0-9]{3}")
_SAME_PLACE = re.compile("[0-9]{6}")
_ANSWERS = {MsgType.ACK, MsgType.ERROR}


def _problems(alert: Alert) -> Iterator[Problem]:
    if CODE not in alert.codes:
        yield error("ipaws-code", "alert", f"No <code> says {CODE}")
    yield from refers_to_nothing(error, "ipaws", alert)
    yield from unlike(error, "ipaws", alert)
    if not alert.infos and alert.msg_type not in _ANSWERS:
        yield error("ipaws-info", "alert", "<alert> lacks <info>")
    if alert.sent.utcoffset() == timedelta(0):
        yield error("ipaws-offset", "alert/sent", "The offset is zero; it should be that of the place")
    for where, info in numbered_infos(alert):
        yield from lacks(error, "ipaws", info, where, (("expires", "expires"), ("areas", "area")))
        yield from lacks(
            warning, "ipaws", info, where, (("description", "description"), ("instruction", "instruction"))
        )
        yield from _info_problems(info, where)


def _info_problems(info: Info, where: str) -> Iterator[Problem]:
    same = [value for name, value in info.event_codes if name == "SAME"]
    if len(same) != 1 or not _SAME_EVENT.fullmatch(same[0]):
        yield error("ipaws-SAME", where, "There is not exactly one event code SAME of three letters")
    if info.expires is not None and info.expires.utcoffset() == timedelta(0):
        yield error("ipaws-offset", f"{where}/expires", "The offset is zero; it should be that of the place")
    for name, moment in (("effective", info.effective), ("onset", info.onset)):
        if moment is not None:
            yield warning("ipaws-ignored", f"{where}/{name}", f"IPAWS takes no notice of <{name}>")
    for n, area in enumerate(info.areas, 1):
        if not any(name == "SAME" and _SAME_PLACE.fullmatch(value) for name, value in area.geocodes):
            yield warning("ipaws-geocode", f"{where}/area[{n}]", "The area has no geocode SAME of six digits")


def _in_chain(alert: Alert, chain: Iterable[Earlier]) -> Iterator[Problem]:
    """An Update or Cancel names every message of its chain that has not expired by then: some receivers keep one that is not named."""
    if alert.msg_type not in {MsgType.UPDATE, MsgType.CANCEL}:
        return
    named = {(each.sender, each.identifier) for each in alert.references}
    for one in sorted(chain, key=lambda one: (one.sent, one.identifier)):
        is_before = (
            one.sender == alert.sender and one.identifier != alert.identifier and not later(one.sent, alert.sent)
        )
        warns = one.msg_type in {MsgType.ALERT, MsgType.UPDATE}
        if is_before and warns and later(one.ends, alert.sent) and (one.sender, one.identifier) not in named:
            said = f"{one.identifier[:80]} of {one.sent.isoformat()} has not expired, and is not named among the references"
            yield error("ipaws-unexpired", "alert/references", said)


PROFILE = Profile(name="ipaws", title="IPAWS of the United States, profile 1.0", problems=_problems, in_chain=_in_chain)
