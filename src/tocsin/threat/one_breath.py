"""Likelihood and confidence in one sentence: pointed out in the languages that we speak, as far as their usual words go.

Source: ICD 203, section D.6.e(2): confidence and likelihood are not put into one sentence.
"""

import re

# Of each language, how likely it is, and how sure somebody is of the grounds.
_SAID = {
    "en": (
        (
            r"almost no chance|remote|(very |highly )?(un)?likely|(highly )?(im)?probabl[ey]|(very |highly )probable"
            r"|roughly even (chance|odds)|almost certain(ly)?|nearly certain(ly)?"
            r"|(chances?|odds|likelihood|probability) (of|is|are) (about |around |some )?[0-9]+"
            r"|[0-9]+ ?(%|per ?cent) (chance|likelihood|probability)"
        ),
        (
            r"(low|moderate|high|highly|very|fairly|quite)[- ]confiden(ce|t)|confidence\b[^.!?]{0,60}\b(low|moderate|high)"
            r"|(we|i|analysts|officers)(['’](re|m)| (are|am|remain|feel))( \w+)? confident|(with|have|our|my)( \w+)? confidence"
        ),
    ),
    "de": (
        r"(un)?wahrscheinlich\w*|(nahezu|fast|beinahe) sicher",
        (
            r"(wir (sind|bleiben)|ich bin|sind wir|bin ich) (uns |mir )?(\w+ )?(sicher|zuversichtlich|überzeugt)"
            r"|(gering|mäßig|mittler|hoh|groß)e[mnrs]? (Zuversicht|Gewissheit|Verlässlichkeit)"
            r"|mit (gering|mäßig|mittler|hoh|groß)er Sicherheit"
        ),
    ),
    "fr": (
        r"(im)?probabl\w+|(in)?vraisemblabl\w+|probabilité|(quasi|quasiment|presque) certain\w*",
        (
            r"(sommes|suis|restons) (\w+ )?(sûre?s?|certaine?s?|confiante?s?|convaincue?s?)"
            r"|confiance (faible|modérée|moyenne|élevée|forte)|(faible|haute|grande|forte) confiance|avec confiance"
        ),
    ),
    "es": (
        r"(im)?probabl\w+|probabilidad|casi segur[oa]s?",
        (
            r"(estamos|estoy) (\w+ )?(segur|confiad|convencid)[oa]s?|(confianza|certeza) (baja|moderada|media|alta)"
            r"|(baja|alta|gran) (confianza|certeza)|con (confianza|certeza)"
        ),
    ),
    "ru": (
        r"(мало)?вероятн\w+|почти наверняка",
        (
            r"(мы|я) (\w+ )?(уверен[аы]?|убежден[аы]?|убеждён)|(низк|средн|умеренн|высок)\w+ (степен\w+ )?(уверенн|достоверн)ост\w+"
            r"|с уверенностью"
        ),
    ),
    "uk": (
        r"(мало)?[йі]мовірн\w+|вірогідн\w+|майже напевно",
        (
            r"(ми|я) (\w+ )?(впевнен|певн|переконан)\w+|(низьк|середн|помірн|висок)\w+ (рівн\w+ |ступен\w+ )?"
            r"(впевнен|певн|достовірн)[оі]ст\w*|з упевненістю"
        ),
    ),
    "tr": (
        r"(kuvvetle )?(olası|muhtemel)\w*|olasılık\w*|ihtimal\w*|neredeyse kesin",
        r"eminiz|eminim|(düşük|orta|yüksek) (bir )?güven(le|imiz)?|güvenimiz|güvenle",
    ),
    "ar": (
        r"(و|ف)?(من )?(ال)?محتمل\w*|(ال)?احتمال\w*|(على )?الأرجح|(ال)?مرجح|شبه مؤكد",
        r"(و|ف)?(واثقون|متأكدون|على ثقة|على يقين)|(و|ف)?بثقة( عالية| متوسطة| منخفضة)?|ثقتنا",
    ),
    "fa": (
        r"(نا)?محتمل|احتمال\w*|تقریبا(ً)? قطعی",
        r"مطمئن(یم|م)|مطمئن هستیم|اطمینان (بالا|زیاد|متوسط|کم|پایین)\w*|با اطمینان|اطمینان ما",
    ),
}
_BOTH = tuple(tuple(re.compile(rf"\b(?:{said})(?!\w)", re.IGNORECASE) for said in both) for both in _SAID.values())
_SENTENCES = re.compile(r"(?<=[.!?؟۔])\s+|\n+")


def mixed_sentences(words: str) -> tuple[str, ...]:
    """Return the sentences that speak of likelihood and of confidence in one breath.

    A reader of "likely, with low confidence" takes one for the other.
    """
    return tuple(
        one for one in _SENTENCES.split(words) if any(likely.search(one) and sure.search(one) for likely, sure in _BOTH)
    )
