"""No mark that stands on a letter parts a word, and what is not seen parts none either."""

import re
import sys
import unicodedata

from tocsin.lexicon.letters import MARKS, UNPARTED, UNSEEN

JOINS = re.compile(f"[{MARKS}{UNPARTED}{UNSEEN}]")
BEYOND = 0x10000  # above are dead scripts, signs of music, and a few that hardly anybody types


def test_every_accent_and_vowel_sign_is_known() -> None:
    every = [chr(one) for one in range(BEYOND) if unicodedata.category(chr(one))[0] == "M"]
    assert [f"{ord(one):04X}" for one in every if not JOINS.fullmatch(one)] == []


def test_whatever_is_not_seen_is_known() -> None:
    unseen = re.compile(f"[{UNSEEN}]")
    every = [chr(one) for one in range(sys.maxunicode + 1) if unicodedata.category(chr(one)) == "Cf"]
    hidden = [one for one in every if not unicodedata.name(one, "").startswith(("EGYPTIAN", "KAITHI"))]
    assert [f"{ord(one):04X}" for one in hidden if not unseen.fullmatch(one)] == []


def test_nothing_that_parts_words_is_a_mark() -> None:
    parts = [" ", "\n", "-", "।", "、", "。", "၊", "።", "،", "؟", "·"]
    assert [one for one in parts if JOINS.fullmatch(one)] == []
