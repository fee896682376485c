"""Reading the fields of one mapping: each asked for by name and type, what is left over named as unknown.

A form never stops at a problem: it notes it and hands back something of the right type, so that one reading finds
everything that is wrong. Nothing made from a form is used once a problem was noted.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, get_args
from zoneinfo import ZoneInfo

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tocsin.basis.errors import Refused
from tocsin.scenario.head import Point
from tocsin.scenario.reading import values
from tocsin.scenario.reading.nodes import is_nothing, line_of
from tocsin.scenario.reading.problems import Problems

T = TypeVar("T")
NEVER = values.moment("1970-01-01", ZoneInfo("UTC"))


class Form:
    """One mapping of the file. what: how messages call it, such as "step 'dismissed'". subject: the id in it."""

    def __init__(
        self, problems: Problems, fields: Mapping[str, tuple[int, Node]], what: str, line: int, subject: str = ""
    ) -> None:
        self.problems = problems
        self.fields = fields
        self.what = what
        self.line = line
        self.subject = subject
        self.asked: set[str] = set()

    def __contains__(self, name: str) -> bool:
        """Say whether a field was written and not left empty."""
        self.asked.add(name)
        return name in self.fields and not is_nothing(self.fields[name][1])

    def say(self, name: str, sentence: str) -> None:
        """Note a problem on the line of a field, or of the form where that field was not written."""
        line = line_of(self.fields[name][1]) if name in self.fields else self.line
        self.problems.add(line, sentence)

    def close(self) -> None:
        """Note each field that nobody asked for."""
        for name, (line, node) in self.fields.items():
            if name not in self.asked:
                guess = cut_short(name, node) or self.problems.guess(name, self.asked)
                hint = guess or f"; it may have {', '.join(sorted(self.asked))}"
                self.problems.add(line, f"{self.what} has no field {name!r}{hint}")

    # One value

    def read(self, name: str, parse: Callable[[str], T], default: T | None, fallback: T) -> T:
        """Return a written value, or the default; a default of None means that it must be written."""
        if name not in self:
            if default is None:
                self.say(name, f"{self.what} lacks the field {name!r}")
                return fallback
            return default
        return self._parse(name, self.fields[name][1], parse, fallback)

    def _parse(self, name: str, node: Node, parse: Callable[[str], T], fallback: T) -> T:
        if not isinstance(node, ScalarNode):
            self.problems.add(line_of(node), f"{name} of {self.what} must be one value, not a list or a mapping")
            return fallback
        try:
            return parse(node.value)
        except Refused as error:
            written = node.value if len(node.value) <= 60 else node.value[:57] + "..."
            self.problems.add(line_of(node), f"{name} {written!r} of {self.what} {error}")
            return fallback

    def text(self, name: str, default: str | None = None) -> str:
        """Read words. Spaces at both ends are dropped; a required text may not be empty."""
        return self.read(name, _required_text if default is None else str.strip, default, "")

    def maybe_text(self, name: str) -> str | None:
        """Read words that may be absent."""
        return (self.text(name, "") or None) if name in self else None

    def id(self, name: str, default: str | None = None) -> str:
        """Read an id."""
        return self.read(name, values.identifier, default, "")

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Read a whole number."""
        return self.read(name, lambda text: values.whole(text, low, high), default, low)

    def decimal(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """Read a number."""
        return self.read(name, lambda text: values.decimal(text, low, high), default, low)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read true or false."""
        return self.read(name, values.flag, default, fallback=default)

    def length(self, name: str, default: timedelta | None = None) -> timedelta:
        """Read a length of time."""
        return self.read(name, values.length, default, timedelta(hours=1))

    def moment(
        self, name: str, zone: ZoneInfo, default: datetime | None = None, after: datetime | None = None
    ) -> datetime:
        """Read a moment. after: what '+2h' counts from."""
        return self.read(name, lambda text: values.moment(text, zone, after), default, default or after or NEVER)

    def language(self, name: str = "language", default: str = "en") -> str:
        """Read a language tag."""
        return self.read(name, values.language, default, default)

    def choice(self, name: str, literal: Any, default: str | None = None) -> Any:
        """Read one of the words of a Literal; large and small letters, '-' and ' ' for '_' are the same."""
        words: tuple[str, ...] = get_args(literal)
        return self.read(name, lambda text: self._one_of(text, words), default, words[0])

    def _one_of(self, text: str, words: tuple[str, ...]) -> str:
        for word in words:
            if values.word(text) == word.casefold():
                return word
        guess = self.problems.guess(text, words)
        raise Refused(f"must be one of {', '.join(words)}{guess}")

    def word(self, name: str, words: tuple[str, ...], default: str | None = None) -> str:
        """Read one of some words; large and small letters, '-' and ' ' for '_' are the same."""
        return self.read(name, lambda text: self._one_of(text, words), default, words[0])

    # More than one

    def some_of(self, name: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """Read a list of some of some words."""
        return tuple(dict.fromkeys(self.listed(name, lambda text: self._one_of(text, words))))

    def nodes(self, name: str) -> tuple[Node, ...]:
        """Return the items of a list; one value alone counts as a list of one."""
        if name not in self:
            return ()
        node = self.fields[name][1]
        return tuple(node.value) if isinstance(node, SequenceNode) else (node,)

    def listed(self, name: str, parse: Callable[[str], T]) -> tuple[T, ...]:
        """Read a list of plain values, leaving out those that cannot be read."""
        found: list[T] = []
        for node in self.nodes(name):
            if isinstance(node, ScalarNode):
                self._parse(name, node, lambda text: found.append(parse(text)), None)
            else:
                self.problems.add(line_of(node), f"{name} of {self.what} must be a list of plain values")
        return tuple(found)

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of words."""
        return self.listed(name, _required_text)

    def form(self, node: Node, what: str, main: str | None = None) -> "Form":
        """Open a mapping inside this one. main: the field that a plain value alone stands for."""
        return form_of(self.problems, node, what, main)

    def forms(self, name: str, what: str, main: str | None = None) -> Iterator["Form"]:
        """Open each mapping of a list; one mapping alone counts as a list of one."""
        for node in self.nodes(name):
            yield self.form(node, what, main)

    def point(self, name: str) -> Point | None:
        """Read [latitude, longitude], if it is there."""
        return self.point_of(name, self.fields[name][1]) if name in self else None

    def point_of(self, name: str, node: Node) -> Point | None:
        """Read a node as [latitude, longitude]."""
        items = node.value if isinstance(node, SequenceNode) else [node]
        try:
            return values.point([item.value if isinstance(item, ScalarNode) else "" for item in items])
        except Refused as error:
            self.problems.add(line_of(node), f"{name} of {self.what} {error}")
            return None

    def ring(self, name: str) -> tuple[Point, ...]:
        """Read an area's edge, if it is there: a list of points."""
        if name not in self:
            return ()
        points = [self.point_of(name, node) for node in self.nodes(name)]
        try:
            return () if None in points else values.ring([point for point in points if point])
        except Refused as error:
            self.say(name, f"{name} of {self.what} {error}")
            return ()

    def likelihood(self, name: str) -> tuple[float, float]:
        """Read a probability's low and high end."""
        words = [node.value if isinstance(node, ScalarNode) else "" for node in self.nodes(name)]
        try:
            return values.likelihood(words)
        except Refused as error:
            written = f"{name} {', '.join(words)!r} of {self.what} {error}"
            self.say(name, written if words else f"{self.what} lacks the field {name!r}")
            return 0.0, 0.0


def form_of(problems: Problems, node: Node, what: str, main: str | None = None) -> Form:
    """Open a node as a form; main: the field that a value or a list alone stands for."""
    line = line_of(node)
    if isinstance(node, MappingNode):
        return Form(problems, {key.value: (line_of(key), value) for key, value in node.value}, what, line)
    if is_nothing(node):
        return Form(problems, {}, what, line)
    if main is not None and isinstance(node, ScalarNode | SequenceNode):
        return Form(problems, {main: (line, node)}, what, line)
    problems.add(line, f"{what} must be a mapping of fields")
    return Form(problems, {}, what, line)


def cut_short(name: str, node: Node) -> str:
    """Return what to do about a field that is the end of words: inside {} YAML ends them at ', ' and takes what follows for one."""
    cut = is_nothing(node) and " " in name
    return "; if it belongs to the words before it, quote these whole" if cut else ""


def _required_text(text: str) -> str:
    if not text.strip():
        raise Refused("is empty; write something")
    return text.strip()
