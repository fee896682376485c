"""tocsin bench: how fast this Tocsin is on this machine."""

import click
import msgspec

from tocsin.basis.errors import Refused
from tocsin.cli.speak import in_one_line, print_json
from tocsin.testing.bench import Measured


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
@in_one_line
def bench(name: str, as_json: bool) -> None:
    """Measure NAME: answers, areas, audience, cap, delivery, record, smtp."""
    from tocsin.testing.benches import BENCHES, bench_named

    if name not in BENCHES:
        raise Refused(f"There is no bench {name!r}. There are: {', '.join(sorted(BENCHES))}.")
    found = bench_named(name)()
    if as_json:
        print_json(msgspec.to_builtins(found))
    else:
        for line in _lines(found):
            click.echo(line)


def _lines(found: Measured) -> list[str]:
    lines = [f"{found.n:,} {found.unit} in {found.seconds} s: {found.rate_per_s:,.0f} a second, median of {found.runs}"]
    if found.peer is not None:
        lines.append(f"{found.peer.name}: {found.peer.rate_per_s:,.0f} a second; ratio {found.ratio}")
    lines += [f"{name}: {value}" for name, value in found.parts.items()]
    return [*lines, f"largest process: {found.peak_rss_mib} MiB"]
