"""A language that nobody speaks, to find sentences that never pass through gettext.

Each sentence in the template comes out as ⟦the sentence⟧, its places kept. A sentence that was never marked, or never
collected, comes out bare, and `bare` finds it on a page.
"""

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from lxml import html

from tocsin.basis.words import Words

TEMPLATE = Path(__file__).parents[1] / "src" / "tocsin" / "locale" / "tocsin.pot"

SEEN_ATTRIBUTES = ("title", "alt", "placeholder", "aria-label", "aria-description")
UNSEEN = {"script", "style", "code", "template"}
DATA = {"time", "bdi", "data", "samp", "kbd"}


class Pseudo:
    """A catalogue that wraps every collected sentence in ⟦ ⟧ and leaves the others bare."""

    def __init__(self, collected: frozenset[str]) -> None:
        self.collected = collected

    def gettext(self, message: str, /) -> str:
        """Return the sentence wrapped, if it was collected."""
        return f"⟦{message}⟧" if message in self.collected else message

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the sentence that fits this many, wrapped, if it was collected."""
        return self.gettext(msgid1 if n == 1 else msgid2)


@cache
def pseudo(template: Path = TEMPLATE) -> Words:
    """Return the Words of the made-up language qps, from the template as it stands."""
    with template.open("rb") as source:
        ids = [message.id for message in read_po(source) if message.id]
    return Words("qps", Pseudo(frozenset(text for one in ids for text in ([one] if isinstance(one, str) else one))))


def bare(page: str) -> list[str]:
    """Return the texts on a page said in qps that a person would read and that did not pass through gettext.

    What is not ours to translate stands in <time>, <bdi>, <data>, <samp>, <kbd> or <code>, or under translate="no",
    or under a lang of its own, and is passed over.
    """
    root = html.document_fromstring(page)
    texts: list[str] = []
    _walk(root, texts, ours=root.get("translate") != "no")
    # A sentence may be cut by the elements in it, so brackets are matched over the whole page, innermost first.
    joined = "\n".join(texts)
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", joined)) != joined:
        joined = shorter
    return [line.strip() for line in joined.split("\n") if re.search(r"[^\W\d_]{2}", line)]


def _walk(element: html.HtmlElement, texts: list[str], *, ours: bool) -> None:
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    if ours:
        texts[:0] = [element.get(name, "") for name in SEEN_ATTRIBUTES]  # apart from the sentence they stand in
        texts.append(element.text or "")
    for child in element:
        theirs = child.tag in DATA or child.get("translate") == "no" or child.get("lang") is not None
        _walk(child, texts, ours=ours and not theirs)
        if ours:
            texts.append(child.tail or "")
