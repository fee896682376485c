"""Judges the structure of a message as the schema of its version does: the schema is made from our own tables.

What libxml2 says of it is the verdict. In which words a fault is told is left to faults.py.

Source: OASIS CAP 1.2, section 3.4; the tests compare with the schemas that OASIS publishes.
"""

from functools import cache

from lxml import etree

from tocsin.cap.elements import NAMESPACE, SIGNATURE_NAMESPACE, TABLES, Element, Group

_XSD = "http://www.w3.org/2001/XMLSchema"
_TYPES = """
  <simpleType name="moment"><restriction base="dateTime">
    <pattern value="[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+,\\-][0-9]{2}:[0-9]{2}"/>
  </restriction></simpleType>
  <simpleType name="strings"><list itemType="string"/></simpleType>
"""
_OURS = {"moment", "strings"}


@cache
def schema_of(namespace: str) -> etree.XMLSchema:
    """Return the schema of one version of CAP."""
    return etree.XMLSchema(etree.fromstring(schema_text(namespace)))


def schema_text(namespace: str) -> str:
    """Write the schema of one version of CAP."""
    # A signature has a place in 1.2 alone; what the text of 1.1 says of one, its schema does not.
    signed = f'<any minOccurs="0" maxOccurs="unbounded" namespace="{SIGNATURE_NAMESPACE}" processContents="lax"/>'
    return (
        f'<schema xmlns="{_XSD}" xmlns:cap="{namespace}" targetNamespace="{namespace}" elementFormDefault="qualified">'
        f"{_TYPES}"
        f'<element name="alert">{_complex(TABLES[namespace], signed if namespace == NAMESPACE else "")}</element>'
        f"</schema>"
    )


def _complex(group: Group, rest: str = "") -> str:
    return f"<complexType><sequence>{''.join(map(_element, group.elements))}{rest}</sequence></complexType>"


def _element(element: Element) -> str:
    number = f'minOccurs="{int(element.required)}" maxOccurs="{"unbounded" if element.many else 1}"'
    head = f'<element name="{element.name}" {number}'
    kind = element.kind
    if isinstance(kind, Group):
        return f"{head}>{_complex(kind)}</element>"
    if kind.words:
        words = "".join(f'<enumeration value="{word}"/>' for word in kind.words)
        return f'{head}><simpleType><restriction base="string">{words}</restriction></simpleType></element>'
    # An empty <language/> is valid in CAP: it stands for the default.
    default = ' default="en-US"' if kind.xsd == "language" else ""
    return f'{head} type="{"cap:" if kind.xsd in _OURS else ""}{kind.xsd}"{default}/>'
