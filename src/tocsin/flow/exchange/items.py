"""What of a case could be handed out, item by item, each with its mark; and the objects that each would be.

What an object says never depends on what else leaves: what rests on what is said by relationships, which go only with both ends.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from tocsin.basis.marking import Bound, Mark
from tocsin.basis.moment import rfc3339
from tocsin.stix.extensions import Form, said_by
from tocsin.stix.model import Said, identifier
from tocsin.stix.tlp import IDS

Naming = Callable[..., str]
"""Returns the STIX id of a type for some names: always the same one, and it says nothing of them."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a case. key: names it within the case. kind, title: as the desk lists it; a item without a title is not listed.

    needs: the items without which it does not leave. came_with: those of which one must leave, where there are any. words: what somebody here wrote in it, in which stricter material may be told.
    """

    key: str
    kind: str
    bound: Bound
    objects: tuple[Said, ...]
    title: str = ""
    needs: tuple[str, ...] = ()
    came_with: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    at: datetime | None = None


def naming(key: bytes) -> Naming:
    """Return how objects are named under the key of this installation."""

    def name(kind: str, *names: str) -> str:
        about = "\0".join(("stix", kind, *names)).encode()
        return identifier(kind, hmac.digest(key, about, sha256))

    return name


def moment(at: datetime) -> str:
    """Write a moment as STIX wants it: to the millisecond.

    Source: STIX 2.1, 3.2, created.
    """
    return rfc3339(at.replace(microsecond=0)).replace("Z", f".{at.microsecond // 1_000:03}Z")


class Maker(msgspec.Struct, frozen=True, kw_only=True):
    """Makes the objects of one installation. maker: its own identity, which each object names."""

    name: Naming
    maker: str
    exercise: bool

    def make(
        self,
        kind: str,
        names: Sequence[str],
        at: datetime,
        mark: Mark,
        *forms: Form,
        changed: datetime | None = None,
        **more: Any,
    ) -> Said:
        """Return an object; what is empty in it is left out. changed: when it was last said anew."""
        said: Said = {
            "type": kind,
            "spec_version": "2.1",
            "id": self.name(kind, *names),
            "created_by_ref": self.maker,
            "created": moment(at),
            "modified": moment(changed or at),
            **{name: value for name, value in more.items() if value not in ("", None, [], ())},
        }
        if self.exercise:
            said["labels"] = ["exercise"]
        said["object_marking_refs"] = [IDS[mark]]
        if forms:
            said["extensions"] = {id: one for form in forms for id, one in said_by(form).items()}
        return said

    def tie(
        self,
        kind: str,
        ends: tuple[str, str],
        at: datetime,
        mark: Mark,
        *forms: Form,
        apart: Sequence[str] = (),
        **more: Any,
    ) -> Said:
        """Return a relationship of a type between two objects. apart: what tells it from another such of the same two."""
        names = (kind, *ends, *(str(value) for value in more.values()), *apart)
        return self.make(
            "relationship",
            names,
            at,
            mark,
            *forms,
            relationship_type=kind,
            source_ref=ends[0],
            target_ref=ends[1],
            **more,
        )


def bounds(one: Bound, more: Iterable[Bound]) -> Bound:
    """Return how far something may go that tells of all of these."""
    for other in more:
        one &= other
    return one
