"""Settings: from the environment, then from $TOCSIN_DATA/tocsin.toml, then the default. Secrets never from the file.

An unknown TOCSIN_* name or a bad value stops the start with one sentence: a setting that is silently ignored is a
warning that is silently not sent.
"""

import base64
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
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

    data: the data directory. listen: host and port of the web server. base_url: under which people reach it. proxies: in front of it, whose
    word for who asked is believed.
    zone: IANA, of the desk and of public pages. emergency: the number to call when in danger; each page for the public names it. telephone: on which the warned reach the desk; who has one
    contact point only calls it for the code of a notice. cap_key: the file of the key that signs CAP messages. mail_*: the relays that take our mail, how much of it, and how letters are
    signed. webhook_*: let webhooks go to private addresses; what signs them, how many may go, and who takes several in a row. sms_*: the secrets of
    what sms.toml in the data directory tells of. neutral: what goes out names no sender. avoid: channels that a government
    under which the warned live controls. record_*: the record's name, where it is published, whose cosignatures count, and its key where
    that does not lie in the data directory. witness_private: let witnesses have private addresses. inlet_private: let feeds of others' alerts have some. ping_url: asked after
    each check that found nothing amiss. ping_private: let it be http, and have a private address. senders: how many
    processes hand over what goes to many, on each channel; 0: none but the server itself. ask_ahead: how many seconds before
    the end of a window its owner is asked about it; None: a quarter of it. review_days, review_days_grave: after how many days a
    level is looked at again, 1 and 2, and 3 and 4. deadline_days: how many days before such a date its owner is asked.
    """

    data: Path = Path("var")
    listen: str = "127.0.0.1:8137"
    base_url: str = ""
    proxies: str = ""
    zone: str = "UTC"
    organisation: str = "Tocsin"
    emergency: str = "112"
    telephone: str = ""
    cap_sender: str = "tocsin@localhost"
    cap_key: Path | None = None
    mail_host: str = ""
    mail_port: int = 25
    mail_sender: str = "tocsin@localhost"
    mail_starttls: bool = False
    mail_user: str = ""
    mail_password: str = ""
    mail_others: str = ""
    mail_per_second: float = 0
    mail_burst: int = 0
    mail_per_day: int = 0
    mail_dkim: str = ""
    mail_dkim_domain: str = ""
    mail_returns: bool = False
    mail_bounces: Path | None = None
    mail_replies: Path | None = None
    webhook_private: bool = False
    webhook_keys: str = ""
    webhook_master: str = ""
    webhook_per_second: float = 0
    webhook_burst: int = 0
    webhook_per_day: int = 0
    webhook_pipelined: str = ""
    sms_secret: str = ""
    sms_callback_secrets: str = ""
    neutral: bool = False
    avoid: str = ""
    record_origin: str = ""
    record_folder: Path | None = None
    record_policy: Path | None = None
    public_folder: Path | None = None
    record_key: str = ""
    record_next_key: str = ""
    witness_private: bool = False
    inlet_private: bool = False
    ping_url: str = ""
    ping_private: bool = False
    senders: int = 2
    ask_ahead: int | None = None
    review_days: int = 365
    review_days_grave: int = 182
    deadline_days: int = 30

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


CHANNELS = ("mail", "webhook", "sms")
SECRET = frozenset(
    {
        "mail_password",
        "webhook_keys",
        "webhook_master",
        "sms_secret",
        "sms_callback_secrets",
        "record_key",
        "record_next_key",
        "ping_url",
    }
)


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


_FIGURE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_RELAY = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]{1,5}))?")


def several(text: str) -> list[str]:
    """Return what stands between commas or spaces."""
    return text.replace(",", " ").split()


def relay_of(text: str) -> tuple[str, int]:
    """Return host and port of a mail relay, as TOCSIN_MAIL_OTHERS names it. An IPv6 address stands in brackets.

    Raises:
        ValueError: it has no host, or no such port. The sentence says what would be right.
    """
    found = _RELAY.fullmatch(text)
    if found is None:
        raise ValueError("write hosts, each with its port if that is not 25, like relay.example.org:587")
    return found["host"].strip("[]"), _port(found["port"] or "25")


def _relays(text: str) -> str:
    for one in several(text):
        relay_of(one)
    return text


def dkim_keys(text: str) -> list[tuple[str, str]]:
    """Return the selectors and the files of the keys that sign letters, as TOCSIN_MAIL_DKIM names them."""
    return [(selector, file) for selector, _, file in (one.partition("=") for one in several(text))]


IN_A_ROW = 16  # requests on one connection, where the host agreed to several and no number is named
_HOST = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")
_IN_A_ROW = re.compile(r"[1-9][0-9]?")


def pipelined_hosts(text: str) -> dict[str, int]:
    """Return who takes several webhooks in a row on one connection, and how many, as TOCSIN_WEBHOOK_PIPELINED names them."""
    pairs = [one.partition("=") for one in several(text)]
    return {host.rstrip("/"): int(number) if mark else IN_A_ROW for host, mark, number in pairs}


def _pipelined(text: str) -> str:
    for one in several(text):
        host, mark, number = one.partition("=")
        if not _HOST.fullmatch(host.removesuffix("/")) or (mark and not _IN_A_ROW.fullmatch(number)):
            raise ValueError("write hosts, each with how many they take in a row, like https://hooks.example.org=16")
    return text


def _dkim(text: str) -> str:
    if not all(selector and file for selector, file in dkim_keys(text)):
        raise ValueError("write a selector and the file of its key, like rsa2026=dkim-rsa.pem")
    return text


def _rate(text: str) -> float:
    if not _FIGURE.fullmatch(text) or float(text) > 1_000_000:
        raise ValueError("write how many a second, like 2.5, and at most a million; 0: no limit")
    return float(text)


def _count(text: str) -> int:
    if not _FIGURE.fullmatch(text) or "." in text:
        raise ValueError("write how many, in at most nine digits; 0: no limit")
    return int(text)


def _channels(text: str) -> str:
    strange = [one for one in several(text) if one not in CHANNELS]
    if strange:
        raise ValueError(f"there are the channels {', '.join(CHANNELS)}")
    return text


def _senders(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 64:
        raise ValueError("write a number from 0 to 64")
    return number


def _days(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 730:
        raise ValueError("write a number of days from 1 to 730")
    return number


_LENGTH = re.compile(r"([0-9]{1,5})\s*(m|min|h)")


def _ask_ahead(text: str) -> int | None:
    """Read how long before its end a window is asked about, like 30m or 2h; "quarter" or nothing is a quarter of it."""
    if text.strip().lower() in ("", "quarter"):
        return None
    found = _LENGTH.fullmatch(text.strip().lower())
    seconds = int(found[1]) * (3_600 if found[2] == "h" else 60) if found else 0
    if not 600 <= seconds <= 86_400:  # what warning/window.py allows
        raise ValueError("write a length from 10m to 24h, like 45m or 6h, or quarter")
    return seconds


def _listen(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host:
        raise ValueError("write host and port, like 127.0.0.1:8137")
    if int(port) != 0:
        _port(port)
    return text


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the addresses and networks that TOCSIN_PROXIES names.

    Raises:
        ValueError: one is none.
    """
    return tuple(ip_network(one) for one in several(text))


def _proxies(text: str) -> str:
    try:
        networks(text)
    except ValueError as error:
        raise ValueError("write addresses or networks, with commas between, like 127.0.0.1, 10.0.0.0/24") from error
    return text


def _zone(text: str) -> str:
    try:
        return zone(text).key
    except Refused as error:
        raise ValueError("write an IANA time zone, like Europe/Brussels") from error


def _emergency(text: str) -> str:
    if len(text) > 40 or (text and not any(one.isdigit() for one in text)):
        raise ValueError("write the number that people call when in danger, like 112; nothing: no page names one")
    return text.strip()


def _telephone(text: str) -> str:
    if len(text) > 40 or (text and not any(one.isdigit() for one in text)):
        raise ValueError("write the telephone number of the desk, like +32 2 555 01 23; nothing: no page names one")
    return text.strip()


def _origin(text: str) -> str:
    if text and (any(one in text for one in " +\t") or "://" in text or text.endswith("/")):
        raise ValueError("write it without scheme, space, plus or slash at its end, like warn.example.org/record")
    return text


def masters(text: str) -> list[bytes]:
    """Return the keys from which each receiver of webhooks has its secret, as TOCSIN_WEBHOOK_MASTER holds them.

    Raises:
        Refused: one is not 32 bytes in base64. The sentence quotes nothing.
    """
    try:
        found = [base64.b64decode(one, validate=True) for one in text.split()]
    except ValueError as error:
        raise Refused("TOCSIN_WEBHOOK_MASTER is not base64. Write 32 random bytes so.") from error
    if any(len(one) != 32 for one in found):
        raise Refused("TOCSIN_WEBHOOK_MASTER holds a key that has not 32 bytes. Draw one with: openssl rand -base64 32")
    return found


def _masters(text: str) -> str:
    masters(text)
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
    "cap_key": Path,
    "listen": _listen,
    "zone": _zone,
    "emergency": _emergency,
    "telephone": _telephone,
    "base_url": _url,
    "proxies": _proxies,
    "mail_port": _port,
    "mail_starttls": _truth,
    "mail_others": _relays,
    "mail_per_second": _rate,
    "mail_burst": _count,
    "mail_per_day": _count,
    "mail_dkim": _dkim,
    "mail_returns": _truth,
    "mail_bounces": Path,
    "mail_replies": Path,
    "webhook_private": _truth,
    "webhook_master": _masters,
    "webhook_per_second": _rate,
    "webhook_burst": _count,
    "webhook_per_day": _count,
    "webhook_pipelined": _pipelined,
    "neutral": _truth,
    "avoid": _channels,
    "record_origin": _origin,
    "record_folder": Path,
    "record_policy": Path,
    "public_folder": Path,
    "record_key": _seed,
    "record_next_key": _seed,
    "witness_private": _truth,
    "inlet_private": _truth,
    "ping_private": _truth,
    "senders": _senders,
    "ask_ahead": _ask_ahead,
    "review_days": _days,
    "review_days_grave": _days,
    "deadline_days": _days,
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
