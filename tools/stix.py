"""Writes the extensions of ours for STIX into docs/reference/stix.md, from the code itself; --check compares only."""

import json
import sys
from pathlib import Path

from tocsin.stix.extensions import EXTENSIONS, schema

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "stix.md"
HEAD = "## Every extension\n"


def page(now: str) -> str:
    """Return the page with the extensions as the code has them; they are its last part."""
    before, _, _ = now.partition(HEAD)
    parts = []
    for id, one in EXTENSIONS.items():
        said = schema(id)
        told = "\n".join(line.strip() for line in said.pop("description", "").splitlines())
        parts.append(f"### {one.name}\n\n`{id}`\n\n{told}\n\n```json\n{json.dumps(said, indent=1)}\n```\n")
    return f"{before}{HEAD}\n" + "\n".join(parts)


def main() -> None:
    """Write the page, or check it."""
    now = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        if now != page(now):
            sys.exit("docs/reference/stix.md is not as the code has it. Say `make reference`.")
    else:
        PAGE.write_text(page(now), encoding="utf-8")


if __name__ == "__main__":
    main()
