"""Writes the two texts of a letter, plain and HTML, from paragraphs and buttons. Pure.

The HTML fetches nothing from anywhere, keeps to the reader's light or dark, and reads in order to one who hears it.
"""

import html as markup
import re
from collections.abc import Mapping, Sequence
from string import Template
from typing import NamedTuple

import msgspec

from tocsin.basis.errors import Refused
from tocsin.channels.mail.quoted import LINK

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_SUFFIX = re.compile(r"[A-Za-z0-9._~/?#=%-]{0,100}")


PLAIN = {"size": "18px", "title_size": "24px"}
LARGE = {"size": "28px", "title_size": "36px"}
"""How large the letters are, and those of the title."""


class Button(msgspec.Struct, frozen=True):
    """A way to answer: what it says, and what follows the recipient's own answer link behind it."""

    label: str
    suffix: str = ""


class Bodies(NamedTuple):
    """What LetterLayout takes as text and html, each with LINK where the answer link will stand."""

    text: str
    html: str


def written(
    subject: str, paragraphs: Sequence[str], buttons: Sequence[Button], language: str, *, large: bool = False
) -> Bodies:
    """Write both texts. They say the same, in the same order.

    paragraphs: plain words; a line break in one stays a line break.
    buttons: the first is the one to press if only one is seen. large: for whoever needs large letters.

    Raises:
        Refused: a text holds a NUL, or a button leads nowhere.
    """
    for text in (subject, *paragraphs, *(button.label for button in buttons)):
        if LINK in text:
            raise Refused("The mail's text holds a NUL character. Leave it out.")
    for button in buttons:
        if not _SUFFIX.fullmatch(button.suffix):
            raise Refused(
                "What follows the answer link behind a button must be the rest of a URL, without & or quotes."
            )
    return Bodies(_plain(paragraphs, buttons), _html(subject, paragraphs, buttons, language, LARGE if large else PLAIN))


def _plain(paragraphs: Sequence[str], buttons: Sequence[Button]) -> str:
    # The link stands alone in its line, so that nothing that follows is taken for a part of it.
    blocks = [*paragraphs, *(f"{button.label}:\n{LINK}{button.suffix}" for button in buttons)]
    return "\n\n".join(blocks) + "\n"


def _html(
    subject: str, paragraphs: Sequence[str], buttons: Sequence[Button], language: str, sizes: Mapping[str, str]
) -> str:
    return _PAGE.substitute(
        language=markup.escape(language),
        direction=direction(language),
        title=_escaped(subject),
        paragraphs="\n".join(f"<p>{_escaped(text)}</p>" for text in paragraphs),
        buttons="\n".join(_button(one, sizes, first=place == 0) for place, one in enumerate(buttons)),
        **sizes,
    )


def direction(language: str) -> str:
    """Return "rtl" or "ltr": which way a language, or the script that its tag names, is written.

    Source: BCP 47, 2.2.3 (script subtags have four letters).
    """
    first, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    right_to_left = script in _RIGHT_TO_LEFT_SCRIPTS if script else first in _RIGHT_TO_LEFT
    return "rtl" if right_to_left else "ltr"


def _escaped(text: str) -> str:
    return markup.escape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "<br>\n")


def _button(button: Button, sizes: Mapping[str, str], *, first: bool) -> str:
    # The link's line holds nothing else, which keeps it short enough to be put in without being folded.
    kind = "b f" if first else "b"
    style = _BUTTON.substitute(sizes) + (_FIRST if first else _OTHER)
    return f'<p><a class="{kind}" style="{style}"\nhref="{LINK}{button.suffix}"\n>{_escaped(button.label)}</a></p>'


# 48 px and more high: a thumb that trembles hits it. Colours of 7:1 and more (WCAG 2.2, 1.4.6), in light and in dark;
# a border as well, since some readers turn backgrounds off.
_BUTTON = Template(
    "display:block;padding:14px 20px;border:2px solid #1a4480;border-radius:8px;"
    "font-size:$size;line-height:1.333;font-weight:bold;text-align:center;text-decoration:none;"
)
_FIRST = "background-color:#1a4480;color:#ffffff"
_OTHER = "color:#1a4480"

# Language and direction stand twice, and the main styles in the elements: several readers drop html, head and body.
_PAGE = Template("""\
<!DOCTYPE html>
<html lang="$language" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>$title</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
 .m { background-color: #14171a !important; color: #f2f4f6 !important; }
 .b { border-color: #a9c7f5 !important; color: #a9c7f5 !important; }
 .f { background-color: #a9c7f5 !important; color: #0b1b33 !important; }
}
</style>
</head>
<body class="m" style="margin:0;padding:0">
<div class="m" lang="$language" dir="$direction" role="article"
style="max-width:600px;margin:0 auto;padding:16px;font:$size/1.5 sans-serif">
<h1 style="font-size:$title_size;line-height:1.25;margin:0 0 16px">$title</h1>
$paragraphs
$buttons
</div>
</body>
</html>
""")
