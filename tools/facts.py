"""Writes docs/reference/facts.md, every kind of fact and what it holds, from the code itself; --check compares only."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

from tocsin.basis.fact import Fact, Folding
from tocsin.store.columns import fields
from tocsin.store.journal import names_of
from tocsin.store.kinds import FOLDINGS, PUBLIC

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "facts.md"
HEAD = """# Facts

Everything that can happen, as the journal keeps it for ever. Written by `tools/facts.py` from the code.

A fact stands in an envelope: `seq`, `id`, `v` (version), `kind`, `subject` (the id of what it is about), `occurred_at`,
`recorded_at`, `by`, `command`. Facts marked *public* leave a plain entry in the record; all others leave only a salted
commitment, which the next seal takes up. Fields marked *personal* are kept under the key of the person they are about.

A commitment is made field by field, so that one can be shown and the others stay hidden: those of the envelope as `fact.by`,
`fact.kind` and so on, without `seq`; those below by their names; of a `tear_line` each part, as `tear_line.what`. With whatever is
shown comes `fact.fields`, which names them all. **Hold that list against this page**: under a name that does not stand here
anything could have been sealed, to be shown if it came true. No verifier does that for you, for it cannot know the kinds of a later
Tocsin; `tocsin record reconcile` does, for whoever keeps the record.
"""


def page() -> str:
    """Return the page as the code has it."""
    return HEAD + "".join(_room(folding.state.__module__.split(".state")[0]) for folding in _one_a_room())


def _one_a_room() -> Iterator[Folding]:
    seen: set[str] = set()
    for folding in FOLDINGS:
        if folding.state.__module__ not in seen:
            seen.add(folding.state.__module__)
            yield folding


def _room(room: str) -> str:
    kinds = [kind for f in FOLDINGS if f.state.__module__.startswith(f"{room}.state") for kind in f.facts]
    return f"\n## {room.removeprefix('tocsin.')}\n" + "".join(_fact(kind) for kind in kinds)


def _fact(kind: type[Fact]) -> str:
    public = " *(public)*" if kind.kind() in PUBLIC else ""
    about = (kind.__doc__ or "").strip().split("\n\n")
    told = " ".join(" ".join(part.split()) for part in about)
    lines = [f"\n### {kind.kind()}{public}\n\n{told}\n\n"]
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name not in ("subject", "occurred_at"):
            personal = ", personal" if field.personal else ""
            lines.append(f"- `{field.name}`: {_word(hints[field.name])}{personal}{_parts(kind, field.name)}\n")
    return "".join(lines)


def _parts(kind: type[Fact], name: str) -> str:
    parts = [f"`{one.removeprefix(f'{name}.')}`" for one in sorted(names_of(kind)) if one.startswith(f"{name}.")]
    return f", of {', '.join(parts)}" if parts else ""


def _word(hint: object) -> str:
    text = hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint)
    bare = re.sub(r"(?:\w+\.)+(\w+)", r"\1", text)
    return bare.replace(" | Erased", "").replace(" | None", " or nothing").replace(" | ", " or ")


def main() -> None:
    """Write the page, or check it."""
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != page():
            sys.exit("docs/reference/facts.md is not as the code has it. Say `make reference`.")
    else:
        PAGE.write_text(page())


if __name__ == "__main__":
    main()
