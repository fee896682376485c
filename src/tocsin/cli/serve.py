"""tocsin init and tocsin serve: a real installation."""

import gc
import threading
from contextlib import ExitStack
from pathlib import Path

import click
import structlog
from argon2 import PasswordHasher

from tocsin.app import App, WallClock
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark, Role
from tocsin.cli.control import Control
from tocsin.cli.speak import in_one_line, listen_for_the_end, people
from tocsin.flow.report import receive
from tocsin.flow.warning.audience import be_ready
from tocsin.flow.warning.cap_key import UNSIGNED
from tocsin.people.facts import PersonAdded, PersonKind, SignInSet
from tocsin.settings import Settings, load_settings
from tocsin.web.publishing import public_files
from tocsin.web.serving import free_port, start
from tocsin.web.site import Site

SHORTEST = 15  # characters of a passphrase; NIST SP 800-63B-4, section 3.1.1.2, where it is the only factor

RING_FIRST_S = 1.0  # how long the pages wait for it, at most

log = structlog.get_logger()


def _call_the_roll(app: App) -> None:
    """Have everyone on the roll before the first warning needs them. Whoever needs them sooner waits for this."""
    app.engine.wait_for_what_is_due()
    try:
        with app.store.look() as look:
            be_ready(look)
    except Exception as error:  # noqa: BLE001  the first warning calls it again, and then it is said
        log.warning("roll not called", kind=type(error).__name__)


def _open(settings: Settings, holder: str, base_url: str) -> App:
    return App(settings, clock=WallClock(), holder=holder, base_url=base_url, exercise=False, senders=settings.senders)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="The data directory; else TOCSIN_DATA, else ./var.")
@click.option("--name", prompt="Sign-in name of the first administrator")
@click.password_option("--passphrase", prompt="Passphrase, 15 characters or more")
@in_one_line
def init(data: Path | None, name: str, passphrase: str) -> None:
    """Set up a data directory: its keys, its tables, and a first administrator."""
    if len(passphrase) < SHORTEST:
        raise Refused(f"The passphrase has {len(passphrase)} characters; take {SHORTEST} or more.")
    settings = load_settings(data)
    app = _open(settings, "init", "")
    try:
        if app.store.recall("initialised"):
            raise Refused(f"{settings.data} is set up already. Say `tocsin serve`.")
        now = app.clock.now()
        person = app.store.new_id()
        facts = (
            PersonAdded(
                subject=person,
                occurred_at=now,
                person_kind=PersonKind.PERSON,
                name=name,
                roles=(Role.ADMINISTRATOR,),
                cleared_to=Mark.GREEN,
            ),
            SignInSet(subject=person, occurred_at=now, sign_in=name, secret_hash=PasswordHasher().hash(passphrase)),
        )
        receive.add_people(app.house, facts, by=person, command="init", now=now)
        app.store.remember("initialised", "yes")
    finally:
        app.close()
    click.echo(f"{settings.data} is set up. Start with: tocsin serve --data {settings.data}")
    click.echo("Whoever is to watch and decide is let in by: tocsin people officer new NAME --role duty-officer")


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="The data directory; else TOCSIN_DATA, else ./var.")
@click.option("--port", type=click.IntRange(0, 65535), help="Serve on this port instead of that of TOCSIN_LISTEN.")
@in_one_line
def serve(data: Path | None, port: int | None) -> None:
    """Run this installation until interrupted: the desk, the public site, and everything that falls due."""
    settings = load_settings(data)
    with ExitStack() as stack:
        port = free_port(settings.host, settings.port if port is None else port)
        app = _open(settings, "serve", settings.base_url or f"http://{settings.host}:{port}")
        stack.callback(app.close)
        if not app.store.recall("initialised"):
            raise Refused(f"{settings.data} is not set up. Say `tocsin init --data {settings.data}` first.")
        # Whoever should have been rung while nobody was here is rung first; a page may be asked for a moment later.
        app.engine.start()
        app.engine.wait_for_what_is_due(RING_FIRST_S)
        site = Site(app, zone=app.zone)
        stack.callback(site.close)
        stack.callback(start(site, settings.host, port).stop)
        wait_for_the_end = listen_for_the_end()
        gc.freeze()  # the pages, too, stay: see Engine.start
        app.engine.take_on("files", public_files(app, zone=app.zone).round)
        threading.Thread(target=site.make_ready, name="pages", daemon=True).start()
        threading.Thread(target=_call_the_roll, args=(app,), name="roll", daemon=True).start()
        stack.enter_context(Control(app))
        people.print(f"Tocsin serves {app.house.base_url}/ (desk: {app.house.base_url}/desk). Ctrl-C ends it.")
        if not settings.mail_host:
            people.print("No mail relay is set (TOCSIN_MAIL_HOST): nothing can leave by mail.")
        if app.house.signing.trouble:
            people.print(f"{app.house.signing.trouble} {UNSIGNED}")
        if settings.base_url.startswith("https://") and not settings.proxies:
            people.print(
                "People reach it by HTTPS, so through a proxy, but TOCSIN_PROXIES names none: whoever tries too often, "
                "at a sign-in or with a code, then makes everybody wait."
            )
        wait_for_the_end()
