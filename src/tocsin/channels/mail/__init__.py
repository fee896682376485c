"""Mail by SMTP: letters are written here, handed to a relay, and each is answered for."""

from tocsin.channels.mail.bounces import Bounce, read_bounce, return_path
from tocsin.channels.mail.checking import check_relays
from tocsin.channels.mail.dkim import Dkim, DkimKey, read_key
from tocsin.channels.mail.letters import EXERCISE, LetterLayout, letter
from tocsin.channels.mail.pages import Bodies, Button, written
from tocsin.channels.mail.quoted import LINK
from tocsin.channels.mail.relay import LOOPBACK_SIGN, MailSettings, RelaySettings
from tocsin.channels.mail.replies import LARGEST as LARGEST_REPLY
from tocsin.channels.mail.replies import MailReply, read_reply
from tocsin.channels.mail.sending import Mail
from tocsin.channels.mail.status import WRONG_ADDRESS

__all__ = [
    "EXERCISE",
    "LARGEST_REPLY",
    "LINK",
    "LOOPBACK_SIGN",
    "WRONG_ADDRESS",
    "Bodies",
    "Bounce",
    "Button",
    "Dkim",
    "DkimKey",
    "LetterLayout",
    "Mail",
    "MailReply",
    "MailSettings",
    "RelaySettings",
    "check_relays",
    "letter",
    "read_bounce",
    "read_key",
    "read_reply",
    "return_path",
    "written",
]
