"""The channels of the sample: one that is well, one that is avoided, one that has nobody to ask."""

from msgspec.structs import replace

from tests.web.sample.march import SHELL, at
from tocsin.web.desk.views.channels import ChannelRow, ChannelsPage, WrongRow

ADMINISTRATOR = replace(SHELL, role="administrator", section="channels")

CHANNELS = ChannelsPage(
    shell=ADMINISTRATOR,
    rows=(
        ChannelRow(
            name="mail",
            limits=("20 a second, and 100 at once", "50,000 a day, of which 48,311 are left"),
            avoided=False,
            calls_back=False,
            sent=1_689,
            failed=0,
            arrived=12,
            lost=3,
            test_href="/desk/channels/mail/test",
            said="All 2 mail relays answer and take our sender; nothing was sent.",
        ),
        ChannelRow(
            name="webhook",
            limits=(),
            avoided=False,
            calls_back=False,
            sent=4,
            failed=0,
            arrived=0,
            lost=0,
            test_href="",
        ),
        ChannelRow(
            name="sms",
            limits=("10 a second, and 10 at once", "10,000 a day, of which 0 are left"),
            avoided=True,
            calls_back=True,
            undated=True,
            sent=10_000,
            failed=17,
            arrived=9_420,
            lost=388,
            test_href="/desk/channels/sms/test",
            said="The provider does not know the account or its secret. Look at sms.toml and TOCSIN_SMS_SECRET.",
            well=False,
        ),
    ),
    wrong=(
        WrongRow(person="Kirill Sample", channel="sms", since=at(8, 7)),
        WrongRow(person="A Person with a Very Long Name from Far Away", channel="mail", since=at(7, 19)),
    ),
    wrong_count=2,
)
NO_CHANNELS = ChannelsPage(shell=ADMINISTRATOR, rows=())
