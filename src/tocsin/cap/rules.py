"""Every rule by which a message is judged: what it asks, how grave it is to break it, and where it is written.

docs/reference/cap.md is made from this list. Names follow the sections of CAP 1.2, for older messages too.
"""

from collections.abc import Iterator

import msgspec

_CAP = "OASIS CAP 1.2"
_GOOGLE = "Google Public Alerts, guide for publishers"
_IPAWS = "OASIS CAP 1.2 USA IPAWS Profile 1.0"
_WMO = "WMO-No. 1109, Guidelines for Implementation of CAP"


class Rule(msgspec.Struct, frozen=True):
    """One rule. severity: `error`, `warning`, or both where it depends. source: a document and its section."""

    name: str
    severity: str
    says: str
    source: str


def _cap(section: str, element: str, severity: str, says: str) -> Rule:
    return Rule(f"cap-{section}-{element}", severity, says, f"{_CAP}, {section}, {element}")


ERROR, WARNING, BOTH = "error", "warning", "error or warning"

RULES: tuple[Rule, ...] = (
    Rule("file", ERROR, "The file can be read and judged.", "Tocsin"),
    Rule(
        "xml",
        ERROR,
        "The message is well-formed XML without a DOCTYPE.",
        "XML 1.0; OASIS CAP 1.2, 3.5; ASVS 5.0, 1.5.1",
    ),
    Rule("limit", ERROR, "The message is not too large, too deep or too intricate.", "ASVS 5.0, 5.2.3; Tocsin"),
    Rule(
        "xsd",
        ERROR,
        "The message fits the schema of its version: which elements, in which order, how many, of which type.",
        "OASIS CAP 1.2, 3.4; CAP 1.1 and 1.0 likewise",
    ),
    _cap("3.2.1", "identifier", ERROR, "There is an identifier, without spaces, commas, < and &."),
    _cap("3.2.1", "sender", ERROR, "There is a sender, without spaces, commas, < and &."),
    _cap("3.2.1", "sent", ERROR, "It says when it was sent."),
    _cap("3.2.1", "msgType", WARNING, "An Update, Cancel, Ack or Error says by its references of what."),
    _cap("3.2.1", "restriction", ERROR, "A restriction stands with scope Restricted, always and only."),
    _cap("3.2.1", "addresses", ERROR, "Scope Private names addresses; one with a space stands in double quotes."),
    _cap("3.2.1", "incidents", ERROR, "An incident's name with a space stands in double quotes."),
    _cap(
        "3.2.1",
        "references",
        ERROR,
        "Each reference is sender,identifier,sent of an earlier message, never of this one.",
    ),
    _cap("3.2.2", "language", BOTH, "The language is a tag of RFC 3066 (error); no text stands under two (warning)."),
    _cap("3.2.2", "expires", WARNING, "It does not expire before it takes effect."),
    _cap("3.2.2", "web", ERROR, "The address is a full, absolute URI."),
    _cap("3.2.3", "mimeType", ERROR, "The type is one of RFC 2046."),
    _cap("3.2.3", "size", ERROR, "The size is a number of bytes."),
    _cap("3.2.3", "uri", ERROR, "The address is absolute, or the content stands in derefUri."),
    _cap("3.2.3", "derefUri", ERROR, "The content is base64."),
    _cap(
        "3.2.4",
        "polygon",
        BOTH,
        "Four pairs lat,lon or more, on Earth, the last like the first, not crossing itself (error). One too intricate "
        "to see that is left, and that is said (warning).",
    ),
    _cap("3.2.4", "circle", ERROR, "lat,lon on Earth, a space, a radius in kilometres."),
    _cap("3.2.4", "altitude", ERROR, "A finite number of feet."),
    _cap("3.2.4", "ceiling", ERROR, "A finite number of feet, with an altitude, and not below it."),
    _cap(
        "3.3.2",
        "datetime",
        BOTH,
        "Whole seconds and a numeric offset; never Z (error; in CAP 1.0 a warning). UTC is -00:00, not +00:00 (warning).",
    ),
    _cap("3.3.3", "html", WARNING, "A text holds no HTML."),
    _cap(
        "3.3.4.1",
        "signature",
        BOTH,
        "A signature that cannot be verified is said (warning). One that fails, or is required and not good, is refused "
        "(error).",
    ),
    Rule("google-info", ERROR, "There is an info.", _GOOGLE),
    Rule("google-description", ERROR, "There is a description.", _GOOGLE),
    Rule("google-web", ERROR, "There is an address.", _GOOGLE),
    Rule("google-expires", ERROR, "It says when it expires.", _GOOGLE),
    Rule("google-area", ERROR, "There is an area, and in it a shape or a code.", _GOOGLE),
    Rule("google-effective", ERROR, "It takes effect before it expires.", _GOOGLE),
    Rule("google-references", ERROR, "An Update or Cancel has references.", _GOOGLE),
    Rule("google-category", ERROR, "All infos are of the same categories.", _GOOGLE),
    Rule("google-eventCode", ERROR, "All infos have the same event codes.", _GOOGLE),
    Rule("google-headline", WARNING, "There is a headline of at most 140 characters, not the description.", _GOOGLE),
    Rule("google-unknown", WARNING, "Urgency, severity and certainty are known.", _GOOGLE),
    Rule("google-circle", WARNING, "A circle has a radius above 0.", _GOOGLE),
    Rule("google-senderName", WARNING, "There is a senderName.", _GOOGLE),
    Rule("google-responseType", WARNING, "There is a responseType.", _GOOGLE),
    Rule("google-instruction", WARNING, "There is an instruction.", _GOOGLE),
    Rule("google-contact", WARNING, "There is a contact.", _GOOGLE),
    Rule("google-decimals", WARNING, "Coordinates have at most six decimals.", _GOOGLE),
    Rule("google-areaDesc", WARNING, "The areaDesc has fewer than 50 characters.", _GOOGLE),
    Rule("ipaws-code", ERROR, "A code says IPAWSv1.0.", _IPAWS),
    Rule("ipaws-info", ERROR, "There is an info, but in an Ack or Error.", _IPAWS),
    Rule("ipaws-references", ERROR, "An Update or Cancel has references.", _IPAWS),
    Rule(
        "ipaws-unexpired",
        ERROR,
        "An Update or Cancel refers to every message of its chain that has not expired, as far as the chain is known.",
        _IPAWS,
    ),
    Rule("ipaws-category", ERROR, "All infos are of the same categories.", _IPAWS),
    Rule("ipaws-eventCode", ERROR, "All infos have the same event codes.", _IPAWS),
    Rule("ipaws-SAME", ERROR, "There is exactly one event code SAME, of three letters.", _IPAWS),
    Rule("ipaws-expires", ERROR, "It says when it expires.", _IPAWS),
    Rule(
        "ipaws-offset",
        ERROR,
        "sent and expires have the offset of the place, not zero.",
        f"{_IPAWS}, as google/cap-library reads it",
    ),
    Rule("ipaws-area", ERROR, "There is an area.", _IPAWS),
    Rule("ipaws-ignored", WARNING, "effective and onset are taken no notice of.", _IPAWS),
    Rule("ipaws-geocode", WARNING, "Each area has a geocode SAME of six digits.", _IPAWS),
    Rule("ipaws-description", WARNING, "There is a description.", _IPAWS),
    Rule("ipaws-instruction", WARNING, "There is an instruction.", _IPAWS),
    Rule("wmo-identifier", WARNING, "The identifier begins with an OID.", _WMO),
    Rule("wmo-event", WARNING, "The event has at most 35 characters.", _WMO),
    Rule("wmo-unknown", WARNING, "Urgency, severity and certainty are known.", _WMO),
    Rule("wmo-points", WARNING, "A polygon has at most 100 points.", _WMO),
    Rule("wmo-overlap", WARNING, "The areas of one info do not overlap; they may border on each other.", _WMO),
    Rule("wmo-effective", WARNING, "It does not take effect before it is sent.", _WMO),
    Rule("wmo-expires", WARNING, "It does not expire before it is sent, or sets in.", _WMO),
    Rule("wmo-area", ERROR, "An actual, public alert has an area.", _WMO),
)

_BY_NAME = {rule.name: rule for rule in RULES}


def source_of(name: str) -> str:
    """Return where a rule is written."""
    return _BY_NAME[name].source


def table() -> Iterator[str]:
    """Give the lines of the table in the reference."""
    yield "| rule | severity | what it asks | source |"
    yield "|---|---|---|---|"
    for rule in RULES:
        yield f"| `{rule.name}` | {rule.severity} | {rule.says.replace('<', '`<`').replace('&', '`&`')} | {rule.source} |"
