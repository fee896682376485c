"""Text messages: laid out here, handed to a provider over HTTP, and each is answered for."""

from tocsin.channels.sms.gateway import GatewayForm, GatewaySettings, ReportsForm, read_form
from tocsin.channels.sms.reports import Report, read_gateway, read_twilio
from tocsin.channels.sms.segments import Segments, segments
from tocsin.channels.sms.sending import Sms, SmsSettings
from tocsin.channels.sms.texts import TextLayout
from tocsin.channels.sms.twilio import TwilioSettings

__all__ = [
    "GatewayForm",
    "GatewaySettings",
    "Report",
    "ReportsForm",
    "Segments",
    "Sms",
    "SmsSettings",
    "TextLayout",
    "TwilioSettings",
    "read_form",
    "read_gateway",
    "read_twilio",
    "segments",
]
