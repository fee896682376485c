"""What a reply in somebody's own words says: a table of words for each language, read in all of them at once.

It is read with care: whoever needs help is heard wherever they say so; every other answer stands at the beginning; and whatever
asks, denies, or says two things is left to a person. Where help is spoken of and it is not sure that it is asked for, somebody is
rung all the same. Each phrase is written as _folded leaves it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tocsin.answer.facts import AnswerKind

NUMBERS: Mapping[str, AnswerKind] = {
    "1": AnswerKind.RECEIVED,
    "2": AnswerKind.ACTING,
    "3": AnswerKind.SAFE,
    "4": AnswerKind.NEED_HELP,
    "5": AnswerKind.DISPUTED,
    "6": AnswerKind.DISMISSED,
}
"""What a digit alone says, in every language."""

PHRASES: Mapping[str, Mapping[AnswerKind, str]] = {
    "en": {
        AnswerKind.RECEIVED: "received, got it, ok, okay, read, understood, yes, seen, noted, roger",
        AnswerKind.ACTING: "acting, leaving, on my way, we are acting, i am acting, evacuating, doing it",
        AnswerKind.SAFE: "safe, i am safe, im safe, we are safe, i am ok, im ok, we are ok, all safe, i am fine, im fine",
        AnswerKind.NEED_HELP: "help, need help, help me, help us, sos, trapped, injured, hurt, wounded",
        AnswerKind.DISPUTED: "not true, false, wrong, disputed, i do not believe, i dont believe, i disagree, fake, hoax",
        AnswerKind.DISMISSED: "dismissed, not concerned, does not concern me, doesnt concern me, not relevant, ignore",
    },
    "ar": {
        AnswerKind.RECEIVED: "تم, استلمت, وصلت, قرات, نعم, فهمت, حسنا",
        AnswerKind.ACTING: "اتصرف, نتصرف, انا اغادر, نغادر, في الطريق",
        AnswerKind.SAFE: "بخير, انا بخير, نحن بخير, امن, انا امن, في امان, انا في امان, سالم",
        AnswerKind.NEED_HELP: "مساعده, النجده, نجده, ساعدوني, ساعدونا, ساعدني, ساعدنا, انقذوني, انقذونا, احتاج مساعده, محاصر, مصاب, جريح",
        AnswerKind.DISPUTED: "غير صحيح, كذب, خطا, لا اصدق, ليس صحيحا",
        AnswerKind.DISMISSED: "لا يعنيني, لا يهمني, لا يخصني",
    },
    "de": {
        AnswerKind.RECEIVED: "erhalten, gelesen, verstanden, ja, bekommen, ok, alles klar",
        AnswerKind.ACTING: "handle, wir handeln, bin unterwegs, unterwegs, ich gehe, wir gehen, evakuieren",
        AnswerKind.SAFE: "sicher, in sicherheit, ich bin sicher, wir sind sicher, bin in sicherheit, ich bin in sicherheit, "
        "mir geht es gut, uns geht es gut, bin ok",
        AnswerKind.NEED_HELP: "hilfe, brauche hilfe, hilf mir, hilf uns, helft mir, helft uns, helfen sie mir, helfen sie uns, notfall, verletzt, eingeschlossen, verschuttet",
        AnswerKind.DISPUTED: "falsch, stimmt nicht, nicht wahr, glaube ich nicht, ich glaube das nicht, unsinn",
        AnswerKind.DISMISSED: "betrifft mich nicht, betrifft uns nicht, nicht betroffen, egal",
    },
    "es": {
        AnswerKind.RECEIVED: "recibido, leido, entendido, si, visto, vale, de acuerdo",
        AnswerKind.ACTING: "actuando, saliendo, en camino, estamos actuando, evacuando",
        AnswerKind.SAFE: "a salvo, salvo, estoy a salvo, estamos a salvo, estoy bien, estamos bien, seguro, segura, estoy seguro",
        AnswerKind.NEED_HELP: "ayuda, ayudame, ayudanos, ayudenme, ayudennos, ayudeme, ayudenos, socorro, auxilio, necesito ayuda, herido, herida, atrapado, atrapada",
        AnswerKind.DISPUTED: "falso, mentira, no es cierto, no es verdad, no lo creo, no creo",
        AnswerKind.DISMISSED: "no me concierne, no me afecta, no nos afecta, no me importa",
    },
    "fa": {
        AnswerKind.RECEIVED: "دريافت شد, رسيد, خواندم, بله, فهميدم, باشه",
        AnswerKind.ACTING: "اقدام ميكنم, اقدام مي كنم, در راهم, دارم ميروم",
        AnswerKind.SAFE: "در امانم, امنم, سالمم, خوبم, من خوبم, ما خوبيم, در امان هستم",
        AnswerKind.NEED_HELP: "كمك, كمكم كنيد, كمكم كن, كمكمون كنيد, به كمك نياز دارم, كمك لازم دارم, زخمي, گير افتادم",
        AnswerKind.DISPUTED: "درست نيست, دروغ, غلط, باور نميكنم, باور نمي كنم",
        AnswerKind.DISMISSED: "به من مربوط نيست, مربوط نيست",
    },
    "fr": {
        AnswerKind.RECEIVED: "recu, bien recu, lu, compris, oui, vu, d accord",
        AnswerKind.ACTING: "j agis, nous agissons, je pars, nous partons, en route, j evacue",
        AnswerKind.SAFE: "en securite, je suis en securite, nous sommes en securite, a l abri, sain et sauf, saine et sauve, "
        "je vais bien, ca va, nous allons bien",
        AnswerKind.NEED_HELP: "aide, aidez, aide moi, aide nous, aidez nous, au secours, secours, besoin d aide, aidez moi, blesse, blessee, coince, coincee",
        AnswerKind.DISPUTED: "faux, pas vrai, ce n est pas vrai, c est faux, je n y crois pas, je ne crois pas",
        AnswerKind.DISMISSED: "ne me concerne pas, pas concerne, pas concernee, cela ne me concerne pas",
    },
    "ru": {
        AnswerKind.RECEIVED: "получил, получила, получено, прочитал, прочитала, понял, поняла, да, принято, ок",
        AnswerKind.ACTING: "действую, действуем, ухожу, уходим, еду, в пути, эвакуируемся",
        AnswerKind.SAFE: "в безопасности, я в безопасности, мы в безопасности, в порядке, я в порядке, все хорошо, цел, цела",
        AnswerKind.NEED_HELP: "помощь, помогите, помоги, помогите нам, нужна помощь, спасите, ранен, ранена, заблокирован",
        AnswerKind.DISPUTED: "неправда, ложь, не верю, неверно, не согласен, не согласна",
        AnswerKind.DISMISSED: "не касается, меня не касается, это меня не касается, нас не касается",
    },
    "tr": {
        AnswerKind.RECEIVED: "aldim, okudum, tamam, evet, anladim, alindi",
        AnswerKind.ACTING: "harekete geciyorum, geciyoruz, yoldayim, cikiyorum, cikiyoruz",
        AnswerKind.SAFE: "guvendeyim, guvendeyiz, iyiyim, iyiyiz, guvenli",
        AnswerKind.NEED_HELP: "yardim, imdat, yardim et, bana yardim et, bize yardim edin, kurtarin, yardim edin, yardima ihtiyacim var, yarali, yaraliyim, mahsur",
        AnswerKind.DISPUTED: "yanlis, dogru degil, yalan, inanmiyorum",
        AnswerKind.DISMISSED: "beni ilgilendirmiyor, bizi ilgilendirmiyor",
    },
    "uk": {
        AnswerKind.RECEIVED: "отримав, отримала, отримано, прочитав, прочитала, зрозумів, зрозуміла, так, прийнято, гаразд",
        AnswerKind.ACTING: "дію, діємо, іду, виходжу, виходимо, в дорозі, евакуюємось",
        AnswerKind.SAFE: "у безпеці, в безпеці, я в безпеці, я у безпеці, ми в безпеці, все добре, я в порядку, цілий, ціла",
        AnswerKind.NEED_HELP: "допомога, допоможіть, допоможи, врятуйте, потрібна допомога, рятуйте, поранений, поранена",
        AnswerKind.DISPUTED: "неправда, брехня, не вірю, не згоден, не згодна",
        AnswerKind.DISMISSED: "не стосується, мене не стосується, нас не стосується",
    },
}

NEGATIONS = frozenset(
    "not no dont doesnt never without nicht kein keine keinen nie ohne pas non ne jamais sans no nunca sin لا ليس لم غير بدون "
    "نه نيست بدون не нет ни без ні немає degil hayir yok".split()
)
STOP = frozenset(
    "stop stopall unsubscribe cancel end quit optout revoke start unstop arret baja abmelden стоп توقف dur"
    " stopp desuscribir".split()
)
"""What asks the provider to send no more, or to send again. It is theirs to do, and never an answer."""

LONGEST = 2_000  # characters that are read and kept


class Reading(msgspec.Struct, frozen=True):
    """What was read. answer: None where it says none for sure. stop: it is a word for the provider, if it came through one.

    pleads: it speaks of help, and it is not sure that it asks for any.
    """

    answer: AnswerKind | None = None
    stop: bool = False
    pleads: bool = False


def read(text: str) -> Reading:
    """Return what a reply says. Quoted text and signatures were taken away before."""
    words = _folded(text)
    if not words:
        return Reading()
    if (len(words) == 1 and words[0] in STOP) or words == ["stop", "all"]:
        return Reading(stop=True)
    if len(words) == 1 and words[0] in NUMBERS:
        return Reading(NUMBERS[words[0]])
    asks = re.search(r"[?؟;]\s*$|\?|؟", text) is not None
    found, rest = _found(words)
    denies = any(word in NEGATIONS for word in rest)
    kinds = {kind for _, kind in found}
    if AnswerKind.NEED_HELP in kinds:
        return Reading(pleads=True) if asks or denies else Reading(AnswerKind.NEED_HELP)
    if NUMBERS.get(words[0]) is AnswerKind.NEED_HELP:  # "4 third floor", or "4 of us are out"
        return Reading(pleads=True)
    if asks:
        return Reading()
    if len(kinds) > 1:
        kinds.discard(AnswerKind.RECEIVED)  # "ok, leaving now": what is more than that counts
    begins = any(at == 0 for at, _ in found)
    return Reading(kinds.pop() if begins and not denies and len(kinds) == 1 else None)


def _found(words: Sequence[str]) -> tuple[list[tuple[int, AnswerKind]], list[str]]:
    """Return which phrases stand where, the longest first, and the words that belong to none."""
    found: list[tuple[int, AnswerKind]] = []
    rest: list[str] = []
    at = 0
    while at < len(words):
        size, kind = next(((size, kind) for size, kind in _at(words, at)), (0, None))
        if kind is None:
            rest.append(words[at])
            at += 1
        else:
            found.append((at, kind))
            at += size
    return found, rest


def _at(words: Sequence[str], at: int) -> Iterator[tuple[int, AnswerKind]]:
    for size in range(min(_MOST_WORDS, len(words) - at), 0, -1):
        kind = _TABLE.get(tuple(words[at : at + size]))
        if kind is not None:
            yield size, kind


_ALIKE = str.maketrans({"ı": "i", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "\u200c": "", "ـ": "", "’": "'", "ß": "ss"})
_KEPT_MARKS = frozenset("йїґ")


def _folded(text: str) -> list[str]:
    """Return the words of a text in one spelling: small letters, no accents and points, digits as ASCII has them."""
    small = text[:LONGEST].casefold().translate(_ALIKE)
    letters = []
    for one in small:
        if one in _KEPT_MARKS:
            letters.append(one)
            continue
        for part in unicodedata.normalize("NFKD", one):
            if unicodedata.combining(part) or part == "'":
                letters.append("" if part != "'" else "'")
            elif part.isdecimal():
                letters.append(str(unicodedata.decimal(part)))
            else:
                letters.append(part.translate(_ALIKE) if part.isalnum() else " ")
    # "don't" is one word, "j'agis" are two.
    joined = re.sub(r"(?<=n)'(?=t\b)|(?<=i)'(?=m\b)|(?<=s)'(?=t\b)", "", "".join(letters))
    return joined.replace("'", " ").split()


_TABLE: dict[tuple[str, ...], AnswerKind] = {
    tuple(_folded(phrase)): kind
    for kinds in PHRASES.values()
    for kind, phrases in kinds.items()
    for phrase in phrases.split(",")
}
_MOST_WORDS = max(map(len, _TABLE))
