"""A command said twice is done once: the second time, nothing is even decided."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from tocsin.flow.house import House

P = ParamSpec("P")


def once(step: Callable[Concatenate[House, P], None]) -> Callable[Concatenate[House, P], None]:
    """Skip a step whose command has been carried out: what it would decide on has changed by its own doing."""

    @wraps(step)
    def guarded(house: House, /, *args: P.args, **named: P.kwargs) -> None:
        if not house.store.done(str(named["command"])):
            step(house, *args, **named)

    return guarded
