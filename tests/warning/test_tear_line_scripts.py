"""What stands in stricter material alone is flagged in every script, whether or not it parts words, and however it is typed."""

import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tocsin.basis.marking import Mark
from tocsin.lexicon.folding import folded
from tocsin.lexicon.terms import terms
from tocsin.warning.flagged import Flag, flags, stands_there
from tocsin.warning.material import Material

STRICT, LAX = Mark.AMBER_STRICT, Mark.GREEN


def flagged(said: str, strict: Iterable[str], *, lax: Iterable[str] = (), language: str = "en") -> tuple[Flag, ...]:
    material = [
        Material(id=f"{mark}:{text}", material="report", mark=mark, texts=(text,), language=language)
        for mark, texts in ((STRICT, strict), (LAX, lax))
        for text in texts
    ]
    return flags({"what": said}, {"what": language}, Mark.AMBER, ("recipient",), material)


@pytest.mark.parametrize(
    ("language", "strict", "said", "expected"),
    [
        # Nothing parts words.
        pytest.param("zh", "王建国说炸弹在仓库里。", "据悉王建国参与了袭击。", ["王建国"], id="Chinese, a name"),
        pytest.param("zh", "他们在石景山附近见面。", "石景山区可能有袭击。", ["石景山"], id="Chinese, a place"),
        pytest.param("zh", "在石\n景山见面", "石景山", ["石景山"], id="Chinese, over the end of a line"),
        pytest.param("zh", "線人是張偉國。", "消息来自张伟国。", ["张伟国"], id="Chinese, traditional and simplified"),
        pytest.param("zh", "他用Kestrel这个名字", "警惕Kestrel组织", ["Kestrel"], id="Chinese, Latin letters in it"),
        pytest.param("zh", "于19:30动手", "请在19:30之前走", ["19:30"], id="Chinese, a time"),
        pytest.param("zh", "于十九点三十分动手", "请在19:30之前走", ["19:30"], id="Chinese, a time in words"),
        pytest.param("zh", "晚上7点半", "请在19:30之前走", ["19:30"], id="Chinese, half past in the evening"),
        pytest.param("zh", "7点半", "请在19:30之前走", ["19:30"], id="Chinese, half past, perhaps in the evening"),
        pytest.param("zh", "2026-03-22", "3月22日勿出", ["3月22日"], id="Chinese, a date"),
        pytest.param("zh", "2026-03-22", "三月二十二日勿出", ["三月二十二日"], id="Chinese, a date in words"),
        pytest.param("zh", "有三百二十箱", "约320吨", ["320"], id="Chinese, a number in words"),
        pytest.param("zh", "约1500吨", "与1500", ["1500"], id="Chinese, digits of full width"),
        pytest.param("zh", "车AB-1234-CD停", "AB1234CD", ["AB1234CD"], id="Chinese, a plate between words"),
        pytest.param("zh", "电话138 1234 5678找", "13812345678", ["13812345678"], id="Chinese, a telephone"),
        pytest.param("ja", "田中一郎が言った。", "情報源は田中一郎氏です。", ["田中一郎"], id="Japanese, a name"),
        pytest.param("ja", "クロッカスで会う。", "標的はクロッカスホール", ["クロッカス"], id="Japanese, kana"),
        pytest.param("ja", "クロッカスで会う。", "ｸﾛｯｶｽ", ["ｸﾛｯｶｽ"], id="Japanese, kana of half width"),
        pytest.param("ja", "ガレージで会う。", "ｶﾞﾚｰｼﾞ", ["ｶﾞﾚｰｼﾞ"], id="Japanese, voiced kana of half width"),
        pytest.param("ja", "さくら商店にて", "サクラは危険", ["サクラ"], id="Japanese, one kana for the other"),
        pytest.param("ja", "マリー・ライン", "マリーラインは危険", ["マリーライン"], id="Japanese, a point in a name"),
        pytest.param("ja", "午後7時30分に開始", "19:30まで", ["19:30"], id="Japanese, a time"),
        pytest.param("th", "แหล่งข่าวคือสมชายพูด", "มีรายงานว่าสมชายวางแผน", ["สมชาย"], id="Thai"),
        pytest.param("th", "๑๕๐๐", "ประมาณ1500", ["1500"], id="Thai, its digits"),
        pytest.param("lo", "ຂ່າວມາຈາກບຸນມີຢູ່", "ຄົນຊື່ບຸນມີກຳລັງ", ["ບຸນມີ"], id="Lao"),
        pytest.param("km", "ប្រភពគឺសុភាពនិយាយ", "រាយការណ៍ថាសុភាពរៀបចំ", ["សុភាព"], id="Khmer"),
        pytest.param("my", "ရင်းမြစ်မှာအောင်ကျော်ဖြစ်", "အောင်ကျော်စီစဉ်", ["အောင်ကျော်"], id="Burmese"),
        pytest.param("bo", "བཀྲ་ཤིས་ལ", "ནི་བཀྲ་ཤིས", ["བཀྲ་ཤིས"], id="Tibetan"),
        pytest.param("zh", "They go to Moscow.", "袭击莫斯科的剧院", ["莫斯科"], id="Chinese, a town that stands in English there"),
        pytest.param("en", "袭击莫斯科的剧院", "to Moscow", ["Moscow"], id="a town that stands in Chinese there"),
        pytest.param("en", "他們去東京了", "to Tokyo", ["Tokyo"], id="a town in traditional characters there"),
        pytest.param("en", "他们去东京了", "to Tokyo", ["Tokyo"], id="a town in simplified characters there"),
        pytest.param("en", "去叶卡捷琳堡", "to Yekaterinburg", ["Yekaterinburg"], id="a town of five characters there"),
        pytest.param("en", "去叶卡捷琳和卡捷琳堡", "to Yekaterinburg", [], id="the runs of a town's name there, and not the name"),
        pytest.param("en", "科斯莫去", "to Moscow", [], id="the characters of a town in another order there"),
        pytest.param("en", "モスクワで会う", "to Moscow", ["Moscow"], id="a town that stands in Japanese there"),
        pytest.param("en", "모스크바에서", "to Moscow", ["Moscow"], id="a town that stands in Korean there"),
        pytest.param("en", "ไปกรุงเทพกัน", "to Bangkok", ["Bangkok"], id="a town that stands in Thai there"),
        # More is written on to a word.
        pytest.param("ko", "모스크바로 갔다", "모스크바에서 위험", ["모스크바"], id="Korean, particles"),
        pytest.param("ko", "크로커스에 폭탄", "크로커스홀", ["크로커스"], id="Korean, within a longer word"),
        pytest.param("ko", unicodedata.normalize("NFD", "김철수가"), "김철수는", ["김철수"], id="Korean, letter by letter"),
        pytest.param("ko", "오후 7시 30분에", "19:30까지", ["19:30"], id="Korean, a time"),
        pytest.param("ar", "كركوس هي الهدف", "وبكركوس خطر", ["وبكركوس"], id="Arabic, and, in"),
        pytest.param("ar", "قال الكركوسي", "من كركوسنا", ["كركوسنا"], id="Arabic, both have more"),
        pytest.param("ar", "كُرْكُوس", "كـــركوس", ["كـــركوس"], id="Arabic, vowel points and a drawn word"),
        pytest.param("ar", "١٥٠٠ كيلو", "نحو 1500", ["1500"], id="Arabic, its digits"),
        pytest.param("ar", "أحمدوف", "احمدوف", ["احمدوف"], id="Arabic, an alif without its hamza"),
        pytest.param("fa", "کرکوس\u200cها", "از کرکوس", ["کرکوس"], id="Persian, a plural after a joiner"),
        pytest.param("fa", "علی\u200cآباد", "علیآباد", ["علیآباد"], id="Persian, with the joiner and without"),
        pytest.param("fa", "کریمي", "كریمی", ["كریمی"], id="Persian, Arabic letters"),
        pytest.param("he", "קרוקוס הוא", "והקרוקוס מסוכן", ["והקרוקוס"], id="Hebrew, and, the"),
        pytest.param("he", "קְרוֹקוּס", "קרוקוס", ["קרוקוס"], id="Hebrew, vowel points"),
        pytest.param("am", "ጎንደሬ ነው", "በጎንደሬ፣", ["በጎንደሬ"], id="Amharic, in"),
        pytest.param("hi", "मिठापुर में", "मिठापुर के", ["मिठापुर"], id="Hindi, one word with its vowel signs"),
        pytest.param("hi", "क\u093cाज़ीपुर", "\u0958ाज़ीपुर", ["\u0958ाज़ीपुर"], id="Hindi, a point under a letter"),
        pytest.param("hi", "मकान नंबर", "मिठाई नई", [], id="Hindi, no letter by itself"),
        pytest.param("bn", "মোহাম্মদপুর", "মোহাম্মদপুরে", ["মোহাম্মদপুরে"], id="Bengali, in"),
        pytest.param("ta", "கார்த்திகேயன்", "கார்த்திகேயனுக்கு", ["கார்த்திகேயனுக்கு"], id="Tamil, to"),
        pytest.param("ka", "კროკუსი", "კროკუსში", ["კროკუსში"], id="Georgian, in"),
        pytest.param("hy", "Կրոկուս", "Կրոկուսում", ["Կրոկուսում"], id="Armenian, in"),
        pytest.param("tr", "Krokusova’da", "Krokusovada", ["Krokusovada"], id="Turkish, with the apostrophe and without"),
        pytest.param("tr", "IĞDIRLI", "Iğdırlı", ["Iğdırlı"], id="Turkish, i without a dot"),
        pytest.param("tr", "İSTİNYELİ", "istinyeli", ["istinyeli"], id="Turkish, I with a dot"),
        pytest.param("fi", "Krokusela", "Krokuselassa", ["Krokuselassa"], id="Finnish, in"),
        pytest.param("hu", "Krokusela", "Krokuselában", ["Krokuselában"], id="Hungarian, in"),
        pytest.param("sw", "Krokusela", "kwaKrokusela", ["kwaKrokusela"], id="Swahili, at"),
        pytest.param("ru", "Сидорова", "у Сидоровой", ["Сидоровой"], id="Russian, her name"),
        pytest.param("ru", "Достоевский", "Достоевского", ["Достоевского"], id="Russian, a name that is an adjective"),
        pytest.param("ru", "Фёдоров", "Федорова", ["Федорова"], id="Russian, ё and е"),
        pytest.param("el", "Παπαδόπουλος", "του Παπαδόπουλου", ["Παπαδόπουλου"], id="Greek, of"),
        pytest.param("pl", "Krokusowa", "Krokusowie", ["Krokusowie"], id="Polish, in"),
        pytest.param("de", "am Mühlenhof", "Mühlenhofgelände", ["Mühlenhofgelände"], id="German, within a longer word"),
        pytest.param("de", "Mühlenhofgelände", "am Mühlenhof", ["Mühlenhof"], id="German, within a longer word there"),
        pytest.param("de", "Weißgerber", "WEISSGERBER", ["WEISSGERBER"], id="German, ß"),
        pytest.param("de", "Müllerstadt", "Muellerstadt", ["Muellerstadt"], id="German, without the dots"),
        pytest.param("de", "in Mühlen-\nhof", "am Mühlenhof", ["Mühlenhof"], id="German, over the end of a line there"),
        pytest.param("de", "Mühlenhof", "in Mühlen-\nhof", ["Mühlen-\nhof"], id="German, over the end of a line"),
        pytest.param("vi", "Nguyễn", "Nguyen", ["Nguyen"], id="Vietnamese, without its accents"),
        # Typed otherwise.
        pytest.param("fr", unicodedata.normalize("NFD", "Étréchy"), "Étréchy", ["Étréchy"], id="accents apart there"),
        pytest.param("en", "Kestrel", "by Kes-trel", ["Kes-trel"], id="with a hyphen"),
        pytest.param("en", "Kes-trel", "by Kestrel", ["Kestrel"], id="with a hyphen there"),
        pytest.param("en", "Kestrel", "Ｋｅｓｔｒｅｌ", ["Ｋｅｓｔｒｅｌ"], id="of full width"),
        pytest.param("en", "Kestrel", "𝐊𝐞𝐬𝐭𝐫𝐞𝐥", ["𝐊𝐞𝐬𝐭𝐫𝐞𝐥"], id="in bold"),
        pytest.param("en", "Steffi", "Steﬃ", ["Steﬃ"], id="with a ligature"),
        pytest.param("en", "Kestrel", "Kes\u034ftrel", ["Kes\u034ftrel"], id="with a joiner"),
        pytest.param("en", "Kestrel", "Kes\u202etrel", ["Kes\u202etrel"], id="with a mark of direction"),
        pytest.param("en", "Kestrel", "Kes\ufe0ftrel", ["Kes\ufe0ftrel"], id="with a variation selector"),
        pytest.param("en", "Kestrel", "Kes\u3164trel", ["Kes\u3164trel"], id="with a letter that is not seen"),
        pytest.param("en", "Kestrel", "Kes\U000e0061trel", ["Kes\U000e0061trel"], id="with a tag"),
        pytest.param("en", "Karabulak", "K\u0430r\u0430bul\u0430k", ["K\u0430r\u0430bul\u0430k"], id="with Cyrillic letters"),
        pytest.param("en", "Κ\u0435strel", "Kestrel", ["Kestrel"], id="with Greek and Cyrillic letters there"),
        pytest.param("ru", "Карабулак", "К\u0061рабулак", ["К\u0061рабулак"], id="with a Latin letter"),
    ],
)  # fmt: skip
def test_what_is_flagged_in_each_script(language: str, strict: str, said: str, expected: list[str]) -> None:
    found = flagged(said, [strict], language=language)
    assert [one.text for one in found] == expected
    assert all(said[one.start : one.end] == one.text for one in found)
    assert not flagged(said, [strict], lax=[said], language=language), "it stands in the open too"


@pytest.mark.parametrize(
    ("language", "strict", "said", "lax"),
    [
        pytest.param("zh", "请不要告诉他们。", "请你们不要去。", [], id="Chinese words that every text has"),
        pytest.param("ja", "話していました。", "待っていました。", [], id="Japanese endings that every text has"),
        pytest.param("ko", "말했습니다.", "들었습니다.", [], id="Korean endings that every text has"),
        pytest.param("ja", "4時間待つ", "16:00に", [], id="Japanese, four hours are no time"),
        pytest.param("zh", "王建国在仓库。", "仓库有危险。", ["仓库着火。"], id="a run that stands in the open"),
        pytest.param("de", "das Sicherheitsgelände", "die Sicherheitslage", ["Sicherheit"], id="two longer words with one part"),
        pytest.param("en", "Internet", "International", [], id="names that only begin alike"),
        pytest.param("en", "the miller", "Millerstown", [], id="a word is no part of a name"),
        pytest.param("en", "Omar", "Omaruru", [], id="a short name within a longer one"),
    ],
)  # fmt: skip
def test_what_is_not(language: str, strict: str, said: str, lax: list[str]) -> None:
    assert not flagged(said, [strict], lax=lax, language=language)


def test_a_name_of_which_each_part_stands_in_the_open_is_still_a_name() -> None:
    [one] = flagged("王建国", ["王建国说"], lax=["王建军", "中建国际"], language="zh")
    assert one.text == "王建国"


def test_what_is_let_stay_is_no_more_than_what_was_read() -> None:
    keys = {text: {one.key for one in flagged(text, ["三百二十王建国", "三百王建国", "晚上7点", "晚上8点"], language="zh")} for text in (
        "三百二十", "三百", "三百王建国", "晚上7点", "晚上8点", "王建国",
    )}  # fmt: skip
    assert len({key for found in keys.values() for key in found}) == len(keys)


def test_where_it_stands_is_marked_as_one_piece() -> None:
    text = "据悉王建国说炸弹在仓库里，Mühlen-\nhof。"
    found = flagged("王建国在Mühlenhof", [text], language="zh")
    assert [text[start:end] for start, end in stands_there(text, "zh", found)] == ["王建国", "Mühlen-\nhof"]


SCRIPTS = {
    "Latin": "abcdefghijklmnopqrstuvwxyzäçéñøßşž", "Latin, full width": "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
    "Greek": "αβγδεζηθικλμνξοπρστυφχψωάέή", "Cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ", "Armenian": "աբգդեզէըթժիլխծկհձղճմյնշ",
    "Georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "Hebrew": "אבגדהוזחטיכלמנסעפצקרשתםןץףך", "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآىةپچژکگی",
    "Ethiopic": "ሀለሐመሠረሰሸቀበተቸኀነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ", "Devanagari": "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
    "Bengali": "অআইঈউঊএঐওঔকখগঘচছজঝটঠডঢণতথদধনপফবভমযরলশষসহ", "Tamil": "அஆஇஈஉஊஎஏஐஒஓகஙசஞடணதநபமயரலவழளறன", "Malayalam": "അആഇഈകഖഗഘചഛജടഠഡതഥദധനപഫബഭമയരല",
    "Sinhala": "අආඇඉඊඋකඛගඝචඡජටඨඩඪණතථදධනපඵබභමයරලවශෂසහ", "Thai": "กขคฆงจฉชซญฎฏฐดตถทธนบปผฝพฟภมยรลวศษสหอฮะาเแโใไ",
    "Lao": "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮະາເແໂໃໄ", "Tibetan": "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ", "Burmese": "ကခဂဃငစဆဇဈညဋဌဍဎဏတထဒဓနပဖဗဘမယရလဝသဟဠအ",
    "Khmer": "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ", "Hangul": "가나다라마바사아자차카타파하강남동철수희영민준서울부산한국", "Hiragana": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめも",
    "Katakana": "アイウエオカキクケコサシスセソタチツテトナニヌネノガギグパピプー", "Katakana, half width": "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ",
    "Han": "王李張张劉刘陳陈楊杨趙赵黃黄周吳吴徐孫孙胡朱高林何郭馬马羅罗國国建偉伟華华田中村山川渡邊", "Yi": "ꀀꀁꀂꀃꀄꀅꀆꀇꀈꀉꀊꀋꀌꀍꀎ", "Cherokee": "ᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮ",
    "Javanese": "ꦏꦐꦑꦒꦓꦔꦕꦖꦗꦘꦙꦚꦛꦜꦝ", "Thaana": "ހށނރބޅކއވމފދތލގޏސޑ", "Mongolian": "ᠠᠡᠢᠣᠤᠥᠦᠧᠨᠩᠪᠫᠬᠭᠮ", "Adlam": "𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉",
}  # fmt: skip
GLUED = {
    "Thai",
    "Lao",
    "Tibetan",
    "Burmese",
    "Khmer",
    "Hangul",
    "Hiragana",
    "Katakana",
    "Katakana, half width",
    "Han",
    "Yi",
    "Javanese",
}


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str, str]:
    """Return a marker, what it stands in there, and what it stands in here: glued to other letters where nothing parts words."""
    script = draw(st.sampled_from(sorted(SCRIPTS)))
    some = st.text(st.sampled_from(SCRIPTS[script]), max_size=6)
    marker = draw(st.text(st.sampled_from(SCRIPTS[script]), min_size=4, max_size=10))
    space = "" if script in GLUED else " "
    there, here = (f"{draw(some)}{space}{marker}{space}{draw(some)}" for _ in range(2))
    return marker, f"Heard: {there}, again", f"Told of {here}, too"


@settings(max_examples=400)
@given(planted(), st.sampled_from(["en", "zh", "ar", "tr"]), st.booleans())
def test_no_marker_of_four_letters_leaves_in_a_notice(
    planted: tuple[str, str, str], language: str, apart: bool
) -> None:
    marker, there, here = planted
    there = unicodedata.normalize("NFD", there) if apart else there
    start = here.index(marker)
    asked = {at for term in terms(here, language) for at in range(term.start, term.end)}
    assume(asked >= set(range(start, start + len(marker))))  # save what every text has
    found = flagged(here, [there], language=language)
    assert {at for one in found for at in range(one.start, one.end)} >= set(range(start, start + len(marker))), folded(
        marker
    )
