"""The verifier page: the files it is made of, the sentences its script says, and the policy under which it runs.

It is one file that works from a disc without a network. So its scripts and its style stand in it, and the hashes of these
are the only ones that a browser may run there; nothing may be loaded, and nothing sent.
"""

import base64
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from tocsin.basis.words import N_

STATIC = Path(__file__).parent / "static"
PATH = "/record/verify"


def _read(name: str) -> Markup:
    # Our own file, not anybody's text.
    return Markup((STATIC / name).read_text(encoding="utf-8"))  # noqa: S704


def _source(*texts: str) -> str:
    return " ".join(f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)


class Verifier:
    """What stands in the page. scripts: the one that judges a proof; the one that takes the files and says what it found."""

    scripts = (_read("verify.js"), _read("verify-page.js"))
    style = _read("verify.css")
    policy = (
        f"default-src 'none'; script-src {_source(*scripts)}; style-src {_source(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


POLICY = f"{Verifier.policy}; frame-ancestors 'none'"
"""What the reply says. A page can say all of it but the last about itself."""

SENTENCES = {
    "choose": N_("Choose a proof, and what it shows appears here."),
    "no-policy": N_("Say whom you believe: without a key, no signature means anything."),
    "cannot": N_("Nothing was checked"),
    "cannot-old": N_(
        "This browser cannot check Ed25519 signatures. Use Chrome 137, Firefox 129, Safari 17 or later, or the command "
        "`tocsin record verify`."
    ),
    "cannot-http": N_("A browser checks signatures only on a safe page. Save this page and open the saved file."),
    "too-large": N_("%(name)s is too large to be read here."),
    "holds": N_("It holds"),
    "fails": N_("It does not hold"),
    "fails-head": N_("This shows nothing"),
    "fails-advice": N_(
        "The file may be damaged, made up, or meant for other keys than those above. Ask whoever gave it to you, and get "
        "the keys anew."
    ),
    "head-answer": N_("One person's own answer stands in the record"),
    "head-receipt": N_("What came of a warning to one person stands in the record"),
    "head-opened": N_("This was sealed on %(when)s, and has been opened since"),
    "head-sealed": N_("Something was sealed on %(when)s. Its words are not shown."),
    "head-foreign": N_("What you handed in is entry %(index)s of the record"),
    "own-entered": N_("entered, by the record's own clock"),
    "own-sealed": N_("sealed, by the record's own clock"),
    "own-kept": N_("kept beyond its date, by the record's own clock"),
    "own-opened": N_("opened by two people, by the record's own clock"),
    "witnessed": N_("seen in the record by the witness %(name)s, by that witness's clock"),
    "no-witness": N_("no witness"),
    "no-witness-advice": N_(
        "When this stood in the record is its keeper's own word: no witness that you name has seen it."
    ),
    "by-one": N_("It stood in the record by %(when)s: a witness that you name saw it then."),
    "by-all": N_(
        "It stood in the record by %(when)s: %(count)s witnesses that you name had seen it, the first on %(first)s."
    ),
    "yours": N_("(%(time)s where you are)"),
    "payload-holds": N_("The file that you chose is what the record speaks of, to the last byte."),
    "details": N_("Details"),
    "detail-origin": N_("Record"),
    "detail-size": N_("Entries when this was signed"),
    "detail-index": N_("Number of the entry"),
    "detail-root": N_("Root"),
    "entry-identifier": N_("Identifier"),
    "entry-country": N_("Country"),
    "entry-level": N_("Level"),
    "entry-ends": N_("Until"),
    "entry-edition": N_("Edition"),
    "entry-vkey": N_("Key"),
    "field-fact.kind": N_("What it was"),
    "field-fact.fields": N_("Which fields there are"),
    "field-fact.occurred_at": N_("When it happened"),
    "field-tear_line.what": N_("What"),
    "field-tear_line.where": N_("Where"),
    "field-tear_line.when": N_("When"),
    "field-tear_line.who": N_("Who"),
    "field-tear_line.method": N_("How"),
    "field-tear_line.not_known": N_("Not known"),
    "field-tear_line.likelihood": N_("Likelihood"),
    "field-tear_line.confidence": N_("Confidence"),
    "field-tear_line.action": N_("What to do"),
    "field-tear_line.contact": N_("Contact"),
    "field-begins": N_("From"),
    "field-ends": N_("Until"),
    "field-mark": N_("Sharing"),
    "field-warning": N_("Warning"),
    "field-answer": N_("Answer"),
    "field-words": N_("In their own words"),
    "field-at": N_("When"),
    "field-channel": N_("Channel"),
    "field-delivery": N_("Reference of the delivery"),
    "field-stands": N_("How it ended"),
    "field-attempts": N_("Attempts"),
}
"""What the script says, by the key under which it asks. Its places, such as %(when)s, are filled in there."""

PLACES = {name: f"%({name})s" for name in ("count", "first", "index", "name", "time", "when")}
"""What the template fills in: each place with itself."""
