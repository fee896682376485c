"""Mail by SMTP: letters are written here, handed to a relay, and each is answered for."""

from tocsin.channels.mail.letters import EXERCISE, letter
from tocsin.channels.mail.relay import LOOPBACK_SIGN, MailSettings
from tocsin.channels.mail.sending import Mail

__all__ = ["EXERCISE", "LOOPBACK_SIGN", "Mail", "MailSettings", "letter"]
