"""tocsin stix: judge bundles of STIX 2.1; hand a case out as one, and take one in."""

import sys
from collections import Counter
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from tocsin.basis.errors import Refused
from tocsin.cli.files import bytes_of, each_of, shown_name
from tocsin.cli.speak import NO, in_one_line
from tocsin.stix import LIMITS, Bundle, Problem
from tocsin.stix import check as judged
from tocsin.stix import read as read_bundle
from tocsin.stix.model import word

WIDE = 200  # columns, where no terminal says how many it has
_NOTHING = Bundle(objects=(), around={})


@click.group()
def stix() -> None:
    """Exchange by STIX 2.1: judge bundles, hand a case out, take reports in."""


@stix.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value a line, one line a file.")
@in_one_line
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Say of each FILE whether it keeps the standard; - is standard input, a directory all the files in it.

    The exit code is 0 if each is right, 1 if one is not, 2 if something was asked wrongly.
    """
    right = True
    for given in each_of(files):
        bundle, problems = _judged(given)
        ok = not any(problem.severity == "error" for problem in problems)
        right &= ok
        if as_json:
            sys.stdout.write(msgspec.json.encode(_line(given, bundle, problems, ok=ok)).decode() + "\n")
            sys.stdout.flush()
        else:
            _show(given, bundle, problems, ok=ok)
    if not right:
        raise SystemExit(NO)


def _judged(given: str) -> tuple[Bundle, list[Problem]]:
    """Judge one file. Should we fail in that, the other files are judged all the same."""
    raw, unreadable = bytes_of(given, LIMITS.bytes)
    try:
        bundle = _NOTHING if raw is None else read_bundle(raw)
    except Refused as refused:
        return _NOTHING, [_whole("read", str(refused))]
    if raw is None:
        return _NOTHING, [_whole("file", f"{unreadable}.")]
    try:
        return bundle, judged(bundle)
    except Exception as problem:  # noqa: BLE001  (whatever a stranger's bytes make of us)
        said = f"The file could not be judged, which is a fault of Tocsin's: {type(problem).__name__}."
        return bundle, [_whole("file", said)]


def _whole(rule: str, message: str) -> Problem:
    return Problem(rule=rule, severity="error", message=message, where="/")


def _types(bundle: Bundle) -> dict[str, int]:
    return dict(sorted(Counter(word(one, "type") or "?" for one in bundle.objects).items()))


def _line(given: str, bundle: Bundle, problems: list[Problem], *, ok: bool) -> dict[str, Any]:
    return {
        "file": shown_name(given),
        "ok": ok,
        "id": bundle.id or None,
        "objects": len(bundle.objects),
        "types": _types(bundle),
        "problems": msgspec.to_builtins(problems),
    }


def _show(given: str, bundle: Bundle, problems: list[Problem], *, ok: bool) -> None:
    count = len(bundle.objects)
    click.echo(f"{'right' if ok else 'WRONG'}  {shown_name(given)}  ({count} object{'' if count == 1 else 's'})")
    if problems:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        for _ in range(4):
            table.add_column(overflow="fold")
        for each in problems:
            table.add_row(f"  {each.severity}", each.rule, each.where, each.message)
        Console(width=None if sys.stdout.isatty() else WIDE, markup=False, highlight=False).print(table)
