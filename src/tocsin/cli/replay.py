"""tocsin replay and tocsin demo: a case played from its first report to its outcome."""

import base64
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from argon2 import PasswordHasher
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tocsin.basis.marking import Role
from tocsin.cli.control import Control
from tocsin.cli.speak import NO, ends_between_steps, in_one_line, listen_for_the_end, people, print_json
from tocsin.cli.stage import Stage, find_scenario, set_stage
from tocsin.flow.report import receive
from tocsin.people.facts import SignInSet
from tocsin.scenario.model import Scenario
from tocsin.scenario.play import Progress as Told
from tocsin.scenario.read import read
from tocsin.scenario.telling.summary import Json
from tocsin.settings import load_settings


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), help="Play into this directory, and keep it.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON value.")
@in_one_line
def replay(scenario: Path, data: Path | None, as_json: bool) -> None:
    """Play SCENARIO, a file or folder, through the real system on this machine.

    Killed and started again with the same --data, it goes on where it was.
    """
    load_settings()
    with _played(read(scenario), data, "127.0.0.1", 0, "replay", show=not as_json) as (_stage, summary):
        pass
    _report(summary, as_json)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Play into this directory, and keep it.")
@click.option("--no-serve", is_flag=True, help="Stop when the replay is over.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON value.")
@click.option("--port", type=click.IntRange(0, 65535), help="Serve on this port; 0 takes a free one.")
@in_one_line
def demo(data: Path | None, no_serve: bool, as_json: bool, port: int | None) -> None:
    """Play the Moscow case of March 2024, then serve the desk and the public site on it until interrupted."""
    settings = load_settings()
    scenario = read(find_scenario("moscow-2024"))
    if port is None:
        port = 0 if no_serve else settings.port
    with _played(scenario, data, settings.host, port, "demo", show=not as_json) as (stage, summary):
        if no_serve:
            _report(summary, as_json)
            return
        if as_json:
            print_json(summary)
        _serve(stage, summary)


@contextmanager
def _played(
    scenario: Scenario, data: Path | None, host: str, port: int, holder: str, *, show: bool
) -> Iterator[tuple[Stage, Json]]:
    """Set the stage and play; yield the stage after the play, and its summary. Interrupted, it ends between two steps."""
    with ExitStack() as stack:
        with ends_between_steps() as pause:
            stage = stack.enter_context(set_stage(scenario, data, host, port, holder))
            with _progress(stage, show) as told:
                summary = stage.play(told, pause)
        yield stage, summary


@contextmanager
def _progress(stage: Stage, show: bool) -> Iterator[Told]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=people, disable=not show) as bar:
        task = bar.add_task(stage.scenario.title, total=len(stage.scenario.steps))

        def told(done: int, of: int, step: str) -> None:
            day = stage.clock.now().astimezone(stage.scenario.tzinfo)
            label = f"{stage.scenario.title}: {day:%d %b %H:%M}  {step}" if step else f"{stage.scenario.title}: played"
            bar.update(task, completed=done, total=of, description=label)

        yield told


def _report(summary: Json, as_json: bool) -> None:
    if as_json:
        print_json(summary)
    else:
        for line in _lines(summary):
            click.echo(line)
    if not summary["reconcile"]:
        raise SystemExit(NO)


def _lines(summary: Json) -> Iterator[str]:
    issued = {warning["id"]: warning["issued_at"] for warning in summary["warnings"]}
    for warning in summary["warnings"]:
        told = ", ".join(f"{count} {state}" for state, count in warning["deliveries"].items()) or "nobody addressed"
        window = f"; window {warning['window']['state'].replace('_', ' ')}" if warning["window"] else ""
        # Followed while it still held, it did not run out: what became of it is said of the one that follows.
        if warning["window"] and (after := warning["followed_by"]) and issued[after] < warning["window"]["to"]:
            window = f"; followed by {after}"
        yield f"{warning['issued_at']}  {warning['kind']} {warning['id']}: {told}{window}"
        if warning["escalations"]:
            yield f"  escalated {len(warning['escalations'])} times"
    for threat in summary["threats"]:
        if threat["outcome"]:
            yield f"{threat['outcome']['at']}  outcome of {threat['id']}: {threat['outcome']['class']}"
    yield f"Record: {summary['record']['size']} entries, root {summary['record']['root'][:16]}..."
    yield "Journal, rows and record agree." if summary["reconcile"] else "They do NOT agree: " + summary["problems"][0]


# ---- serving what was played

DESK = {
    Role.WATCH_OFFICER: "watch officer",
    Role.DUTY_OFFICER: "duty officer",
    Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "administrator",
}


def _serve(stage: Stage, summary: Json) -> None:
    wait_for_the_end = listen_for_the_end()
    signs = _sign_ins(stage)
    stage.app.sign_ins = tuple((name, role) for role, name, _ in signs)
    stage.clock.run()
    stage.app.engine.start()
    with Control(stage.app):
        people.print()
        people.print(f"[bold]The desk[/]         {stage.app.house.base_url}/desk")
        people.print(f"[bold]The public site[/]  {stage.app.house.base_url}/")
        people.print()
        for role, name, passphrase in signs:
            people.print(f"  {role:15}  sign in as [bold]{name:10}[/] with [bold]{passphrase}[/]", highlight=False)
        people.print()
        if not summary["reconcile"]:
            people.print("[bold red]Journal, rows and record do not agree.[/]")
        people.print("Everything here is an exercise. Ctrl-C ends it.")
        wait_for_the_end()


def _sign_ins(stage: Stage) -> list[tuple[str, str, str]]:
    """Give one person of each role a passphrase, and return role, name and passphrase."""
    made = []
    now = stage.clock.now()
    for role, title in DESK.items():
        person = next((p for p in stage.scenario.people if role in p.roles), None)
        if person is None:
            continue
        passphrase = _passphrase()
        fact = SignInSet(
            subject=stage.names.id(person.id),
            occurred_at=now,
            sign_in=person.id,
            secret_hash=PasswordHasher().hash(passphrase),
        )
        command = f"sign-in:{stage.app.store.new_id()}"
        receive.add_people(stage.app.house, (fact,), by="demo", command=command, now=now)
        made.append((title, person.id, passphrase))
    return made


def _passphrase() -> str:
    """Return 80 random bits, in groups that can be typed."""
    letters = base64.b32encode(os.urandom(10)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
