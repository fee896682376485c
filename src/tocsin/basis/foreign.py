"""Reading JSON that may be anybody's: from a file, a socket, or a row that somebody may have altered."""

from typing import Any

import msgspec

from tocsin.basis.errors import Refused


def read_json(raw: Any, form: Any = Any) -> Any:
    """Return what a JSON text says.

    raw: bytes or text. form: the type that it must be of.

    Raises:
        Refused: it is neither, no UTF-8, no JSON, nested too deeply, or not of that form. The sentence quotes nothing.
    """
    if not isinstance(raw, bytes | str):
        raise Refused("This is no text.")
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
