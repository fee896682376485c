"""Broken scenarios: which line is named, and what is said of it."""

from pathlib import Path

import pytest

from tocsin.basis.errors import Refused
from tocsin.scenario.read import read, read_text

GOOD = """\
tocsin: scenario/1
id: fair
zone: Europe/Berlin
ends: 2026-05-20
sources:
  - {id: gazette, name: The Gazette, reliability: B}
people:
  - {id: ada, name: Ada, roles: [watch_officer]}
  - {id: ben, name: Ben, roles: [duty_officer]}
  - {id: audit, name: Audit, roles: [auditor]}
  - {id: police, kind: organisation}
  - {id: miller, name: The miller}
groups:
  - {id: stalls, count: 5}
actors:
  - {id: lanterns}
places:
  - {id: ground, polygon: [[52.1, 11.6], [52.1, 11.7], [52.2, 11.7], [52.1, 11.6]]}
  - {id: barn, point: [52.1, 11.6]}
policies:
  - {id: usual, steps: [{to: ben, after: 2h}, {to: ada, after: 4h}]}
steps:
  - at: 2026-05-01 08:00
    id: first
    report: {source: gazette, text: The fair is threatened.}
  - at: 2026-05-01 09:00
    id: second
    report: {source: gazette, text: The fair is threatened again.}
  - at: 2026-05-01 10:00
    id: fair
    threat: {title: Attack on the fair, actors: [lanterns], place: ground, host: police}
  - at: 2026-05-01 11:00
    id: view
    assess: {likelihood: [0.2, 0.4], confidence: low}
  - at: 2026-05-01 12:00
    id: told
    notice: {recipients: [police], tear_line: {what: An attack}}
  - at: 2026-05-01 13:00
    id: rung
    alert:
      headline: Keep away
      area: [ground]
      window: 48h
      audience: [stalls]
  - at: 2026-05-01 14:00
    id: reply
    answer: {warning: rung, by: stalls-2, kind: safe}
  - at: 2026-05-01 15:00
    id: replies
    answers: {warning: rung, group: stalls, kinds: {safe: 3}, within: 2h}
  - at: 2026-05-01 16:00
    id: denied
    heard: {warning: told, recipient: police, kind: dismissed, public: Nonsense., by: ada}
  - at: 2026-05-01 17:00
    id: taken
    accept: {warning: told, by: ben}
  - at: 2026-05-02 12:00
    id: longer
    extend: {warning: rung, until: 2026-05-05 12:00}
  - at: 2026-05-06 12:00
    id: judged
    outcome: {axes: {course: nothing}}
  - at: 2026-05-06 12:30
    id: shown
    open: {fields: [what]}
"""


def refusal(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(Refused) as refused:
        read_text(raw, Path("scenario.yaml"))
    return str(refused.value)


@pytest.mark.parametrize("place", [
    pytest.param("country: DE, point: [52.1, 11.6]", id="in it"),
    pytest.param("country: FR, point: [52.1, 11.6]", id="abroad either way"),
    pytest.param("country: EG, point: [30.0, 31.0]", id="in it either way"),
    pytest.param("country: NZ, point: [-41.3, 174.8]", id="no latitude"),
    pytest.param("country: GI, point: [36.14, -5.35]", id="of a country without an outline"),
])  # fmt: skip
def test_a_point_that_may_be_meant_so_is_left_as_it_is_written(place: str) -> None:
    assert read_text(GOOD.replace("point: [52.1, 11.6]", place).encode(), Path("scenario.yaml")).steps


def test_a_language_that_cannot_be_read_is_not_called_one_that_is_there_twice() -> None:
    texts = "texts: [{language: en, headline: Keep away}, {language: italian, headline: Evitate}]"
    said = refusal(GOOD.replace("headline: Keep away", texts))
    assert "language 'italian' of a text of step 'rung' is no language tag" in said
    assert "two texts in one language" not in said


def test_the_scenario_that_the_others_break_is_whole() -> None:
    assert len(read_text(GOOD.encode(), Path("scenario.yaml")).steps) == 13


BROKEN = [
    ("an unknown source", "second\n    report: {source: gazette", "second\n    report: {source: gazete", 28,
     "step 'second' names the source 'gazete', which is not listed under sources; did you mean 'gazette'?"),
    ("an unknown person", "kind: dismissed, public: Nonsense., by: ada", "kind: dismissed, public: Nonsense., by: adda", 53,
     "step 'denied' names the person 'adda', which is not listed under people; did you mean 'ada'?"),
    ("an unknown place", "place: ground", "place: grund", 31, "names the place 'grund', which is not listed under places; did you mean"),
    ("an unknown actor", "actors: [lanterns]", "actors: [lantern]", 31, "names the actor 'lantern'"),
    ("an unknown host", "host: police", "host: polise", 31, "names the person 'polise'"),
    ("an unknown threat", "assess: {likelihood", "assess: {threat: fayr, likelihood", 34,
     "step 'view' names the threat 'fayr', which no earlier step has as its id; did you mean 'fair'?"),
    ("a threat that is a report", "assess: {likelihood", "assess: {threat: first, likelihood", 34,
     "step 'view' names 'first', a report (line 23), where it needs a threat"),
    ("an unknown warning", "answer: {warning: rung", "answer: {warning: rang", 47, "names the warning 'rang'"),
    ("a later warning", "  - at: 2026-05-01 13:00\n    id: rung", "  - {at: +1m, accept: {warning: rung, by: ben}}\n  - at: 2026-05-01 13:00\n    id: rung", 38,
     "names the warning 'rung', which comes only later, on line 40"),
    ("a certainty that is called otherwise", "window: 48h", "certainty: probable", 43, "did you mean 'Likely'?"),
    ("an unknown policy", "window: 48h", "policy: usuall", 43, "names the policy 'usuall'"),
    ("an unknown recipient", "audience: [stalls]", "audience: [stall]", 44, "recipient 'stall', which is listed neither under people nor under groups"),
    ("a step back in time", "2026-05-01 12:00", "2026-04-30 12:00", 35,
     "step 'told' goes back in time, to 2026-04-30 12:00; the step before it is at 2026-05-01 11:00"),
    ("a repeated step", "id: second", "id: first", 27, "step 'first' repeats the id of the step on line 23"),
    ("a repeated person", "- {id: miller,", "- {id: police,", 12, "person 'police' is listed already on line 11"),
    ("a person with a group's id", "- {id: miller,", "- {id: stalls,", 12, "has the id of group 'stalls'"),
    ("a person with a member's id", "- {id: miller,", "- {id: stalls-3,", 12, "has the id of group 'stalls'"),
    ("an unknown verb", "    assess:", "    asess:", 34, "step 'view' has 'asess'|which is no verb and no field of a step; did you mean 'assess'?"),
    ("an unknown field", "headline: Keep", "headlin: Keep", 41, "step 'rung' has no field 'headlin'; did you mean 'headline'?"),
    ("words that a comma cuts", "{source: gazette, text: The fair is threatened again.}", "{source: gazette, text: The fair, they say}", 28,
     "step 'second' has no field 'they say'; if it belongs to the words before it, quote these whole"),
    ("a place's name in no language", "- {id: barn,", "- {id: barn, names: {the barn: Scheune},", 19, "'the barn' in the names of place 'barn' is no language tag"),
    ("an unknown field of the head", "id: fair\nzone", "ids: fair\nzone", 2, "the scenario has no field 'ids'"),
    ("two verbs in one step", "    assess:", "    report: x\n    assess:", 32, "does report and assess; write a step for each"),
    ("no verb", "    assess: {likelihood: [0.2, 0.4], confidence: low}\n", "", 32, "does nothing; write one of report,"),
    ("no moment", "  - at: 2026-05-01 11:00\n    id: view", "  - id: view", 32, "step 'view' lacks the field 'at'"),
    ("not a moment", "at: 2026-05-01 11:00", "at: 1 May", 32, "at '1 May' of step 'view' is no moment; write it like"),
    ("an hour that does not exist", "at: 2026-05-01 08:00", "at: 2026-03-29 02:30", 23, "does not exist in Europe/Berlin"),
    ("a wrong type", "text: The fair is threatened.", "text: [The fair]", 25, "text of step 'first' must be one value, not a list or a mapping"),
    ("a number that is none", "count: 5", "count: many", 14, "count 'many' of group 'stalls' must be a whole number from 1 to 10000"),
    ("a group too large", "count: 5", "count: 10001", 14, "must be a whole number from 1 to 10000"),
    ("likelihood in percent", "[0.2, 0.4]", "[20, 40]", 34, "likelihood '20, 40' of step 'view' is no likelihood; write probabilities from 0 to 1"),
    ("likelihood upside down", "[0.2, 0.4]", "[0.4, 0.2]", 34, "has its low end above its high end; write [0.2, 0.4]"),
    ("likelihood not a number", "[0.2, 0.4]", "[nan, 0.4]", 34, "is no likelihood"),
    ("a wrong confidence", "confidence: low", "confidence: likely", 34, "must be one of low, moderate, high"),
    ("a window that ends first", "window: 48h", "window: {to: 2026-05-01 12:00}", 43,
     "the window of step 'rung' ends at 2026-05-01 12:00, not after its start at 2026-05-01 13:00"),
    ("an alert that is over before it begins", "window: 48h", "window: {from: 2026-04-01, for: 2d}", 43,
     "the window of step 'rung' ended at 2026-04-03 00:00, before the step itself"),
    ("a window without an end", "window: 48h", "window: {from: 2026-05-01}", 43, "needs exactly one of to, for and hours"),
    ("not a length of time", "within: 2h", "within: two hours", 50, "is no length of time; write it like 30m, 48h, 7d"),
    ("an open polygon", "[52.2, 11.7], [52.1, 11.6]]", "[52.2, 11.7], [52.2, 11.6]]", 18, "polygon of place 'ground' is open; end it with its first point"),
    ("a short polygon", "[52.1, 11.7], [52.2, 11.7], ", "[52.1, 11.7], ", 18, "polygon of place 'ground' has 3 points; an area needs at least four"),
    ("a point out of range", "[52.2, 11.7]", "[152.2, 11.7]", 18, "is no point: latitude is from -90 to 90"),
    ("longitude first", "point: [52.1, 11.6]", "country: DE, point: [11.6, 52.1]", 19,
     "point of place 'barn' lies outside DE, and in it with latitude first; write [52.1, 11.6] and not [11.6, 52.1]"),
    ("longitude first, in a circle", "point: [52.1, 11.6]", "country: DE, circle: {centre: [11.6, 52.1], km: 1}", 19,
     "circle of place 'barn' lies outside DE"),
    ("longitude first, in a polygon", "{id: ground, polygon: [[52.1, 11.6], [52.1, 11.7], [52.2, 11.7], [52.1, 11.6]]}",
     "{id: ground, country: DE, polygon: [[11.6, 52.1], [11.7, 52.1], [11.7, 52.2], [11.6, 52.1]]}", 18,
     "polygon of place 'ground' lies outside DE"),
    ("a point of three", "point: [52.1, 11.6]", "point: [52.1, 11.6, 3]", 19, "is no point; write it like [55.75, 37.62]"),
    ("an approver who is the author", "headline: Keep", "approved_by: ben\n      by: ben\n      headline: Keep", 41, "step 'rung' is approved by its author 'ben'"),
    ("an approver without the role", "headline: Keep", "approved_by: ada\n      by: ben\n      headline: Keep", 41, "approved by 'ada', who is no duty_officer; give one of ben"),
    ("nobody left to approve", "headline: Keep", "by: ben\n      headline: Keep", 38, "needs a second person's approval, and people has no other duty_officer"),
    ("an author without a role", "headline: Keep", "by: audit\n      headline: Keep", 41, "done by 'audit', who has no role at the desk; give one of ada, ben"),
    ("glass broken by one who may not", "headline: Keep", "by: ada\n      break_glass: true\n      approved_by: ada\n      headline: Keep", 43, "is no duty_officer"),
    ("a step after the end", "ends: 2026-05-20", "ends: 2026-05-06 11:00", 60, "step 'judged' is at 2026-05-06 12:00, after the scenario ends at 2026-05-06 11:00"),
    ("answers after the end", "within: 2h", "within: 20d", 48, "step 'replies' answers until 2026-05-21 15:00, after the scenario ends"),
    ("a relay of itself", "text: The fair is threatened again.", "relays: second, text: again", 28, "step 'second' names itself as the report; name an earlier step"),
    ("a trace to itself", "    assess: {likelihood: [0.2, 0.4], confidence: low}", "    trace: {report: first, origin: first}", 34, "makes the report 'first' a relay of itself"),
    ("a mark that is not TLP", "text: The fair is threatened again.", "mark: SECRET, text: again", 28, "mark 'SECRET' of step 'second' is no sharing mark of TLP 2.0; write one of CLEAR, GREEN"),
    ("an unknown zone", "zone: Europe/Berlin", "zone: Europe/Atlantis", 3,
     "zone 'Europe/Atlantis' of the scenario is no IANA time zone; write one like Europe/Moscow"),
    ("a language that is none", "headline: Keep", "language: English!\n      headline: Keep", 41, "is no language tag; write it like en, ru"),
    ("a wrong role", "roles: [auditor]", "roles: [boss]", 10, "roles 'boss' of person 'audit' is no role; write one of watch_officer"),
    ("an answer by no recipient", "by: stalls-2, kind: safe", "by: miller, kind: safe", 47, "step 'reply' names 'miller', who is no recipient of 'rung' (line 38)"),
    ("an answer by no member", "by: stalls-2, kind: safe", "by: stalls-6, kind: safe", 47, "names the recipient 'stalls-6', which is not listed"),
    ("an answer by a whole group", "by: stalls-2, kind: safe", "by: stalls, kind: safe", 47, "'stalls' is a group; write a member such as 'stalls-1'"),
    ("more answers than members", "kinds: {safe: 3}", "kinds: {safe: 3, received: 3}", 50, "has 6 answers of the group 'stalls', but 4 of its 5 members have not answered before"),
    ("an unknown answer", "kinds: {safe: 3}", "kinds: {save: 3}", 50, "kinds of step 'replies' has no field 'save'; did you mean 'safe'?"),
    ("answers of a group not told", "warning: rung, group: stalls", "warning: told, group: stalls", 50, "lets the group 'stalls' answer, which is no recipient of 'told'"),
    ("an escalation accepted by an institution", "accept: {warning: told, by: ben}", "accept: {warning: told, by: police}", 56, "is accepted by 'police', an organisation; name a person"),
    ("an extension without a window", "extend: {warning: rung", "extend: {warning: told", 59, "cannot extend 'told', which has no window"),
    ("an extension that is none", "until: 2026-05-05 12:00", "until: 2026-05-03 12:00", 59, "but it holds until 2026-05-03 13:00 already"),
    ("an extension too late", "  - at: 2026-05-02 12:00", "  - at: 2026-05-04 12:00", 59, "comes too late: the window of 'rung' ended at 2026-05-03 13:00"),
    ("an extension of a report", "extend: {warning: rung", "extend: {warning: first", 59, "a report (line 23), where it needs an alert or a notice"),
    ("an alert without an area", "      area: [ground]\n", "", 38, "step 'rung' has no area; name a place that has a polygon or a circle"),
    ("an alert from a point", "area: [ground]", "area: [barn]", 42, "drawn from the place 'barn', which has no polygon and no circle"),
    ("an alert without a text", "      headline: Keep away\n", "", 38, "step 'rung' has no text; write a headline"),
    ("a notice to nobody", "recipients: [police]", "recipients: []", 37, "has no recipients; name whom it goes to"),
    ("a notice that says nothing", "tear_line: {what: An attack}", "tear_line: {where: Here}", 37, "the tear_line of step 'told' lacks the field 'what'"),
    ("a report that says nothing", "{source: gazette, text: The fair is threatened.}", "{source: gazette}", 23, "says nothing; write a text"),
    ("a policy that goes back", "{to: ada, after: 4h}", "{to: ada, after: 1h}", 21, "policy 'usual' goes back in time"),
    ("a thing heard before it was said", "public: Nonsense.", "said_at: 2026-05-02, public: Nonsense.", 53, "said_at of step 'denied' is 2026-05-02 00:00, after the step itself at 2026-05-01 16:00"),
    ("an outcome without axes", "outcome: {axes: {course: nothing}}", "outcome: {why: unclear}", 60, "lacks the field 'axes'"),
    ("an axis that is none", "{course: nothing}", "{curse: nothing}", 62, "axes of step 'judged' has no field 'curse'; did you mean 'course'?"),
    ("a refusal without a ground", "notice: {recipients: [police], tear_line: {what: An attack}}", "no_notice: {party: The police, grounds: Better not}", 35,
     "answers no question of its test with no; name the ground not to tell under waiver"),
    ("an opening of an alert", "open: {fields: [what]}", "open: {notice: rung}", 65, "an alert (line 38), where it needs a notice"),
    ("an opening of what was not said", "open: {fields: [what]}", "open: {fields: [who]}", 65, "opens 'who', which 'told' does not say; give some of what, begins, mark"),
    ("an opening by one alone", "open: {fields: [what]}", "open: {by: ben, approved_by: ben}", 65, "is opened by 'ben', who proposes it; name another of its readers"),
    ("an opening by a stranger", "open: {fields: [what]}", "open: {by: miller}", 65, "names 'miller', who may not read 'told'; give one of ben, ada"),
    ("an opening without the originator", "notice: {recipients: [police]", "notice: {originators: [The abbey], recipients: [police]", 63, "needs 'agreed': how The abbey agreed to it"),
    ("an opening before the seal", "  - at: 2026-05-01 13:00", "  - {at: 2026-05-01 12:30, open: {}}\n  - at: 2026-05-01 13:00", 38, "comes too early: 'told' is sealed at 2026-05-01 13:00, on the hour"),
    ("an id that is none", "id: lanterns", "id: the lanterns", 16, "is no id; use up to 64 letters"),
    ("another format", "scenario/1", "scenario/2", 1, "a scenario begins with 'tocsin: scenario/1', not 'scenario/2'"),
    ("a sender with a space", "ends: 2026-05-20", "issuer: {sender: the desk}", 4, "is no CAP sender"),
    ("said twice", "ends: 2026-05-20", "id: fair", 4, "'id' was said already on line 2; say it once"),
    ("said twice, beside and under", "report: {source: gazette, text: The fair is threatened.}", "report: {id: x, text: y}", 25, "says 'id' twice, beside 'report' and under it"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "said"), [pytest.param(*row[1:], id=row[0]) for row in BROKEN])
def test_a_broken_scenario_is_refused_by_line(old: str, new: str, line: int, said: str) -> None:
    assert GOOD.count(old) == 1, "the table changes one place exactly"
    told = refusal(GOOD.replace(old, new))
    where = [sentence for sentence in told.splitlines() if sentence.startswith(f"scenario.yaml:{line}: ")]
    assert any(all(part in sentence for part in said.split("|")) for sentence in where), told


@pytest.mark.parametrize(
    ("step", "said"),
    [
        pytest.param(
            "{at: 2026-05-06 12:40, question: Telegram, say we}",
            "has 'say we', which is no verb and no field of a step; if it belongs to the words before it, quote these whole",
            id="words that a comma ended",
        ),
        pytest.param(
            "{at: 2026-05-06 12:40, report: {text: They repeat it, relays: rung}}",
            "an alert (line 38), where it needs a report; write what you published down as a report, too, and name that",
            id="somebody repeats our own alert",
        ),
        pytest.param(
            "{at: 2026-05-06 12:40, alert: {headline: Keep away, area: barn}}",
            "which has no polygon and no circle; give it one, such as circle: {centre: [52.1, 11.6], km: 5}",
            id="an alert at a bare point",
        ),
    ],
)
def test_what_is_wrong_says_what_would_be_right(step: str, said: str) -> None:
    assert said in refusal(f"{GOOD}  - {step}\n")


def test_everything_is_said_at_once_and_in_order() -> None:
    broken = GOOD.replace("gazette, text: The fair is threatened again", "gazete, text: x")
    broken = broken.replace("[0.2, 0.4]", "[0.4, 0.2]").replace("by: stalls-2", "by: stalls-9")
    assert [sentence.split(":")[1] for sentence in refusal(broken).splitlines()] == ["28", "34", "47"]


def test_a_broken_step_does_not_make_those_that_refer_to_it_wrong() -> None:
    broken = GOOD.replace("title: Attack on the fair, ", "")
    assert refusal(broken).splitlines() == ["scenario.yaml:29: step 'fair' lacks the field 'title'"]


def test_ten_thousand_problems_are_counted_and_fifty_told() -> None:
    steps = "".join(f"  - {{at: 2026-05-06 13:00, report: {{source: s{n}, text: x}}}}\n" for n in range(4_000))
    told = refusal(GOOD + steps).splitlines()
    assert len(told) == 51
    assert told[-1] == "scenario.yaml: and 3950 more."


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("{at: 2026-05-16, report: {text: He says: they hold it}}", id="a colon inside braces"),
        pytest.param("{at: 2026-05-16, report: He says: they hold it}", id="a colon in a text by itself"),
        pytest.param("{at: 2026-05-16, report: {text: 'It's gone'}}", id="an apostrophe within apostrophes"),
        pytest.param('{at: 2026-05-16, report: {text: "He says" he left}}', id="words after the quotes"),
        pytest.param("{at: 2026-05-16, report: @all is well}", id="begins with a sign"),
        pytest.param("{at: 2026-05-16, report: & co}", id="begins with an ampersand"),
    ],
)
def test_a_text_that_should_stand_in_quotes_is_refused_with_that_advice(step: str) -> None:
    assert "text that should stand in quotes" in refusal(GOOD + f"  - {step}\n")


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        pytest.param(b"", 1, "a scenario is a mapping", id="empty"),
        pytest.param(b"- a\n- b\n", 1, "a scenario is a mapping", id="a list"),
        pytest.param(b"tocsin: [\n", 2, "this is no YAML", id="not closed"),
        pytest.param(b"tocsin: scenario/1\nid: \xff\n", 2, "this is not UTF-8", id="another encoding"),
        pytest.param(b"tocsin: scenario/1\nid: a\x00b\n", 2, "YAML does not allow", id="a zero byte"),
        pytest.param(b"tocsin: scenario/1\n? [a, b]\n: c\n", 2, "a field's name is one word", id="a list as a name"),
        pytest.param(b"tocsin: scenario/1\nid: !!python/name:os.system x\n", 2, "the tag", id="a tag"),
        pytest.param(b"tocsin: scenario/1\nsteps: " + b"[" * 5_000, 2, "nested more than 20 deep", id="too deep"),
        pytest.param(b"tocsin: scenario/1\nsteps: &a [*a]\n", 2, "or endless", id="within itself"),
        pytest.param(b"a: &a 1\nb: [" + b"*a, " * 1_001 + b"]\n", 2, "more than 1000 aliases", id="many aliases"),
        pytest.param(b"a: 1\n---\nb: 2\n", 2, "this is no YAML", id="two documents"),
    ],
)
def test_what_is_no_scenario_at_all_is_refused(raw: bytes, line: int, said: str) -> None:
    told = refusal(raw)
    assert told.startswith(f"scenario.yaml:{line}: ")
    assert said in told


def test_a_billion_laughs_are_refused_at_once() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for letter, before in zip("bcdefghi", "abcdefgh", strict=True):
        laughs += f"{letter}: &{letter} [{', '.join([f'*{before}'] * 9)}]\n"
    assert "larger than 50000 values" in refusal(laughs)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_bytes(b"# " + b"x" * 600_000)
    with pytest.raises(Refused, match="larger than 512 KiB"):
        read(file)
