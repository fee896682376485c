"""Judging a bundle: every defect gets one clear sentence, and nothing is left out of the bundle for it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.basis.errors import Refused
from tocsin.stix.judge import judge
from tocsin.stix.model import ID, Bundle, refs, version_of, word
from tocsin.stix.problem import MAX_PROBLEMS, Problem, error, shown, warning
from tocsin.stix.read import alike, read
from tocsin.stix.selectors import selects
from tocsin.stix.tlp import KNOWN, TLP1, definitions_in, is_altered, marking_of


def check(bundle: Bundle | bytes) -> list[Problem]:
    """Return what is wrong with a bundle, in its order; at most so many as MAX_PROBLEMS, and one more that says so."""
    if isinstance(bundle, bytes):
        try:
            bundle = read(bundle)
        except Refused as refused:
            return [error("read", "/", str(refused))]
    found: list[Problem] = []
    for problem in _each(bundle):
        if len(found) == MAX_PROBLEMS:
            found.append(
                warning("many", "/", f"There is more than these {MAX_PROBLEMS}; they are not told one by one.")
            )
            break
        found.append(problem)
    return found


def _each(bundle: Bundle) -> Iterator[Problem]:
    yield from _around(bundle)
    definitions = definitions_in(bundle.objects)
    here = {word(one, "id") for one in bundle.objects}
    seen: dict[tuple[str, str], Any] = {}
    for at, said in enumerate(bundle.objects):
        if not isinstance(said, dict):
            yield error(
                "object", f"objects[{at}]", "This is no object. It is kept as it came, and nobody can refer to it."
            )
            continue
        where = word(said, "id") if ID.fullmatch(word(said, "id")) else f"objects[{at}]"
        yield from judge(said, where)
        yield from _marks(said, where, definitions)
        yield from _twice(said, where, seen)
        yield from _refs(said, where, here)


def _around(bundle: Bundle) -> Iterator[Problem]:
    if bundle.alone:
        yield warning(
            "alone", "/", "This is a single object without a bundle around it. It is read as if it were in one."
        )
        return
    if bundle.around.get("type") != "bundle":
        yield error("bundle-type", "/", 'The file does not say that it is a bundle: its type must be "bundle".')
    if not (ID.fullmatch(bundle.id) and bundle.id.startswith("bundle--")):
        yield error("bundle-id", "/", "The bundle has no id of the form bundle--UUID.")
    if "spec_version" in bundle.around:
        yield warning(
            "bundle-version",
            "/",
            "The bundle says a spec_version, as STIX 2.0 did; since 2.1 each object says its own.",
        )


def _marks(said: Mapping[str, Any], where: str, definitions: Mapping[str, Any]) -> Iterator[Problem]:
    if is_altered(said):
        yield error(
            "tlp", where, "This stands under the id of a TLP mark and says another. It is taken for the strictest."
        )
    unknown = marking_of(said, definitions).unknown
    if unknown:
        yield warning("mark", where, f"Nobody here knows the marking {unknown[0]}: the object is taken for TLP:RED.")
    if word(said, "id") in TLP1:
        yield warning(
            "tlp1", where, "This mark is of TLP 1, which FIRST has replaced in 2022; it is read as its successor."
        )
    parts = said.get("granular_markings")
    for part in parts if isinstance(parts, list) else ():
        if not isinstance(part, dict) or ("marking_ref" in part) == ("lang" in part):
            yield error("granular", where, "A mark of a part names one marking_ref or one lang.")
            continue
        selectors = part.get("selectors")
        for selector in selectors if isinstance(selectors, list) and selectors else (None,):
            if not isinstance(selector, str) or not selects(said, selector):
                yield error(
                    "granular", where, f"There is nothing at {shown(selector)}, so the mark of that part marks nothing."
                )


def _twice(said: Mapping[str, Any], where: str, seen: dict[tuple[str, str], Any]) -> Iterator[Problem]:
    version = version_of(said)
    if version[0] and version in seen:
        if alike(seen[version], said):
            yield warning("twice", where, "The same object comes twice.")
        else:
            yield error("twice", where, "Two objects say that they are the same version of this one, and differ.")
    elif version[0]:
        seen[version] = said


def _refs(said: Mapping[str, Any], where: str, here: set[str]) -> Iterator[Problem]:
    for name, id in refs(said):
        if ID.fullmatch(id) and id not in here and id not in KNOWN:
            yield warning("dangling", f"{where} {name}", f"{id} is not in the bundle.")
