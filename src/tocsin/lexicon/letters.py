"""Which letters there are of the kinds that decide where a word begins and ends: as ranges for a pattern's brackets.

Source: The Unicode Standard 17.0, chapters 9 to 18, and UAX #29.
"""

UNSEEN = (
    "\u00ad\u034f\u0600-\u0605\u061c\u0640\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Written within a word, and not seen: joiners, marks of direction, soft hyphens, fillers, and what draws a word longer."""

MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u0711-\u074a\u07a6-\u07b0\u07eb-\u07f3\u07fd\u0816-\u082d\u0859-\u085b\u0892-\u08e1\u08e3-\u0963"
    "\u0981-\u09e3\u09fe-\u0a51\u0a70-\u0a75\u0a81-\u0ae3\u0afa-\u0b63\u0b82-\u0bd7\u0c00-\u0c63\u0c81-\u0c83\u0cbc-\u0ce3"
    "\u0cf3-\u0d4d\u0d57\u0d62\u0d63\u0d81-\u0ddf\u0df2\u0df3\u0f18\u0f19\u0f35\u0f37\u0f39\u0f3e\u0f3f\u0fc6\u135d-\u135f\u1712-\u1734\u1752-\u1773\u1885-\u193b\u1a17-\u1a1b"
    "\u1a7f\u1ab0-\u1aff\u1b6b-\u1b73\u1b80-\u1bad\u1be6-\u1bf3\u1c24-\u1c37\u1cd0-\u1cd2\u1cd4-\u1cf9\u1dc0-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f-\u2dff\u302a-\u302f"
    "\ua66f-\ua672\ua674-\ua67d\ua69e\ua69f\ua6f0\ua6f1\ua802-\ua827\ua82c\ua880-\ua8c5\ua8e0-\ua8f1\ua8ff\ua926-\ua92d\ua947-\ua953"
    "\uaa29-\uaa4d\uaaeb-\uaaf6\uabe3-\uabed\ufb1e\ufe20-\ufe2f\U00010a01-\U00010a3f\U00011000-\U00011046\U00011070-\U000110ba"
    "\U00011100-\U00011134\U0001122c-\U00011237\U00011300-\U00011446\U0001e000-\U0001e136\U0001e8d0-\U0001e94a"
)
"""Accents, vowel signs and points: they stand on a letter or beside it and part no word, though to `re` they are no letters."""

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
KANA = "\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\uff66-\uff9f\U0001aff0-\U0001b16f"
HANGUL = "\u1100-\u115e\u1161-\u11ff\u3131-\u3163\u3165-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa1-\uffdc"
YI = "\ua000-\ua48c"
SOUTHEAST = (  # Thai, Lao, Tibetan, Burmese, Khmer, Tai, Balinese and Javanese
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u0f40-\u0fbc\u1000-\u103f\u1050-\u108f\u109a-\u109d\u1780-\u17b3\u17b6-\u17d3"
    "\u17d7\u17dc\u17dd\u1950-\u19c9\u1a20-\u1a7c\u1b00-\u1b4c\ua980-\ua9c0\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaadf"
)

UNPARTED = f"{HAN}{KANA}{HANGUL}{YI}{SOUTHEAST}"
"""Letters of scripts that part no words, or, as Korean, write what belongs to a word on to it."""
