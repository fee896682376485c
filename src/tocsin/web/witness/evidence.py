"""Keeps what a log cannot explain: the checkpoint that was cosigned before, and the one that it showed then.

A fork is proof: two trees of one size, both signed by the log. Something unproven may be a fork, or a wrong proof that
anybody sent with a true checkpoint; so only so many of those are kept.
"""

from hashlib import sha256
from pathlib import Path

import structlog

from tocsin.basis.errors import TocsinError
from tocsin.web.witness.disc import put

MOST = {"fork": 1_000, "unproven": 100}  # pairs; only the log's own key can make forks

log = structlog.get_logger()


class Evidence:
    """A folder of pairs: KIND-NAME.known and KIND-NAME.shown."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made when first needed."""
        self._folder = folder

    def count(self, kind: str) -> int:
        """Return how many pairs of a kind there are."""
        return len(list(self._folder.glob(f"{kind}-*.shown")))

    def keep(self, kind: str, origin: str, known: bytes, shown: bytes) -> None:
        """Keep a pair, and say so in the log. Whatever the disc does, the refusal goes out.

        kind: fork or unproven. known, shown: signed checkpoints.
        """
        name = f"{kind}-{sha256(sha256(known).digest() + sha256(shown).digest()).hexdigest()[:32]}"
        file = self._folder / f"{name}.shown"
        if file.exists() or self.count(kind) >= MOST[kind]:
            if kind == "fork":
                log.error("fork shown again", origin=origin)
            return
        kept = True
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            put(self._folder / f"{name}.known", known)
            put(file, shown)
        except (OSError, TocsinError) as error:
            kept = False
            log.error("evidence not kept", error=type(error).__name__)
        if kind == "fork":
            log.error("fork refused", origin=origin, evidence=name, kept=kept)
        else:
            log.warning("checkpoint without a valid proof refused", origin=origin, evidence=name, kept=kept)
