"""The invented March: its moments, its places, and who sits at the desk."""

from datetime import UTC, datetime

from tocsin.places import area_distance_m, circle_ring
from tocsin.web.desk.views.rows import LikelihoodView
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import AreaView, MapView, SpotKind, SpotView, WindowState, WindowView

ZONE = "Europe/Moscow"


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of the invented March, in UTC."""
    return datetime(2024, 3, day, hour, minute, tzinfo=UTC)


NOW = at(23, 6, 2)
WARNED = at(7, 18, 4)
DISMISSED = at(19, 13, 10)
STRUCK = at(22, 17, 0)
CENTRE, HALL = (55.7558, 37.6176), (55.8239, 37.3907)
CITY = circle_ring(CENTRE, 12.0)

SHELL = Shell(
    exercise=True,
    exercise_note="Replay of an invented March. Nothing here leaves by a live channel.",
    signed_in="A. Sample",
    role="duty_officer",
    now=NOW,
    zone=ZONE,
    csrf="token",
    waiting=4,
    organisation="Sample Consular Section",
)

UNLIKELY = LikelihoodView(low=0.2, high=0.45, words=("unlikely", "unlikely"), confidence="low")
LIKELY = LikelihoodView(low=0.55, high=0.8, words=("likely", "likely"), confidence="moderate")
VERY_LIKELY = LikelihoodView(low=0.8, high=0.95, words=("very likely", "very likely"), confidence="high")
RAN_OUT = WindowView(starts_at=WARNED, ends_at=at(9, 18, 4), state=WindowState.RAN_OUT_UNDECIDED)
IN_FORCE = WindowView(starts_at=at(22, 20), ends_at=at(24, 20), state=WindowState.OPEN)

MAP = MapView(
    title="Area of the alert and place of the attack",
    areas=(AreaView(label="Moscow, the city named", rings=(CITY,)),),
    spots=(
        SpotView(
            point=HALL, label="Concert hall", kind=SpotKind.EVENT, at=STRUCK, outside_m=area_distance_m(HALL, CITY)
        ),
        SpotView(point=(55.7666, 37.5996), label="Synagogue", kind=SpotKind.INCIDENT, at=at(7, 8)),
        SpotView(point=(43.3055, 44.9094), label="Karabulak", kind=SpotKind.INCIDENT, at=at(3, 4)),
    ),
)
