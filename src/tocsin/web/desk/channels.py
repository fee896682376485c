"""The channels at the desk, for administrators: what each may send and did today, and whether its account is well."""

from litestar.exceptions import NotFoundException
from msgspec.structs import replace

from tocsin.basis.words import Words
from tocsin.flow.delivery.channels import AccountStands, ChannelStands, Checked, channels, check_channel
from tocsin.store.look import Look
from tocsin.web.desk.guards import DeskSite
from tocsin.web.desk.views.channels import ChannelRow, ChannelsPage, WrongRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.measures import number

MOST_WRONG = 50


def filled(desk: DeskSite, shell: Shell, _: Words, checked: Checked | None = None) -> ChannelsPage:
    """Return how the channels stand. checked: what came of asking after one of them just now."""
    with desk.site.store.look() as look:
        return _filled(desk, look, shell, _, checked)


def asked_after(desk: DeskSite, name: str) -> Checked:
    """Ask whether a channel's account is well. Nothing is sent, and nothing is written down.

    Raises:
        NotFoundException: there is no such channel.
    """
    if name not in desk.site.house.carriers:
        raise NotFoundException
    return check_channel(desk.site.house, name)


def _filled(desk: DeskSite, look: Look, shell: Shell, _: Words, checked: Checked | None) -> ChannelsPage:
    stand = channels(desk.site.house, look, desk.zone, shell.now)
    failed = look.failed_contacts(MOST_WRONG)
    return ChannelsPage(
        shell=replace(shell, section="channels"),
        rows=tuple(_row(one, checked if checked and checked.channel == one.name else None, _) for one in stand),
        wrong=tuple(WrongRow(person=str(one.name), channel=one.channel, since=one.failed_at) for one in failed.latest),
        wrong_count=failed.count,
    )


def _row(one: ChannelStands, checked: Checked | None, _: Words) -> ChannelRow:
    return ChannelRow(
        name=one.name,
        limits=tuple(_limit(account, _) for account in one.accounts),
        avoided=one.avoided,
        calls_back=one.calls_back,
        undated=one.undated,
        sent=one.done.sent,
        failed=one.done.failed,
        arrived=one.done.arrived,
        lost=one.done.lost,
        # A webhook goes wherever its recipient says: there is no account to ask after.
        test_href="" if one.name == "webhook" else f"/desk/channels/{one.name}/test",
        said=checked.sentence if checked else "",
        well=checked.well if checked else True,
    )


def _limit(one: AccountStands, _: Words) -> str:
    if one.a_day is not None:
        return _("%(count)s a day, of which %(left)s are left", count=number(one.a_day), left=number(one.left))
    return _("%(rate)s a second, and %(burst)s at once", rate=f"{one.per_s:g}", burst=number(one.burst))
