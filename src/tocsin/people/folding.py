"""Lines that are longer than a file may have them, as vCards and calendars fold them. Read as a stream, one at a time."""

from collections.abc import Iterable, Iterator

MOST_CHARACTERS = 4_000
"""Of one line that was folded; what is longer is cut, and so can be told."""


def unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield what belongs together, with the number of the line where it begins.

    It keeps no more of it than we would read: a photograph is not held.

    Source: RFC 6350, section 3.2; RFC 5545, section 3.1.
    """
    begins, parts, length = 0, list[str](), 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        if begins and line[:1] in (" ", "\t"):
            if length <= MOST_CHARACTERS:
                parts.append(line[1:])
            length += len(line) - 1
            continue
        if begins:
            yield begins, "".join(parts)
        begins, parts, length = number, [line], len(line)
    if begins:
        yield begins, "".join(parts)
