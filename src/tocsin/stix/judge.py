"""Judging one object by what its type must hold; of a type that STIX does not have, only what all objects share."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.stix.extensions import EXTENSIONS, heard
from tocsin.stix.model import ID, word
from tocsin.stix.problem import Problem, error, shown, warning
from tocsin.stix.types import (
    COMMON,
    IN_ORDER,
    INTELLIGENCE,
    MARKING,
    MAY_REFER_TO,
    OBSERVABLES,
    OPINIONS,
    WITHIN,
    Property,
    moment_of,
)

_TYPE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*-?")
_EXTENSION = re.compile(r"extension-definition--.+|[a-z][a-z0-9-]*-ext")
_RELATED = re.compile(r"[a-z0-9-]+")
_MILLIS = re.compile(r"T\d{2}:\d{2}:\d{2}\.\d{3,}Z$")


def judge(said: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """Yield what is wrong with an object by itself."""
    kind = word(said, "type")
    if not (_TYPE.fullmatch(kind) and 3 <= len(kind) <= 250):
        yield error(
            "type", where, "The object has no type that STIX could have: lower-case letters, digits and dashes."
        )
        return
    id = word(said, "id")
    if not ID.fullmatch(id) or not id.startswith(f"{kind}--"):
        yield error("id", where, f"The id is not of the form {shown(kind)[1:-1]}--UUID.")
    yield from _version(said, kind, where)
    if kind in INTELLIGENCE or kind == "marking-definition":
        own = MARKING if kind == "marking-definition" else INTELLIGENCE[kind]
        yield from _held(said, {**COMMON, **own}, where)
        yield from _beyond(said, kind, where)
    elif kind not in OBSERVABLES:
        yield warning(
            "unknown-type", where, f"STIX 2.1 has no type {shown(kind)}. The object is kept whole, and not judged."
        )
    else:
        yield from _held(said, {name: one for name, one in COMMON.items() if name != "extensions"}, where)
    yield from _extensions(said, where)


def _version(said: Mapping[str, Any], kind: str, where: str) -> Iterator[Problem]:
    version = said.get("spec_version")
    if version is None and kind not in OBSERVABLES:
        yield error(
            "spec_version", where, 'The object does not say by which version it was written: spec_version "2.1".'
        )
    elif version == "2.0":
        yield warning("spec_version", where, "The object was written by STIX 2.0, and is judged by 2.1.")
    elif version not in (None, "2.1"):
        yield error("spec_version", where, f"There is no STIX {shown(version)}; 2.1 is what is read here.")
    moments = ("created",) if kind == "marking-definition" else ("created", "modified")
    for name in moments if kind not in OBSERVABLES else ():
        if name not in said:
            yield error("required", f"{where} {name}", f"The {name} of the object is missing.")
        elif kind in INTELLIGENCE and isinstance(said[name], str) and not _MILLIS.search(said[name]):
            yield error("milliseconds", f"{where} {name}", f"The {name} of an object is written to the millisecond.")


def _held(said: Mapping[str, Any], properties: Mapping[str, Property], where: str) -> Iterator[Problem]:
    for name, one in properties.items():
        if name not in said:
            if one.required:
                yield error("required", f"{where} {name}", f"The property {name} is missing.")
        elif not _fits(said[name], one.holds):
            yield error("value", f"{where} {name}", f"The property {name} must hold {_SAID[one.holds]}.")


_SAID = {
    "text": "a text",
    "list": "a list of texts, one at least",
    "flag": "true or false",
    "whole": "a whole number",
    "number": "a number",
    "moment": "a moment like 2024-03-07T18:00:00.000Z",
    "ref": "the id of an object",
    "refs": "a list of ids, one at least",
    "object": "an object that is not empty",
    "objects": "a list of objects, one at least",
}


def _fits(value: Any, holds: str) -> bool:
    match holds:
        case "text":
            return isinstance(value, str)
        case "list":
            return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
        case "flag":
            return isinstance(value, bool)
        case "whole":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "moment":
            return moment_of(value) is not None
        case "ref":
            return isinstance(value, str) and bool(ID.fullmatch(value))
        case "refs":
            return isinstance(value, list) and bool(value) and all(_fits(one, "ref") for one in value)
        case "object":
            return isinstance(value, dict) and bool(value)
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _beyond(said: Mapping[str, Any], kind: str, where: str) -> Iterator[Problem]:
    """Judge what a property must be beyond its form."""
    for before, after in (*IN_ORDER[""], *IN_ORDER.get(kind, ())):
        first, last = moment_of(said.get(before)), moment_of(said.get(after))
        if first and last and first > last:
            yield error("order", f"{where} {after}", f"The {after} lies before the {before}.")
    for (of, name), (low, high) in WITHIN.items():
        value = said.get(name) if of in ("", kind) else None
        if isinstance(value, int | float) and not low <= value <= high:
            yield error("range", f"{where} {name}", f"The property {name} must lie between {low:g} and {high:g}.")
    for (of, name), kinds in MAY_REFER_TO.items():
        value = said.get(name) if of in ("", kind) else None
        wrong = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
        if any(ID.fullmatch(one) and one.partition("--")[0] not in kinds for one in wrong):
            yield error("refers-to", f"{where} {name}", f"The property {name} must refer to {' or '.join(kinds)}.")
    yield from _of_its_own(said, kind, where)


def _of_its_own(said: Mapping[str, Any], kind: str, where: str) -> Iterator[Problem]:
    """Judge what the standard asks of one type alone."""
    match kind:
        case "opinion" if word(said, "opinion") not in OPINIONS:
            yield error("value", f"{where} opinion", f"An opinion is one of: {', '.join(OPINIONS)}.")
        case "relationship" if not _RELATED.fullmatch(word(said, "relationship_type")):
            yield error(
                "value",
                f"{where} relationship_type",
                "A type of relationship is lower-case letters, digits and dashes.",
            )
        case "location" if ("latitude" in said) != ("longitude" in said):
            yield error("value", where, "A location gives both latitude and longitude, or neither.")
        case "location" if "precision" in said and "latitude" not in said:
            yield error("value", where, "A precision without a point says nothing.")
        case "location" if not {"region", "country", "latitude"} & said.keys():
            yield warning("required", where, "A location should give a region, a country or a point.")
        case "malware" if said.get("is_family") is True and not word(said, "name"):
            yield error("required", f"{where} name", "A family of malware must have a name.")
        case "malware-analysis" if not {"result", "analysis_sco_refs"} & said.keys():
            yield error("required", where, "An analysis of malware gives a result or what it found.")
        case "observed-data" if ("objects" in said) == ("object_refs" in said):
            yield error("value", where, "Observed data gives either objects or object_refs.")
        case "marking-definition" if "extensions" not in said and not {"definition", "definition_type"} <= said.keys():
            yield error(
                "required", where, "A marking needs a definition and its type, or an extension that defines it."
            )


def _extensions(said: Mapping[str, Any], where: str) -> Iterator[Problem]:
    extensions = said.get("extensions")
    if extensions is None:
        return
    for name in extensions if isinstance(extensions, dict) else ():
        if not _EXTENSION.fullmatch(name):
            yield error("extension", where, f"{shown(name)} names no extension: the id of its definition was expected.")
        elif name in EXTENSIONS and heard(said, EXTENSIONS[name].form) is None:
            yield error("extension", where, f"The extension {EXTENSIONS[name].name} is not of its form.")
