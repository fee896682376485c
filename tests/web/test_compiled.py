"""What templates are compiled to outlives the process, and is never older or less whole than they are."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType

import pytest
from jinja2 import Environment, FileSystemLoader

from tests.web.sample.pages import PAGES
from tocsin.basis.words import ENGLISH
from tocsin.web import render
from tocsin.web.compiled import Compiled


class Desk:
    """A folder with one template; each look at it is that of a process that has just begun."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "templates"
        self.maker = folder / "maker.py"
        (self.folder / "desk").mkdir(parents=True)
        self.maker.write_text("trim = True")
        self.says("The bell rings")
        self.compiled = 0

    def says(self, words: str) -> None:
        (self.folder / "desk" / "page.html").write_text(words + " at {{ at }}.")

    def look(self) -> str:
        environment = Environment(
            loader=FileSystemLoader(self.folder), autoescape=True, bytecode_cache=Compiled(self.folder, [self.maker])
        )
        compile_: Callable[..., CodeType] = environment.compile

        def counted(*given: object) -> CodeType:
            self.compiled += 1
            return compile_(*given)

        environment.compile = counted  # type: ignore[method-assign, assignment]
        return environment.get_template("desk/page.html").render(at="noon")

    @property
    def kept(self) -> list[Path]:
        return sorted(self.folder.parent.glob("__pycache__/*"))


@pytest.fixture(name="desk")
def _desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    return Desk(tmp_path)


def test_the_second_start_compiles_nothing(desk: Desk) -> None:
    assert [desk.look(), desk.look()] == ["The bell rings at noon."] * 2
    assert desk.compiled == 1
    assert not any(file.is_dir() for file in desk.folder.rglob("*") if file.name != "desk"), "templates alone lie there"


def test_a_template_that_changed_is_compiled_anew(desk: Desk) -> None:
    desk.look()
    desk.says("The bell is still")
    assert desk.look() == "The bell is still at noon."


def test_all_are_compiled_anew_once_they_are_read_in_another_way(desk: Desk) -> None:
    desk.look()
    desk.maker.write_text("trim = False")
    desk.look()
    assert desk.compiled == 2


@pytest.mark.parametrize("left", [0, 1, 40, 64, 65, -1])
def test_what_a_power_cut_left_of_it_is_not_run(desk: Desk, left: int) -> None:
    desk.look()
    (file,) = desk.kept
    file.write_bytes(file.read_bytes()[:left])
    assert desk.look() == "The bell rings at noon."
    assert desk.look() == "The bell rings at noon."
    assert desk.compiled == 2, "and it is mended"


def test_what_fell_to_zeros_is_not_run(desk: Desk) -> None:
    desk.look()
    (file,) = desk.kept
    whole = file.read_bytes()
    file.write_bytes(whole[:70] + bytes(len(whole) - 70))
    assert desk.look() == "The bell rings at noon."
    assert desk.compiled == 2


def test_where_it_cannot_be_kept_it_is_compiled_at_each_start(desk: Desk) -> None:
    (desk.folder.parent / "__pycache__").write_text("no folder")
    assert [desk.look(), desk.look()] == ["The bell rings at noon."] * 2
    assert desk.compiled == 2


def test_nothing_is_kept_where_python_is_to_keep_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    desk.look()
    assert desk.kept == []


def test_others_cannot_write_what_will_be_run(desk: Desk) -> None:
    desk.look()
    (file,) = desk.kept
    assert not file.stat().st_mode & 0o022


def test_whoever_looks_first_waits_for_no_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_COMPILED", Compiled(tmp_path / "templates", []))
    monkeypatch.setattr(render, "sleep", lambda _seconds: None)
    pages = render.Pages(lambda _tag: ENGLISH)
    pages.make_ready()

    def late(*_given: object) -> object:
        raise AssertionError("somebody waited")

    monkeypatch.setattr(Environment, "compile", late)
    for view in PAGES.values():
        pages.render(view)
