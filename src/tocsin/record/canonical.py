"""Canonical JSON, so that one value has one spelling and one hash.

Source: RFC 8785 (JSON Canonicalization Scheme).
"""

from typing import Any

import msgspec
import rfc8785

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json

_LARGEST = (1 << 53) - 1
_POINTLESS = 1e21  # from here on a float has an exponent (RFC 8785, section 3.2.2.3)
_DEEPEST = 64  # levels of what is read; so the answer does not depend on how deep its reader can go
_fast = msgspec.json.Encoder(order="sorted").encode


def canonical(value: Any) -> bytes:
    """Write a value in its one spelling.

    Raises:
        Refused: it is no JSON, or holds a number that would be read as a whole one beyond 2**53 - 1.
    """
    try:
        # Thirty times as fast, and the same bytes where there is neither a float nor a key beyond ASCII to be sorted.
        if type(value) is str or _is_plain(value):
            return _fast(value)
        _refuse_wide(value)
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        raise Refused(f"This cannot be written as canonical JSON: {error}.") from error


def read_canonical(data: bytes) -> dict[str, Any]:
    """Read a JSON object that stands in its one spelling, so that no two readers can understand it differently.

    Raises:
        Refused: it is no JSON object, another spelling of one, or nested more than 64 levels deep.
    """
    try:
        said: dict[str, Any] = read_json(data, dict[str, Any])
    except Refused as error:
        raise Refused("This is not one JSON object.") from error
    if not _is_shallow(said, _DEEPEST):
        raise Refused(f"This JSON object is nested more than {_DEEPEST} levels deep.")
    if canonical(said) != data:
        raise Refused("This JSON object is not in the canonical form of RFC 8785.")
    return said


def _refuse_wide(value: Any) -> None:
    """Refuse a float that is written like a whole number, and that is larger than those are read (RFC 7493, section 2.2)."""
    if isinstance(value, float) and _LARGEST < abs(value) < _POINTLESS:
        raise ValueError(f"{value!r} would be read as a whole number beyond 2**53 - 1")
    if isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            _refuse_wide(one)


def _is_shallow(value: Any, levels: int) -> bool:
    if type(value) not in (dict, list):
        return True
    inner = value.values() if type(value) is dict else value
    return levels > 0 and all(_is_shallow(one, levels - 1) for one in inner)


def _is_plain(value: Any) -> bool:
    kind: type = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-_LARGEST <= value <= _LARGEST)
    if kind is dict:
        return all(type(name) is str and name.isascii() and _is_plain(one) for name, one in value.items())
    return kind in (list, tuple) and all(map(_is_plain, value))
