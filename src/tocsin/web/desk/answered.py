"""The lane of answers: the line of silence, dotted from the warning to the answer, its length written on it."""

from markupsafe import Markup

from tocsin.basis.words import Words
from tocsin.web.desk.sheet import LABEL_ROOM, LEFT, RIGHT, Sheet, placed_at
from tocsin.web.desk.views.timeline import AnswerLine, Timeline
from tocsin.web.drawing import el, path, shortened, text_width
from tocsin.web.measures import length, stamp
from tocsin.web.pieces import Tone
from tocsin.web.wording import CHIPS


def answered(sheet: Sheet, y: float) -> float:
    """Draw the lane of answers from y down, and return where it ends."""
    y += 6
    for line in sorted(sheet.view.answered, key=lambda one: (one.sent_at, one.recipient)):
        y = _silence(sheet, line, y + 30)
    return y + 8 if sheet.view.answered else y + 40


def _silence(sheet: Sheet, line: AnswerLine, y: float) -> float:
    """Draw one line of silence at y, and return where the next may begin."""
    end = line.answered_at or line.until or min(sheet.view.now, sheet.view.ends_at)
    x1, x2 = sheet.axis.x(line.sent_at), sheet.axis.x(end)
    parts = [el("path", d=path([(x1, y - 5), (x1, y + 5)]), class_="act stroke")]
    if x2 > x1:
        parts.append(el("path", d=path([(x1 + 4, y), (x2, y)]), class_="silence-line"))
    parts += [placed_at(_bell(), sheet.axis.x(at), y) for at in line.escalated_at]
    parts.append(placed_at(_answer_shape(line), x2, y))
    sheet.mark(el("g", *parts), silence_said(line, sheet.view, sheet.say), line.href)
    return _silence_words(sheet, line, y, x1, x2)


def _silence_words(sheet: Sheet, line: AnswerLine, y: float, x1: float, x2: float) -> float:
    """Write who and how long the silence was over the line, and the answer beside its mark or under it."""
    _ = sheet.say
    who = shortened(line.recipient, LABEL_ROOM, bold=True)
    silence = silence_length(line, sheet.view, _)
    gap = text_width(who, bold=True) + 10
    whole = gap + text_width(silence, bold=True)
    x = max(LEFT, min(x1 - 2, RIGHT - whole))
    sheet.ink.write(x, y - 12, who, "", bold=True)
    sheet.ink.write(
        x + gap, y - 12, silence, "silence halo" if line.answer == "silent" or x2 - x1 > 40 else "", bold=True
    )
    if line.answer == "silent":
        return y + 14
    tone, word = answer_word(line.answer)
    words = shortened(" · ".join(part for part in (_(word), line.label) if part), RIGHT - LEFT - 20, bold=True)
    wide = text_width(words, bold=True)
    if x2 + 14 + wide <= RIGHT:
        sheet.ink.write(x2 + 14, y + 4, words, tone, bold=True)
        return y + 14
    sheet.ink.write(max(LEFT, min(x2 - wide / 2, RIGHT - wide)), y + 23, words, tone, bold=True)
    return y + 32


def silence_length(line: AnswerLine, view: Timeline, _: Words) -> str:
    """Say how long a silence was, or has lasted, and how often it was escalated."""
    span = length((line.answered_at or line.until or view.now) - line.sent_at, _)
    said = _("silence, %(length)s", length=span)
    if line.answer == "silent":
        said = _("silence, %(length)s so far", length=span) if line.until is None else said
    if not line.escalated_at:
        return said
    times = _.ngettext("escalated once", "escalated %(n)s times", len(line.escalated_at))
    return f"{said} · {times}"


def answer_word(answer: str) -> tuple[str, str]:
    """Return the tone and the word of an answer."""
    tone, word = next(both for kind, both in CHIPS.items() if kind.value == answer)
    return tone.value, word


def silence_said(line: AnswerLine, view: Timeline, _: Words) -> str:
    """Say one line of silence in words."""
    sent = _("warned %(at)s", at=stamp(line.sent_at, view.zone, _))
    parts = [f"{line.recipient}: {sent}", silence_length(line, view, _)]
    if line.answered_at:
        parts.append(f"{_(answer_word(line.answer)[1])} {stamp(line.answered_at, view.zone, _)}")
    return ". ".join([*parts, *(part for part in (line.label, line.detail) if part)])


def _bell() -> Markup:
    return el("path", d="M0 -8L5 1H-5Z", class_="silence fill bell")


def _answer_shape(line: AnswerLine) -> Markup:
    tone = answer_word(line.answer)[0]
    if tone == Tone.SILENCE:
        return el("circle", r=6.0, class_="silence-ring")
    if tone == Tone.DISPUTE:
        return el("path", d="M0 -9L9 0L0 9L-9 0Z", class_="dispute fill")
    if tone == Tone.DANGER:
        return el("path", d="M0 -8L8 6H-8Z", class_="danger fill")
    return el("circle", r=6.5, class_="good fill")
