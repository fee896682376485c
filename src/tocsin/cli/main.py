"""The tocsin command."""

import click

from tocsin.cli.destroy import destroy
from tocsin.cli.lock import lock, unlock
from tocsin.cli.people import people
from tocsin.cli.record import outcome, record
from tocsin.cli.replay import demo, replay
from tocsin.cli.serve import init, serve
from tocsin.cli.speak import log_to_standard_error


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Tocsin, a warning system: from the first report to the scored outcome."""
    log_to_standard_error()


for command in (demo, replay, init, serve, record, outcome, people, lock, unlock, destroy):
    main.add_command(command)
