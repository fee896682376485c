"""Others' alerts as plain files: the list, and a page of each that is in force or was within a day, with what it replaced.

How many there are is up to strangers, so only the latest are files; a server has them all. As they came, in bytes of a
stranger, they are no files: what a browser makes of those depends on headers that not every host sends.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from tocsin.store.public import PublicLook, PublicOther
from tocsin.web.public.others import A_PAGE, list_href, other_made, others_made, state_of
from tocsin.web.public.pages import PublicSite
from tocsin.web.public.planned import Page, address_of, asks, key_of
from tocsin.web.public.reply import IN_ADDRESS

MOST = 500  # alerts
MOST_PAGES = 10_000  # one alert has a page in each language
STAYS = timedelta(days=1)  # how long one that is over is still found where it was
_THEIRS = re.compile(rf"(/{IN_ADDRESS.pattern})?/others(/.*)?")


def is_others(path: str) -> bool:
    """Say whether an address is one of these."""
    return _THEIRS.fullmatch(path) is not None


def others_files(
    site: PublicSite, look: PublicLook, now: datetime, ground: str
) -> tuple[Iterator[Page], Iterator[Page]]:
    """Return what there should be: the pages of alerts, then the lists that name them. ground: what every page is made of."""
    return _alerts(site, look, now, ground), _lists(site, look, now)


def _alerts(site: PublicSite, look: PublicLook, now: datetime, ground: str) -> Iterator[Page]:
    named: set[str] = set()
    count = 0
    for name in look.latest_others(now, since=now - STAYS, most=MOST):
        if name in named:
            continue
        chain = look.chain_of_other(name)
        for one in sorted(chain, key=lambda one: one.name != name):
            if len(named) >= MOST or count >= MOST_PAGES:
                return
            named.add(one.name)
            for page in _pages(site, look, one, chain, now, ground):
                count += 1
                yield page


def _pages(
    site: PublicSite, look: PublicLook, one: PublicOther, chain: Sequence[PublicOther], now: datetime, ground: str
) -> Iterator[Page]:
    states = [(each.name, state_of(each, now).value) for each in chain]
    about = {"message": msgspec.to_builtins(one), "state": state_of(one, now).value, "chain": states}
    tongues = [tag for gist in one.gists if IN_ADDRESS.fullmatch(tag := gist.language.lower())]
    key = key_of(ground, about, None)
    for ask in asks(site, f"/others/{one.name}", tongues):
        yield Page(path=address_of(ask), make=partial(other_made, site, look, ask, now), key=key)


def _lists(site: PublicSite, look: PublicLook, now: datetime) -> Iterator[Page]:
    count = min(look.others(now, skip=0, most=0)[0], MOST)
    for number in range(1, max(-(-count // A_PAGE), 1) + 1):
        for ask in asks(site, list_href(number)):
            yield Page(path=address_of(ask), make=partial(others_made, site, look, ask, now))
