"""Lets Apprise notify. Runs where Apprise is installed, and Tocsin is not.

    python apprise_notify.py URL N

It prints how long that took and its largest size, as JSON.
"""

import asyncio
import json
import sys
import time

from apprise import Apprise
from told import peak_mib, words

AT_ONCE = 50  # awaited together; fewer or more of them are no faster


async def notify(url: str, n: int) -> None:
    """Tell so many, each in words of their own."""
    apprise = Apprise()
    if not apprise.add(url):
        sys.exit("Apprise did not take the address.")
    for first in range(0, n, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, n))
        if not all(await asyncio.gather(*(apprise.async_notify(body=words(number)) for number in numbers))):
            sys.exit("Apprise could not notify everybody.")


if __name__ == "__main__":
    begun = time.perf_counter()
    asyncio.run(notify(sys.argv[1], int(sys.argv[2])))
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "peak_mib": peak_mib()}))
