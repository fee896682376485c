"""Text messages: laid out here, handed to a provider over HTTP, and each is answered for."""

from tocsin.channels.sms.callbacks import Callback, read_gateway_callback, read_twilio_callback
from tocsin.channels.sms.gateway import CallbackForm, GatewayForm, GatewaySettings
from tocsin.channels.sms.inbound import TextReply, read_gateway_reply, read_twilio_reply
from tocsin.channels.sms.reading import read_settings
from tocsin.channels.sms.segments import Segments, segments
from tocsin.channels.sms.sending import Sms, SmsSettings
from tocsin.channels.sms.texts import TextLayout
from tocsin.channels.sms.twilio import TwilioSettings

__all__ = [
    "Callback",
    "CallbackForm",
    "GatewayForm",
    "GatewaySettings",
    "Segments",
    "Sms",
    "SmsSettings",
    "TextLayout",
    "TextReply",
    "TwilioSettings",
    "read_gateway_callback",
    "read_gateway_reply",
    "read_settings",
    "read_twilio_callback",
    "read_twilio_reply",
    "segments",
]
