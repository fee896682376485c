"""Several things that are due at once: one that fails holds up none of the others."""

from collections.abc import Callable, Sequence


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
