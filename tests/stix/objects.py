"""True examples of STIX objects, to begin with and to break."""

from typing import Any

from tocsin.stix import identifier, write
from tocsin.stix.model import Said

AT = "2024-03-07T18:00:00.000Z"


def id_of(kind: str, number: int = 1) -> str:
    """Return the id of the nth example of a type."""
    return identifier(kind, number.to_bytes(16, "big"))


def one(kind: str, number: int = 1, **more: Any) -> Said:
    """Return an object of a type with what all have, and more."""
    said = {"type": kind, "spec_version": "2.1", "id": id_of(kind, number), "created": AT, "modified": AT, **more}
    return {name: value for name, value in said.items() if value is not None}


CAMPAIGN = one("campaign", name="A plan")
ACTOR = one("threat-actor", name="The group", aliases=["The others"])
REPORT = one("report", name="Heard at the mill", published=AT, object_refs=[CAMPAIGN["id"]])
NOTE = one("note", content="It is likely.", object_refs=[CAMPAIGN["id"]])
OPINION = one("opinion", opinion="agree", object_refs=[CAMPAIGN["id"]])
PLACE = one("location", name="The mill", latitude=48.2, longitude=16.4)
STRUCK = one("incident", name="The mill burnt")
SEEN = one("sighting", sighting_of_ref=CAMPAIGN["id"], where_sighted_refs=[PLACE["id"]], count=1)
BY = one("relationship", relationship_type="attributed-to", source_ref=CAMPAIGN["id"], target_ref=ACTOR["id"])
ALL = one("grouping", context="suspicious-activity", object_refs=[CAMPAIGN["id"], ACTOR["id"]])

EVERYTHING = (CAMPAIGN, ACTOR, REPORT, NOTE, OPINION, PLACE, STRUCK, SEEN, BY, ALL)


def bundle(*objects: Any) -> bytes:
    """Return these objects in a bundle."""
    return write(id_of("bundle"), objects)
