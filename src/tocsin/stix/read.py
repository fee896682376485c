"""Reading a bundle that may be anybody's: bytes in, plain values out, nothing dropped; and writing one."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.stix.model import Bundle, Said


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much may come at once. depth: of lists and objects within each other, the bundle and its list among them."""

    bytes: int = 64 * 1024 * 1024
    objects: int = 100_000
    depth: int = 64
    object_bytes: int = 4 * 1024 * 1024


LIMITS = Limits()
DIGITS = 320
"""How many characters a number may have: the longest double has fewer."""


class _Twice(ValueError):  # noqa: N818  no error of ours: it becomes a Refused
    """A name stands twice in one JSON object."""


def read(raw: bytes, limits: Limits = LIMITS) -> Bundle:
    """Read a bundle, the envelope in which TAXII hands objects out, or one object alone. Whether it keeps the standard, `check` says.

    Raises:
        Refused: it cannot be read without guessing or losing something, or is over a limit.
    """
    said = parse(raw, limits)
    if not isinstance(said, dict) or not ({"objects", "type"} & said.keys()):
        raise Refused("This is no STIX: a bundle, or one object, was expected.")
    if said.get("type") != "bundle" and not isinstance(said.get("objects"), list):
        return Bundle(objects=(said,), around={}, alone=True)
    if not isinstance(said.get("objects", []), list):
        raise Refused("The objects of the bundle are no list.")
    objects = said.get("objects", [])
    if len(objects) > limits.objects:
        raise Refused(f"The bundle has {len(objects)} objects; {limits.objects} are the most that are read at once.")
    return Bundle(objects=tuple(objects), around={name: value for name, value in said.items() if name != "objects"})


def parse(raw: bytes, limits: Limits = LIMITS) -> Any:
    """Return what a JSON text says, so that it can be said again without loss.

    Raises:
        Refused: it is too large or too deep, no UTF-8, no JSON, or says something twice.
    """
    if len(raw) > limits.bytes:
        raise Refused(f"The file has more than {limits.bytes} bytes, which is the most that is read at once.")
    try:
        said = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_once,
            parse_float=_double,
            parse_int=_whole,
            parse_constant=_no_number,
        )
    except UnicodeError as problem:
        raise Refused("The file is not UTF-8.") from problem
    except RecursionError as problem:
        raise Refused(f"The file is nested more than {limits.depth} deep.") from problem
    except _Twice as problem:
        raise Refused(str(problem)) from problem
    except json.JSONDecodeError as problem:
        raise Refused(
            f"The file is no JSON: it cannot be read on at line {problem.lineno}, column {problem.colno}."
        ) from problem
    except ValueError as problem:
        raise Refused(
            "The file has a number that no program reads alike: too long, too large, or none at all."
        ) from problem
    if _depth_over(said, limits.depth):
        raise Refused(f"The file is nested more than {limits.depth} deep.")
    if b"\\ud" in raw or b"\\uD" in raw:
        _refuse_half_letters(said)
    return said


def spell(bundle: Bundle) -> bytes:
    """Write a bundle: one object a line, each as it was said. The same values always give the same bytes."""
    if bundle.alone:
        return f"{_text(bundle.objects[0])}\n".encode()
    head = "".join(f"{_text(name)}:{_text(value)}," for name, value in bundle.around.items())
    lines = ",\n".join(_text(one) for one in bundle.objects)
    return f'{{{head}"objects":[\n{lines}\n]}}\n'.encode()


def write(id: str, objects: Iterable[Said]) -> bytes:
    """Write objects as a bundle of this id.

    Source: STIX 2.1, section 8.
    """
    return spell(Bundle(objects=tuple(objects), around={"type": "bundle", "id": id}))


def spell_object(said: Any) -> str:
    """Write one object, as it was said."""
    return _text(said)


def alike(one: Any, other: Any) -> bool:
    """Say whether two values are the same as JSON: in whatever order their names stand, and true is not 1."""
    return _sorted(one) == _sorted(other)


_sorted = json.JSONEncoder(sort_keys=True).encode
_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _once(pairs: list[tuple[str, Any]]) -> Said:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice("The file gives one name twice in one object, and programs would differ in which they take.")
    return found


def _double(text: str) -> float:
    number = float(text) if len(text) <= DIGITS else float("inf")
    if number - number != 0:  # infinite
        raise ValueError(text[:DIGITS])
    return number


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise ValueError(text[:DIGITS])
    return int(text)


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _depth_over(said: Any, most: int) -> bool:
    level, depth = [said], 0
    while level:
        depth += 1
        if depth > most + 1:
            return True
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
    return False


def _refuse_half_letters(said: Any) -> None:
    """Stop half a surrogate pair: JSON can spell it, and UTF-8 cannot."""
    try:
        _text(said).encode()
    except UnicodeError as problem:
        raise Refused("The file has half a letter in it, an unpaired surrogate; it is no text.") from problem
