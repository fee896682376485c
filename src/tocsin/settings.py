"""Settings: from the environment, then from $TOCSIN_DATA/tocsin.toml, then the default. Secrets never from the file.

An unknown TOCSIN_* name or a bad value stops the start with one sentence: a setting that is silently ignored is a
warning that is silently not sent.
"""

import base64
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.moment import zone

PREFIX = "TOCSIN_"
TESTS_OWN = frozenset({"TOCSIN_CORPUS"})
NOT_YET = {
    "TOCSIN_DATABASE_URL": "PostgreSQL is not supported yet; leave it unset and Tocsin keeps its data in TOCSIN_DATA.",
    "TOCSIN_NATS_URL": "Remote sender fleets are not supported yet; leave it unset.",
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What can be set. The name of the setting is TOCSIN_ and the field's name in capitals.

    data: the data directory. listen: host and port of the web server. base_url: under which people reach it.
    zone: IANA, of the desk and of public pages. mail_*: the relay that takes our mail. webhook_private: let webhooks go
    to private addresses. record_*: the record's name, where it is published, whose cosignatures count, and its key where
    that does not lie in the data directory. witness_private: let witnesses have private addresses. ping_url: asked after
    each check that found nothing amiss. ping_private: let it be http, and have a private address. senders: how many
    processes hand over what goes to many, on each channel; 0: none but the server itself.
    """

    data: Path = Path("var")
    listen: str = "127.0.0.1:8137"
    base_url: str = ""
    zone: str = "UTC"
    organisation: str = "Tocsin"
    cap_sender: str = "tocsin@localhost"
    mail_host: str = ""
    mail_port: int = 25
    mail_sender: str = "tocsin@localhost"
    mail_starttls: bool = False
    mail_user: str = ""
    mail_password: str = ""
    webhook_private: bool = False
    record_origin: str = ""
    record_folder: Path | None = None
    record_policy: Path | None = None
    record_key: str = ""
    record_next_key: str = ""
    witness_private: bool = False
    ping_url: str = ""
    ping_private: bool = False
    senders: int = 2

    def __repr__(self) -> str:
        return f"Settings(data={self.data})"

    @property
    def host(self) -> str:
        """Return the host to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """Return the port to listen on."""
        return int(self.listen.rpartition(":")[2])


SECRET = frozenset({"mail_password", "record_key", "record_next_key", "ping_url"})


def _truth(text: str) -> bool:
    if text.lower() in ("1", "yes", "true", "on"):
        return True
    if text.lower() in ("0", "no", "false", "off", ""):
        return False
    raise ValueError("say yes or no")


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65_536:
        raise ValueError("a port lies between 1 and 65535")
    return number


def _senders(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 64:
        raise ValueError("write a number from 0 to 64")
    return number


def _listen(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host:
        raise ValueError("write host and port, like 127.0.0.1:8137")
    if int(port) != 0:
        _port(port)
    return text


def _zone(text: str) -> str:
    try:
        return zone(text).key
    except Refused as error:
        raise ValueError("write an IANA time zone, like Europe/Brussels") from error


def _origin(text: str) -> str:
    if text and (any(one in text for one in " +\t") or "://" in text or text.endswith("/")):
        raise ValueError("write it without scheme, space, plus or slash at its end, like warn.example.org/record")
    return text


def _seed(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error is one; a text that is no ASCII is another
        raise Refused("A key of the record in the environment is not base64. Write its 32 bytes so.") from error
    if text and len(raw) != 32:  # no sentence may quote a secret, so this is no ValueError
        raise Refused(f"A key of the record in the environment holds {len(raw)} bytes; it has 32, written in base64.")
    return text


def _url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("begin with http:// or https://")
    return text.rstrip("/")


READ: Mapping[str, Callable[[str], Any]] = {
    "data": Path,
    "listen": _listen,
    "zone": _zone,
    "base_url": _url,
    "mail_port": _port,
    "mail_starttls": _truth,
    "webhook_private": _truth,
    "record_origin": _origin,
    "record_folder": Path,
    "record_policy": Path,
    "record_key": _seed,
    "record_next_key": _seed,
    "witness_private": _truth,
    "ping_private": _truth,
    "senders": _senders,
}


def load_settings(data: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    data: the data directory, where a command names it; it goes before the environment.

    Raises:
        Refused: a name is unknown, a value is none, or a secret stands in the file.
    """
    names = {PREFIX + field.upper(): field for field in Settings.__struct_fields__}
    given: dict[str, tuple[str, str]] = {}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in TESTS_OWN:
            if name in NOT_YET:
                raise Refused(f"{name} is set. {NOT_YET[name]}")
            if name not in names:
                raise Refused(f"{name} is no setting of Tocsin's. There are: {', '.join(sorted(names))}.")
            given[names[name]] = (name, environment[name])
    if data is not None:
        given["data"] = ("--data", str(data))
    home = _value("data", *given["data"]) if "data" in given else Settings().data
    for field, value in _file(home / "tocsin.toml").items():
        given.setdefault(field, (f"{field} in {home / 'tocsin.toml'}", value))
    return Settings(**{field: _value(field, where, text) for field, (where, text) in given.items()})


def _value(field: str, where: str, text: str) -> Any:
    try:
        return READ.get(field, str)(text)
    except ValueError as error:
        raise Refused(f"{where} cannot be {text!r}: {error}.") from error


def _file(file: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{file} cannot be read as TOML: {error}.") from error
    known = set(Settings.__struct_fields__) - {"data"}
    for field in table:
        if field in SECRET:
            raise Refused(f"{file} holds {field}. A secret comes from the environment: {PREFIX}{field.upper()}.")
        if field not in known:
            raise Refused(f"{field} in {file} is no setting of Tocsin's. There are: {', '.join(sorted(known))}.")
    return {field: _text(value) for field, value in table.items()}


def _text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
