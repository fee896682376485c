"""What a warning told, of the four things its reader needs: what, where, when, who."""

import msgspec

QUESTIONS = ("what", "where", "when", "who")


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """Which of what, where, when and who the warning stated. Empty where it did not say."""

    what: str = ""
    where: str = ""
    when: str = ""
    who: str = ""


def told(stated: Stated) -> tuple[str, ...]:
    """Return the names of the things that were stated."""
    return tuple(name for name in QUESTIONS if getattr(stated, name).strip())
