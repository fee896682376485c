"""Turning a scenario file into YAML nodes that know their line, within bounds that no file can break.

Nodes are composed, never constructed: no tag is obeyed, and 'no' stays the two letters that were written.
"""

import re
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tocsin.basis.errors import Refused

LARGEST_FILE = 512 * 1024
MOST_VALUES = 50_000
DEEPEST = 20
MOST_ALIASES = 1_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OF_UNQUOTED = ("expected ','", "mapping values", "expected key", "cannot start any token", "alphabetic or numeric")
"""What a reader of YAML says where, most often, a text is not quoted that should be."""
QUOTE = (
    " Most often it is a text that should stand in quotes: it holds ': ', begins with a sign such as @, & or [, "
    "or has a quotation mark in it (within '...' write '' for one)."
)
_CORE = re.compile(r"tag:yaml\.org,2002:(str|int|float|bool|null|timestamp|seq|map|merge|value|binary)")


def find_file(path: Path) -> Path:
    """Return the scenario file: the path itself, or scenario.yaml in the folder that it names.

    Raises:
        Refused: there is none.
    """
    file = path / "scenario.yaml" if path.is_dir() else path
    if not file.exists():
        raise Refused(f"There is no scenario at {file}. Name a .yaml file, or a folder that holds a scenario.yaml.")
    return file


def read_bytes(file: Path) -> bytes:
    """Return what is in the file.

    Raises:
        Refused: it cannot be read, or is too large to be a scenario.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > LARGEST_FILE:
        raise Refused(f"{file.name} is larger than {LARGEST_FILE // 1024} KiB; a scenario is smaller.")
    return raw


def compose(raw: bytes, name: str) -> MappingNode:
    """Return the one mapping of the file.

    Raises:
        Refused: it is no YAML, says a key twice, or goes beyond the bounds; with file and line.
    """
    text = _decode(raw, name)
    try:
        _bound_events(text, name)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = str(error.problem or error.context)
        advice = QUOTE if any(words in problem for words in OF_UNQUOTED) else ""
        raise Refused(f"{name}:{line}: this is no YAML: {problem}.{advice}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Refused(f"{name}:{line}: a character that YAML does not allow.") from error
    except yaml.YAMLError as error:
        raise Refused(f"{name}:1: this is no YAML: {str(error).splitlines()[0]}.") from error
    if not isinstance(root, MappingNode):
        raise Refused(f"{name}:1: a scenario is a mapping that begins with 'tocsin: scenario/1'.")
    _bound_tree(root, name)
    return root


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Refused(f"{name}:{line}: this is not UTF-8; save the file as UTF-8.") from error


def _bound_events(text: str, name: str) -> None:
    """Walk through the file without building anything, so that depth is known before a builder recurses."""
    depth = aliases = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise Refused(f"{name}:{line}: this is nested more than {DEEPEST} deep; a scenario is flatter.")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
            if aliases > MOST_ALIASES:
                raise Refused(f"{name}:{line}: more than {MOST_ALIASES} aliases; write the values out.")


def _bound_tree(root: MappingNode, name: str) -> None:
    """Count every value as often as aliases repeat it, and look at keys and tags on the way."""
    seen = 0
    waiting: list[tuple[Node, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        line = line_of(node)
        if seen > MOST_VALUES or depth > DEEPEST:
            raise Refused(f"{name}:{line}: aliases make this larger than {MOST_VALUES} values, or endless.")
        if not _CORE.fullmatch(node.tag):
            raise Refused(f"{name}:{line}: the tag {node.tag!r} is not read here; write a plain value.")
        if isinstance(node, MappingNode):
            _refuse_odd_keys(node, name)
            waiting += [(value, depth + 1) for _, value in node.value]
        elif isinstance(node, SequenceNode):
            waiting += [(item, depth + 1) for item in node.value]


def _refuse_odd_keys(node: MappingNode, name: str) -> None:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = line_of(key)
        if not isinstance(key, ScalarNode):
            raise Refused(f"{name}:{line}: a field's name is one word, not a list or a mapping.")
        if key.value in lines:
            raise Refused(f"{name}:{line}: {key.value!r} was said already on line {lines[key.value]}; say it once.")
        lines[key.value] = line


def line_of(node: Node) -> int:
    """Return the line a node begins on, counted from 1."""
    return node.start_mark.line + 1 if node.start_mark else 1


def is_nothing(node: Node) -> bool:
    """Say whether the value was left empty (or written as null or ~)."""
    return isinstance(node, ScalarNode) and bool(node.tag.endswith(":null"))
