"""Puts what was typed back into the form on a page that was drawn anew, and says where something else stands there now.

It reads our own pages, as text, and changes nothing of them but the fields of one form. Who may see the page, and what was
refused, is others' to say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from html.parser import HTMLParser

import msgspec

OURS = frozenset({"_csrf_token", "nonce", "seen"})
"""What a form says of the page that it stood on. It is the new page's."""

_NUMBERED = re.compile(r"^\d+\.|_\d+$")  # of one of several: 1.what, area_0
_TICKS = frozenset({"checkbox", "radio"})
_NEVER = frozenset({"password", "file", "submit", "button", "image", "reset"})
YES = "yes"
LONGEST = 20_000  # characters of a field; nothing that a form takes is longer

Attributes = dict[str, str | None]
Edit = tuple[int, int, str]


class Piece(msgspec.Struct, kw_only=True):
    """A start tag, where it stands in the text, and what is in it. text: what a textarea, an option or a radio button says."""

    tag: str
    has: Attributes
    begins: int
    ends: int
    inner_ends: int = 0
    text: str = ""
    label: str = ""
    options: "list[Piece]" = msgspec.field(default_factory=list)

    @property
    def name(self) -> str:
        """Return under what it is sent."""
        return self.has.get("name") or ""

    @property
    def kind(self) -> str:
        """Return what sort of input it is."""
        return (self.has.get("type") or "text").lower() if self.tag == "input" else self.tag

    @property
    def value(self) -> str:
        """Return what it says as it was drawn; of a tick, what it says if it is ticked."""
        if self.tag == "textarea":
            return self.text
        if self.tag == "select":
            chosen = [one for one in self.options if "selected" in one.has] or self.options[:1]
            return chosen[0].value if chosen else ""
        default = "on" if self.kind in _TICKS else self.text
        return self.has["value"] or "" if "value" in self.has else default


class DrawnForm(msgspec.Struct, kw_only=True):
    """A form on a page. folded: the details around it that are shut."""

    begins: int
    actions: set[str]
    folded: list[Piece]
    fields: list[Piece] = msgspec.field(default_factory=list)


class Refilled(msgspec.Struct, frozen=True, kw_only=True):
    """A page whose form says what was typed.

    differs: what stands there now where something else was typed, by the label of its field. left: what was typed and has no
    field any more, by the name of the field that it had.
    """

    page: str
    differs: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()


def refilled(page: str, action: str, typed: Mapping[str, str]) -> Refilled | None:
    """Return the page with the form that was sent to an action saying what was typed.

    None: there is no such form on it. Where all that was typed stands there, it is the same page.
    """
    drawn = _Drawn(page)
    form = next((one for one in drawn.forms if action in one.actions and _is_that(one, typed)), None)
    if form is None:
        return None
    moved = _moved(form, typed)
    edits: list[Edit] = []
    differs: dict[str, str] = {}
    for field in form.fields:
        said = None if moved and _is_numbered(field) else _said(field, typed)
        if said is None or _plain(said) == _plain(_now(field)):
            continue
        edits += _written(field, said)
        if field.kind != "radio" or "checked" in field.has:
            differs.setdefault(field.label or field.name, _shown(field))
    left = tuple(_left(form, typed, moved=moved))
    if not edits and not left:
        return Refilled(page=page)
    edits += [(one.begins, one.ends, _tag(one, {**one.has, "open": None})) for one in form.folded]
    edits.append((form.begins, form.begins, '<a id="typed"></a>'))
    return Refilled(page=_edited(page, edits), differs=tuple(differs.items()), left=left)


def _is_that(form: DrawnForm, typed: Mapping[str, str]) -> bool:
    """Say whether it is the form that was sent: of several alike, each says in a hidden field what it is about."""
    told = [one for one in form.fields if one.kind == "hidden" and one.name not in OURS and not _is_numbered(one)]
    return all(typed.get(one.name, one.value) == one.value for one in told)


def _is_numbered(field: Piece) -> bool:
    """Say whether it is one of several alike that are only told apart by their number."""
    return bool(_NUMBERED.search(field.name)) and not _tells(field)


def _tells(field: Piece) -> bool:
    """Say whether its value says what it is about, whatever its number."""
    return field.kind == "checkbox" and field.value != YES


def _moved(form: DrawnForm, typed: Mapping[str, str]) -> bool:
    """Say whether what is numbered is not what it was: somebody put another in between, or took one out."""
    texts = [one for one in form.fields if _NUMBERED.search(one.name) and one.kind not in _TICKS]
    stems = {_NUMBERED.sub("#", one.name) for one in texts}
    before = {name for name in typed if _NUMBERED.sub("#", name) in stems}
    return before != {one.name for one in texts} or any(
        typed[one.name] != one.value for one in texts if one.kind == "hidden"
    )


def _said(field: Piece, typed: Mapping[str, str]) -> str | None:
    """Return what was typed into a field: of a tick its value or nothing; None: it is to be left alone."""
    if not field.name or field.name in OURS or field.kind in _NEVER or "disabled" in field.has:
        return None
    if field.kind in _TICKS:
        stem = _NUMBERED.sub("#", field.name) if _tells(field) else ""
        sent = (value for name, value in typed.items() if name == field.name or _NUMBERED.sub("#", name) == stem)
        return field.value if field.value in sent else ""
    if field.kind == "select" and typed.get(field.name) not in {one.value for one in field.options}:
        return None
    return typed.get(field.name)


def _now(field: Piece) -> str:
    if field.kind in _TICKS:
        return field.value if "checked" in field.has else ""
    return field.value


def _shown(field: Piece) -> str:
    """Return what stands in a field now, as a person reads it."""
    if field.kind == "select":
        return next((one.text for one in field.options if one.value == field.value), "")
    if field.kind == "checkbox":
        return "✓" if "checked" in field.has else ""
    return field.text or field.value if field.kind == "radio" else field.value


def _left(form: DrawnForm, typed: Mapping[str, str], *, moved: bool) -> Iterator[tuple[str, str]]:
    """Yield what was typed in words and is not put back."""
    fields = {one.name: one for one in form.fields if not (moved and _is_numbered(one))}
    stands = {_plain(one.value) for one in form.fields}
    for name, value in typed.items():
        if name not in fields and _plain(value) not in stands and is_written(name, value):
            yield name, value


def is_written(name: str, value: str) -> bool:
    """Say whether a field was written in words, and not chosen, and is no file."""
    return name not in OURS and " " in value.strip() and len(value) <= LONGEST


def _written(field: Piece, said: str) -> Iterator[Edit]:
    if field.tag == "textarea":
        # A browser drops the first line break of a field.
        yield field.ends, field.inner_ends, ("\n" if said.startswith(("\n", "\r")) else "") + escape(said)
    elif field.tag == "select":
        for one in field.options:
            bare = {name: value for name, value in one.has.items() if name != "selected"}
            yield one.begins, one.ends, _tag(one, {**bare, "selected": None} if one.value == said else bare)
    elif field.kind in _TICKS:
        bare = {name: value for name, value in field.has.items() if name != "checked"}
        yield field.begins, field.ends, _tag(field, {**bare, "checked": None} if said else bare)
    else:
        yield field.begins, field.ends, _tag(field, {**field.has, "value": said})


def _tag(piece: Piece, has: Attributes) -> str:
    said = (f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in has.items())
    return f"<{piece.tag}{''.join(said)}>"


def _edited(page: str, edits: Sequence[Edit]) -> str:
    for begins, ends, text in sorted(edits, reverse=True):
        page = page[:begins] + text + page[ends:]
    return page


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class _Drawn(HTMLParser):
    """Finds the forms of a page, their fields, and what each is called."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[DrawnForm] = []
        self._lines = [0, *(at + 1 for at, sign in enumerate(page) if sign == "\n")]
        self._folds: list[Piece] = []
        self._form: DrawnForm | None = None
        self._in: Piece | None = None  # a textarea or an option
        self._label: list[str] | None = None
        self._legend = ""
        self._in_legend = False
        self._of_label: list[Piece] = []
        self.feed(page)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in where something begins."""
        begins = self._at()
        piece = Piece(tag=tag, has=dict(attrs), begins=begins, ends=begins + len(self.get_starttag_text() or ""))
        if tag == "details":
            self._folds.append(piece)
        elif tag == "form":
            shut = [one for one in self._folds if "open" not in one.has]
            self._form = DrawnForm(begins=begins, actions={piece.has.get("action") or ""}, folded=shut)
            self.forms.append(self._form)
            self._legend = ""
        elif tag == "label":
            self._label, self._of_label = [], []
        elif tag == "legend":
            self._legend, self._in_legend = "", True
        elif self._form is not None:
            self._field(self._form, piece)

    def _field(self, form: DrawnForm, piece: Piece) -> None:
        if piece.tag == "button" and piece.has.get("formaction"):
            form.actions.add(piece.has["formaction"] or "")
        elif piece.tag == "option" and form.fields and form.fields[-1].tag == "select":
            form.fields[-1].options.append(piece)
            self._in = piece
        elif piece.tag in ("input", "textarea", "select"):
            named = piece.has.get("aria-label") or " ".join("".join(self._label or ()).split())
            piece.label = self._legend if piece.kind == "radio" and self._legend else named
            form.fields.append(piece)
            self._of_label.append(piece)
            if piece.tag != "input":
                self._in = piece if piece.tag == "textarea" else None

    def handle_endtag(self, tag: str) -> None:
        """Take in where something ends."""
        if tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "form":
            self._form = None
        elif tag in ("textarea", "option") and self._in is not None:
            self._in.inner_ends, self._in = self._at(), None
        elif tag == "legend":
            self._in_legend = False
        elif tag == "label":
            # Of a tick the words come after it.
            for one in self._of_label:
                words = " ".join("".join(self._label or ()).split())
                one.label = one.label or words
                one.text = words if one.kind == "radio" else one.text
            self._label, self._of_label = None, []

    def handle_data(self, data: str) -> None:
        """Take in words."""
        if self._in is not None:
            self._in.text += data
        elif self._in_legend:
            self._legend += data
        elif self._label is not None:
            self._label.append(data)
