"""What a replay says of each warning when it has been played."""

from tocsin.cli.replay import _lines


def warning(id: str, issued: str, ends: str, state: str, followed_by: str | None) -> dict[str, object]:
    window = {"from": issued, "to": ends, "state": state}
    return {
        "id": id, "kind": "alert", "issued_at": issued, "window": window, "followed_by": followed_by, "deliveries": {},
        "escalations": [],
    }  # fmt: skip


def test_a_warning_that_was_followed_while_it_held_is_not_said_to_have_run_out() -> None:
    warnings = [
        warning("first", "2016-03-16T18:00:00Z", "2016-03-21T06:00:00Z", "ran_out_undecided", "second"),
        warning("second", "2016-03-17T17:00:00Z", "2016-03-21T17:00:00Z", "ran_out_undecided", "third"),
        warning("third", "2016-03-22T17:00:00Z", "2016-03-23T17:00:00Z", "stood_down", None),
    ]
    record = {"size": 1, "root": "0" * 64}
    said = list(_lines({"warnings": warnings, "threats": [], "record": record, "reconcile": True, "problems": []}))
    assert [line.split("; ")[-1] for line in said[:3]] == [
        "followed by second",
        "window ran out undecided",
        "window stood down",
    ]
