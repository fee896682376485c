"""Measure what it costs to write one message to one person: by the layouts, and as the library would write it alone.

    python benchmarks/writing.py

Nothing is sent. Each figure is the best of five; the machine's other work can only make them worse.
"""

import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tocsin.channels.mail import Button, Dkim, DkimKey, LetterLayout, letter, read_bounce, written
from tocsin.channels.sms import TextLayout
from tocsin.channels.webhook import PERSONAL, PayloadLayout, Signer, payload

NOON = datetime(2024, 3, 7, 12, tzinfo=UTC)
ID, TO, ANSWER = "a" * 26, "miller@town.example", "https://warn.town.example/a/" + "b" * 26
WORDS = ("Go up the hill at once. " * 8, "Do not use the bridge. " * 5, "Вода выше моста. " * 5)
BODIES = written("Water over the Mill Lane bridge", WORDS, [Button("I am safe"), Button("I need help")], "en")
LETTER = {
    "sender": "desk@town.example",
    "sender_name": "The watch desk",
    "subject": "Water over the Mill Lane bridge",
    "sent_at": NOON,
    "language": "en",
    "exercise": False,
    "urgent": True,
}
DATA = {"id": "c" * 26, "subject": "Water", "text": [*WORDS], "language": "en", "urgent": True, "answer_url": PERSONAL}


def by_the_library() -> bytes:
    """Write the same letter with EmailMessage."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"] = Address(display_name="The watch desk", addr_spec="desk@town.example")
    mail["To"] = Address(addr_spec=TO)
    mail["Subject"] = "Water over the Mill Lane bridge"
    mail["Date"] = NOON
    mail["Message-ID"] = f"<{ID}@town.example>"
    mail.set_content(BODIES.text.replace("\0", ANSWER))
    mail.add_alternative(BODIES.html.replace("\0", ANSWER), subtype="html")
    return mail.as_bytes()


def works() -> dict[str, tuple[Callable[[], object], int]]:
    """Return what is measured, and how often in a row."""
    letters = LetterLayout(**LETTER, text=BODIES.text, html=BODIES.html)  # type: ignore[arg-type]
    bodies = PayloadLayout(kind="tocsin.alert", sent_at=NOON, data=DATA, exercise=False)
    texts = TextLayout(words=" ".join(WORDS[:2]), exercise=False)
    one, body = letters.letter(parcel_id=ID, to=TO, answer_url=ANSWER), bodies.payload(ANSWER)
    rsa, ed = DkimKey("r", generate_private_key(65_537, 2_048)), DkimKey("e", Ed25519PrivateKey.generate())
    short, long = Dkim("town.example", TO, [ed]), Dkim("town.example", TO, [rsa, ed])
    shared = Signer(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    pair = Signer(["whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="])
    alone = {"text": BODIES.text.replace("\0", ANSWER), "html": BODIES.html.replace("\0", ANSWER)}
    whole = {**DATA, "answer_url": ANSWER}
    returned = b"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n\r\n550 5.1.1\r\n\r\n" + one
    return {
        f"a letter of {len(one)} octets, laid out": (
            lambda: letters.letter(parcel_id=ID, to=TO, answer_url=ANSWER),
            20_000,
        ),
        "the same with a way to unsubscribe": (
            lambda: letters.letter(parcel_id=ID, to=TO, answer_url=ANSWER, unsubscribe_url=ANSWER),
            20_000,
        ),
        "a letter alone": (lambda: letter(**LETTER, **alone, parcel_id=ID, to=TO), 200),  # type: ignore[arg-type]
        "a letter by EmailMessage": (by_the_library, 200),
        "signed with DKIM, Ed25519": (lambda: short.signed(one), 500),
        "signed with DKIM, RSA and Ed25519": (lambda: long.signed(one), 200),
        f"a webhook's body of {len(body)} octets, laid out": (lambda: bodies.payload(ANSWER), 20_000),
        "a webhook's body alone": (
            lambda: payload(kind="tocsin.alert", sent_at=NOON, data=whole, exercise=False),
            20_000,
        ),
        "signed, HMAC-SHA256": (lambda: shared.headers(ID, body, NOON), 5_000),
        "signed, Ed25519": (lambda: pair.headers(ID, body, NOON), 2_000),
        "a text message, laid out": (lambda: texts.content(ANSWER), 20_000),
        "a bounce, read": (lambda: read_bounce(returned, sender="desk@town.example"), 2_000),
    }


def main() -> None:
    """Measure, and print a table."""
    print("| to write | µs |\n|---|---:|")
    for what, (work, times) in works().items():
        print(f"| {what} | {min(timeit.repeat(work, number=times, repeat=5)) / times * 1e6:.1f} |")


if __name__ == "__main__":
    main()
