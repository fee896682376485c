"""Text messages: laid out here, handed to a provider over HTTP, and each is answered for."""

from tocsin.channels.sms.gateway import GatewayForm, GatewaySettings, read_form
from tocsin.channels.sms.segments import Segments, segments
from tocsin.channels.sms.sending import Sms, SmsSettings
from tocsin.channels.sms.texts import TextLayout
from tocsin.channels.sms.twilio import TwilioSettings

__all__ = [
    "GatewayForm",
    "GatewaySettings",
    "Segments",
    "Sms",
    "SmsSettings",
    "TextLayout",
    "TwilioSettings",
    "read_form",
    "segments",
]
