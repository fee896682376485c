"""Likelihood and confidence in one sentence, in the languages that we speak."""

import pytest

from tocsin.threat.one_breath import mixed_sentences


@pytest.mark.parametrize(
    ("words", "mixed"),
    [
        pytest.param("An attack is likely. Our confidence is low.", 0, id="two sentences"),
        pytest.param("We judge with low confidence that an attack is likely.", 1, id="in one breath"),
        pytest.param("It is very unlikely, with high-confidence sources", 1, id="without a full stop"),
        pytest.param("Seen. A strike is almost certain (moderate confidence)! Then silence.", 1, id="in the middle"),
        pytest.param("We are confident in our friends. It may rain.", 0, id="other words"),
        pytest.param("We are highly confident that an attack is likely.", 1, id="confident"),
        pytest.param("We are confident that an attack is likely.", 1, id="confident, and no more"),
        pytest.param("likely: 60 to 75 percent, and we are confident", 1, id="confident, at the end"),
        pytest.param("We’re still confident that a strike is unlikely.", 1, id="in short"),
        pytest.param("An attack is likely, we say with some confidence.", 1, id="with confidence"),
        pytest.param("They are confident, so an attack is likely.", 0, id="the attackers are confident"),
        pytest.param("A walk-out from the confidence-building talks is likely.", 0, id="confidence in a name"),
        pytest.param("An attack is likely (confidence: low).", 1, id="in brackets"),
        pytest.param("It is likely; our confidence in this is moderate.", 1, id="behind a semicolon"),
        pytest.param("There is a 70 % chance, with high confidence.", 1, id="a number of hundred"),
        pytest.param("The probability is 70 per cent. Our confidence in the source is high.", 0, id="a number, apart"),
        pytest.param("The chances are about 20 in 100, at low confidence.", 1, id="chances"),
        pytest.param("Wir sind sicher, dass ein Angriff wahrscheinlich ist.", 1, id="German"),
        pytest.param("Ein Angriff ist mit hoher Gewissheit unwahrscheinlich.", 1, id="German, with its degree"),
        pytest.param("Ein Angriff ist wahrscheinlich. Wir sind uns sicher.", 0, id="German, apart"),
        pytest.param("Die Gäste sind sicher, ein Angriff ist unwahrscheinlich.", 0, id="German, safe and not sure"),
        pytest.param("Nous sommes convaincus qu’une attaque est probable.", 1, id="French"),
        pytest.param("Une attaque est probable. Notre confiance est moyenne.", 0, id="French, apart"),
        pytest.param("Estamos seguros de que un ataque es probable.", 1, id="Spanish"),
        pytest.param("Мы уверены, что нападение вероятно.", 1, id="Russian"),
        pytest.param("Нападение маловероятно. Мы уверены в источнике.", 0, id="Russian, apart"),
        pytest.param("Ми впевнені, що напад імовірний.", 1, id="Ukrainian"),
        pytest.param("Bir saldırının muhtemel olduğundan eminiz.", 1, id="Turkish"),
        pytest.param("نحن واثقون من أن الهجوم محتمل.", 1, id="Arabic"),
        pytest.param("هل الهجوم محتمل؟ نحن واثقون من المصدر.", 0, id="Arabic, apart"),
        pytest.param("مطمئنیم که حمله محتمل است.", 1, id="Persian"),
    ],
)
def test_likelihood_and_confidence_never_share_a_sentence(words: str, mixed: int) -> None:
    assert len(mixed_sentences(words)) == mixed
