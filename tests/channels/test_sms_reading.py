"""The settings of text messages are read from one file, which holds no secret."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.channels.sms import GatewaySettings, Sms, TwilioSettings, read_settings
from tocsin.channels.sms.gateway import Gateway
from tocsin.channels.sms.provider import Message
from tocsin.channels.sms.twilio import Twilio

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "channels.md"
ACCOUNT = "AC" + "0" * 32
TWILIO = f"""
sender = "Alarm"
per_second = 20

[twilio]
account = "{ACCOUNT}"
"""
GATEWAY = """
user = "desk"
most_segments = 2

[gateway]
url = "https://sms.example/v2/send"
success_field = "status"
success_values = ["ok"]

[gateway.headers]
Authorization = "Bearer {secret}"

[gateway.json]
recipients = ["{to}"]
body = "{text}"
"""


def read(folder: Path, text: str, **others: Any) -> Any:
    file = folder / "sms.toml"
    file.write_text(text, encoding="latin-1")
    return read_settings(file, **({"secret": "s3cret"} | others))


def test_a_twilio_account_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, TWILIO, callbacks="https://warn.example/callbacks/sms")
    assert (found.per_second, found.per_day, found.most_segments) == (20.0, 10_000, 3)
    assert isinstance(found.provider, TwilioSettings)
    body = Twilio(found.provider).body(Message("id", "+15005550006", "Go"))
    assert body.startswith(
        b"To=%2B15005550006&Body=Go&StatusCallback=https%3A%2F%2Fwarn.example%2Fcallbacks%2Fsms%2Fid"
    )
    assert "s3cret" not in repr(found)
    assert Sms(found, loopback_only=True).name == "sms"


def test_a_gateway_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, GATEWAY)
    assert found.most_segments == 2
    assert isinstance(found.provider, GatewaySettings)
    made, message = Gateway(found.provider), Message("id", "+15005550006", "Go")
    assert made.headers(message) == {"Content-Type": "application/json", "Authorization": "Bearer s3cret"}
    assert json.loads(made.body(message)) == {"recipients": ["+15005550006"], "body": "Go"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "exactly one", id="no provider"),
        pytest.param(TWILIO + GATEWAY.partition("[gateway]")[2].join(["[gateway]", ""]), "exactly one", id="two"),
        pytest.param(TWILIO.replace("sender", "Sender"), "unknown field `Sender`", id="an unknown setting"),
        pytest.param(TWILIO.replace("20", '"many"'), "per_second", id="a value of another kind"),
        pytest.param('secret = "hunter2"' + TWILIO, "unknown field `secret`", id="a secret"),
        pytest.param('user = "SK1"' + TWILIO, "into that table", id="a user in the wrong place"),
        pytest.param(GATEWAY.replace("url", "URL"), "URL", id="an unknown setting of the gateway"),
        pytest.param("sender", "no TOML", id="no TOML"),
        pytest.param("\xff", "as text", id="no UTF-8"),
    ],
)
def test_a_file_that_cannot_be_right_stops_the_start(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        read(tmp_path, text)
    assert "hunter2" not in str(refusal.value)
    with pytest.raises(Refused, match="as text"):
        read_settings(tmp_path / "none.toml", secret="")


def test_each_example_on_the_page_is_one(tmp_path: Path) -> None:
    examples = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        Sms(read(tmp_path, example, callbacks="https://warn.example/callbacks/sms"), loopback_only=True)
