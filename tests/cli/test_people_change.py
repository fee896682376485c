"""tocsin people show, change, rule, groups: everything that is kept is shown, and can be changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.processes import refused_in_one_line
from tocsin.people.facts import ContactFailed
from tocsin.testing.town import Town

Tell = Callable[..., Any]


def told(done: Any) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_everything_about_someone_is_changed_and_shown(served: Town, tell: Tell) -> None:
    ann, group = served.id("Ann"), served.id(served.group("Staff", ["Bell"]))

    def change(*words: str) -> Any:
        return told(tell("people", "change", ann, *words, "--json"))

    first = told(tell("people", "show", ann, "--json"))["contacts"][0]["contact"]
    added = change("contact", "add", "sms", "0032 2 555 12 12")["contacts"]
    assert [(one["channel"], one["address"], one["stands"]) for one in added] == [
        ("mail", "Ann", "active"), ("sms", "+3225551212", "active"),
    ]  # fmt: skip
    second = added[1]["contact"]
    assert [one["contact"] for one in change("contact", "first", second)["contacts"]] == [second, first]
    assert change("contact", "confirm", second)["contacts"][0]["confirmed_at"] is not None
    assert change("contact", "pause", first)["contacts"][1]["stands"] == "paused"
    assert change("contact", "change", first, "a@x.example")["contacts"][1]["address"] == "a@x.example"
    assert len(change("contact", "remove", second)["contacts"]) == 1
    assert change("name", "Anne of the mill")["name"] == "Anne of the mill"
    assert change("languages", "fr,en")["languages"] == ["fr", "en"]
    assert change("needs", "voice_first")["needs"] == ["voice_first"]
    assert change("pause")["paused"]["until"] is None
    assert change("resume")["paused"] is None
    assert change("group", "join", group)["groups"] == [{"group": group, "name": "Staff"}]
    assert change("group", "leave", group)["groups"] == []
    assert "Anne" not in tell("people", "change", ann, "resume").stdout


def test_an_institutions_line_is_set_and_shown(served: Town, tell: Tell) -> None:
    ann, mill = served.id("Ann"), served.id(served.institution("the mill"))
    shown = told(tell("people", "change", mill, "line", "set", ann, "30", "--json"))
    assert (shown["line"], shown["line_patience_s"]) == ([ann], 1_800)
    for words in (("nobody", "30"), (ann, "soon")):
        assert refused_in_one_line(tell("people", "change", mill, "line", "set", *words), code=2)


def test_a_group_follows_from_a_rule(served: Town, tell: Tell) -> None:
    group = served.id(served.group("Readers of French", ["Bell"]))
    assert told(tell("people", "rule", group, "--language", "fr", "--json"))["members"] == 1
    told(tell("people", "change", served.id("Ann"), "languages", "fr", "--json"))
    assert told(tell("people", "groups", "--json"))["groups"] == [
        {"group": group, "name": "Readers of French", "members": 2,
         "rule": {"posts": [], "organisations": [], "languages": ["fr"], "countries": []}},
    ]  # fmt: skip
    assert tell("people", "groups").stdout.split(maxsplit=2)[1] == "2"
    assert "says nothing" in refused_in_one_line(tell("people", "rule", group), code=2)
    assert "There is no group" in refused_in_one_line(tell("people", "rule", "x", "--country", "FR"), code=2)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(("dance",), "There are: consent withdraw", id="no such thing"),
        pytest.param(("contact", "add", "mail", "SECRET"), "no mail address", id="no address"),
        pytest.param(("contact", "remove", "none"), "no contact point none", id="no such contact point"),
        pytest.param(("pause", "tomorrow"), "is no moment", id="no moment"),
        pytest.param(("name", "a", "b", "c"), "too much", id="too many words"),
        pytest.param(("post", "take", "nobody", "cook"), "There is no person", id="no such organisation"),
        pytest.param(("group", "join", "none"), "There is no group", id="no such group"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(served: Town, tell: Tell, words: tuple[str, ...], sentence: str) -> None:
    line = refused_in_one_line(tell("people", "change", served.id("Ann"), *words), code=2)
    assert sentence in line
    assert "SECRET" not in line


def test_nobody_and_somebody_forgotten_are_told_apart(served: Town, tell: Tell) -> None:
    assert "There is nobody" in refused_in_one_line(tell("people", "show", "nobody", "--json"), code=2)
    served.forgets("Ann")
    ann = served.id("Ann")
    found = told(tell("people", "show", ann, "--json"))
    assert (found["name"], found["forgotten"], found["contacts"][0]["address"]) == ("[erased]", True, "[erased]")
    assert "has been forgotten" in refused_in_one_line(tell("people", "change", ann, "name", "x"), code=2)
    assert "on a terminal only" in refused_in_one_line(tell("people", "show", ann), code=2)


def test_on_a_terminal_it_is_shown_line_by_line_and_commands_nothing(
    served: Town, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.cli.people_change._on_terminal", lambda: True)
    served.person("Bell\x1b[2J")
    shown = tell("people", "show", served.id("Bell\x1b[2J")).stdout
    assert "name        Bell?[2J" in shown
    assert "contact     contact" in shown


def test_whose_addresses_fail_is_shown(served: Town, tell: Tell) -> None:
    served.says(ContactFailed(subject=served.id("Ann's telephone"), occurred_at=served.now, detail="Nobody is there."))
    (line,) = [line for line in tell("people", "list").stdout.splitlines() if served.id("Ann") in line]
    assert line.endswith("nothing arrives at 1 of their addresses")
    shown = told(tell("people", "show", served.id("Ann"), "--json"))
    assert [one["failed_at"] for one in shown["contacts"]] == ["2031-05-06T08:00:00Z"]
