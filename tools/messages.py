"""Collects the visible sentences of src/tocsin into the template that translators start from.

    python tools/messages.py          write src/tocsin/locale/tocsin.pot, and each language's .mo from its .po
    python tools/messages.py --check  say whether they are as they would be written now

The template holds neither dates nor line numbers, so it changes only when a sentence does.
"""

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError

SOURCE = Path(__file__).parents[1] / "src" / "tocsin"
LOCALE = SOURCE / "locale"
TEMPLATE = LOCALE / "tocsin.pot"

METHODS = [("**/templates/**", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
HEADER = """\
# The visible sentences of Tocsin. Made by `make messages`; do not edit.
msgid ""
msgstr ""
"Project-Id-Version: Tocsin\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class Unreadable(Exception):  # noqa: N818  named like the errors of the house
    """A source file in which sentences cannot be found."""


def collect(source: Path) -> Catalog:
    """Find every marked sentence in the Python files and templates under a folder.

    Raises:
        Unreadable: a file cannot be understood; names it, and the line.
    """
    catalog = Catalog(charset="utf-8")
    reading = [""]
    found = extract_from_dir(
        source,
        METHODS,
        OPTIONS,
        KEYWORDS,
        comment_tags=("Translators:",),
        callback=lambda name, *_: reading.append(name),
        strip_comment_tags=True,
    )
    try:
        for place, line, message, comments, context in found:
            catalog.add(message, None, [(Path(place).as_posix(), line)], auto_comments=comments, context=context)
    except (TemplateSyntaxError, SyntaxError) as error:
        raise Unreadable(f"{reading[-1]}, line {error.lineno}: {error.args[0]}") from error
    return catalog


def template(catalog: Catalog) -> bytes:
    """Write a catalogue as a template, the same bytes for the same sentences."""
    out = BytesIO()
    write_po(out, catalog, width=110, omit_header=True, sort_output=True, include_lineno=False)
    return (HEADER.encode() + out.getvalue()).rstrip() + b"\n"


def compiled(language: Path) -> bytes:
    """Compile one language's .po."""
    out = BytesIO()
    with language.open("rb") as source:
        catalog = read_po(source)
    # Where a .po names no moment, the library takes that of the compiling; the same sentences must be the same bytes.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(out, catalog)
    return out.getvalue()


def wanted() -> dict[Path, bytes]:
    """Return every file that follows from the sources, with what it should hold."""
    files = {TEMPLATE: template(collect(SOURCE))}
    for language in sorted(LOCALE.glob("*/LC_MESSAGES/tocsin.po")):
        files[language.with_suffix(".mo")] = compiled(language)
    return files


def main(arguments: list[str]) -> int:
    """Write the files, or with --check compare them: 0 as they should be, 1 stale, 2 asked wrongly."""
    if arguments not in ([], ["--check"]):
        print("usage: python tools/messages.py [--check]", file=sys.stderr)
        return 2
    try:
        files = wanted()
    except Unreadable as error:
        print(f"messages: {error}", file=sys.stderr)
        return 1
    stale = [path for path, content in files.items() if not path.exists() or path.read_bytes() != content]
    if arguments and stale:
        names = ", ".join(path.relative_to(SOURCE).as_posix() for path in stale)
        print(f"messages: {names} no longer fits the sources; run `make messages`.", file=sys.stderr)
        return 1
    if not arguments:
        for path in stale:
            path.write_bytes(files[path])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
