"""Which of several languages a reader is told something in."""

import pytest

from tocsin.basis.languages import nearest


@pytest.mark.parametrize(
    ("written", "wanted", "told"),
    [
        pytest.param(["zh-Hans", "zh-Hant"], ["zh-Hant"], "zh-Hant", id="the very tag before another of its language"),
        pytest.param(["zh-Hans", "zh-Hant"], ["ZH-HANT"], "zh-Hant", id="letters of either case"),
        pytest.param(["sr-Latn", "sr-Cyrl"], ["sr-Cyrl-RS"], "sr-Cyrl", id="without its country"),
        pytest.param(["pt-PT", "pt"], ["pt-BR"], "pt", id="the language at large before that of another country"),
        pytest.param(["pt-BR", "pt-PT"], ["pt-AO"], "pt-BR", id="none is nearer, so the first"),
        pytest.param(["zh-Hans", "zh-Hant"], ["zh-TW"], "zh-Hant", id="the script that is read there"),
        pytest.param(["zh-Hant", "zh-Hans"], ["zh-CN"], "zh-Hans", id="and there"),
        pytest.param(["zh-CN", "zh-TW"], ["zh-Hant-HK"], "zh-TW", id="the script of what is written"),
        pytest.param(["sr-Latn", "sr-Cyrl"], ["sr"], "sr-Cyrl", id="the script that a language is mostly written in"),
        pytest.param(["zh-Hant"], ["zh-Hans", "en"], "zh-Hant", id="another script before nothing"),
        pytest.param(["de", "en"], ["en-GB", "de"], "en", id="the reader's first language, though not exactly"),
        pytest.param(["en-GB", "de"], ["fr", "de-AT"], "de", id="the reader's second"),
        pytest.param(["en-GB", "de"], ["fr"], None, id="none of them"),
        pytest.param(["de"], [], None, id="a reader of whom nothing is known"),
        pytest.param([], ["de"], None, id="nothing written"),
    ],
)
def test_a_reader_is_told_in_the_nearest_language(written: list[str], wanted: list[str], told: str | None) -> None:
    found = nearest(written, wanted)
    assert (None if found is None else written[found]) == told
