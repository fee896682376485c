"""The tocsin command."""

import click

from tocsin.cli.record import outcome, record
from tocsin.cli.replay import demo, replay
from tocsin.cli.serve import init, serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Tocsin, a warning system: from the first report to the scored outcome."""


for command in (demo, replay, init, serve, record, outcome):
    main.add_command(command)
