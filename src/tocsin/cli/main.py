"""The tocsin command."""

import click

from tocsin.cli import officers as _officers  # noqa: F401
from tocsin.cli import opening as _opening  # noqa: F401  each enters its commands under `record` or `people`
from tocsin.cli import people_change as _people_change  # noqa: F401
from tocsin.cli import people_import as _people_import  # noqa: F401
from tocsin.cli import prove as _prove  # noqa: F401
from tocsin.cli import record_repair as _record_repair  # noqa: F401
from tocsin.cli import stix_exchange as _stix_exchange  # noqa: F401
from tocsin.cli.advisory_kept import advisory
from tocsin.cli.backup import backup, restore
from tocsin.cli.bench import bench
from tocsin.cli.cap import cap
from tocsin.cli.channels import channels
from tocsin.cli.delivery import delivery
from tocsin.cli.destroy import destroy
from tocsin.cli.incident import incident
from tocsin.cli.inlet import inlet
from tocsin.cli.lock import lock, unlock
from tocsin.cli.notice import notice
from tocsin.cli.people import people
from tocsin.cli.publish import publish
from tocsin.cli.record import outcome, record
from tocsin.cli.replay import demo, replay
from tocsin.cli.rota import rota
from tocsin.cli.serve import init, serve
from tocsin.cli.speak import log_to_standard_error
from tocsin.cli.stix import stix
from tocsin.cli.warning import warning
from tocsin.cli.witness import witness


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Tocsin, a warning system: from the first report to the scored outcome."""
    log_to_standard_error()


for command in (
    advisory,
    bench,
    cap,
    channels,
    demo,
    replay,
    init,
    serve,
    delivery,
    publish,
    record,
    outcome,
    warning,
    witness,
    people,
    rota,
    stix,
    incident,
    inlet,
    notice,
    lock,
    unlock,
    destroy,
    backup,
    restore,
):
    main.add_command(command)
