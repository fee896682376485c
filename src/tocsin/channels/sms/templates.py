"""Templates of requests: what stands in the settings' file becomes what writes a request, each value escaped for its place.

What cannot be right is refused when the template is read, not when somebody is to be warned.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from tocsin.basis.errors import Refused
from tocsin.channels.hosts import split
from tocsin.channels.sms.provider import Message

Pen = Callable[[Message], str]
Escape = Callable[[str], str]

_OF_THE_MESSAGE = ("to", "to_digits", "text", "id", "callback")
_OF_OURS = ("from", "user", "secret", "basic")
_DEEPEST = 16


class Pens:
    """Makes of each template what writes it for a message."""

    def __init__(self, sender: str, user: str, secret: str, callbacks: str) -> None:
        basic = base64.b64encode(f"{user}:{secret}".encode()).decode()
        self._ours = {"from": sender, "user": user, "secret": secret, "basic": basic}
        self._callbacks = callbacks.rstrip("/")

    def url(self, template: str) -> Pen:
        """Return what writes a URL.

        Raises:
            Refused: a placeholder stands before its path, the text in it, one is unknown, or it is no URL.
        """
        start = template.partition("{")[0]
        if start.count("/") < 3:
            raise Refused("The SMS gateway's url has a placeholder before its path; whom we speak to must stand there.")
        if "{text}" in template.partition("?")[0]:
            # A text of two points would lead out of where it stands.
            raise Refused("The SMS gateway's url has the text in its path; it belongs behind the question mark.")
        split(start)
        pen = self.of(template, "url", lambda value: quote(value, safe=""))
        split(pen(Message("id", "+15005550006", "text")))
        return pen

    def body(self, form: Mapping[str, str] | None, json: Any) -> tuple[dict[str, str], Callable[[Message], bytes]]:
        """Return the Content-Type, as a head, and what writes the body."""
        if form is not None:
            fields = [(name, self.of(value, f"form field {name}", str)) for name, value in form.items()]
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            return kind, lambda message: urlencode([(name, pen(message)) for name, pen in fields]).encode("ascii")
        if json is not None:
            tree, write = self._tree(json, 0), msgspec.json.Encoder().encode
            return {"Content-Type": "application/json"}, lambda message: write(_grown(tree, message))
        return {}, lambda _message: b""

    def _tree(self, node: Any, depth: int) -> Any:
        """Return the template with a pen in place of each string. Escaping is left to whoever writes the JSON."""
        if depth > _DEEPEST:
            raise Refused("The SMS gateway's json is nested too deeply.")
        if isinstance(node, str):
            return self.of(node, "json", str)
        if isinstance(node, dict):
            return {name: self._tree(value, depth + 1) for name, value in node.items()}
        if isinstance(node, list):
            return [self._tree(value, depth + 1) for value in node]
        return node

    def of(self, template: str, where: str, escape: Escape, allowed: Sequence[str] = _OF_THE_MESSAGE) -> Pen:
        """Return what writes a template, each value escaped.

        Raises:
            Refused: a placeholder is unknown, or not allowed here.
        """
        parts: list[str | Callable[[Message], str]] = []
        for literal, name in _cut(template, where):
            parts.append(escape(literal) if escape is header_value else literal)
            if name is None:
                continue
            if name in self._ours:
                parts.append(escape(self._ours[name]))
            elif name in allowed:
                parts.append(self._value(name, escape))
            else:
                there = ", ".join(f"{{{one}}}" for one in (*allowed, *_OF_OURS))
                raise Refused(f"The SMS gateway's {where} has the placeholder {{{name}}}. There are: {there}.")
        if all(isinstance(part, str) for part in parts):
            whole = "".join(map(str, parts))
            return lambda _message: whole
        return lambda message: "".join([part if isinstance(part, str) else part(message) for part in parts])

    def _value(self, name: str, escape: Escape) -> Pen:
        match name:
            case "to":
                return lambda message: escape(message.to)
            case "to_digits":
                return lambda message: escape(message.to.removeprefix("+"))
            case "text":
                return lambda message: escape(message.text)
            case "callback":
                return lambda message: escape(f"{self._callbacks}/{message.id}" if self._callbacks else "")
            case _:
                return lambda message: escape(message.id)


def _cut(template: str, where: str) -> list[tuple[str, str | None]]:
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        raise Refused(
            f"The SMS gateway's {where} has a brace without its other. Double one that means itself."
        ) from None
    for _, name, spec, conversion in parts:
        if name is not None and (spec or conversion or not name.isidentifier()):
            raise Refused(f"The SMS gateway's {where} has a placeholder that is no plain name in braces, like {{to}}.")
    return [(literal, name) for literal, name, _, _ in parts]


def header_value(value: str) -> str:
    """Return a value as it may stand in a header.

    Raises:
        Refused: it may not.
    """
    if not value.isascii() or not (value.isprintable() or not value):
        raise Refused("A header of the SMS gateway would hold a line break or a letter beyond ASCII.")
    return value


def _grown(node: Any, message: Message) -> Any:
    if callable(node):
        return node(message)
    if isinstance(node, dict):
        return {name: _grown(value, message) for name, value in node.items()}
    if isinstance(node, list):
        return [_grown(value, message) for value in node]
    return node
