"""Sends letters with aiosmtplib, each written with EmailMessage. Runs where aiosmtplib is installed, and Tocsin is not.

    python aiosmtplib_send.py PORT N

It prints how long that took and its largest size, as JSON.
"""

import asyncio
import json
import sys
import time
from email.message import EmailMessage

import aiosmtplib
from told import peak_mib, words

AT_ONCE = 32  # fewer or more of them are no faster


def letter(number: int) -> EmailMessage:
    """Write a letter to one person, in text and HTML, of some 2.5 KB."""
    found = EmailMessage()
    found["From"], found["To"] = "The town <bell@town.example>", f"you{number}@town.example"
    found["Subject"] = "Exercise: Keep away from the bridge"
    found["Message-ID"] = f"<{number:026d}@town.example>"
    text = f"{words(number)}\n\n{words(number)}"
    found.set_content(text)
    found.add_alternative(f"<!doctype html><html lang=en><body><p>{text}</p></body></html>", subtype="html")
    return found


async def send(port: int, n: int) -> None:
    """Send so many, a connection for each, as aiosmtplib.send does."""
    numbers = iter(range(n))

    async def some() -> None:
        for number in numbers:
            await aiosmtplib.send(letter(number), hostname="127.0.0.1", port=port)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    begun = time.perf_counter()
    asyncio.run(send(int(sys.argv[1]), int(sys.argv[2])))
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "peak_mib": peak_mib()}))
