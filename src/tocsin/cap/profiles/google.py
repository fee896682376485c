"""What Google Public Alerts asks of those whose alerts it shows.

Source: developers.google.com/public-alerts, guide for publishers; google/cap-library, GoogleProfile.
"""

from collections.abc import Iterator

from tocsin.cap.model import Alert, Area, Info
from tocsin.cap.problem import Problem, error, warning
from tocsin.cap.profiles.common import lacks, later, numbered_infos, refers_to_nothing, unknowns, unlike
from tocsin.cap.profiles.profile import Profile

MAX_HEADLINE, MAX_AREA_DESC, DECIMALS = 140, 50, 6

_DEMANDED = (("description", "description"), ("web", "web"), ("expires", "expires"), ("areas", "area"))
_ADVISED = (
    ("headline", "headline"),
    ("sender_name", "senderName"),
    ("response_types", "responseType"),
    ("instruction", "instruction"),
    ("contact", "contact"),
)


def _problems(alert: Alert) -> Iterator[Problem]:
    if not alert.infos:
        yield error("google-info", "alert", "<alert> lacks <info>")
    yield from refers_to_nothing(error, "google", alert)
    yield from unlike(error, "google", alert)
    yield from unknowns(warning, "google", alert)
    for where, info in numbered_infos(alert):
        yield from lacks(error, "google", info, where, _DEMANDED)
        yield from lacks(warning, "google", info, where, _ADVISED)
        yield from _info_problems(info, where)
        for n, area in enumerate(info.areas, 1):
            yield from _area_problems(area, f"{where}/area[{n}]", alert)


def _info_problems(info: Info, where: str) -> Iterator[Problem]:
    if info.effective and info.expires and later(info.effective, info.expires):
        yield error("google-effective", f"{where}/effective", "It takes effect only after it expires")
    if info.headline and len(info.headline) > MAX_HEADLINE:
        said = f"The headline has {len(info.headline)} characters; {MAX_HEADLINE} are shown"
        yield warning("google-headline", f"{where}/headline", said)
    if info.headline and info.headline == info.description:
        yield warning("google-headline", f"{where}/headline", "The headline says the same as the description")


def _area_problems(area: Area, where: str, alert: Alert) -> Iterator[Problem]:
    placed = area.polygons or area.circles or area.geocodes
    if not placed and not any(each.where.startswith(f"{where}/") for each in alert.unread):
        yield error("google-area", where, "The area has neither a shape nor a code")
    if area.area_desc is not None and len(area.area_desc) >= MAX_AREA_DESC:
        yield warning("google-areaDesc", f"{where}/areaDesc", f"The areaDesc has {MAX_AREA_DESC} characters or more")
    for n, circle in enumerate(area.circles, 1):
        if circle[2] == 0:
            yield warning("google-circle", f"{where}/circle[{n}]", "The circle has a radius of 0: nobody is in it")
    for n, ring in enumerate(area.polygons, 1):
        if any(round(each, DECIMALS) != each for point in ring for each in point):
            said = f"The polygon has more than {DECIMALS} decimals, which is less than a metre"
            yield warning("google-decimals", f"{where}/polygon[{n}]", said)


PROFILE = Profile(name="google", title="Google Public Alerts", problems=_problems)
