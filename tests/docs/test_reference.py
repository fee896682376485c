"""The reference says what the code does."""

import re
from pathlib import Path

from tocsin.settings import NOT_YET, PREFIX, TESTS_OWN, Settings

DOCS = Path(__file__).parents[2] / "docs" / "reference"


def test_every_setting_stands_on_the_settings_page_with_its_default() -> None:
    page = (DOCS / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `(TOCSIN_\w+)` \| (.+?) \|", page, flags=re.MULTILINE))
    fields = {PREFIX + field.upper(): field for field in Settings.__struct_fields__}
    assert rows.keys() == fields.keys()
    for name, default in rows.items():
        value = getattr(Settings(), fields[name])
        if isinstance(value, bool):
            assert default == ("yes" if value else "no"), name
        elif value not in ("", None) and name != "TOCSIN_DATA":
            assert default == f"`{value}`", name


def test_names_kept_for_later_are_told() -> None:
    page = (DOCS / "settings.md").read_text()
    assert all(name in page for name in (*NOT_YET, *TESTS_OWN))
