"""tocsin witness: cosign the records of others, on a machine of one's own."""

import os
from contextlib import ExitStack
from pathlib import Path

import click

from tocsin.app import WallClock
from tocsin.basis.errors import Refused
from tocsin.cli.speak import NO, in_one_line, listen_for_the_end, print_json
from tocsin.store.database import FILE
from tocsin.store.lock import DataLock
from tocsin.web.serving import start
from tocsin.web.witness.site import WitnessSite
from tocsin.web.witness.witness import Witness, list_log, load_cosigner, make_witness

DATA = click.option(
    "--data", type=click.Path(path_type=Path), required=True, help="The witness's own directory; never a record's."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
LISTEN = "127.0.0.1:8138"


@click.group()
def witness() -> None:
    """Cosign the records of others, so that they cannot show two histories."""


@witness.command()
@DATA
@click.option("--name", required=True, help="An address without its scheme, such as witness.example.org/w1.")
@in_one_line
def init(data: Path, name: str) -> None:
    """Make a key for a new witness, and print the line by which others list it."""
    if (data / FILE).exists():
        raise Refused(f"{data} holds a record. A witness of oneself proves nothing; name a directory of its own.")
    click.echo(make_witness(data, name, os.urandom).vkey)
    click.echo(f"{data} is set up. Name the logs with: tocsin witness add VKEY --data {data}", err=True)


@witness.command()
@click.argument("vkey")
@DATA
@click.option("--origin", default="", help="The log's origin, where that is not the name of its key.")
@in_one_line
def add(vkey: str, data: Path, origin: str) -> None:
    """Cosign for one more log, named by its verifier key. A witness that runs hears of it by itself."""
    load_cosigner(data)
    list_log(data, vkey, origin)


@witness.command()
@DATA
@click.option(
    "--listen", default=LISTEN, show_default=True, help="Host and port; put a proxy that speaks HTTPS in front."
)
@in_one_line
def serve(data: Path, listen: str) -> None:
    """Answer logs until interrupted."""
    load_cosigner(data)
    host, port = _where(listen)
    with ExitStack() as stack:
        stack.enter_context(DataLock(data, "witness serve"))
        found = Witness(data, WallClock())
        serving = start(WitnessSite(found), host, port)
        stack.callback(serving.stop)
        wait_for_the_end = listen_for_the_end()
        click.echo(f"{found.vkey} listens on {_url(host, serving.port)}. Ctrl-C ends it.", err=True)
        wait_for_the_end()


@witness.command()
@DATA
@JSON
@in_one_line
def show(data: Path, as_json: bool) -> None:
    """Say what this witness cosigned last, and whether a log ever showed a fork. The exit code is 1 if one did."""
    cosigner = load_cosigner(data)
    found = Witness(data, WallClock())
    forks, unproven = found.evidence.count("fork"), found.evidence.count("unproven")
    logs = [
        {"origin": origin, "size": kept.seen.size if kept else None, "root": kept.seen.root.hex() if kept else None}
        for origin in sorted(found.logs.known())
        for kept in [found.keeping.last(origin)]
    ]
    if as_json:
        print_json({"verifier_key": cosigner.vkey, "logs": logs, "forks": forks, "unproven": unproven})
    else:
        click.echo(cosigner.vkey)
        for one in logs:
            click.echo(f"{one['origin']}: {'nothing yet' if one['size'] is None else one['size']}")
        click.echo(f"forks: {forks}; refused for a proof that did not hold: {unproven}")
    if forks:
        raise SystemExit(NO)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _where(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65_535:
        raise Refused(f"{listen!r} is nowhere to listen. Write host and port, like {LISTEN}.")
    return host.strip("[]"), int(port)
