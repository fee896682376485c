"""Sums laid by, so that a start need not count a million again: what they say holds up to a place in a log, and no further.

They are no truth. Each stands under a mark that only this directory's key makes, as something torn, altered or of another
form does not; what bears none is counted anew from the logs, and so is whatever came after it.
"""

import zlib
from collections.abc import Iterator
from hashlib import blake2b

import sqlalchemy as sa

from tocsin.store.tables import laid_by

_OF = sa.select(laid_by).where(laid_by.c.name == sa.bindparam("of")).order_by(laid_by.c.upto)


class Shelf:
    """What this directory has laid by."""

    def __init__(self, key: bytes) -> None:
        """Be ready. key: the directory's own."""
        self._key = blake2b(b"laid by", key=key).digest()

    def lay(self, connection: sa.Connection, name: str, upto: int, body: bytes) -> None:
        """Lay a sum by, in place of the one of that name and place."""
        kept = zlib.compress(body, 1)
        connection.execute(laid_by.delete().where(laid_by.c.name == name, laid_by.c.upto == upto))
        connection.execute(laid_by.insert().values(name=name, upto=upto, body=kept, mark=self._mark(name, upto, kept)))

    def of(self, connection: sa.Connection, name: str) -> Iterator[tuple[int, bytes]]:
        """Return what was laid by under a name, in order, up to the first that bears no mark of ours."""
        for row in connection.execute(_OF, {"of": name}):
            if not isinstance(row.body, bytes) or row.mark != self._mark(name, row.upto, row.body):
                return
            yield row.upto, zlib.decompress(row.body)

    def unmarked(self, connection: sa.Connection) -> list[str]:
        """Return the names of which something bears no mark of ours."""
        return sorted(
            {
                str(row.name)
                for row in connection.execute(sa.select(laid_by))
                if not isinstance(row.body, bytes) or row.mark != self._mark(row.name, row.upto, row.body)
            }
        )

    def names(self, connection: sa.Connection, beginning: str) -> list[str]:
        """Return the names that begin so."""
        question = sa.select(laid_by.c.name).where(laid_by.c.name.startswith(beginning, autoescape=True)).distinct()
        return sorted(connection.execute(question).scalars())

    def _mark(self, name: str, upto: int, kept: bytes) -> bytes:
        return blake2b(f"{name} {upto} ".encode() + kept, key=self._key, digest_size=32).digest()
