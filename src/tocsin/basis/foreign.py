"""Reading JSON that may be anybody's: from a file, a socket, or a row that somebody may have altered."""

import threading
from typing import Any, TypeVar

import msgspec

from tocsin.basis.errors import Refused

F = TypeVar("F")

_learning = threading.Lock()
_learnt: set[Any] = set()


def learn(form: Any) -> None:
    """Have msgspec look through a form, unless it has.

    It does so when a form is first read, and lets others use what it has half understood of one that holds other forms:
    two threads that read it for the first time at one moment bring the process down (msgspec 0.22).
    """
    if form not in _learnt:
        with _learning:
            msgspec.msgpack.Decoder(form)
        _learnt.add(form)


def fitted(said: Any, form: type[F]) -> F:
    """Return what was said in the form that it must have.

    Raises:
        msgspec.ValidationError: it does not fit.
    """
    learn(form)
    return msgspec.convert(said, form)  # noqa: TID251  learnt


def read_json(raw: Any, form: Any = Any) -> Any:
    """Return what a JSON text says.

    raw: bytes or text. form: the type that it must be of.

    Raises:
        Refused: it is neither, no UTF-8, no JSON, nested too deeply, or not of that form. The sentence quotes nothing.
    """
    if not isinstance(raw, bytes | str):
        raise Refused("This is no text.")
    learn(form)
    try:
        return msgspec.json.decode(raw, type=form)
    except UnicodeError as error:  # no MsgspecError: msgspec lets it through as it comes
        raise Refused("This is not UTF-8.") from error
    except RecursionError as error:
        raise Refused("This is nested too deeply.") from error
    except msgspec.ValidationError as error:
        raise Refused("This is not of the form that it must have.") from error
    except msgspec.MsgspecError as error:
        raise Refused("This is no JSON.") from error
