"""A town whose directory commands are told about: at rest, or with its control socket open as a server's is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

import tocsin.cli.main  # noqa: F401  each command enters what it asks of a server
from tests.faults.processes import run_here
from tocsin.basis.marking import Role
from tocsin.cli.control import Control
from tocsin.flow.report import receive
from tocsin.people.facts import SignInSet
from tocsin.testing.town import Town

PASSPHRASE = "water over the mill lane"
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ROLES = {"agatha": Role.ADMINISTRATOR, "dean": Role.DUTY_OFFICER, "odo": Role.AUDITOR, "wren": Role.WATCH_OFFICER}


@contextmanager
def filled(data: Path) -> Iterator[Town]:
    """Open a town with somebody of each role who can sign in, and Ann, who was only warned."""
    with Town(data) as town:
        town.person("Ann")
        for name, role in ROLES.items():
            town.person(name, roles=(role,))
            fact = SignInSet(
                subject=town.id(name), occurred_at=town.now, sign_in=name, secret_hash=HASHER.hash(PASSPHRASE)
            )
            receive.add_people(town.house, (fact,), by="town", command=f"signs in:{name}", now=town.now)
        yield town
        town.reconcile()


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Town]:
    """A town for one test."""
    with filled(tmp_path) as town:
        yield town


@pytest.fixture(name="common", scope="module")
def _common(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town with its socket open, for all tests of a file that change nothing in it."""
    with filled(tmp_path_factory.mktemp("common")) as town, Control(town.app):
        yield town


@pytest.fixture(name="served")
def _served(town: Town) -> Iterator[Town]:
    """The town as a server holds it: with its socket open."""
    with Control(town.app):
        yield town


@pytest.fixture(name="tell")
def _tell(tmp_path: Path) -> Callable[..., Any]:
    """Say a tocsin command about the town's directory."""
    return lambda *words: run_here(*words, "--data", tmp_path)
