"""The stage of a replay: receivers on this machine, a web server that takes real answers, and the player."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import tocsin
from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.words import N_
from tocsin.scenario.doing.cast import Address
from tocsin.scenario.head import Channel
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.scenario.play import NO_PAUSE, Pause, Player, Progress
from tocsin.scenario.telling.summary import Json, summarise
from tocsin.settings import Settings
from tocsin.testing.clock import TownClock
from tocsin.testing.hook import Hook
from tocsin.testing.mailbox import Mailbox
from tocsin.web.serving import free_port, start
from tocsin.web.site import Site

NOTE = N_("A replay of past events. Nothing here leaves this machine.")


class Stage:
    """Everything that a replay needs, ready to play."""

    def __init__(self, scenario: Scenario, app: App, clock: TownClock, player: Player) -> None:
        """Hold the parts together."""
        self.scenario = scenario
        self.app = app
        self.clock = clock
        self._player = player

    @property
    def names(self) -> Names:
        """Return the scenario's names and their ids."""
        return self._player.names

    def play(self, progress: Progress, pause: Pause = NO_PAUSE) -> Json:
        """Play to the end, and return the summary. pause: called between steps; it may end the play."""
        self._player.play(progress, pause)
        pause()
        self.app.publisher.publish(self.clock.now())
        return summarise(self.scenario, self._player.names, self.app.house)


def find_scenario(name: str) -> Path:
    """Return a scenario that ships with Tocsin.

    Raises:
        Refused: there is none of that name.
    """
    inside = Path(tocsin.__file__).parent
    for home in (inside / "scenarios", inside.parents[1] / "scenarios"):
        if (home / name).exists():
            return home / name
    raise Refused(f"There is no scenario {name} with this Tocsin.")


@contextmanager
def set_stage(scenario: Scenario, data: Path | None, host: str, port: int, holder: str) -> Iterator[Stage]:
    """Set the stage in a data directory; without one, in a fresh one that is removed afterwards.

    port: of the web server; 0 takes a free one.

    Raises:
        Refused: the directory is in use or holds something else, or the port is taken.
    """
    with ExitStack() as stack:
        if data is None:
            data = Path(tempfile.mkdtemp(prefix="tocsin-replay-"))
            stack.callback(shutil.rmtree, data, ignore_errors=True)
        mailbox = stack.enter_context(Mailbox())
        clock = TownClock(scenario.begins)
        settings = Settings(
            data=data,
            zone=scenario.zone,
            organisation=scenario.issuer.name,
            cap_sender=scenario.issuer.sender,
            mail_host="127.0.0.1",
            mail_port=mailbox.port,
            mail_sender="watch@exercise.invalid",
        )
        port = free_port(host, port)
        app = App(
            settings,
            clock=clock,
            holder=holder,
            base_url=f"http://{host}:{port}",
            exercise=True,
            exercise_note=NOTE,
        )
        stack.callback(app.close)
        hook = stack.enter_context(_hook(app))
        site = Site(app, zone=app.zone)
        stack.callback(site.close)
        stack.callback(start(site, host, port).stop)
        yield Stage(scenario, app, clock, Player(scenario, app.house, clock, _addresses(hook)))


def _hook(app: App) -> Hook:
    # Webhook addresses are kept with the people, so a replay that goes on must listen where it listened before.
    known = app.store.recall("hook_port")
    try:
        hook = Hook(port=int(known or 0))
    except Refused as error:
        raise Refused(
            f"Port {known} on 127.0.0.1 is taken; the replay in {app.settings.data} received its webhooks there, and goes "
            "on only there. Stop what listens there, or play it in an empty directory."
        ) from error
    if known is None:
        app.store.remember("hook_port", str(hook.port))
    return hook


def _addresses(hook: Hook) -> Address:
    def address(channel: Channel, who: str) -> str:
        return hook.url(f"/{who}") if channel == "webhook" else f"{who}@people.invalid"

    return address
