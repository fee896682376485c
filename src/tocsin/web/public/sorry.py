"""What the public is told where there is no page, or none now: in the reader's language, and nothing of what is inside."""

import msgspec
from litestar import Response

from tocsin.basis.words import best_spoken
from tocsin.web.public.pages import Ask, PublicSite
from tocsin.web.public.reply import HTML, IN_ADDRESS, JSON, Asked, languages_of
from tocsin.web.public.views import SorryPage

_KEPT_HEADERS = ("allow", "retry-after")


def sorry(
    site: PublicSite,
    request: Asked,
    status: int,
    what: str,
    advice: str,
    *,
    reference: str = "",
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """Return what to reply to a person, or to a program that asked for JSON. what, advice: sentences that are marked to be said."""
    prefix = _prefix(site, request.url.path)
    spoken = best_spoken(site.language, [prefix] if prefix else languages_of(request))
    _ = site.language(spoken)
    said = {name: value for name, value in (headers or {}).items() if name.lower() in _KEPT_HEADERS}
    said["Cache-Control"] = "no-store"
    if _is_program(request):
        told = {"error": _(what), "advice": _(advice)} | ({"reference": reference} if reference else {})
        return Response(msgspec.json.encode(told) + b"\n", status_code=status, media_type=JSON, headers=said)
    # Its links lead to the start: an address that leads nowhere is said back to nobody.
    shell = site.shell(site.clock.now(), Ask("/", (spoken,), prefix))
    page = SorryPage(shell=shell, status=status, what=_(what), advice=_(advice), reference=reference)
    return Response(site.render(page, spoken).encode(), status_code=status, media_type=HTML, headers=said)


def _prefix(site: PublicSite, path: str) -> str:
    """Return the language that an address begins with, if the pages have it; nothing else of it need be right."""
    first = path[1:].partition("/")[0]
    return first if IN_ADDRESS.fullmatch(first) and first in site.languages else ""


def _is_program(request: Asked) -> bool:
    accepted = request.headers.get("accept", "")
    return HTML not in accepted and (JSON in accepted or request.url.path.endswith(".json"))
