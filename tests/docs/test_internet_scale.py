"""The page on a hundred million readers says what was weighed, and what follows from it."""

import gzip
from pathlib import Path

import pytest

import internet_scale
from tests.web.installation import Installation
from tocsin.locale import words_for
from tocsin.web.publishing import public_files


@pytest.fixture
def weighed(tmp_path: Path) -> dict[str, int]:
    """Return what the files of a site weigh packed, by the page's own names, and check that none is too heavy."""
    town = Installation(tmp_path / "data")
    town.said = words_for
    alert = town.alert("Keep away from large gatherings in the town, concerts included")
    for country in ("FR", "ML", "RU", "SG", "US"):
        town.advisory(country=country)
    files = public_files(town, zone="Europe/Vienna")
    files.write()
    pages = [place for place in files.folder.rglob("*.html") if place.name != "verify.html"]
    assert len(pages) > 40
    assert max(place.stat().st_size for place in pages) < 100_000
    town.close()
    page = (files.folder / f"en/alerts/{alert}.html").read_bytes()
    plain = page[: page.index(b"<svg", page.index(b"<figure"))] + page[page.index(b"</figure>") :]

    def packed(name: str) -> int:
        return (files.folder / f"{name}.gz").stat().st_size

    return {
        "alert page, packed": packed(f"en/alerts/{alert}.html"),
        "alert page, without its map, packed": len(gzip.compress(plain, 9)),
        "first page, packed": packed("en/index.html"),
        "levels and their map, packed": packed("en/advisories.html"),
        "stylesheet, packed": packed("static/tocsin.css"),
        "script, packed": packed("static/from-now.js"),
        "feed of everything, packed": packed("feeds/atom.xml"),
        "cap message, packed": packed(f"alerts/{alert}.cap"),
    }


def test_the_sizes_on_the_page_are_those_that_are_weighed(weighed: dict[str, int]) -> None:
    said = internet_scale.sizes(internet_scale.PAGE.read_text(encoding="utf-8"))
    assert said.keys() == weighed.keys()
    assert {name: size for name, size in weighed.items() if not 0.8 * size <= said[name] <= 1.2 * size} == {}


def test_the_figures_follow_from_the_sizes() -> None:
    text = internet_scale.PAGE.read_text(encoding="utf-8")
    assert internet_scale.with_figures(text) == text
    heavier = text.replace("| alert page, packed | ", "| alert page, packed | 9")
    assert internet_scale.with_figures(heavier) != heavier
