"""The marks of TLP 2.0 in STIX, those of TLP 1 that still come, and how an object is marked.

Source: OASIS, TLP 2.0 extension for STIX 2.1 (stix2-extensions, extension-definition 60a3c5c5); STIX 2.1, 7.2.
"""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from tocsin.basis.marking import Mark, strictest
from tocsin.stix.model import Said, extension, word, words

EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

IDS: Mapping[Mark, str] = {
    Mark.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Mark.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Mark.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Mark.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Mark.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
OF_ID: Mapping[str, Mark] = {id: mark for mark, id in IDS.items()}

# TLP 1 knew no AMBER+STRICT; FIRST lets its AMBER stand for the AMBER of TLP 2, and WHITE for CLEAR.
TLP1: Mapping[str, Mark] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Mark.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Mark.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Mark.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Mark.RED,
}
KNOWN: Mapping[str, Mark] = {**OF_ID, **TLP1}
_SAID: Mapping[str, Mark] = {mark.value.removeprefix("TLP:").lower(): mark for mark in Mark}


def definition(mark: Mark) -> Said:
    """Return the marking-definition of a mark, as it must be said."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": IDS[mark],
        "created": "2022-10-01T00:00:00.000Z",
        "name": mark.value,
        "extensions": {
            EXTENSION: {"extension_type": "property-extension", "tlp_2_0": mark.value.removeprefix("TLP:").lower()}
        },
    }


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """How an object is marked. mark: the strictest that applies to any part of it; None: nobody marked it.

    unknown: the ids of markings that say neither TLP nor a statement, or are not here; nobody can obey what they do not know.
    """

    mark: Mark | None
    unknown: tuple[str, ...] = ()


def marking_of(said: Any, definitions: Mapping[str, Any]) -> Marking:
    """Return how an object is marked, its parts included. definitions: the marking-definitions at hand, by id."""
    found: list[Mark] = []
    unknown: list[str] = []
    for id in dict.fromkeys(ids_of(said)):
        defined = definitions.get(id)
        mark = KNOWN.get(id) or _says(defined)
        if is_altered(defined) or (mark is None and not _is_statement(defined)):
            unknown.append(id)
        elif mark is not None:
            found.append(mark)
    mark = Mark.RED if unknown else strictest(found) if found else None
    return Marking(mark=mark, unknown=tuple(unknown))


def ids_of(said: Any) -> list[str]:
    """Return the ids of the markings of an object and of its parts."""
    whole = list(words(said, "object_marking_refs"))
    parts = said.get("granular_markings") if isinstance(said, dict) else None
    if isinstance(parts, list):
        whole += [id for part in parts if (id := word(part, "marking_ref"))]
    return whole


def _says(said: Any) -> Mark | None:
    """Return the mark that a marking-definition says by the extension for TLP 2.0."""
    return _SAID.get(word(extension(said, EXTENSION), "tlp_2_0"))


def _is_statement(said: Any) -> bool:
    """Say whether a marking only says something, such as a copyright; it does not bound how far its object may go."""
    return word(said, "definition_type") == "statement" and not ids_of(said)


def is_altered(said: Any) -> bool:
    """Say whether something stands under the id of a TLP mark and is another thing."""
    id = word(said, "id")
    if id in OF_ID:
        return _says(said) is not OF_ID[id]
    if id in TLP1:
        old = "white" if TLP1[id] is Mark.CLEAR else TLP1[id].value.removeprefix("TLP:").lower()
        defined = said.get("definition") if isinstance(said, dict) else None
        return word(defined, "tlp") != old
    return False


def definitions_in(objects: Collection[Any]) -> dict[str, Any]:
    """Return the marking-definitions among some objects, by id."""
    return {word(one, "id"): one for one in objects if word(one, "type") == "marking-definition"}
