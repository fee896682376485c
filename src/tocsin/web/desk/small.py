"""The small drawings in tables: how long something has waited, how likely it is, how well the warner is calibrated."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from tocsin.basis.words import Words
from tocsin.web.desk.views.board import UrgentRow
from tocsin.web.desk.views.outcomes import CalibrationBin
from tocsin.web.desk.views.rows import LikelihoodView
from tocsin.web.drawing import el, path
from tocsin.web.measures import ago, length, percent
from tocsin.web.wording import likelihood_words


def waits(rows: Sequence[UrgentRow], now: datetime, _: Words) -> list[Markup]:
    """Draw, for each row, how long it has waited and how long is left, all on one scale around now."""
    past = max((now - row.since for row in rows), default=timedelta(0))
    ahead = max((row.until - now for row in rows if row.until and row.until > now), default=timedelta(0))
    return [_wait(row, now, max(past, timedelta(minutes=1)), ahead, _) for row in rows]


def _wait(row: UrgentRow, now: datetime, past: timedelta, ahead: timedelta, _: Words) -> Markup:
    width, here = 240.0, 236.0 if ahead <= timedelta(0) else 180.0
    start = here - (here - 8) * max((now - row.since) / past, 0.0) ** 0.5
    parts = [
        el("path", d=path([(here, 1.0), (here, 23.0)]), class_="now"),
        el("path", d=path([(start, 12.0), (here, 12.0)]), class_="silence-line"),
        el("path", d=path([(start, 6.0), (start, 18.0)]), class_="act stroke"),
    ]
    said = [_("waiting for %(length)s", length=length(now - row.since, _))]
    if row.until and row.until > now:
        end = here + (width - 8 - here) * ((row.until - now) / ahead) ** 0.5
        parts.append(el("path", d=path([(here, 12.0), (end, 12.0)]), class_="left-over"))
        parts.append(el("path", d=path([(end, 5.0), (end, 19.0)]), class_="danger stroke"))
    if row.until:
        said.append(_("time runs out %(when)s", when=ago(row.until, now, _)) if row.until > now else "")
    title = "; ".join(part for part in said if part)
    return el("svg", el("title", title), *parts, viewBox=f"0 0 {width:.0f} 24", class_="wait", role="img")


def likely(shown: LikelihoodView, _: Words) -> Markup:
    """Draw a range of probability on a scale from 0 to 100."""
    left, wide = shown.low * 100, max((shown.high - shown.low) * 100, 1.5)
    title = f"{likelihood_words(shown.words, _)}, {percent(shown.low, shown.high)}"
    return el(
        "svg",
        el("title", title),
        el("path", d="M1 10H101", class_="scale"),
        el("path", d="M1 6V14M51 7V13M101 6V14", class_="scale"),
        el("rect", x=1 + left, y=5.0, width=wide, height=10.0, rx=2.0, class_="band-solid"),
        viewBox="0 0 102 20",
        class_="likely",
        role="img",
    )


def calibration(bins: Sequence[CalibrationBin], _: Words) -> Markup:
    """Draw how often things struck against how likely they were said to be; on the diagonal words and world agree."""
    size, low, high = 260.0, 34.0, 250.0
    span = high - low
    grid = "".join(path([(low + span * n / 4, low - 24), (low + span * n / 4, high - 24)]) for n in range(5))
    grid += "".join(path([(low, low - 24 + span * n / 4), (high, low - 24 + span * n / 4)]) for n in range(5))
    dots = []
    for one in bins:
        if not one.cases:
            continue
        share = one.struck / one.cases
        said = _(
            "said %(forecast)s %%, struck %(struck)s of %(cases)s",
            forecast=f"{one.forecast * 100:.0f}",
            struck=one.struck,
            cases=one.cases,
        )
        x, y = low + span * one.forecast, high - 24 - span * share
        dot = el("circle", el("title", said), cx=x, cy=y, r=5.0 + min(one.cases, 25) ** 0.5 * 1.6, class_="known fill")
        dots.append(dot)
    marks = [
        el("text", f"{n * 25}", x=low + span * n / 4, y=high - 8, text_anchor="middle", class_="t dim")
        for n in range(5)
    ]
    marks += [
        el("text", f"{n * 25}", x=low - 6, y=high - 20 - span * n / 4, text_anchor="end", class_="t dim")
        for n in range(5)
    ]
    return el(
        "svg",
        el("title", _("Said likelihood against what struck, in per cent")),
        el("path", d=grid, class_="scale"),
        el("path", d=path([(low, high - 24), (high, low - 24)]), class_="diagonal"),
        *dots,
        *marks,
        el("text", _("likelihood given, %%"), x=(low + high) / 2, y=size - 2, text_anchor="middle", class_="t dim"),
        viewBox=f"0 0 {size:.0f} {size:.0f}",
        class_="calibration",
        role="img",
    )
