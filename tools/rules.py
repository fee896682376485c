"""Writes the list of CAP rules into docs/reference/cap.md, from the code itself; --check compares only."""

import sys
from pathlib import Path

from tocsin.cap.rules import table

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "cap.md"
HEAD = "## Every rule\n"


def page(now: str) -> str:
    """Return the page with the list as the code has it; the list is its last part."""
    before, _, _ = now.partition(HEAD)
    return f"{before}{HEAD}\n" + "\n".join(table()) + "\n"


def main() -> None:
    """Write the page, or check it."""
    now = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        if now != page(now):
            sys.exit("docs/reference/cap.md is not as the code has it. Say `make reference`.")
    else:
        PAGE.write_text(page(now), encoding="utf-8")


if __name__ == "__main__":
    main()
