"""What a screen reader says of a page, in its order: landmarks, headings with their level, links, lists, pictures, text.

It reads the page as it is rendered. What a page does not show on a screen, or hides from a screen reader, is not heard. Of ARIA it
knows what our pages use.
"""

from collections.abc import Iterator

from lxml import html

SILENT = frozenset({"script", "style", "template", "head"})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
    "header", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul",
})  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
LANDMARKS = {"main": "main", "nav": "navigation"}
OF_THE_PAGE = {"header": "banner", "footer": "contentinfo"}
"""What these are only where they are of the whole page (HTML Accessibility API Mappings 1.0)."""
ON_PAPER = "on-paper"  # a class of which the screen shows nothing


class _Ear:
    """Hears one page."""

    def __init__(self, page: html.HtmlElement) -> None:
        self._by_id = {one.get("id"): one for one in page.iter() if isinstance(one.tag, str) and one.get("id")}
        self._text: list[str] = []

    def hear(self, node: html.HtmlElement) -> Iterator[tuple[str, str]]:
        """Yield what is heard of an element and of what is in it."""
        if _is_silent(node):
            return
        alone = self._alone(node)
        if alone is None and node.tag not in BLOCKS:
            yield from self._inside(node)
            return
        yield from self._said()
        if alone is not None:
            yield alone
            return
        if begins := self._begins(node):
            yield begins
        yield from self._inside(node)
        yield from self._said()

    def _inside(self, node: html.HtmlElement) -> Iterator[tuple[str, str]]:
        self._text.append(_begun(node))
        for child in node:
            yield from self.hear(child)
            self._text.append(child.tail or "")

    def _said(self) -> Iterator[tuple[str, str]]:
        """Yield the text since the last of anything else; a dot between two links is not a text."""
        said = _one_line("".join(self._text))
        self._text.clear()
        if any(letter.isalnum() for letter in said):
            yield "text", said

    def _alone(self, node: html.HtmlElement) -> tuple[str, str] | None:
        """Return what is heard as one: a heading, a link, a picture."""
        if node.tag in HEADINGS:
            return node.tag, _words(node)
        if node.tag == "a" and node.get("href"):
            return "link", node.get("aria-label") or _words(node)
        if node.tag == "svg":
            said = (node.findtext(part) for part in ("title", "desc"))
            return "picture", ". ".join(part.strip().rstrip(".") for part in said if part)
        return ("picture", node.get("alt", "")) if node.tag == "img" else None

    def _begins(self, node: html.HtmlElement) -> tuple[str, str] | None:
        """Return what is said of an element before what is in it: that a landmark begins, or a list."""
        if node.tag in ("ul", "ol"):
            return "list", str(sum(one.tag == "li" for one in node))
        name = self._name(node)
        if node.tag == "section":
            return ("region", name) if name else None
        if node.tag in OF_THE_PAGE and node.getparent().tag == "body":
            return OF_THE_PAGE[node.tag], name
        role = LANDMARKS.get(node.tag) or node.get("role", "")
        return (role, name) if role in ("main", "navigation", "note") else None

    def _name(self, node: html.HtmlElement) -> str:
        named = self._by_id.get(node.get("aria-labelledby"))
        return _words(named) if named is not None else node.get("aria-label", "")


def heard(page: str) -> tuple[tuple[str, str], ...]:
    """Return what a screen reader says of a page: what it is, by ARIA or by the tag of a heading, and the words."""
    document = html.document_fromstring(page)
    return tuple(_Ear(document).hear(document.find("body")))


def _is_silent(node: html.HtmlElement) -> bool:
    hidden = not isinstance(node.tag, str) or node.tag in SILENT or node.get("aria-hidden") == "true"
    return hidden or node.get("hidden") is not None or ON_PAPER in node.get("class", "").split()


def _words(node: html.HtmlElement) -> str:
    return _one_line("".join(_pieces(node)))


def _pieces(node: html.HtmlElement) -> Iterator[str]:
    if _is_silent(node):
        return
    yield _begun(node)
    for child in node:
        yield from _pieces(child)
        yield child.tail or ""


def _begun(node: html.HtmlElement) -> str:
    return " " if node.tag == "br" else node.text or ""


def _one_line(words: str) -> str:
    return " ".join(words.split())
