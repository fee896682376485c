"""The pages of duty in the sample: a policy tried out, a rota with gaps and somebody who stands in, and mistakes."""

from datetime import timedelta

from msgspec.structs import replace

from tests.web.sample.march import SHELL, at
from tocsin.web.desk.views.duty import (
    Choice,
    Choices,
    DutyPage,
    EventRow,
    HappensRow,
    PolicyPage,
    PolicyRow,
    RotaPage,
    RotaRow,
    ShiftRow,
    StandRow,
    TriedOut,
)

DUTY_SHELL = replace(SHELL, section="duty")
PEOPLE = (Choice(value="brandt", label="J. Brandt"), Choice(value="vale", label="M. Vale"))

DUTY = DutyPage(
    shell=DUTY_SHELL,
    rotas=(
        RotaRow(name="Nights", href="/desk/rotas/r", zone="Europe/Moscow", who="J. Brandt", until=at(24, 6)),
        RotaRow(
            name="Weekends", href="/desk/rotas/w", zone="Europe/Moscow", who="", until=at(25, 6), next_who="M. Vale"
        ),
        RotaRow(name="Always", href="/desk/rotas/a", zone="UTC", who="M. Vale", until=None),
    ),
    policies=(
        PolicyRow(name="Embassy, nights", href="/desk/policies/p", steps=("Nights, at once", "M. Vale, after 15 min")),
    ),
    may_change=True,
)

POLICY = PolicyPage(
    shell=DUTY_SHELL,
    title="Embassy, nights",
    href="/desk/policies/p",
    drop_href="/desk/policies/p/drop",
    form={"name": "Embassy, nights", "step_0_who_0": "rota:r", "step_0_wait": "0", "after": "last", "which": "share"},
    steps=6,
    most_steps=20,
    seen=1,
    may_change=True,
    said=("Nights, at once",),
    whom=(
        Choices(
            label="People who work here", choices=tuple(replace(one, value=f"person:{one.value}") for one in PEOPLE)
        ),
        Choices(label="Rotas: whoever is on duty", choices=(Choice(value="rota:r", label="Nights"),)),
    ),
    over=(Choice(value="", label="as each wishes"), Choice(value="mail", label="mail")),
    answers=(Choice(value="", label="any answer"), Choice(value="safe", label="safe")),
    owners=PEOPLE,
    tried=TriedOut(
        begins=at(24, 0),
        rows=(
            HappensRow(at=at(24, 0), step=1, who=""),
            HappensRow(at=at(24, 0, 15), step=2, who="M. Vale", over="mail"),
            HappensRow(at=at(24, 0, 45), step=2, who="", held_until=at(24, 4)),
            HappensRow(at=at(24, 4), step=2, who="M. Vale"),
        ),
        beyond="After the last step it rings the last again, every 30 min, until a named person has taken it on.",
    ),
)

ROTA = RotaPage(
    shell=DUTY_SHELL,
    title="Nights",
    href="/desk/rotas/r",
    form={"name": "Nights", "zone": "Europe/Moscow", "member_0": "brandt", "every": "1", "turn": "day", "who": "vale"},
    places=6,
    seen=2,
    may_change=True,
    mistake="Say the day and the hour.",
    wrong="stand",
    zone="Europe/Moscow",
    now_who="J. Brandt",
    now_until=at(24, 6),
    weeks=tuple(
        ShiftRow(who=who, begins=at(23, 18) + timedelta(hours=12 * n), ends=at(23, 18) + timedelta(hours=12 * (n + 1)))
        for n, who in enumerate(("J. Brandt", "", "M. Vale", "J. Brandt, M. Vale"))
    ),
    stands=(
        StandRow(id="s", who="M. Vale", instead_of="J. Brandt", begins=at(25, 6), ends=at(26, 6)),
        StandRow(id="t", who="", instead_of="", begins=at(27, 6), ends=at(28, 6)),
    ),
    people=PEOPLE,
    taking_turns=PEOPLE[:1],
    days=(Choice(value="01234", label="Monday to Friday"),),
    from_calendar=2,
    events=(
        EventRow(line=3, said="2 shifts of J. Brandt", became="taken"),
        EventRow(line=9, said="Nobody here is called so.", became="refused"),
    ),
    tried_calendar=True,
)

PAGES_OF_DUTY = {
    "desk-duty": DUTY,
    "desk-duty-empty": replace(DUTY, rotas=(), policies=()),
    "desk-policy": POLICY,
    "desk-policy-new": replace(
        POLICY, title="", drop_href="", form={}, tried=None, mistake="Choose somebody in one step."
    ),
    "desk-policy-read": replace(POLICY, may_change=False, tried=None, dropped=True),
    "desk-policy-silent": replace(POLICY, tried=TriedOut(begins=at(24, 0), rows=(), beyond="")),
    "desk-rota": ROTA,
    "desk-rota-new": replace(
        ROTA,
        title="",
        form={},
        mistake="Give it a name.",
        wrong="rota",
        from_calendar=0,
        weeks=(),
        events=(),
        tried_calendar=False,
    ),
    "desk-rota-read": replace(ROTA, may_change=False, now_who="", stands=(), mistake="", wrong="", dropped=True),
}
