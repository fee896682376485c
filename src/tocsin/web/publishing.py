"""Puts the public site together, and the plain files that are written of it. It is handed an installation; the pages are not."""

from functools import cache
from hashlib import sha256
from pathlib import Path

import tocsin
from tocsin.locale import languages
from tocsin.store.plain_files import FOLDER, PlainFiles
from tocsin.web import verifier
from tocsin.web.public.files import PublicFiles
from tocsin.web.public.pages import PublicSite
from tocsin.web.render import STATIC, Pages
from tocsin.web.security import OPEN
from tocsin.web.wiring import Installation

STATICS = {"tocsin.css": "text/css", "icon.svg": "image/svg+xml", "from-now.js": "text/javascript"}
"""What the public pages ask for. The answer pages and the desk are nobody's files."""


def public_site(site: Installation, pages: Pages, *, zone: str, base_url: str = "") -> PublicSite:
    """Return the public site of an installation. base_url: of its addresses, where no server of ours says it."""
    return PublicSite(
        door=site.public,
        clock=site.clock,
        organisation=site.settings.organisation,
        base_url=site.house.base_url or base_url,
        zone=zone,
        exercise=site.exercise,
        language=site.language,
        render=pages.render,
        published=site.publisher.folder.read,
        policy=site.publisher.policy,
        certificates=site.house.signing.certificates,
        emergency=site.settings.emergency,
        languages=languages(),
        version=lambda: site.store.public_version,
        others_version=lambda: site.store.others_version,
    )


def public_files(site: Installation, *, zone: str) -> PublicFiles:
    """Return what keeps the plain files of an installation as its public site is."""
    settings = site.settings
    base_url = settings.base_url or f"http://{settings.listen}"
    return PublicFiles(
        public_site(site, Pages(site.language), zone=zone, base_url=base_url),
        PlainFiles(settings.public_folder or settings.data / FOLDER),
        statics={f"/static/{name}": ((STATIC / name).read_bytes(), media) for name, media in STATICS.items()},
        headers={name.decode(): value.decode() for name, value in OPEN},
        verifier=verifier.POLICY,
        build=_build(),
    )


@cache
def _build() -> str:
    """Return another word for other code, templates or sentences: then every file is looked at anew."""
    home, digest = Path(tocsin.__file__).parent, sha256()
    for part, endings in (("web", (".py", ".html", ".svg")), ("locale", (".mo",)), ("places", (".py", ".gz", ".tsv"))):
        for file in sorted((home / part).rglob("*")):
            if file.suffix in endings:
                digest.update(file.read_bytes())
    return digest.hexdigest()
