"""What is wrong with a scenario, gathered so that its author hears everything at once."""

from collections.abc import Iterable
from difflib import get_close_matches

from tocsin.basis.errors import Refused

SHOWN = 50
"""More problems than this are only counted, and no more guesses are made."""


MEANS = {"probable": "likely", "very likely": "likely"}
"""What a word means that is spelt like another. Source: ICD 203 (probable is likely); CAP 1.2, 3.2.2, certainty (very likely is Likely)."""


class Problems:
    """A growing list of problems in one file, each with its line."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[tuple[int, str]] = []

    def add(self, line: int, sentence: str) -> None:
        """Note a problem. The same one on the same line is noted once."""
        if len(self.found) > SHOWN or (line, sentence) not in self.found:
            self.found.append((line, sentence))

    def guess(self, word: str, known: Iterable[str]) -> str:
        """Return '; did you mean ...?' for a word that is nearly a known one, else nothing."""
        if len(self.found) >= SHOWN or len(word) > 80:
            return ""
        names = {name.casefold(): name for name in known}
        meant = MEANS.get(word.casefold(), "")
        close = [meant] if meant in names else get_close_matches(word.casefold(), names, n=1)
        return f"; did you mean {names[close[0]]!r}?" if close else ""

    def refuse_any(self) -> None:
        """Stop here if there was a problem.

        Raises:
            Refused: every problem on a line of its own, by line of the file.
        """
        if not self.found:
            return
        lines = [f"{self.file}:{line}: {sentence}" for line, sentence in sorted(self.found)[:SHOWN]]
        if len(self.found) > SHOWN:
            lines.append(f"{self.file}: and {len(self.found) - SHOWN} more.")
        raise Refused("\n".join(lines))
