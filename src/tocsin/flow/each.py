"""Several things that are due at once: one that fails holds up none of the others."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tocsin.basis.ids import Id


def do_all(steps: Sequence[Callable[[], object]]) -> None:
    """Take all of these steps, also where one fails; then tell of the first that did.

    Raises:
        Exception: whatever the first that failed raised.
    """
    failed: list[Exception] = []
    for step in steps:
        try:
            step()
        except Exception as error:  # noqa: BLE001  told below, when everything else has been done
            failed.append(error)
    if failed:
        raise failed[0]


def do_at_once(do: Callable[[Mapping[int, Id]], object], errands: Mapping[int, Id]) -> None:
    """Do some errands all at once; or, where that fails, one after the other. errands: what each is about.

    Raises:
        Exception: whatever the first that fails by itself raised.
    """
    try:
        do(errands)
    except Exception:
        if len(errands) == 1:
            raise
        do_all([partial(do, {errand: subject}) for errand, subject in errands.items()])
