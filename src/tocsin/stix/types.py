"""Every type that STIX 2.1 has, and for those of intelligence each property, what it holds, and whether it must be there.

What an observable (a file, an address) holds is not our craft: those are kept whole, and only what all objects share is judged.

Source: STIX 2.1, sections 3.2, 4, 5 and 7. The tests hold this against the published JSON schemas of OASIS.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

OPINIONS = ("strongly-disagree", "disagree", "neutral", "agree", "strongly-agree")


class Property(msgspec.Struct, frozen=True):
    """One property. holds: text, list (of texts), flag, whole, number, moment, ref, refs, object or objects."""

    name: str
    holds: str
    required: bool = False


_KINDS = {
    "s": "text",
    "l": "list",
    "b": "flag",
    "i": "whole",
    "n": "number",
    "t": "moment",
    "r": "ref",
    "R": "refs",
    "o": "object",
    "O": "objects",
}


def _properties(said: str) -> Mapping[str, Property]:
    """Read properties as the table below has them: name:kind, with an exclamation mark behind it where it must be there."""
    found = {}
    for one in said.split():
        name, _, kind = one.partition(":")
        found[name] = Property(name, _KINDS[kind[0]], required=kind.endswith("!"))
    return found


COMMON = _properties(
    "created_by_ref:r created:t modified:t revoked:b labels:l confidence:i lang:s external_references:O "
    "object_marking_refs:R granular_markings:O extensions:o"
)

INTELLIGENCE: Mapping[str, Mapping[str, Property]] = {
    name: _properties(said)
    for name, said in {
        "attack-pattern": "name:s! description:s aliases:l kill_chain_phases:O",
        "campaign": "name:s! description:s aliases:l first_seen:t last_seen:t objective:s",
        "course-of-action": "name:s! description:s",
        "grouping": "name:s description:s context:s! object_refs:R!",
        "identity": "name:s! description:s roles:l identity_class:s sectors:l contact_information:s",
        "incident": "name:s! description:s",
        "indicator": "name:s description:s indicator_types:l pattern:s! pattern_type:s! pattern_version:s valid_from:t! "
        "valid_until:t kill_chain_phases:O",
        "infrastructure": "name:s! description:s infrastructure_types:l aliases:l kill_chain_phases:O first_seen:t last_seen:t",
        "intrusion-set": "name:s! description:s aliases:l first_seen:t last_seen:t goals:l resource_level:s "
        "primary_motivation:s secondary_motivations:l",
        "location": "name:s description:s latitude:n longitude:n precision:n region:s country:s administrative_area:s city:s "
        "street_address:s postal_code:s",
        "malware": "name:s description:s is_family:b! malware_types:l aliases:l kill_chain_phases:O first_seen:t last_seen:t "
        "operating_system_refs:R architecture_execution_envs:l implementation_languages:l capabilities:l sample_refs:R",
        "malware-analysis": "product:s! version:s configuration_version:s modules:l analysis_engine_version:s "
        "analysis_definition_version:s submitted:t analysis_started:t analysis_ended:t result_name:s result:s host_vm_ref:r "
        "operating_system_ref:r installed_software_refs:R analysis_sco_refs:R sample_ref:r",
        "note": "abstract:s content:s! authors:l object_refs:R!",
        "observed-data": "first_observed:t! last_observed:t! number_observed:i! objects:o object_refs:R",
        "opinion": "explanation:s authors:l opinion:s! object_refs:R!",
        "report": "name:s! description:s report_types:l published:t! object_refs:R!",
        "threat-actor": "name:s! description:s threat_actor_types:l aliases:l roles:l goals:l first_seen:t last_seen:t "
        "sophistication:s resource_level:s primary_motivation:s secondary_motivations:l personal_motivations:l",
        "tool": "name:s! description:s tool_types:l aliases:l kill_chain_phases:O tool_version:s",
        "vulnerability": "name:s! description:s",
        "relationship": "relationship_type:s! description:s source_ref:r! target_ref:r! start_time:t stop_time:t",
        "sighting": "description:s first_seen:t last_seen:t count:i sighting_of_ref:r! observed_data_refs:R "
        "where_sighted_refs:R summary:b",
        "language-content": "object_ref:r! object_modified:t contents:o!",
        "extension-definition": "name:s! description:s schema:s! version:s! extension_types:l! extension_properties:l",
    }.items()
}

MARKING = _properties("name:s definition_type:s definition:o")

OBSERVABLES = frozenset(
    "artifact autonomous-system directory domain-name email-addr email-message file ipv4-addr ipv6-addr mac-addr mutex "
    "network-traffic process software url user-account windows-registry-key x509-certificate".split()
)

MAY_REFER_TO: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("", "created_by_ref"): ("identity",),
    ("", "object_marking_refs"): ("marking-definition",),
    ("sighting", "observed_data_refs"): ("observed-data",),
    ("sighting", "where_sighted_refs"): ("identity", "location"),
}
"""Which types a property may refer to, where the standard says so; under no type it holds for all."""

IN_ORDER: Mapping[str, tuple[tuple[str, str], ...]] = {
    "": (("created", "modified"),),
    "campaign": (("first_seen", "last_seen"),),
    "infrastructure": (("first_seen", "last_seen"),),
    "intrusion-set": (("first_seen", "last_seen"),),
    "malware": (("first_seen", "last_seen"),),
    "threat-actor": (("first_seen", "last_seen"),),
    "sighting": (("first_seen", "last_seen"),),
    "observed-data": (("first_observed", "last_observed"),),
    "indicator": (("valid_from", "valid_until"),),
    "relationship": (("start_time", "stop_time"),),
}
"""Which moment must not come after which."""

WITHIN: Mapping[tuple[str, str], tuple[float, float]] = {
    ("", "confidence"): (0, 100),
    ("location", "latitude"): (-90, 90),
    ("location", "longitude"): (-180, 180),
    ("sighting", "count"): (0, 999_999_999),
    ("observed-data", "number_observed"): (1, 999_999_999),
}


def moment_of(said: object) -> datetime | None:
    """Return the moment that a STIX timestamp says; None where it is none.

    Seconds may be 60 (a leap second), which no clock here has: it is taken for the 59th. Of fractions six digits count.

    Source: STIX 2.1, 2.16: RFC 3339 in UTC, with a Z.
    """
    if not isinstance(said, str) or not said.endswith("Z") or len(said) > 40 or not said.isascii():
        return None
    head, _, fraction = said[:-1].partition(".")
    if len(head) != 19 or head[10] != "T" or ("." in said and not fraction.isdigit()):
        return None
    if head.endswith(":60"):
        head = f"{head[:-2]}59"
    try:
        return datetime.fromisoformat(f"{head}.{(fraction or '0')[:6].ljust(6, '0')}+00:00")
    except ValueError:
        return None
