"""Words of denial, by language: what makes it worth a person's look whether a publication dismisses a warning.

A table of beginnings of words, so that endings do not matter. It only proposes: nobody is taken to have denied anything by it.
"""

import re
import unicodedata

DENIALS: dict[str, tuple[str, ...]] = {
    "en": (
        "a lie", "absurd", "act of pressure", "alarmis", "bad faith", "baseless", "blackmail", "bluff", "denied", "denies", "deny", "disinformation",
        "dismiss", "economic sabotage", "exaggerat", "fabricat", "fake", "false", "frighten", "groundless", "hands of terroris", "hands of the terroris", "hoax", "hysteri",
        "intimidat", "invented", "irresponsib", "malicious", "never informed", "never told", "never warned", "no basis", "no cause for", "no credible",
        "no danger", "no evidence", "no imminent", "no reason to", "no specific", "no threat", "no warning", "nobody told", "nobody warned",
        "no one told", "no one warned", "nonsense", "not credible", "not informed", "not told", "not warned", "panic", "propaganda", "psychological",
        "provocat", "reject", "ridicul", "rumour", "rumor", "scare", "sees ghosts", "slander", "unfortunate that", "unfounded",
        "unfriendly", "untrue", "unwarranted",
    ),
    "de": ("angstmach", "aus der luft gegriffen", "erfunden", "erpress", "falsch", "haltlos", "hirngespinst", "hysteri",
           "kein anlass", "kein grund", "keine gefahr", "panik", "provokation", "unbegründet", "unfreundlich", "unsinn", "unverantwortlich",
           "weist zurück", "zurückgewiesen"),
    "es": ("alarmis", "bulo", "chantaje", "desmient", "falso", "falsa", "infundad", "invent", "pánico", "provocaci", "rechaza"),
    "fr": ("alarmis", "aucune menace", "chantage", "dément", "fausse", "faux", "inamical", "infondé", "intimid", "invent", "irresponsab",
           "panique", "provocation", "rejette", "sans fondement"),
    "it": ("allarmis", "falso", "falsa", "infondat", "intimid", "panico", "provocazion", "ricatto", "smentisc"),
    "pt": ("alarmis", "boato", "chantagem", "desment", "falso", "falsa", "infundad", "pânico", "provocaç"),
    "ru": ("безосновательн", "безответственн", "беспочвен", "бред", "выдумк", "дезинформ", "запуг", "истери", "ложн", "ложь",
           "недружествен", "нет угроз", "опроверг", "отверг", "паник", "провокац", "устраш", "фейк", "шантаж"),
    "uk": ("безпідставн", "брехн", "вигадк", "дезінформ", "заляк", "паніч", "провокац", "спрост", "фейк", "шантаж"),
    "fa": ("اخاذی", "باج", "بی اساس", "بی‌اساس", "تکذیب", "دروغ", "شایعه"),
    "ar": ("ابتزاز", "أكاذيب", "إشاعة", "تكذيب", "لا أساس", "مزاعم", "نفى", "ينفي"),
    "tr": ("asılsız", "iftira", "şantaj", "panik", "yalan", "provokasyon", "korkut"),
    "zh": ("勒索", "恐吓", "谣言", "造谣", "虚假", "毫无根据", "讹诈"),
}  # fmt: skip


def denials(text: str) -> tuple[str, ...]:
    """Return the words of denial in a text, in the order of the table, each once; of all languages, for people quote."""
    said = unicodedata.normalize("NFKC", text).casefold()
    return tuple(dict.fromkeys(word for words in DENIALS.values() for word in words if _begins_a_word(word, said)))


def _begins_a_word(word: str, said: str) -> bool:
    # Chinese puts no spaces between words, Arabic and Persian put particles before them.
    if re.match(r"[\u0600-\u06ff\u4e00-\u9fff]", word):
        return word in said
    return re.search(rf"(?<!\w){re.escape(word)}", said) is not None
